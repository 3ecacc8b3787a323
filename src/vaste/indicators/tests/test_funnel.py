import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.indicators.funnel import ALARM, Standing, funnel, score_estimate, winsorised
from vaste.indicators.shrinkage import Estimate
from vaste.indicators.standardised import Counts


def test_units_that_differ_as_chance_makes_them_get_plain_limits():
    made = funnel([Estimate(48, 4), Estimate(52, 4), Estimate(50, 2)], target=50)

    assert made.tau_squared == 0
    assert made.limits(4) == pytest.approx((50 - 1.959964 * 4, 50 + 1.959964 * 4))
    assert made.limits(4, ALARM) == pytest.approx((50 - 3.090232 * 4, 50 + 3.090232 * 4))


def test_the_spread_between_units_is_granted_on_top_of_chance():
    # z = -5, 5, -5, 5: phi = 25; with equal errors τ² = (4·25 - 3)/(4/4 - (4/16)/1) = (97)/(0.75) with weights 1/4.
    made = funnel([Estimate(40, 2), Estimate(60, 2), Estimate(40, 2), Estimate(60, 2)], target=50)

    assert made.phi == pytest.approx(25)
    assert made.tau_squared == pytest.approx(97 / 0.75)
    assert made.standing(Estimate(40, 2)) is Standing.WITHIN


def test_one_unit_in_ten_far_out_does_not_widen_the_funnel_for_all():
    units = [Estimate(50 + shift, 2) for shift in (-2, -1, -1, 0, 0, 1, 1, 2, 2)]

    made = funnel([*units, Estimate(0, 2)], target=50)

    assert made.tau_squared == 0
    assert made.standing(Estimate(0, 2)) is Standing.FAR_BELOW


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (50, Standing.WITHIN),
        (50 + 1.95 * 4, Standing.WITHIN),
        (50 + 1.97 * 4, Standing.ABOVE),
        (50 + 3.1 * 4, Standing.FAR_ABOVE),
        (50 - 1.97 * 4, Standing.BELOW),
        (50 - 3.1 * 4, Standing.FAR_BELOW),
    ],
)
def test_a_unit_stands_by_the_limits_of_its_own_size(value, expected):
    assert funnel([], target=50).standing(Estimate(value, 4)) is expected


def test_the_tenth_at_each_end_is_drawn_in():
    assert winsorised([9, 1, 2, 3, 4, 5, 6, 7, 8, 100]) == [9, 2, 2, 3, 4, 5, 6, 7, 8, 9]
    assert winsorised([1, 2, 100]) == [1, 2, 100]
    assert winsorised([]) == []


def test_a_unit_s_score_carries_the_error_of_its_adjusted_value():
    few, many = score_estimate(Counts(7, 1, 10)), score_estimate(Counts(740, 70, 1000))

    assert (few.value, many.value) == (60, 67)
    assert few.standard_error == pytest.approx((85.268284 - 7.039409) / 2 / 1.959964, abs=1e-5)
    assert many.standard_error < few.standard_error


def test_an_estimate_without_an_error_is_refused():
    with pytest.raises(ValueError, match="positive"):
        funnel([Estimate(50, 0)], target=50)


estimates = st.builds(Estimate, st.floats(-100, 100), st.floats(0.5, 50))


@given(st.lists(estimates, max_size=12), st.floats(-100, 100), st.floats(0.1, 60))
def test_a_funnel_is_never_narrower_than_chance_and_narrows_with_size(units, target, error):
    made = funnel(units, target)

    assert made.tau_squared >= 0
    narrow, wide = made.limits(error), made.limits(2 * error)
    assert wide.low < narrow.low <= target - 1.95 * error
    assert target + 1.95 * error <= narrow.high < wide.high
    assert made.limits(error, ALARM).high > narrow.high


@given(st.lists(estimates, max_size=12), st.floats(-100, 100))
def test_a_funnel_turned_round_stands_on_its_other_side(units, target):
    there = funnel(units, target)
    back = funnel([Estimate(-each.value, each.standard_error) for each in units], -target)

    assert back.tau_squared == pytest.approx(there.tau_squared, abs=1e-6)


def test_one_unit_alone_has_no_spread_to_be_granted():
    assert funnel([Estimate(90, 1)], target=50).tau_squared == 0

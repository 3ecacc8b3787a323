import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.indicators.shrinkage import Estimate, shrink, shrink_shares, spread


def test_the_spread_is_that_of_dersimonian_and_laird():
    # Weights 1, 1, 1/4: fixed mean 12.222222, Q = 24.444444, room = 2.25 - 2.0625/2.25 = 1.333333, so τ² = (Q - 2)/room.
    found = spread([Estimate(10, 1), Estimate(16, 1), Estimate(6, 2)])

    assert found is not None
    assert found.tau_squared == pytest.approx((Q - 2) / ROOM)


Q = (10 - 110 / 9) ** 2 + (16 - 110 / 9) ** 2 + (6 - 110 / 9) ** 2 / 4
ROOM = 2.25 - (1 + 1 + 1 / 16) / 2.25


def test_a_small_unit_is_drawn_further_toward_its_service_than_a_large_one():
    large, _, small = shrink([Estimate(80, 2), Estimate(50, 2), Estimate(80, 15)])

    assert large.reliability > small.reliability
    assert 50 < small.value < large.value < 80


def test_reliability_is_the_share_of_the_variance_that_lies_between_units():
    estimates = [Estimate(80, 2), Estimate(50, 3), Estimate(20, 5)]
    found = spread(estimates)

    assert found is not None
    for estimate, drawn in zip(estimates, shrink(estimates), strict=True):
        assert drawn.reliability == pytest.approx(found.tau_squared / (found.tau_squared + estimate.standard_error**2))
        assert drawn.value == pytest.approx(found.middle + drawn.reliability * (estimate.value - found.middle))


def test_units_no_further_apart_than_chance_all_get_the_same_figure():
    assert [each.value for each in shrink([Estimate(50, 10), Estimate(52, 10), Estimate(48, 10)])] == pytest.approx([50, 50, 50])


def test_no_units_give_nothing_and_one_gives_itself():
    assert spread([]) is None
    assert shrink([]) == []
    (alone,) = shrink([Estimate(62, 5)])
    assert (alone.value, alone.low, alone.high) == pytest.approx((62, 62 - 1.959964 * 5, 62 + 1.959964 * 5))


@pytest.mark.parametrize("error", [0, -1, math.nan])
def test_an_estimate_without_an_error_is_refused(error):
    with pytest.raises(ValueError, match="positive"):
        shrink([Estimate(50, error)])


def test_shares_are_drawn_toward_that_of_all_together():
    small, large, nobody = shrink_shares([(5, 10), (80, 1000), (0, 0)])

    assert small is not None
    assert large is not None
    assert 0.08 < small.value < 0.5
    assert large.value == pytest.approx(0.08, abs=0.01)
    assert nobody is None


def test_shares_of_nobody_anywhere_are_none():
    assert shrink_shares([(0, 0), (0, 0)]) == [None, None]
    assert shrink_shares([]) == []


@pytest.mark.parametrize("share", [0, 1])
def test_equal_shares_at_the_end_of_the_scale_stay_there(share):
    drawn = shrink_shares([(share * 5, 5), (share * 10**9, 10**9), (share, 1)])

    assert [each and each.value for each in drawn] == pytest.approx([share, share, share])


estimates = st.builds(Estimate, st.floats(-100, 100), st.floats(0.5, 50))


@given(st.lists(estimates, min_size=1, max_size=10))
def test_a_drawn_figure_lies_between_the_unit_s_own_and_the_middle(given_estimates):
    found = spread(given_estimates)

    assert found is not None
    assert found.tau_squared >= 0
    for estimate, drawn in zip(given_estimates, shrink(given_estimates), strict=True):
        assert 0 <= drawn.reliability <= 1
        assert min(estimate.value, found.middle) - 1e-9 <= drawn.value <= max(estimate.value, found.middle) + 1e-9
        assert drawn.low <= drawn.value <= drawn.high


@given(st.lists(estimates, min_size=1, max_size=10))
def test_turning_the_scale_round_turns_the_drawn_figures_round(given_estimates):
    there = shrink(given_estimates)
    back = shrink([Estimate(-each.value, each.standard_error) for each in given_estimates])

    assert [each.value for each in back] == pytest.approx([-each.value for each in there], abs=1e-9)


pairs = st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)).map(lambda pair: (min(pair), max(pair)))


@given(st.lists(pairs, max_size=8))
def test_drawn_shares_are_shares(counts):
    for (_, n), drawn in zip(counts, shrink_shares(counts), strict=True):
        assert (drawn is None) == (n == 0)
        if drawn is not None:
            assert 0 <= drawn.low <= drawn.value <= drawn.high <= 1

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.indicators.nps import change, nps


def histogram(promoters: int, detractors: int, n: int) -> list[int]:
    counts = [0] * 11
    counts[10], counts[0], counts[7] = promoters, detractors, n - promoters - detractors
    return counts


@pytest.mark.parametrize(
    ("promoters", "detractors", "n", "value", "low", "high"),
    [
        (7, 1, 10, 60, 7.039409, 85.268284),
        (20, 3, 30, 56.666667, 27.950015, 75.080288),
        (740, 70, 1000, 67, 63.071706, 70.527496),
        (5, 0, 5, 100, 17.491453, 100),
    ],
)
def test_the_score_and_its_interval_are_those_worked_out_by_hand(promoters, detractors, n, value, low, high):
    result = nps(histogram(promoters, detractors, n))

    assert result is not None
    assert (result.promoters, result.detractors, result.n) == (promoters, detractors, n)
    assert (result.value, result.low, result.high) == pytest.approx((value, low, high), abs=5e-7)


def test_nine_and_ten_promote_seven_and_eight_are_passive_and_the_rest_detract():
    result = nps([1] * 11)

    assert result is not None
    assert (result.promoters, result.passives, result.detractors) == (2, 2, 7)


def test_without_answers_there_is_no_score():
    assert nps([0] * 11) is None


@pytest.mark.parametrize("cells", [0, 10, 12])
def test_a_histogram_of_another_scale_is_refused(cells):
    with pytest.raises(ValueError, match="eleven"):
        nps([1] * cells)


histograms = st.lists(st.integers(0, 5000), min_size=11, max_size=11).filter(any)


@given(histograms)
def test_the_limits_lie_on_the_scale_and_the_lower_is_the_lower(counts):
    result = nps(counts)

    assert result is not None
    assert -100 <= result.low < result.high <= 100
    assert -100 <= result.value <= 100


@given(histograms)
def test_turning_the_scale_round_turns_the_interval_round(counts):
    promoters, passives, detractors = sum(counts[9:]), sum(counts[7:9]), sum(counts[:7])
    there = nps([detractors, 0, 0, 0, 0, 0, 0, passives, 0, 0, promoters])
    back = nps([promoters, 0, 0, 0, 0, 0, 0, passives, 0, 0, detractors])

    assert there is not None
    assert back is not None
    assert (back.value, back.low, back.high) == pytest.approx((-there.value, -there.high, -there.low))


@given(histograms, st.integers(2, 50))
def test_more_answers_of_the_same_kind_leave_the_score_and_narrow_the_interval(counts, times):
    few, many = nps(counts), nps([times * count for count in counts])

    assert few is not None
    assert many is not None
    assert many.value == pytest.approx(few.value)
    assert many.high - many.low < few.high - few.low


def test_a_change_is_the_difference_of_the_adjusted_scores_with_the_variances_added():
    # 17/33 - 6/13 = 0.053613; variances 0.0398270 + 0.0144558; 1.96 * sqrt(0.0542828) = 0.456646
    before, after = nps(histogram(7, 1, 10)), nps(histogram(20, 3, 30))

    assert before is not None
    assert after is not None
    assert change(before, after) == pytest.approx((-40.3033, 51.0259), abs=1e-3)


def test_a_change_can_be_clear_although_the_intervals_overlap():
    before, after = nps(histogram(550, 150, 1000)), nps(histogram(620, 150, 1000))

    assert before is not None
    assert after is not None
    assert before.high > after.low
    assert change(before, after).low > 0

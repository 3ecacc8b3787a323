import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.indicators.nps import adjusted_wald, change, nps


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


def test_a_change_from_one_answer_to_one_answer_is_never_clear():
    sad, glad = nps(histogram(0, 1, 1)), nps(histogram(1, 0, 1))

    assert sad is not None
    assert glad is not None
    low, high = change(sad, glad)
    assert low < 0 < high


@given(histograms, histograms)
def test_a_change_seen_backwards_is_the_change_turned_round(before, after):
    first, second = nps(before), nps(after)

    assert first is not None
    assert second is not None
    there, back = change(first, second), change(second, first)
    assert -200 <= there.low <= there.high <= 200
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))


@pytest.mark.parametrize(("score", "cell"), [(100, 10), (0, 8), (-100, 0)])
@pytest.mark.parametrize("n", [2, 5, 10**12])
def test_when_all_answers_are_equal_the_score_is_sure_only_of_many(score, cell, n):
    counts = [0] * 11
    counts[cell] = n

    result = nps(counts)

    assert result is not None
    assert result.value == score
    assert result.low <= score <= result.high
    assert (result.high - result.low < 0.001) == (n == 10**12)


def test_a_single_answer_leaves_nearly_everything_open():
    result = nps(histogram(1, 0, 1))

    assert result is not None
    assert (result.low, result.high) == pytest.approx((-48.498649, 98.498649))


def coverage(promoters: float, detractors: float, n: int) -> float:
    """Return how often the interval of n answers holds the true score, by going through every outcome."""
    passives, score, held = 1 - promoters - detractors, 100 * (promoters - detractors), 0.0
    log = [math.lgamma(k + 1) for k in range(n + 1)]
    kinds = [math.log(share) for share in (promoters, passives, detractors)]
    for p in range(n + 1):
        for d in range(n - p + 1):
            low, high = adjusted_wald(p, d, n)
            if low <= score <= high:
                counts = (p, n - p - d, d)
                held += math.exp(log[n] + sum(k * share - log[k] for k, share in zip(counts, kinds, strict=True)))
    return held


# Promoters and detractors of every hundred, as services with such scores have them: 15, 30, 50, 60, 67, 73 and 87.
POPULATIONS = [(0.42, 0.27), (0.5, 0.2), (0.63, 0.13), (0.7, 0.1), (0.74, 0.07), (0.8, 0.07), (0.9, 0.03)]


@pytest.mark.parametrize(("promoters", "detractors"), POPULATIONS)
@pytest.mark.parametrize("n", [5, 10, 20, 30, 50, 100])
def test_the_interval_holds_the_true_score_91_times_in_100_or_more(promoters, detractors, n):
    assert coverage(promoters, detractors, n) >= 0.91


@pytest.mark.parametrize("score", range(15, 88, 4))
@pytest.mark.parametrize("n", [10, 11, 13, 17, 29])
def test_where_an_interval_is_printed_it_holds_every_such_score_93_times_in_100(score, n):
    detractors = (100 - score) / 400

    assert coverage(detractors + score / 100, detractors, n) >= 0.93

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.indicators.statements import change, statement


def test_mean_share_and_intervals_are_those_worked_out_by_hand():
    result = statement([2, 3, 10, 25, 60])

    assert result is not None
    assert (result.n, result.counts) == (100, (2, 3, 10, 25, 60))
    assert (result.mean, result.low, result.high) == pytest.approx((4.38, 4.195538, 4.564462), abs=5e-7)
    assert (result.agree_share, result.agree_low, result.agree_high) == pytest.approx((0.85, 0.767164, 0.906940), abs=5e-7)


def test_four_and_five_agree_and_three_does_not():
    result = statement([0, 0, 1, 1, 1])

    assert result is not None
    assert result.agree_share == pytest.approx(2 / 3)


def test_without_answers_there_is_no_result():
    assert statement([0, 0, 0, 0, 0]) is None


def test_a_single_answer_tells_nothing_of_the_spread():
    result = statement([0, 0, 0, 1, 0])

    assert result is not None
    assert (result.mean, result.low, result.high) == (4, 1, 5)


def test_two_opposite_answers_give_the_whole_scale_and_not_more():
    result = statement([1, 0, 0, 0, 1])

    assert result is not None
    assert (result.low, result.high) == (1, 5)


@pytest.mark.parametrize("cells", [0, 4, 6])
def test_counts_of_another_scale_are_refused(cells):
    with pytest.raises(ValueError, match="five"):
        statement([1] * cells)


distributions = st.lists(st.integers(0, 3000), min_size=5, max_size=5).filter(any)


@given(distributions)
def test_every_figure_lies_inside_its_interval_and_on_its_scale(counts):
    result = statement(counts)

    assert result is not None
    assert 1 <= result.low <= result.mean + 1e-12
    assert result.mean <= result.high + 1e-12 <= 5 + 1e-12
    assert 0 <= result.agree_low <= result.agree_share + 1e-12
    assert result.agree_share <= result.agree_high + 1e-12 <= 1 + 1e-12


@given(distributions)
def test_turning_the_scale_round_turns_the_mean_round(counts):
    there, back = statement(counts), statement(counts[::-1])

    assert there is not None
    assert back is not None
    assert (back.mean, back.low, back.high) == pytest.approx((6 - there.mean, 6 - there.high, 6 - there.low))


def test_the_change_of_a_mean_has_welch_s_interval():
    before, after = statement([2, 3, 10, 25, 60]), statement([10, 10, 20, 30, 30])
    assert before is not None
    assert after is not None

    low, high = change(before, after)

    assert (low, high) == (pytest.approx(-1.0933, abs=1e-4), pytest.approx(-0.4667, abs=1e-4))


@pytest.mark.parametrize(("before", "after"), [([0, 0, 0, 0, 1], [0, 0, 5, 5, 5]), ([0, 0, 0, 0, 9], [0, 0, 0, 9, 0])])
def test_a_change_that_tells_nothing_of_the_spread_is_as_wide_as_the_scale(before, after):
    assert change(statement(before), statement(after)) == (-4, 4)

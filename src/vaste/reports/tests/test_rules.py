"""Which sentences a figure carries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.indicators.statements import Statement, statement
from vaste.reports.rules import (
    Standing,
    Trend,
    best_items,
    mean_trend,
    missing_groups,
    overall,
    standing,
    trend,
    weakest_items,
)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (4.0, 4.1, Standing.MET),
        (4.3, 4.5, Standing.MET),
        (4.31, 4.5, Standing.WELL_MET),
        (3.9, 4.0, Standing.NOT_DISTINGUISHABLE),
        (3.9, 4.2, Standing.NOT_DISTINGUISHABLE),
        (3.73, 3.87, Standing.SLIGHTLY_MISSED),
        (3.7, 3.99, Standing.SLIGHTLY_MISSED),
        (3.69, 3.9, Standing.MISSED),
        (3.0, 3.6, Standing.WELL_MISSED),
    ],
)
def test_a_little_and_well_are_said_only_when_the_whole_interval_carries_them(low, high, said):
    assert standing(low, high, 4.0, slight=0.3) is said


@given(st.floats(1, 5), st.floats(0, 2), st.floats(1, 5))
def test_an_interval_around_the_goal_is_never_called_met_or_missed(middle, half, goal):
    low, high = middle - half, middle + half
    said = standing(low, high, goal, slight=0.3)
    assert (said is Standing.NOT_DISTINGUISHABLE) == (low < goal <= high)


@pytest.mark.parametrize(
    ("low", "high", "said"), [(0.1, 3, Trend.UP), (-3, -0.1, Trend.DOWN), (-1, 1, Trend.NO_CLEAR_CHANGE), (0, 2, Trend.NO_CLEAR_CHANGE)]
)
def test_a_change_is_clear_when_its_interval_leaves_zero_outside(low, high, said):
    assert trend(low, high) is said


def made(*counts: int) -> Statement:
    result = statement(counts)
    assert result
    return result


LOW, MIDDLE, HIGH = made(40, 60, 100, 60, 40), made(10, 30, 100, 130, 60), made(2, 8, 40, 150, 130)


def test_the_best_and_the_weakest_statement_are_named():
    results = {"a": MIDDLE, "b": HIGH, "c": LOW}
    assert (best_items(results), weakest_items(results)) == (["b"], ["c"])


def test_statements_too_close_to_tell_apart_are_named_together_or_not_at_all():
    results = {"a": LOW, "b": made(40, 60, 99, 61, 40), "c": HIGH}
    assert (best_items(results), weakest_items(results)) == (["c"], ["a", "b"])
    assert best_items({"a": LOW, "b": LOW}) == weakest_items({"a": LOW, "b": LOW}) == []
    assert best_items({}) == []


def test_more_than_three_statements_alike_are_not_called_the_best():
    results = dict.fromkeys("abcd", MIDDLE) | {"e": LOW}
    assert (best_items(results), weakest_items(results)) == ([], ["e"])


def test_a_difference_of_few_answers_ranks_nothing():
    assert best_items({"a": made(0, 1, 2, 4, 3), "b": made(1, 2, 3, 3, 1)}) == []


def test_the_mean_of_all_statements_is_that_of_all_values_with_an_interval_that_is_rather_too_wide():
    both = overall([LOW, HIGH])
    assert both
    values = made(42, 68, 140, 210, 170)
    assert (both.n, both.mean) == (630, pytest.approx(values.mean))
    assert both.high - both.low > values.high - values.low
    assert overall([]) is None


def test_a_mean_that_moves_by_less_than_a_tenth_has_not_clearly_changed():
    million = made(100_000, 100_000, 300_000, 300_000, 200_000)
    near = made(100_000, 100_000, 300_000, 299_000, 201_000)
    assert mean_trend(million, near) is Trend.NO_CLEAR_CHANGE
    assert mean_trend(LOW, HIGH) is Trend.UP
    assert mean_trend(HIGH, LOW) is Trend.DOWN


def test_who_is_missing_are_the_groups_that_answer_clearly_less_often_the_rarest_first():
    assert missing_groups({"fi": 0.26, "sv": 0.2, "en": 0.1, "se": None}, 0.25) == ["en", "sv"]
    assert missing_groups({"fi": 0.26, "sv": 0.24}, 0.25) == []
    assert missing_groups({"fi": 0.26}, None) == []

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.indicators.display import Display, GoalState, Thresholds, display_of, goal_state, hidden_parts, response_rate


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (0, Display.TOO_FEW),
        (4, Display.TOO_FEW),
        (5, Display.COUNT_ONLY),
        (9, Display.COUNT_ONLY),
        (10, Display.UNCERTAIN),
        (29, Display.UNCERTAIN),
        (30, Display.FIGURE),
    ],
)
def test_more_is_shown_the_more_have_answered(n, expected):
    assert display_of(n, Thresholds()) is expected


def test_the_county_sets_the_thresholds():
    assert display_of(19, Thresholds(too_few_below=20)) is Display.TOO_FEW
    assert display_of(40, Thresholds(uncertain_below=50)) is Display.UNCERTAIN


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (50, 70, GoalState.MET),
        (49.9, 70, GoalState.NOT_DISTINGUISHABLE),
        (30, 50, GoalState.NOT_DISTINGUISHABLE),
        (30, 49.9, GoalState.MISSED),
    ],
)
def test_a_goal_of_50_is_met_or_missed_only_when_the_whole_interval_says_so(low, high, expected):
    assert goal_state(low, high, 50) is expected


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([40, 30, 20], []),
        ([40, 3, 20], [1, 2]),
        ([40, 0, 20], [1]),
        ([40, 3, 2, 20], [1, 2]),
        ([40, 2, 1, 20], [1, 2, 3]),
        ([40, 0, 0, 20], [1, 2]),
        ([40, 0, 3, 20], [1, 2, 3]),
        ([3, 1], [0, 1]),
        ([2, 1, 1], [0, 1, 2]),
        ([40], []),
        ([3], [0]),
        ([], []),
    ],
)
def test_a_part_with_too_few_answers_is_hidden_and_cannot_be_found_by_subtraction(counts, hidden):
    assert sorted(hidden_parts(counts, 5)) == hidden


def test_a_part_hidden_for_another_reason_covers_for_a_small_one():
    assert sorted(hidden_parts([40, 30, 20, 2], 5, already=frozenset({0}))) == [0, 3]


def test_a_part_hidden_for_another_reason_is_covered_by_the_next_smallest():
    assert sorted(hidden_parts([40, 30, 20], 5, already=frozenset({0}))) == [0, 2]
    assert sorted(hidden_parts([40, 30, 0], 5, already=frozenset({0}))) == [0, 1, 2]


@given(st.lists(st.integers(0, 60), min_size=2, max_size=12), st.integers(2, 10))
def test_what_the_shown_parts_leave_of_the_total_is_nobody_or_enough_of_them(counts, threshold):
    hidden = hidden_parts(counts, threshold)
    left = sum(counts[index] for index in hidden)

    assert all(index in hidden for index, count in enumerate(counts) if count < threshold)
    assert left == 0 or left >= threshold or len(hidden) == len(counts)


@pytest.mark.parametrize(("responses", "invited", "expected"), [(25, 100, 0.25), (0, 10, 0.0), (11, 10, 1.0), (0, 0, None)])
def test_the_response_rate_is_the_share_of_the_invited(responses, invited, expected):
    assert response_rate(responses, invited) == expected

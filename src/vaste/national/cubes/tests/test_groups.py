import numpy as np
import pytest

from vaste.national.cubes.groups import is_sensitive, measures


def group(n: int, promoters: int, passives: int, detractors: int, *steps: int) -> np.ndarray:
    return np.array([n, promoters, passives, detractors, *(steps or (0, 0, 0, 0, 0))])


def test_what_is_counted_of_a_group():
    assert measures(["access"]) == ["n", "promoters", "passives", "detractors", "access_1", "access_2", "access_3", "access_4", "access_5"]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (group(0, 0, 0, 0), False),
        (group(4, 3, 1, 0), True),
        (group(5, 3, 1, 1), False),
        (group(20, 20, 0, 0), True),  # everybody is content
        (group(20, 3, 1, 0), True),  # four answered the question
        (group(20, 0, 0, 0), False),  # nobody did
        (group(20, 9, 9, 2, 0, 0, 1, 1, 1), True),
        (group(20, 9, 9, 2, 0, 0, 0, 0, 7), True),
        (group(20, 9, 9, 2, 0, 0, 0, 1, 6), False),
        (group(-6, -3, -2, -1), False),  # a difference: six were withdrawn
        (group(-1, -1, 0, 0), True),
        (group(0, 1, -1, 0), True),  # one came and one went
    ],
)
def test_a_group_tells_of_people_when_it_is_small_or_all_answered_alike(numbers, expected):
    assert is_sensitive(numbers, 5) is expected


@pytest.mark.parametrize(("invited", "expected"), [(0, False), (1, True), (4, True), (5, False)])
def test_of_the_invited_only_the_number_counts(invited, expected):
    assert is_sensitive(np.array([invited]), 5) is expected

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.indicators.distribution import diverging, shares


def test_shares_are_of_all_who_answered():
    assert shares([2, 3, 10, 25, 60]) == pytest.approx((0.02, 0.03, 0.1, 0.25, 0.6))


def test_a_bar_diverges_from_the_middle_of_the_step_that_leans_neither_way():
    pieces = diverging([1, 1, 4, 2, 2])

    assert pieces is not None
    assert [value for piece in pieces for value in piece] == pytest.approx([-0.4, -0.3, -0.3, -0.2, -0.2, 0.2, 0.2, 0.4, 0.4, 0.6])


def test_a_bar_of_an_even_scale_diverges_between_its_halves():
    pieces = diverging([1, 3])

    assert pieces is not None
    assert [value for piece in pieces for value in piece] == pytest.approx([-0.25, 0, 0, 0.75])


@pytest.mark.parametrize("counts", [[], [0], [0, 0, 0, 0, 0]])
def test_without_answers_there_is_no_bar(counts):
    assert shares(counts) is None
    assert diverging(counts) is None


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=11).filter(any))
def test_a_bar_is_one_long_and_lies_around_the_middle(counts):
    pieces = diverging(counts)

    assert pieces is not None
    assert pieces[-1].end - pieces[0].start == pytest.approx(1)
    assert -1 - 1e-9 <= pieces[0].start <= 1e-9
    assert -1e-9 <= pieces[-1].end <= 1 + 1e-9

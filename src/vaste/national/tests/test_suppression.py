"""What is hidden of a table of counts, judged by an attacker of the tests' own."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from vaste.national.disclosure.attack import Bounds, bounds
from vaste.national.disclosure.suppression import Unprotectable, protect
from vaste.national.disclosure.tables import Line, Table, two_way

K = 5
small_tables = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=2, max_size=4)
)
large_tables = st.integers(3, 8).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 40), min_size=width, max_size=width), min_size=3, max_size=10)
)


def oracle(table: Table, hidden: frozenset[int]) -> Iterator[tuple[int, tuple[float, float]]]:
    """Yield each hidden cell with its lowest and highest value by SciPy, over the whole system and not only its hidden part."""
    size = len(table.counts)
    sums = np.zeros((len(table.lines), size))
    for row, line in enumerate(table.lines):
        for part in line.parts:
            sums[row, part] += 1
        sums[row, line.total] -= 1
    ranges = [(0, max(table.counts)) if cell in hidden else (count, count) for cell, count in enumerate(table.counts)]
    for cell in hidden:
        cost = np.zeros(size)
        cost[cell] = 1
        low = linprog(cost, A_eq=sums, b_eq=np.zeros(len(sums)), bounds=ranges)
        high = linprog(-cost, A_eq=sums, b_eq=np.zeros(len(sums)), bounds=ranges)
        yield cell, (low.fun, -high.fun)


def is_safe(table: Table, hidden: frozenset[int]) -> bool:
    return all(high - low >= K - 1 - 1e-6 for _cell, (low, high) in oracle(table, hidden))


def protected(rows: list[list[int]]) -> tuple[Table, frozenset[int]]:
    table = two_way(rows)
    try:
        return table, protect(table, K).hidden
    except Unprotectable:
        assume(False)
        raise


def test_a_table_of_large_counts_is_shown_whole():
    assert protect(two_way([[9, 8], [7, 6]]), K).hidden == frozenset()


def test_a_cell_with_nobody_in_it_is_shown():
    assert protect(two_way([[0, 8], [7, 0]]), K).hidden == frozenset()


def test_one_small_cell_is_hidden_with_the_three_that_would_tell_it():
    #    a   b   c
    # x  2  20  30
    # y 40   7   9
    # z 50  60   8
    found = protect(two_way([[2, 20, 30], [40, 7, 9], [50, 60, 8]]), K)
    assert found.hidden == {0, 1, 3, 4}
    assert found.bounds == {0: Bounds(0, 22), 1: Bounds(0, 22), 3: Bounds(20, 42), 4: Bounds(5, 27)}


def test_four_small_cells_that_bound_each_other_too_closely_need_more_hidden():
    # Alone, the four ones leave each other only 0 to 2.
    found = protect(two_way([[1, 1, 30], [1, 1, 40], [50, 60, 70]]), K)
    assert {0, 1, 3, 4} < found.hidden
    assert all(each.width >= K - 1 for each in found.bounds.values())


def test_a_row_whose_published_total_is_too_small_cannot_be_protected():
    with pytest.raises(Unprotectable) as refused:
        protect(two_way([[1, 2], [30, 40]]), K)
    assert refused.value.cells == (0, 1, 4)  # both cells, and the total itself


def test_what_was_published_before_cannot_be_hidden_any_more():
    #  a + b = all, and `a` stood in an earlier release
    table = Table(counts=(3, 20, 23), lines=(Line(2, (0, 1)),), fixed=frozenset({0}))
    with pytest.raises(Unprotectable) as refused:
        protect(table, K)
    assert refused.value.cells == (0,)


def test_a_total_may_be_hidden_where_it_was_not_promised():
    # two districts of one part each, under one county
    table = Table(counts=(2, 30, 2, 30, 32), lines=(Line(2, (0,)), Line(3, (1,)), Line(4, (2, 3))))
    found = protect(table, K)
    assert found.hidden >= {0, 2}
    assert is_safe(table, found.hidden)


@given(small_tables)
@settings(max_examples=25, deadline=None)
def test_no_fewer_cells_would_have_done(rows: list[list[int]]):
    table, hidden = protected(rows)
    primary = table.sensitive(K)
    others = [cell for cell in range(len(rows) * len(rows[0])) if cell not in primary]
    extra = len(hidden) - len(primary)
    assume(extra <= 4)
    for fewer in range(extra):
        assert not any(is_safe(table, primary | set(more)) for more in combinations(others, fewer))


@given(large_tables)
@settings(max_examples=40, deadline=None)
def test_every_small_cell_is_hidden_and_no_hidden_one_can_be_worked_out(rows: list[list[int]]):
    table, hidden = protected(rows)
    assert table.sensitive(K) <= hidden
    assert hidden.isdisjoint(table.fixed)
    assert is_safe(table, hidden)


@given(large_tables, st.data())
@settings(max_examples=40, deadline=None)
def test_an_attack_finds_the_same_bounds_as_another_solver(rows: list[list[int]], data: st.DataObject):
    table = two_way(rows)
    hidden = frozenset(data.draw(st.sets(st.integers(0, len(rows) * len(rows[0]) - 1), min_size=1, max_size=12)))
    ours, theirs = bounds(table, hidden), dict(oracle(table, hidden))
    for cell in hidden:
        assert (ours[cell].low, ours[cell].high) == pytest.approx(theirs[cell])


def test_what_needs_more_choices_than_allowed_is_given_up():
    # The first choice hides four ones that leave each other only 0 to 2.
    with pytest.raises(Unprotectable):
        protect(two_way([[1, 1, 30], [1, 1, 40], [50, 60, 70]]), K, most_choices=1)


def test_a_choice_that_hides_too_much_is_given_up():
    table = two_way([[3, 9], [8, 20]])
    hidden = protect(table, K).hidden
    with pytest.raises(Unprotectable):
        protect(table, K, is_too_much=lambda choice: len(choice) >= len(hidden))
    assert protect(table, K, is_too_much=lambda choice: len(choice) > len(hidden)).hidden == hidden

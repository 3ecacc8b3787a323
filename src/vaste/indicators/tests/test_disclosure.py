from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from vaste.indicators.disclosure import shown_cells


def holds(cell, key) -> bool:
    return all(at in {None, value} for at, value in zip(cell, key, strict=True))


def row_of(cell, keys) -> dict[int, Fraction]:
    return {place: Fraction(1) for place, key in enumerate(keys) if holds(cell, key)}


def reduced(row, basis) -> dict[int, Fraction]:
    """Return what is left of a sum of counts once known sums are subtracted; each known sum is kept by its first count."""
    left = dict(row)
    while left and (first := min(left)) in basis:
        pivot = basis[first]
        times = left[first] / pivot[first]
        for place, share in pivot.items():
            left[place] = left.get(place, Fraction(0)) - times * share
        left = {place: share for place, share in left.items() if share}
    return left


def known_sums(shown, keys) -> dict[int, dict[int, Fraction]]:
    basis: dict[int, dict[int, Fraction]] = {}
    for cell in sorted(shown, key=str):
        left = reduced(row_of(cell, keys), basis)
        if left:
            basis[min(left)] = left
    return basis


def test_a_cell_is_not_left_over_in_its_column_when_its_row_hides_it():
    counts = {("a", "sms"): 40, ("a", "link"): 30, ("b", "sms"): 40, ("b", "link"): 30, ("c", "sms"): 40, ("c", "link"): 2}

    shown = shown_cells(counts, 5)

    assert {cell for cell in shown if None not in cell} == {("b", "sms"), ("b", "link")}
    assert {cell for cell in shown if None in cell} == {
        (None, None), (None, "sms"), (None, "link"), ("a", None), ("b", None), ("c", None)
    }  # fmt: skip


def test_under_a_hidden_total_nothing_is_shown():
    counts = {("a", "sms"): 40, ("a", "link"): 40, ("b", "sms"): 20, ("b", "link"): 20, ("c", "sms"): 3}

    shown = shown_cells(counts, 5)

    assert {cell for cell in shown if cell[0] in {"b", "c"}} == set()


def test_a_large_table_is_shown_whole():
    counts = {(unit, channel): 9 for unit in "abc" for channel in ("sms", "link")}

    assert len(shown_cells(counts, 5)) == 12


def test_only_what_may_be_shown_at_all_is_shown():
    assert shown_cells({("a",): 40, ("b",): 30, ("c",): 20}, 5, among=frozenset({(None,), ("a",), ("b",)})) == {(None,), ("a",)}


shapes = st.sampled_from([("abcd", "xyz"), ("abc", "xyz", "pq")])
tables = shapes.flatmap(lambda shape: st.fixed_dictionaries({key: st.integers(0, 14) for key in product(*shape)}))


@given(tables)
def test_no_cell_with_too_few_answers_follows_from_everything_that_is_shown(counts):
    keys = list(counts)
    basis = known_sums(shown_cells(counts, 5), keys)

    for cell in product(*([None, *sorted(set(values))] for values in zip(*keys, strict=True))):
        if 0 < sum(count for key, count in counts.items() if holds(cell, key)) < 5:
            assert reduced(row_of(cell, keys), basis)


def test_the_search_for_cells_that_follow_finds_one_that_its_row_leaves_over():
    keys = [("a",), ("b",)]

    assert not reduced(row_of(("b",), keys), known_sums({(None,), ("a",)}, keys))


@given(tables)
def test_totals_are_shown_the_same_without_the_last_axis(counts):
    folded = {}
    for key, count in counts.items():
        folded[key[:-1]] = folded.get(key[:-1], 0) + count

    assert {cell[:-1] for cell in shown_cells(counts, 5) if cell[-1] is None} == shown_cells(folded, 5)

"""Which cells of a table may be shown, so that no shown ones can be subtracted to find a hidden one."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import product

from vaste.indicators.display import hidden_parts

Cell = tuple[str | None, ...]
"""A place in a table: a value for each axis, None where all values of the axis are taken together."""


def shown_cells(counts: Mapping[tuple[str, ...], int], too_few_below: int, among: frozenset[Cell] | None = None) -> frozenset[Cell]:
    """Return the cells, totals among them, that may be shown to somebody who can ask for every one of them.

    counts: answers by a value for each axis. among: the only cells that may be shown; None when all may.
    In each line of the table, a total and its parts, what the shown parts leave of a shown total is nothing, or enough
    answers from more than one part; under a hidden total everything is hidden. A cell hidden for one line can uncover
    another, so the lines are gone over until nothing changes. What is shown of the totals over an axis is the same
    whether the table has that axis or not.
    """
    totals = _totals(counts)
    lines = _lines(totals)
    hidden = {cell for cell, count in totals.items() if count < too_few_below or (among is not None and cell not in among)}
    before = -1
    while before != len(hidden):
        before = len(hidden)
        for total, parts in lines:
            hidden.update(_hidden_in_line(total, parts, totals, hidden, too_few_below))
    return frozenset(totals.keys() - hidden)


def _hidden_in_line(total: Cell, parts: Sequence[Cell], totals: Mapping[Cell, int], hidden: set[Cell], too_few_below: int) -> list[Cell]:
    if total in hidden:
        return list(parts)
    already = frozenset(place for place, part in enumerate(parts) if part in hidden)
    return [parts[place] for place in hidden_parts([totals[part] for part in parts], too_few_below, already)]


def _totals(counts: Mapping[tuple[str, ...], int]) -> dict[Cell, int]:
    """Return the count of every cell, in the order in which ties between equal counts are broken."""
    totals: Counter[Cell] = Counter()
    for key, count in counts.items():
        for cell in product(*((value, None) for value in key)):
            totals[cell] += count
    return {cell: totals[cell] for cell in sorted(totals, key=lambda cell: [value or "" for value in cell])}


def _lines(totals: Mapping[Cell, int]) -> list[tuple[Cell, list[Cell]]]:
    """Return each total with its parts along one axis."""
    lines: defaultdict[tuple[int, Cell], list[Cell]] = defaultdict(list)
    for cell in totals:
        for axis, value in enumerate(cell):
            if value is not None:
                lines[axis, (*cell[:axis], None, *cell[axis + 1 :])].append(cell)
    # The later axes first: a part that its row hides then counts already when columns are looked at, and fewer are hidden.
    return [(total, lines[axis, total]) for axis, total in sorted(lines, key=lambda line: -line[0])]

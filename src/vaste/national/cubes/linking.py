"""Everything that is published as one table: the planned cells, those of earlier deliveries, and what lies between. Pure.

Cells that count the same people are one cell. Where an earlier delivery counted the same people and the record has changed since,
the difference is a cell of its own, which anybody can work out from the two.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from vaste.national.cubes.groups import RESPONDENTS, Numbers, is_sensitive
from vaste.national.cubes.levels import ALL
from vaste.national.cubes.plan import PEOPLE_ANSWERED, PEOPLE_INVITED, Cell, Planned, Sum
from vaste.national.disclosure.tables import Line, Table


@dataclass(frozen=True)
class Release:
    """An earlier delivery: what its cells really counted, which of them it hid, and its sums."""

    name: str
    numbers: Mapping[Cell, Numbers]
    hidden: frozenset[Cell]
    sums: tuple[Sum, ...]
    units_of: Mapping[str, frozenset[str]]
    quarters: tuple[str, ...]
    items: tuple[str, ...]


class CannotCompare(Exception):
    """An earlier delivery counted people that a planned cell counts in part only; the message names both."""


class _Place(NamedTuple):
    """Whom a cell counts, whatever it is called."""

    people: str
    units: frozenset[str]
    quarters: frozenset[str]
    age: str
    language: str
    channel: str


@dataclass
class Linked:
    """The one table, and which of its numbers stands for which cell. numbers: what each counts, differences signed."""

    k: int
    cells: dict[_Place | tuple[object, ...], int] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    numbers: list[Numbers] = field(default_factory=list)
    lines: set[Line] = field(default_factory=set)
    fixed: set[int] = field(default_factory=set)
    secret: set[int] = field(default_factory=set)
    unpublished: set[int] = field(default_factory=set)
    at: dict[Cell, int] = field(default_factory=dict)

    def add(self, key: "_Place | tuple[object, ...]", name: str, numbers: Numbers) -> int:
        """Return the number of a cell, which it gets when it is first named."""
        if key not in self.cells:
            self.cells[key] = len(self.numbers)
            self.names.append(name)
            self.numbers.append(numbers)
            if is_sensitive(numbers, self.k):
                self.secret.add(self.cells[key])
        return self.cells[key]

    def add_line(self, total: int, parts: Sequence[int]) -> None:
        """Tie a total to its parts; a cell that is its own only part needs no tie."""
        if tuple(parts) != (total,):
            self.lines.add(Line(total, tuple(parts)))

    def table(self) -> Table:
        """Return the table as disclosure control takes it; a cell costs the more, the more margins it lies on: totals stay longest."""
        counts = tuple(abs(int(numbers[RESPONDENTS])) for numbers in self.numbers)
        lines = tuple(sorted(self.lines, key=lambda line: (line.total, line.parts)))
        costs = [1.0] * len(counts)
        for cell, number in self.at.items():
            costs[number] = max(costs[number], float(cell[1:].count(ALL)))
        return Table(counts, lines, frozenset(self.fixed), frozenset(self.secret), frozenset(self.unpublished), tuple(costs))


def link(planned: Planned, earlier: Sequence[Release], k: int) -> Linked:
    """Return the planned cells and those of earlier deliveries as one table. Raises CannotCompare."""
    linked = Linked(k)
    for cell, numbers in sorted(planned.numbers.items()):
        place = _Place(cell.people, planned.units_of[cell.area], planned.quarters_of(cell), *cell[3:])
        linked.at[cell] = linked.add(place, name_of(cell), numbers)
    for total, parts in planned.sums:
        linked.add_line(linked.at[total], [linked.at[part] for part in parts])
    _add_silent(planned, linked)
    for release in earlier:
        if set(release.quarters) & set(planned.facts.quarters):
            _add_release(linked, planned, release)
    linked.secret -= linked.fixed  # what one delivery hid and another showed is known
    return linked


def name_of(cell: Cell) -> str:
    """Return a cell's name for people."""
    return " / ".join((*(("invited",) if cell.people == PEOPLE_INVITED else ()), *cell[1:]))


def _add_silent(planned: Planned, linked: Linked) -> None:
    """Add those who were invited and did not answer: they stand nowhere, but nobody thinks that more answered than were invited.

    Where more did (somebody answered in another language than the record's), nothing of the kind can be relied on.
    """
    for cell, invited in planned.numbers.items():
        answered = cell._replace(people=PEOPLE_ANSWERED)
        if cell.people == PEOPLE_INVITED and answered in planned.numbers:
            silent = invited - planned.numbers[answered][:1]
            if silent[RESPONDENTS] >= 0:
                number = linked.add(("silent", cell), f"{name_of(cell)}, not answered", silent)
                linked.unpublished.add(number)
                linked.secret.discard(number)
                linked.add_line(linked.at[cell], [linked.at[answered], number])


def _add_release(linked: Linked, planned: Planned, release: Release) -> None:
    """Add an earlier delivery: what it showed cannot be hidden any more, what it hid stays hidden."""
    width = len(planned.facts.measures)
    at: dict[Cell, int] = {}
    for cell, then in sorted(release.numbers.items()):
        quarters = frozenset(release.quarters if cell.quarter == ALL else (cell.quarter,))
        place = _Place(cell.people, release.units_of[cell.area], quarters, *cell[3:])
        then = _widened(then, release.items, planned.facts.items, width)
        same = linked.cells.get(place)
        if same is not None and np.array_equal(linked.numbers[same], then):
            at[cell] = same
        else:
            at[cell] = linked.add((release.name, place), f"{release.name}: {name_of(cell)}", then)
            _add_difference(linked, planned, release, cell, at[cell], same)
        if cell not in release.hidden:
            linked.fixed.add(at[cell])
        elif cell._replace(people=PEOPLE_ANSWERED) in release.hidden and cell.people == PEOPLE_INVITED:
            pass  # hidden for the sake of the respondents in its row: no secret, and perhaps not known
        else:
            linked.secret.add(at[cell])
    for total, parts in release.sums:
        linked.add_line(at[total], [at[part] for part in parts])


def _widened(then: Numbers, items: Sequence[str], now: Sequence[str], width: int) -> Numbers:
    """Return earlier numbers in the order of the present items; an item that is asked no more is left out."""
    if len(then) == 1 or tuple(items) == tuple(now):
        return then
    start = {item: 4 + 5 * number for number, item in enumerate(items)}
    steps = [then[start[item] : start[item] + 5] if item in start else np.zeros(5, dtype=np.int64) for item in now]
    return np.concatenate([then[:4], *steps])[:width]


def _add_difference(linked: Linked, planned: Planned, release: Release, cell: Cell, before: int, same: int | None) -> None:
    """Tie an earlier cell to the planned one that counts the same people now, or more or fewer units of the same name."""
    now = same if same is not None else linked.at.get(cell)
    if now is None or (same is None and not _is_comparable(planned, release, cell)):
        return
    difference = linked.numbers[now] - linked.numbers[before]
    number = linked.add(("difference", now, before), f"{linked.names[now]}: since {release.name}", difference)
    linked.unpublished.add(number)
    if is_sensitive(difference, linked.k):
        # Even beside a hidden cell: whoever thinks that few have answered since would know nearly what it hid.
        linked.secret.add(now)
    more, less = (now, before) if difference[RESPONDENTS] >= 0 else (before, now)
    linked.add_line(more, [less, number])


def _is_comparable(planned: Planned, release: Release, cell: Cell) -> bool:
    """Tell whether a cell of the same name counts other units in the same quarters. Raises CannotCompare where they overlap in part."""
    then, now = release.units_of[cell.area], planned.units_of[cell.area]
    if then == now or not then & now:
        return False
    if not (then <= now or now <= then):
        raise CannotCompare(f"{release.name} counted {name_of(cell)} with other units, of which only some are the same.")
    return cell.quarter != ALL or set(release.quarters) == set(planned.facts.quarters)


def lines_of(linked: Linked) -> Iterator[Line]:
    """Yield the lines whose cells are all published."""
    for line in linked.lines:
        if not linked.unpublished & {line.total, *line.parts}:
            yield line

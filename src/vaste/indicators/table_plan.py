"""Which figures of a county may be shown to somebody who can ask for each of them, one filter at a time.

The tables of the plan: units within groups within the whole; months within quarters within years within all; and, crossed with
both, the parts of one breakdown (channels, languages, or age bands). Arrays hold areas by parts: the units, then the groups,
then the whole; the parts, then all parts together.

What has too few answers is hidden, with all that lies in it, and with neighbours: in its line of areas, in its line of parts and
in its line of times more than one place is hidden, holding enough answers together, and always as a block: the same times in the
same parts of the same areas. Within a block an answer can be moved in the mind from one unit to another and one back in another
month or part, and no sum that anybody sees changes. So no hidden number can be worked out, by whatever sums (ADR 36; the tests
attack it). All times together need no cover of years: there the sum is hidden instead, for a county's first days would
otherwise hide a whole later year.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]
_ONE, _TWO = 1, 2


@dataclass(frozen=True)
class Times:
    """A tree of times: what lies in what. Leaves have no entry in `parts`."""

    root: str
    parts: Mapping[str, tuple[str, ...]]

    @property
    def all(self) -> frozenset[str]:
        """Every time of the tree."""
        return frozenset({self.root}.union(*self.parts.values()))


@dataclass(frozen=True)
class Areas:
    """Units by their place, and groups of them that together hold each once."""

    units: int
    groups: tuple[tuple[int, ...], ...]

    @property
    def whole(self) -> int:
        """The row of the whole."""
        return self.units + len(self.groups)

    def group(self, place: int) -> int:
        """Return the row of a group."""
        return self.units + place

    def sums(self, counts: Counts) -> Counts:
        """Return counts of units by parts with the rows of groups and whole, and the column of all parts."""
        groups = [counts[list(units)].sum(axis=0) for units in self.groups]
        rows = np.vstack([counts, *(group[None, :] for group in groups), counts.sum(axis=0)[None, :]])
        return np.hstack([rows, rows.sum(axis=1)[:, None]])


@dataclass(frozen=True)
class Plan:
    """What is hidden at each time, areas by parts, and the sums behind it.

    closed: of all times together, what is hidden with everything in it; the rest of what is hidden there only covers a year.
    """

    sums: Mapping[str, Counts]
    hidden: Mapping[str, Mask]
    closed: Mask
    too_few_below: int

    def is_shown(self, area: int, time: str, part: int = -1) -> bool:
        """Tell whether a figure may be shown; part -1 takes all parts together."""
        return bool(self.sums[time][area, part] >= self.too_few_below and not self.hidden[time][area, part])


def make_plan(counts: Mapping[str, Counts], times: Times, areas: Areas, too_few_below: int, within: Plan | None = None) -> Plan:
    """Return what may be shown of counts by leaf of the times, each an array of units by parts.

    within: a plan of the same tables, of which nothing hidden may be shown: a statement is hidden where the responses are.
    """
    inherited = {} if within is None else {**within.hidden, times.root: within.closed}
    table = _Table(_sums(counts, times, areas), times, areas, too_few_below, inherited, {})
    nowhere = np.zeros_like(table.sums[times.root], dtype=bool)
    closed = table.hidden[times.root] = _hidden(table, (times.root,), nowhere, covers_times=False)[0]
    _divide(table, times.root)
    if within is not None:
        table.hidden[times.root] = table.hidden[times.root] | within.hidden[times.root]
    return Plan(table.sums, table.hidden, closed, too_few_below)


def cover_classes(plan: Plan, classes: Sequence[Mapping[str, Counts]], times: Times, areas: Areas) -> Plan:
    """Return a plan that also hides in parts what would tell how many of a hidden few were of one class, as the critical are.

    classes: the counts of each class by leaf of the times, units by parts, which are shown with the plan's figures. Where somebody of
    a class is among a hidden few, others of the class must be among the hidden of its lines, or its place is known from the sums
    around it. Of all parts together nothing more is hidden: months of a unit would be, and they give hardly anything away.
    """
    few = {time: mask & (plan.sums[time] > 0) & (plan.sums[time] < plan.too_few_below) for time, mask in plan.hidden.items()}
    hidden = {time: mask.copy() for time, mask in plan.hidden.items()}
    for counts in classes:
        covered = make_plan(counts, times, areas, _ONE, Plan(plan.sums, few, few[times.root] & plan.closed, _ONE))
        for time, mask in hidden.items():
            mask[:, :-1] |= covered.hidden[time][:, :-1]
    return replace(plan, hidden=hidden)


@dataclass(frozen=True)
class _Table:
    sums: Mapping[str, Counts]
    times: Times
    areas: Areas
    too_few_below: int
    inherited: Mapping[str, Mask]
    hidden: dict[str, Mask]


def _sums(counts: Mapping[str, Counts], times: Times, areas: Areas) -> dict[str, Counts]:
    sums: dict[str, Counts] = {}

    def add(time: str) -> Counts:
        parts = times.parts.get(time)
        sums[time] = areas.sums(counts[time]) if parts is None else sum((add(part) for part in parts[1:]), add(parts[0]))
        return sums[time]

    add(times.root)
    return sums


def _divide(table: _Table, time: str) -> None:
    """Decide what of the parts of a time is hidden, and then what of theirs."""
    parts = table.times.parts.get(time, ())
    if not parts:
        return
    is_root = time == table.times.root
    hidden = _hidden(table, parts, table.hidden[time], covers_times=not is_root)
    if is_root:
        table.hidden[time] = table.hidden[time] | hidden.any(axis=0)
    for part, mask in zip(parts, hidden, strict=True):
        table.hidden[part] = mask
    for part in parts:
        _divide(table, part)


def _hidden(table: _Table, times: Sequence[str], before: Mask, *, covers_times: bool) -> Mask:
    """Return what is hidden at some times that lie in one, by time, area and part. before: what of that one is hidden."""
    counts = np.stack([table.sums[time] for time in times])
    hidden: Mask = np.repeat(before[None], len(times), axis=0)
    secret: Mask = (counts > 0) & (counts < table.too_few_below)
    if table.inherited:
        secret = secret | (np.stack([table.inherited[time] for time in times]) & (counts > 0))
    if not secret.any():
        return hidden
    areas = table.areas
    lines = [([areas.whole], None), ([areas.group(place) for place in range(len(areas.groups))], areas.whole)]
    lines += [(list(units), areas.group(place)) for place, units in enumerate(areas.groups)]
    for columns in ([counts.shape[2] - 1], list(range(counts.shape[2] - 1))):
        for line, above in lines:
            _cover(_Line(line, above, columns, before, covers_times, areas, table.too_few_below), counts, secret, hidden)
    return hidden


@dataclass(frozen=True)
class _Line:
    """Areas that lie in one, `above` (None: the whole), in some parts; and what is hidden of the time that the times lie in."""

    rows: list[int]
    above: int | None
    columns: list[int]
    before: Mask
    covers_times: bool
    areas: Areas
    enough: int

    def needy(self, counts: Counts, block: Mask, gone: Mask, hidden: Mask) -> tuple[int, tuple[int, ...]] | None:
        """Return an axis and a place on it where hidden answers are not covered; None when there is none.

        gone: hidden in a row or column of their own, which covers others. What alone holds all answers of a line needs no
        cover there: it is hidden as its total is.
        """
        chosen = block | gone
        held = np.where(chosen, counts, 0)
        open_ones = (block & (counts > 0)) | ((held > 0) & (held < self.enough))
        axes = [(1, self._rows_free(hidden)), (2, self._columns_free(hidden)), (0, self._times_free())]
        for axis, free in axes:
            if free is None:
                continue
            bare = open_ones.any(axis=axis) & free & (((held > 0).sum(axis=axis) < _TWO) | (held.sum(axis=axis) < self.enough))
            places = np.argwhere(bare & (~chosen & (counts > 0)).any(axis=axis))
            if len(places):
                return axis, tuple(int(at) for at in places[0])
        return None

    def _rows_free(self, hidden: Mask) -> Mask | None:
        return None if self.above is None else ~hidden[:, self.above, self.columns]

    def _columns_free(self, hidden: Mask) -> Mask | None:
        return None if len(self.columns) == 1 and self.columns[0] == hidden.shape[2] - 1 else ~hidden[:, self.rows, -1]

    def _times_free(self) -> Mask | None:
        return ~self.before[np.ix_(self.rows, self.columns)] if self.covers_times else None


def _cover(line: _Line, counts: Counts, secret: Mask, hidden: Mask) -> None:
    """Hide the secret places of a line as a block, grown until it covers itself; with all that lies in the areas."""
    place = np.ix_(range(len(counts)), line.rows, line.columns)
    if not secret[place].any():
        return
    counts, at_first = counts[place], hidden[place]
    gone = np.broadcast_to(at_first.all(axis=2, keepdims=True) | at_first.all(axis=1, keepdims=True), at_first.shape)
    fresh = secret[place] & ~at_first.all(axis=2, keepdims=True)
    sides: list[Mask] = [np.asarray(fresh.any(axis=others)) for others in ((1, 2), (0, 2), (0, 1))]
    sizes = [counts.sum(axis=tuple({0, 1, 2} - {axis})) for axis in range(3)]
    while needy := line.needy(counts, _block(sides), gone, hidden):
        axis, at = needy
        along = np.moveaxis(~(_block(sides) | gone) & (counts > 0), axis, -1)[at]
        sides[axis][min(np.flatnonzero(along), key=lambda each: (sizes[axis][each], each))] = True
        for other, there in zip((each for each in range(3) if each != axis), at, strict=True):
            sides[other][there] = True
    times, rows, columns = (np.flatnonzero(side).tolist() for side in sides)
    width = hidden.shape[2]
    parts = [line.columns[each] for each in columns]
    for row in rows:
        hidden[np.ix_(times, _under(line.rows[row], line.areas), list(range(width)) if parts == [width - 1] else parts)] = True


def _block(sides: Sequence[Mask]) -> Mask:
    """Return the block that some times, areas and parts make."""
    times, rows, columns = sides
    block: Mask = times[:, None, None] & rows[None, :, None] & columns[None, None, :]
    return block


def _under(row: int, areas: Areas) -> list[int]:
    """Return an area with all that lie in it."""
    if row < areas.units:
        return [row]
    if row == areas.whole:
        return list(range(row + 1))
    return [row, *areas.groups[row - areas.units]]

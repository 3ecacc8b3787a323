"""How coarse a delivery's tables must be, and which of their cells are hidden. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

import numpy as np

from vaste.national.cubes.groups import RESPONDENTS, is_sensitive
from vaste.national.cubes.levels import ALL
from vaste.national.cubes.linking import CannotCompare, Linked, Release, lines_of, link
from vaste.national.cubes.plan import SERVICES, STRATA, UNITS, Cell, Coarseness, Facts, Planned, lay_out
from vaste.national.disclosure.attack import Bounds
from vaste.national.disclosure.suppression import Protection, Unprotectable, protect

MOST_SENSITIVE = 0.5
"""The largest share of a table's finest cells that may be sensitive; above it the table is made coarser before anything is hidden."""

MOST_HIDDEN = 0.35
"""The largest share of the cells that hiding may take while the plan can still be made coarser: one that hides more tells little, and
what to hide of it is found slowly."""

_MOST_NAMED = 12
# How far from the fewest cells a choice may be: the last per cent takes most of the time.
_GAP = 0.02
# A plan that needs more is too fine for its people; a county's quarter takes 5 to 25.
_MOST_CHOICES = 80


class StopReason(StrEnum):
    """Why nothing can be delivered."""

    NO_ANSWERS = "no_answers"
    INSTRUMENT = "instrument"
    OVERLAP = "overlap"
    UNPROTECTABLE = "unprotectable"
    AUDIT = "audit"


class DeliveryStopped(Exception):
    """Nothing can be delivered; cells: which are in the way, by name. The message says why, for people."""

    def __init__(self, code: StopReason, reason: str, cells: Iterable[str] = ()) -> None:
        self.code, self.reason, self.cells = code, reason, tuple(cells)
        named = f" Cells: {'; '.join(self.cells[:_MOST_NAMED])}" if self.cells else ""
        more = f" and {len(self.cells) - _MOST_NAMED} more" if len(self.cells) > _MOST_NAMED else ""
        super().__init__(f"{reason}{named}{more}")


class Merge(NamedTuple):
    """A mark given up in a table, and what that lost, in bits of information over all its answers."""

    table: str
    mark: str
    loss: float


@dataclass(frozen=True)
class Protected:
    """What is delivered: the plan as coarse as it had to be, what of it is hidden, and what an attacker then knows of each hidden cell."""

    planned: Planned
    merges: tuple[Merge, ...]
    hidden: frozenset[Cell]
    bounds: dict[Cell, Bounds]


def protect_tables(facts: Facts, earlier: Sequence[Release], k: int) -> Protected:
    """Return the tables of some facts as they may be published beside earlier deliveries. Raises DeliveryStopped.

    First the plan is made coarser, each time where the least is lost, until few enough cells are sensitive. Then cells are hidden;
    where that cannot protect them, the plan is made coarser by another step.
    """
    coarseness, merges = Coarseness(), list[Merge]()
    while True:
        planned = lay_out(facts, coarseness)
        sparse = [table for table in (SERVICES, STRATA, UNITS) if _is_sparse(planned, table, k)]
        if not (steps := _steps(planned, sparse)):
            try:
                can_be_coarser = bool(_steps(planned, planned.tables))
                return _hidden(planned, earlier, k, tuple(merges), most=MOST_HIDDEN if can_be_coarser else 1.0)
            except _Stuck as stuck:
                if not (steps := _steps(planned, stuck.tables) or _steps(planned, planned.tables)):
                    raise DeliveryStopped(StopReason.UNPROTECTABLE, stuck.reason, stuck.cells) from stuck
        merge = min(steps, key=lambda step: (step.loss, step.table, step.mark))
        merges.append(merge)
        coarseness = coarseness.without(merge.table, merge.mark)


def _is_sparse(planned: Planned, table: str, k: int) -> bool:
    finest = [planned.numbers[cell] for cell in _finest(planned, table) if planned.numbers[cell].any()]
    return sum(is_sensitive(numbers, k) for numbers in finest) > MOST_SENSITIVE * len(finest)


def _finest(planned: Planned, table: str) -> list[Cell]:
    marks = ("area", "quarter", *planned.coarseness.marks(table))
    cells = planned.tables.get(table, ())
    return [cell for cell in cells if all(getattr(cell, mark) != ALL for mark in marks)]


def _steps(planned: Planned, tables: Iterable[str]) -> list[Merge]:
    """Return the steps by which some tables can be made coarser."""
    found = [Merge(table, mark, _loss(planned, table, mark)) for table in tables for mark in planned.coarseness.marks(table)]
    if UNITS in tables and planned.coarseness.units:
        found.append(Merge(UNITS, "unit", _loss(planned, UNITS, "area")))
    return found


def _loss(planned: Planned, table: str, mark: str) -> float:
    """Return how many bits of information are lost when a mark is given up: for each group that is merged, its size times its entropy."""

    def merged(cell: Cell) -> tuple[str, ...]:
        area = planned.facts.service_of[cell.area] if table == UNITS else cell.area
        return cell._replace(**{"area": area, mark: area if mark == "area" else ALL})

    lost = 0.0
    for _, group in groupby(sorted(_finest(planned, table), key=merged), key=merged):
        sizes = np.array([int(planned.numbers[cell][RESPONDENTS]) for cell in group], dtype=float)
        sizes = sizes[sizes > 0]
        lost -= float((sizes * np.log2(sizes / sizes.sum())).sum()) if len(sizes) else 0.0
    return lost


class _Stuck(Exception):
    """Hiding protects some cells no longer; tables: where to make the plan coarser."""

    def __init__(self, reason: str, cells: Sequence[str], tables: frozenset[str]) -> None:
        super().__init__(reason)
        self.reason, self.cells, self.tables = reason, cells, tables


def _hidden(planned: Planned, earlier: Sequence[Release], k: int, merges: tuple[Merge, ...], *, most: float) -> Protected:
    try:
        linked = link(planned, earlier, k)
    except CannotCompare as error:
        raise DeliveryStopped(StopReason.OVERLAP, str(error)) from error
    try:
        protection = _protect_all(linked, k, most)
    except Unprotectable as error:
        cells = frozenset(error.cells)
        tables = {table for table, own in planned.tables.items() if cells & {linked.at[cell] for cell in own}}
        names = [linked.names[cell] for cell in error.cells]
        reason = f"{len(names)} cells could be worked out from what is published, and no choice of others to hide prevents it."
        raise _Stuck(reason, names, frozenset(tables or planned.tables)) from error
    hidden = frozenset(cell for cell, number in linked.at.items() if number in protection.hidden)
    bounds = {cell: protection.bounds[linked.at[cell]] for cell in hidden}
    return Protected(planned, merges, hidden, bounds)


def _protect_all(linked: Linked, k: int, most: float) -> Protection:
    """Hide cells until neither a cell nor what is left of a line without its shown cells tells of anybody. Raises Unprotectable.

    most: the largest share of the planned cells that may be hidden.
    """
    own = frozenset(linked.at.values())

    def also(hidden: frozenset[int]) -> frozenset[int]:
        return frozenset(_to_hide_too(linked, hidden, k))

    def is_too_much(hidden: frozenset[int]) -> bool:
        return len(hidden & own) > most * len(own)

    return protect(linked.table(), k, gap=_GAP, also=also, most_choices=_MOST_CHOICES, is_too_much=is_too_much)


def _to_hide_too(linked: Linked, hidden: frozenset[int], k: int) -> Iterator[int]:
    """Yield for each line whose hidden cells together are a telling group the smallest cell to hide beside them. Raises Unprotectable."""
    for line in lines_of(linked):
        apart = [part for part in line.parts if part in hidden]
        if not apart or line.total in hidden or not is_sensitive(np.sum([linked.numbers[part] for part in apart], axis=0), k):
            continue
        others = [
            cell for cell in (*line.parts, line.total) if cell not in hidden and cell not in linked.fixed and linked.numbers[cell].any()
        ]
        if not others:
            raise Unprotectable(apart)
        yield min(others, key=lambda cell: (int(linked.numbers[cell][RESPONDENTS]), cell))

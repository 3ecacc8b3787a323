"""What the answers of a reader's units say: any figure that the table plan lets be shown, for any area, period and part.

Read once with all breakdowns, as arrays of months by units by parts. Everything that pages show comes from here, so that a figure
is hidden on one page exactly where it is hidden on every other.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vaste.indicators.display import response_rate
from vaste.indicators.nps import CLASSES as CLASSES_OF_SCORES
from vaste.indicators.nps import nps
from vaste.indicators.statements import CLASSES as CLASSES_OF_STEPS
from vaste.indicators.statements import statement
from vaste.indicators.table_plan import Areas, Times
from vaste.organisations.models import Unit
from vaste.organisations.rules import CountySettings
from vaste.responses.cells import SCORES, Cells, steps_of
from vaste.responses.queries import Dimension
from vaste.responses.rules import INVITED_CHANNELS, in_order_of_age
from vaste.results.calendar import ALL, Period, ended_times, months_within
from vaste.results.figures import Figures
from vaste.results.grids import Grid, make_grid
from vaste.results.plans import KnownPlan, covering_classes, plan_of
from vaste.results.results import in_order, statement_ids

WHOLE = "all"
BREAKDOWNS = (Dimension.CHANNEL, Dimension.LANGUAGE, Dimension.AGE)
"""What one may filter by, one at a time: crossed with units and times, these are all tables that the plan hides in."""

_RESPONSES = 0
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """A part of a breakdown: the answers in Swedish, those by text message."""

    by: Dimension
    value: str


Invited = Mapping[tuple[str, ...], int]
"""How many were invited, by unit, month, language and age."""


@dataclass(frozen=True)
class Counts:
    """Answers by unit, month, channel and language; those of the invited by unit, month and age; and the invited."""

    cells: Cells
    ages: Cells
    invited: Invited

    def of(self, units: Collection[str]) -> "Counts":
        """Return the counts of some units alone."""
        chosen = set(units)
        cells, ages = (each.only([key[0] in chosen for key in each.keys]) for each in (self.cells, self.ages))
        return Counts(cells, ages, {key: number for key, number in self.invited.items() if key[0] in chosen})


def counts_of(crossed: Cells, invited: Invited) -> Counts:
    """Return counts from answers by unit, month, channel, language and age together."""
    asked = crossed.only([key[2] in INVITED_CHANNELS for key in crossed.keys])
    return Counts(crossed.by(0, 1, 2, 3), asked.by(0, 1, 4), invited)


class Answers:
    """The answers of units of one county, and how much of them may be shown. this_month: as `2024-04`, the month under way."""

    def __init__(self, units: Sequence[Unit], settings: CountySettings, counts: Counts, this_month: str) -> None:
        self.settings, self._counts, self._this_month = settings, counts, this_month
        self.services = services = sorted({unit.service for unit in units})
        self._service_of = {unit.oid: unit.service for unit in units}
        self._oids = [unit.oid for unit in units]
        self._areas = Areas(
            len(units), tuple(tuple(place for place, unit in enumerate(units) if unit.service == service) for service in services)
        )
        rows = [*self._oids, *(f"service-{service}" for service in services), WHOLE]
        self._rows = {area: row for row, area in enumerate(rows)}
        found = counts.cells.answered()
        asked = statement_ids(settings)
        self.statements = (*asked, *sorted(found.difference(asked)))
        months = {key[1] for key in counts.cells.keys} | {key[1] for key in counts.invited}
        self.times = ended_times(month for month in months if month < this_month)
        self._trees = [self.times, Times(this_month, {})]
        self.nodes = frozenset({*self.times.all, *(month for month in months if month == this_month)})
        self._plans: dict[tuple[object, ...], KnownPlan] = {}
        self._others: dict[tuple[str, bool], Grid] = {}
        self._answered: dict[tuple[str, str], bool] = {}

    @property
    def this_month(self) -> str:
        """The month under way, as `2024-04`."""
        return self._this_month

    @property
    def units(self) -> dict[str, str]:
        """The units, each with its service line."""
        return dict(self._service_of)

    @property
    def months(self) -> list[str]:
        """The months of the record that are over, from the first."""
        return months_within(self.times, ALL)

    def months_of(self, channels: Collection[str]) -> list[str]:
        """Return the months that are over in which anybody answered on some channels."""
        found = {key[1] for key in self._counts.cells.keys if key[2] in channels}
        return [month for month in self.months if month in found]

    def has(self, period: Period) -> bool:
        """Tell whether the record reaches into a period."""
        return period.key in self.nodes

    def days(self, period: Period) -> tuple[date, date] | None:
        """Return the first and the last day of the months counted in a period; None where it has none."""
        months = [Period(month) for month in self._months(period)]
        ends = [(month.first, month.last) for month in months]
        return (ends[0][0], ends[-1][1]) if ends and ends[0][0] and ends[-1][1] else None

    def parts(self, by: Dimension) -> list[str]:
        """Return the parts of a breakdown in the order of reading, also those of which nothing may be shown."""
        found = self._divided[by].parts
        if by is Dimension.AGE:
            return in_order_of_age({part for part in found if part} | {key[3] for key in self._counts.invited})
        if by is Dimension.LANGUAGE:
            return in_order(by, [part for part in found if part], self.settings)
        return [part for part in found if part]

    def figures(self, area: str, period: Period, part: Part | None = None, *, statements: bool = True) -> Figures:
        """Return what may be shown of an area and a period, or of one part of them; too few and none are the same.

        statements: whether they are wanted, each of which takes a plan of its own.
        """
        grid = self._undivided if part is None else self._divided[part.by]
        column = -1 if part is None else grid.column(part.value)
        invited = self._invited(area, period, part)
        found = self._shown(grid, area, period, column, self.statements if statements else ())
        rate = None if found.responses is None or invited is None else response_rate(found.responses, invited)
        return replace(found, invited=invited, response_rate=rate)

    def responses(self, area: str, period: Period) -> int | None:
        """Return how many responses an area has in a period; None where that may not be shown."""
        if not self._shows(self._undivided, "responses", area, period, -1):
            return None
        return int(self._sum(self._undivided, area, period, -1)[_RESPONSES])

    def totals(self, area: str, period: Period) -> tuple[int, list[int]]:
        """Return how many responses there are and how many gave each score, shown or not: for those who decide by another plan."""
        numbers = self._sum(self._undivided, area, period, -1)
        return int(numbers[_RESPONSES]), numbers[SCORES].tolist()

    def units_by_service(self, month: str) -> list[dict[str, tuple[int, int]]]:
        """Return for each service line the numbers of responses and scores of its units in a month, shown or not."""
        found: list[dict[str, tuple[int, int]]] = [{} for _ in self.services]
        for oid in self._oids:
            responses, scores = self.totals(oid, Period(month))
            found[self.services.index(self._service_of[oid])][oid] = (responses, sum(scores))
        return found

    def invited(self, area: str, period: Period) -> int:
        """Return how many were invited."""
        return self._invited(area, period, None) or 0

    def other_channels(self) -> list[str]:
        """Return the channels of answers that nobody was invited to give."""
        return sorted({key[2] for key in self._counts.cells.keys} - set(INVITED_CHANNELS))

    def other_figures(self, area: str, period: Period, channel: str, part: Part | None = None) -> Figures:
        """Return what may be shown of the answers on a channel that stands by itself, or of those in one language. Nobody was invited."""
        assert part is None or part.by is Dimension.LANGUAGE, "answers of other systems have no age"
        grid = self._other(channel, is_divided=part is not None)
        return self._shown(grid, area, period, -1 if part is None else grid.column(part.value), self.statements)

    def finest_shown(self, unit_oid: str, month: str) -> Period | None:
        """Return the smallest period around a month in which a unit's answers may be shown; None where there is none."""
        period = Period(month)
        while not self._shows(self._undivided, "responses", unit_oid, period, -1):
            if period.kind == ALL or month == self._this_month:
                return None
            period = period.whole
        return period

    def _shown(self, grid: Grid, area: str, period: Period, column: int | None, items: Collection[str]) -> Figures:
        """Return what may be shown of a column of a grid, -1 for all of them together; None: nobody was counted in it."""
        if column is None or not self._shows(grid, "responses", area, period, column):
            return Figures(None, None, None, None, None, dict.fromkeys(items))
        numbers = self._sum(grid, area, period, column)
        score = nps(numbers[SCORES].tolist()) if self._shows(grid, "score", area, period, column) else None
        return Figures(
            responses=int(numbers[_RESPONSES]),
            invited=None,
            response_rate=None,
            nps=score,
            scores=tuple(numbers[SCORES].tolist()) if score and column < 0 else None,
            statements={
                item: statement(numbers[self._columns(item)].tolist()) if self._shows(grid, item, area, period, column) else None
                for item in items
            },
        )

    def _shows(self, grid: Grid, item: str, area: str, period: Period, column: int) -> bool:
        if not self.has(period) or area not in self._rows or not self._is_answered(grid, item):
            return False
        return self._plan(grid, item, period).plan.is_shown(self._rows[area], period.key, column)

    def _is_answered(self, grid: Grid, item: str) -> bool:
        """Tell whether anybody ever answered; what nobody did needs no plan to be hidden, and old systems asked little."""
        key = (grid.name, item)
        if key not in self._answered:
            self._answered[key] = grid.has(self._columns(item))
        return self._answered[key]

    def _columns(self, item: str) -> slice:
        if item == "responses":
            return slice(_RESPONSES, 1)
        return SCORES if item == "score" else steps_of(self.statements.index(item))

    def _plan(self, grid: Grid, item: str, period: Period) -> KnownPlan:
        """Return the plan of one thing counted; the month under way stands in a tree of its own."""
        times = self._trees[period.key == self._this_month]
        key = (grid.name, times.root, item)
        if key not in self._plans:
            leaves = months_within(times, times.root)
            if not leaves:
                times, leaves = Times(times.root, {}), [times.root]
            counts = {month: grid.counts(month, self._columns(item)) for month in leaves}
            within = None if item == "responses" else self._plan(grid, "responses", period)
            plan = plan_of(counts, times, self._areas, self.settings.display.too_few_below, within)
            if item != "responses" and len(grid.parts) > 1:
                classes = [{month: grid.counts(month, each) for month in leaves} for each in self._classes(item)]
                plan = covering_classes(plan, classes, times, self._areas)
            self._plans[key] = plan
        return self._plans[key]

    def _classes(self, item: str) -> list[slice]:
        """Return where in a row of counts the classes stand that are shown with a score or a statement."""
        start = self._columns(item).start
        classes = CLASSES_OF_SCORES if item == "score" else CLASSES_OF_STEPS
        return [slice(start + each.start, start + each.stop) for each in classes]

    def _sum(self, grid: Grid, area: str, period: Period, column: int) -> Numbers:
        found = grid.sums(self._months(period))[self._units(area)]
        numbers: Numbers = found.sum(axis=(0, 1)) if column < 0 else found[:, column].sum(axis=0)
        return numbers

    def _units(self, area: str) -> slice | list[int]:
        row = self._rows[area]
        if row < self._areas.units:
            return slice(row, row + 1)
        return slice(None) if area == WHOLE else list(self._areas.groups[row - self._areas.units])

    def _months(self, period: Period) -> list[str]:
        if period.key == self._this_month:
            return [period.key]
        return months_within(self.times, period.key) if self.has(period) else []

    def _invited(self, area: str, period: Period, part: Part | None) -> int | None:
        if part is not None and part.by is Dimension.CHANNEL:
            return None
        grid = self._invited_by[part.by if part else None]
        column = -1 if part is None else grid.column(part.value)
        return 0 if column is None else int(self._sum(grid, area, period, column)[0])

    @cached_property
    def _undivided(self) -> Grid:
        """All answers to invitations. Their plan is that of every breakdown's totals, and quicker to make."""
        return self._grid(self._counts.cells, None, INVITED_CHANNELS)

    @cached_property
    def _divided(self) -> dict[Dimension, Grid]:
        cells = self._counts.cells
        return {
            Dimension.CHANNEL: self._grid(cells, 2, INVITED_CHANNELS),
            Dimension.LANGUAGE: self._grid(cells, 3, INVITED_CHANNELS),
            Dimension.AGE: self._grid(self._counts.ages, 2),
        }

    @cached_property
    def _invited_by(self) -> dict[Dimension | None, Grid]:
        invited = self._counts.invited
        keys, counts = list(invited), np.array(list(invited.values()), dtype=np.int64)[:, None]
        rows = self._unit_rows
        return {
            None: make_grid("invited", [key[:2] for key in keys], counts, rows),
            Dimension.LANGUAGE: make_grid("invited in", [key[:3] for key in keys], counts, rows),
            Dimension.AGE: make_grid("invited of", [(*key[:2], key[3]) for key in keys], counts, rows),
        }

    def _other(self, channel: str, *, is_divided: bool) -> Grid:
        """Return the answers on a channel that stands by itself, by language or undivided."""
        key = (channel, is_divided)
        if key not in self._others:
            self._others[key] = self._grid(self._counts.cells, 3 if is_divided else None, (channel,))
        return self._others[key]

    def _grid(self, cells: Cells, at: int | None, channels: Collection[str] = ()) -> Grid:
        """Return cells as a grid. at: where in their keys the parts stand; channels: of these alone, of all when none is named."""
        chosen = cells.only([key[2] in channels for key in cells.keys]) if channels else cells
        places = (0, 1) if at is None else (0, 1, at)
        return make_grid(f"{at} {channels}", chosen.by(*places).keys, chosen.counts_of(self.statements), self._unit_rows)

    @property
    def _unit_rows(self) -> dict[str, int]:
        return {oid: row for row, oid in enumerate(self._oids)}

"""What the answers of a reader's units say: any figure that the table plan lets be shown, for any area, period and part.

Read once with all breakdowns, as arrays of months by units by parts. Everything that pages show comes from here, so that a figure
is hidden on one page exactly where it is hidden on every other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vaste.indicators.display import response_rate
from vaste.indicators.nps import nps
from vaste.indicators.statements import statement
from vaste.indicators.table_plan import Areas, Plan, Times, make_plan
from vaste.invitations.queries import count_invited
from vaste.organisations.models import County, Unit
from vaste.organisations.rules import CountySettings
from vaste.responses.periods import span
from vaste.responses.queries import Dimension, Selection, count_responses
from vaste.responses.rules import HISTORY_CHANNELS, INVITED_CHANNELS, in_order_of_age
from vaste.responses.tally import Tally
from vaste.results.calendar import ALL, Period, ended_times, months_within
from vaste.results.figures import Figures
from vaste.results.results import in_order, statement_ids

WHOLE = "all"
BREAKDOWNS = (Dimension.CHANNEL, Dimension.LANGUAGE, Dimension.AGE)
"""What one may filter by, one at a time: crossed with units and times, these are all tables that the plan hides in."""

_KEY = (Dimension.UNIT, Dimension.MONTH, *BREAKDOWNS)
_RESPONSES, _SCORES, _STEPS = 0, slice(1, 12), 5
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """A part of a breakdown: the answers in Swedish, those by text message."""

    by: Dimension
    value: str


@dataclass(frozen=True)
class _Table:
    """Counts by month: units by parts by what is counted (responses, scores 0 to 10, then five steps of each statement)."""

    name: str
    parts: tuple[str, ...]
    months: Mapping[str, Numbers]


class Answers:
    """The answers of units of one county, and how much of them may be shown. this_month: as `2024-04`, the month under way."""

    def __init__(self, units: Sequence[Unit], settings: CountySettings, counts: "Counts", this_month: str) -> None:
        self.settings, self._counts, self._this_month = settings, counts, this_month
        self.services = services = sorted({unit.service for unit in units})
        self._service_of = {unit.oid: unit.service for unit in units}
        self._oids = [unit.oid for unit in units]
        self._areas = Areas(
            len(units), tuple(tuple(place for place, unit in enumerate(units) if unit.service == service) for service in services)
        )
        rows = [*self._oids, *(f"service-{service}" for service in services), WHOLE]
        self._rows = {area: row for row, area in enumerate(rows)}
        found = {item for tally in counts.tallies.values() for item in tally.statements}
        asked = statement_ids(settings)
        self.statements = (*asked, *sorted(found.difference(asked)))
        months = {key[1] for key in counts.tallies} | {key[1] for key in counts.invited}
        self.times = ended_times(month for month in months if month < this_month)
        self._trees = [self.times, Times(this_month, {})]
        self.nodes = frozenset({*self.times.all, *(month for month in months if month == this_month)})
        self._plans: dict[tuple[object, ...], Plan] = {}
        self._others: dict[tuple[str, bool], _Table] = {}
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
        found = self._tables[by].parts
        if by is Dimension.AGE:
            return in_order_of_age({part for part in found if part} | {key[3] for key in self._counts.invited})
        if by is Dimension.LANGUAGE:
            return in_order(by, [part for part in found if part], self.settings)
        return [part for part in found if part]

    def figures(self, area: str, period: Period, part: Part | None = None) -> Figures:
        """Return what may be shown of an area and a period, or of one part of them; too few and none are the same."""
        table = self._undivided if part is None else self._tables[part.by]
        invited = self._invited(area, period, part)
        column = table.parts.index(part.value) if part and part.value in table.parts else (-1 if part is None else None)
        if column is None or not self._shows(table, "responses", area, period, column):
            return Figures(None, invited, None, None, None, dict.fromkeys(self.statements))
        numbers = self._sum(table, area, period, part)
        responses = int(numbers[_RESPONSES])
        score = nps(numbers[_SCORES].tolist()) if self._shows(table, "score", area, period, column) else None
        return Figures(
            responses=responses,
            invited=invited,
            response_rate=None if invited is None else response_rate(responses, invited),
            nps=score,
            scores=tuple(numbers[_SCORES].tolist()) if score else None,
            statements={
                item: statement(numbers[self._steps(item)].tolist()) if self._shows(table, item, area, period, column) else None
                for item in self.statements
            },
        )

    def responses(self, area: str, period: Period) -> int | None:
        """Return how many responses an area has in a period; None where that may not be shown."""
        if not self._shows(self._undivided, "responses", area, period, -1):
            return None
        return int(self._sum(self._undivided, area, period, None)[_RESPONSES])

    def totals(self, area: str, period: Period) -> tuple[int, list[int]]:
        """Return how many responses there are and how many gave each score, shown or not: for those who decide by another plan."""
        numbers = self._sum(self._undivided, area, period, None)
        return int(numbers[_RESPONSES]), numbers[_SCORES].tolist()

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
        return sorted({key[2] for key in self._counts.tallies} - set(INVITED_CHANNELS))

    def other_figures(self, area: str, period: Period, channel: str, part: Part | None = None) -> Figures:
        """Return what may be shown of the answers on a channel that stands by itself, or of those in one language. Nobody was invited."""
        assert part is None or part.by is Dimension.LANGUAGE, "answers of other systems have no age"
        table = self._other(channel, is_divided=part is not None)
        column = -1 if part is None else (table.parts.index(part.value) if part.value in table.parts else None)
        whole = {"responses", "score", *self.statements}
        shown = {item for item in whole if column is not None and self._shows(table, item, area, period, column)}
        if "responses" not in shown:
            return Figures(None, None, None, None, None, dict.fromkeys(self.statements))
        numbers = self._sum(table, area, period, part)
        score = nps(numbers[_SCORES].tolist()) if "score" in shown else None
        results = {item: statement(numbers[self._steps(item)].tolist()) if item in shown else None for item in self.statements}
        return Figures(int(numbers[_RESPONSES]), None, None, score, tuple(numbers[_SCORES].tolist()) if score else None, results)

    def finest_shown(self, unit_oid: str, month: str) -> Period | None:
        """Return the smallest period around a month in which a unit's answers may be shown; None where there is none."""
        table, period = self._undivided, Period(month)
        while not self._shows(table, "responses", unit_oid, period, -1):
            if period.kind == ALL or month == self._this_month:
                return None
            period = period.whole
        return period

    def _shows(self, table: _Table, item: str, area: str, period: Period, column: int) -> bool:
        if not self.has(period) or area not in self._rows or not self._is_answered(table, item):
            return False
        return self._plan(table, item, period).is_shown(self._rows[area], period.key, column)

    def _is_answered(self, table: _Table, item: str) -> bool:
        """Tell whether anybody ever answered; what nobody did needs no plan to be hidden, and old systems asked little."""
        key = (table.name, item)
        if key not in self._answered:
            self._answered[key] = any(month[:, :, self._columns(item)].any() for month in table.months.values())
        return self._answered[key]

    def _columns(self, item: str) -> slice:
        return {"responses": slice(0, 1), "score": _SCORES}.get(item) or self._steps(item)

    def _plan(self, table: _Table, item: str, period: Period) -> Plan:
        """Return the plan of one thing counted; the month under way stands in a tree of its own."""
        times = self._trees[period.key == self._this_month]
        key = (table.name, times.root, item)
        if key not in self._plans:
            columns = self._columns(item)
            leaves = months_within(times, times.root)
            empty = np.zeros((len(self._oids), len(table.parts)), dtype=np.int64)
            counts = {month: table.months[month][:, :, columns].sum(axis=2) if month in table.months else empty for month in leaves}
            if not leaves:
                times, counts = Times(times.root, {}), {times.root: empty}
            within = None if item == "responses" else self._plan(table, "responses", period)
            self._plans[key] = make_plan(counts, times, self._areas, self.settings.display.too_few_below, within)
        return self._plans[key]

    def _steps(self, item: str) -> slice:
        start = _SCORES.stop + _STEPS * self.statements.index(item)
        return slice(start, start + _STEPS)

    def _sum(self, table: _Table, area: str, period: Period, part: Part | None) -> Numbers:
        units = self._units(area)
        parts = slice(None) if part is None else [table.parts.index(part.value)]
        found = [table.months[month][units][:, parts].sum(axis=(0, 1)) for month in self._months(period) if month in table.months]
        return np.sum(found, axis=0) if found else np.zeros(self._width, dtype=np.int64)

    def _units(self, area: str) -> list[int]:
        row = self._rows[area]
        if row < self._areas.units:
            return [row]
        return list(range(self._areas.units) if area == WHOLE else self._areas.groups[row - self._areas.units])

    def _months(self, period: Period) -> list[str]:
        if period.key == self._this_month:
            return [period.key]
        return months_within(self.times, period.key) if self.has(period) else []

    def _invited(self, area: str, period: Period, part: Part | None) -> int | None:
        if part is not None and part.by is Dimension.CHANNEL:
            return None
        units, months = {self._oids[place] for place in self._units(area)}, set(self._months(period))
        at = None if part is None else {Dimension.LANGUAGE: 2, Dimension.AGE: 3}[part.by]
        return sum(
            number
            for key, number in self._counts.invited.items()
            if key[0] in units and key[1] in months and (at is None or part is None or key[at] == part.value)
        )

    @property
    def _width(self) -> int:
        return _SCORES.stop + _STEPS * len(self.statements)

    @cached_property
    def _undivided(self) -> _Table:
        """The table of all answers to invitations. Its plan is that of every breakdown's totals, and quicker to make."""
        return self._made(None, INVITED_CHANNELS)

    @cached_property
    def _tables(self) -> dict[Dimension, _Table]:
        return {by: self._made(_KEY.index(by), INVITED_CHANNELS) for by in BREAKDOWNS}

    def _other(self, channel: str, *, is_divided: bool) -> _Table:
        """Return the table of a channel that stands by itself, by language or undivided."""
        key = (channel, is_divided)
        if key not in self._others:
            self._others[key] = self._made(_KEY.index(Dimension.LANGUAGE) if is_divided else None, (channel,))
        return self._others[key]

    def _made(self, at: int | None, channels: Sequence[str]) -> _Table:
        chosen = {key: tally for key, tally in self._counts.tallies.items() if key[2] in channels}
        parts = ("",) if at is None else tuple(sorted({key[at] for key in chosen})) or ("",)
        months: dict[str, Numbers] = {}
        rows, columns = {oid: row for row, oid in enumerate(self._oids)}, {part: column for column, part in enumerate(parts)}
        for key, tally in chosen.items():
            if key[1] not in months:
                months[key[1]] = np.zeros((len(rows), len(parts), self._width), dtype=np.int64)
            months[key[1]][rows[key[0]], 0 if at is None else columns[key[at]]] += self._numbers(tally)
        return _Table(f"{at} {channels}", parts, months)

    def _numbers(self, tally: Tally) -> list[int]:
        return [tally.responses, *tally.nps, *(step for item in self.statements for step in tally.statement(item))]


@dataclass(frozen=True)
class Counts:
    """Answers by unit, month, channel, language and age, and the invited by unit, month, language and age."""

    tallies: Mapping[tuple[str, ...], Tally]
    invited: Mapping[tuple[str, ...], int]


def read_answers_of(county: County, units: Sequence[Unit], this_month: str) -> Answers:
    """Return the answers of units of a county."""
    oids = tuple(unit.oid for unit in units)
    selection = Selection(oids, span(None, None))
    everything = Selection(oids, span(None, None), (*INVITED_CHANNELS, *HISTORY_CHANNELS))
    invited = count_invited(selection, [each for each in _KEY if each is not Dimension.CHANNEL])
    assert invited is not None, "unit, month, language and age are counted"
    return Answers(units, county.settings, Counts(count_responses(everything, _KEY), invited), this_month)

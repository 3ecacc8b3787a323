"""The times that results are shown for: months within quarters within years within all. Pure.

Only these, never a free span: two spans that differ by a week give that week by subtraction. What has not ended is in no larger
time: a quarter, a year and all count the months that are over, and the month under way stands by itself. Otherwise the first
answers of a month would have to hide last month's quarter.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from vaste.indicators.table_plan import Times

_KEY = re.compile(r"(?P<year>[0-9]{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?", re.ASCII)
_MONTHS_IN_QUARTER, _MONTHS_IN_YEAR = 3, 12
ALL = "all"


class PeriodKind(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"


@dataclass(frozen=True)
class Period:
    """A node of the tree of times. key: `2024-04`, `2024-Q2`, `2024` or `all`, as addresses write it."""

    key: str

    @property
    def kind(self) -> PeriodKind:
        if self.key == ALL:
            return PeriodKind.ALL
        if "Q" in self.key:
            return PeriodKind.QUARTER
        return PeriodKind.MONTH if "-" in self.key else PeriodKind.YEAR

    @property
    def first(self) -> date | None:
        """The first day; None for all."""
        if self.kind is PeriodKind.ALL:
            return None
        year, month = int(self.key[:4]), 1
        if self.kind is PeriodKind.QUARTER:
            month = _MONTHS_IN_QUARTER * (int(self.key[-1]) - 1) + 1
        if self.kind is PeriodKind.MONTH:
            month = int(self.key[-2:])
        return date(year, month, 1)

    @property
    def last(self) -> date | None:
        """The last day; None for all."""
        if self.first is None:
            return None
        months = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: _MONTHS_IN_QUARTER}.get(self.kind, _MONTHS_IN_YEAR)
        index = _MONTHS_IN_YEAR * self.first.year + self.first.month - 1 + months
        if index >= _MONTHS_IN_YEAR * (date.max.year + 1):
            return date.max
        return date(index // _MONTHS_IN_YEAR, index % _MONTHS_IN_YEAR + 1, 1) - timedelta(days=1)

    @property
    def before(self) -> "Period | None":
        """The period of the same kind just before; None for all."""
        if self.first is None or self.first == date.min:
            return None
        return node_of(self.first - timedelta(days=1), self.kind)

    @property
    def whole(self) -> "Period":
        """The next larger period that this one lies in; all lies in itself."""
        larger = {PeriodKind.MONTH: PeriodKind.QUARTER, PeriodKind.QUARTER: PeriodKind.YEAR}.get(self.kind, PeriodKind.ALL)
        return node_of(self.first, larger) if self.first else self


def node_of(day: date, kind: PeriodKind) -> Period:
    """Return the period of a kind that a day lies in."""
    match kind:
        case PeriodKind.MONTH:
            return Period(f"{day.year:04}-{day:%m}")
        case PeriodKind.QUARTER:
            return Period(f"{day.year:04}-Q{(day.month - 1) // _MONTHS_IN_QUARTER + 1}")
        case PeriodKind.YEAR:
            return Period(f"{day.year:04}")
    return Period(ALL)


def read_period(word: str) -> Period | None:
    """Return the period that an address names, None when it names none."""
    match = _KEY.fullmatch(word)
    is_one = word == ALL or (match is not None and match["year"] != "0000")
    return Period(word) if is_one else None


def period_around(first: date | None, last: date | None) -> Period:
    """Return the smallest period that two typed days lie in; where one is open, all."""
    if first is None or last is None:
        return Period(ALL)
    for kind in (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR):
        if node_of(first, kind) == node_of(last, kind):
            return node_of(first, kind)
    return Period(ALL)


def ended_times(months: Iterable[str]) -> Times:
    """Return the tree of times over months that are over, each as `2024-04`."""
    parts: dict[str, list[str]] = {ALL: []}
    for month in sorted(set(months)):
        node = Period(month)
        while node.kind is not PeriodKind.ALL:
            above = parts.setdefault(node.whole.key, [])
            if node.key in above:
                break
            above.append(node.key)
            node = node.whole
    return Times(ALL, {whole: tuple(each) for whole, each in parts.items()})


def months_within(times: Times, key: str) -> list[str]:
    """Return the months that a time of a tree holds."""
    if key not in times.parts:
        return [key] if key != ALL else []
    return [month for part in times.parts[key] for month in months_within(times, part)]

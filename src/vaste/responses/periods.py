"""Which responses a span of days takes. Pure.

A response carries no day, only the first day of its period: the Monday of the visit's week, or the first of its month
where the unit is small. A span takes the periods whose first day lies in it. Its own first day is first moved back to
the start of its week (for weeks) or of its month (for months), so that the period it falls in is taken whole. A span that
begins on the first of a month is not moved: whole months then take every week exactly once.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from vaste.responses.rules import PeriodKind


@dataclass(frozen=True)
class Span:
    """A span of days as it is counted; None where it is open."""

    weeks_from: date | None
    months_from: date | None
    to: date | None


def span(first: date | None, last: date | None) -> Span:
    """Return how a span from one day to another, both included, is counted."""
    if first is None:
        return Span(None, None, last)
    monday = first - timedelta(days=min(first.weekday(), first.toordinal() - 1))
    return Span(first if first.day == 1 else monday, first.replace(day=1), last)


def last_day(period_start: date, kind: str) -> date:
    """Return the last day of a period."""
    if kind == PeriodKind.MONTH:
        return period_start.replace(day=monthrange(period_start.year, period_start.month)[1])
    return period_start + timedelta(days=6)


def month_of(period_start: date) -> str:
    """Return the month that a period is shown under, that of its first day, as `2024-04`."""
    return f"{period_start:%Y-%m}"


def month_after(month: date) -> date:
    """Return the first day of the next month, of a month's first day."""
    return (month + timedelta(days=31)).replace(day=1)

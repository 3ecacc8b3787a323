"""Read the record as counts. Figures are made from them elsewhere; the comments are in `comments`."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from django.db.models import Count, Max, Min, Model, Q, QuerySet

from vaste.responses.models import Response
from vaste.responses.periods import Span, last_day, month_of
from vaste.responses.rules import INVITED_CHANNELS, PeriodKind
from vaste.responses.tally import Tally, TallyMaker

Row = TypeVar("Row", bound=Model)


class Dimension(StrEnum):
    """What figures can be broken down by."""

    UNIT = "unit"
    MONTH = "month"
    CHANNEL = "channel"
    LANGUAGE = "language"


_COLUMN = {
    Dimension.UNIT: "unit_id",
    Dimension.MONTH: "period_start",
    Dimension.CHANNEL: "channel",
    Dimension.LANGUAGE: "language",
}


@dataclass(frozen=True)
class Selection:
    """Units, by OID, a span of days, and the channels that count: those of the invited unless others are named."""

    units: tuple[str, ...]
    span: Span
    channels: tuple[str, ...] = INVITED_CHANNELS

    def of(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Return those of some rows, which have a unit and a period, that lie in the selection."""
        chosen = rows.filter(unit_id__in=self.units)
        weeks_from, months_from, to = self.span.weeks_from, self.span.months_from, self.span.to
        if to is not None:
            chosen = chosen.filter(period_start__lte=to)
        if weeks_from is None or months_from is None:
            return chosen
        if weeks_from == months_from:
            return chosen.filter(period_start__gte=weeks_from)
        in_weeks = Q(period_kind=PeriodKind.WEEK, period_start__gte=weeks_from)
        return chosen.filter(in_weeks | Q(period_kind=PeriodKind.MONTH, period_start__gte=months_from))

    def responses(self) -> QuerySet[Response]:
        """Return the responses that lie in the selection."""
        return self.of(Response.objects.filter(channel__in=self.channels))


def count_responses(selection: Selection, by: Sequence[Dimension]) -> dict[tuple[str, ...], Tally]:
    """Return the counts of a selection by a value for each of some dimensions, in their order."""
    columns = [*(_COLUMN[each] for each in by), "nps", "answers"]
    # "*" and not a column: the index alone then holds everything that is read.
    rows = selection.responses().order_by().values_list(*columns).annotate(times=Count("*"))
    makers: defaultdict[tuple[Any, ...], TallyMaker] = defaultdict(TallyMaker)
    for *values, score, line, times in rows:
        makers[tuple(values)].add(score, line, times)
    tallies: dict[tuple[str, ...], Tally] = {}
    for values, maker in makers.items():
        key = tuple(map(part_key, values))
        tallies[key] = tallies.get(key, Tally()) + maker.tally()
    return tallies


def part_key(value: str | date) -> str:
    """Return what a part of a breakdown is called: a unit's OID, a language, or the month of a period's first day."""
    return month_of(value) if isinstance(value, date) else value


def known_days(units: Sequence[str], rows: QuerySet[Any]) -> tuple[date, date] | None:
    """Return the first and the last day of all periods in which units have rows (responses or invited), or None."""
    kinds = (
        rows.filter(unit_id__in=units).order_by().values_list("period_kind").annotate(first=Min("period_start"), last=Max("period_start"))
    )
    ends = [(first, last_day(last, kind)) for kind, first, last in kinds]
    return (min(first for first, _ in ends), max(last for _, last in ends)) if ends else None

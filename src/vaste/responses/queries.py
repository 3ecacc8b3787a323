"""Read the record as counts. Figures are made from them elsewhere; comments are read in `results.comments`."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

import structlog
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Aggregate, Count, Max, Min, Model, Q, QuerySet, TextField
from django.db.models.sql.compiler import SQLCompiler

from vaste.responses.cells import Cells, cells_of
from vaste.responses.changes import changes
from vaste.responses.cubes.asking import Asked, Counted, CubesUnreadable
from vaste.responses.models import CopyState, Response
from vaste.responses.periods import Span, last_day, month_after, month_of
from vaste.responses.rules import INVITED_CHANNELS, PeriodKind
from vaste.responses.tally import Tally, TallyMaker

log = structlog.get_logger()
Row = TypeVar("Row", bound=Model)


class Dimension(StrEnum):
    """What figures can be broken down by."""

    UNIT = "unit"
    MONTH = "month"
    CHANNEL = "channel"
    LANGUAGE = "language"
    AGE = "age"
    ROLE = "role"
    INSTRUMENT = "instrument"


_COLUMN = {
    Dimension.UNIT: "unit_id",
    Dimension.MONTH: "period_start",
    Dimension.CHANNEL: "channel",
    Dimension.LANGUAGE: "language",
    Dimension.AGE: "age_band",
    Dimension.ROLE: "respondent_role",
    Dimension.INSTRUMENT: "instrument",
}
_MARK = {**_COLUMN, Dimension.UNIT: "unit", Dimension.MONTH: "month"}  # as the cubes call them


@dataclass(frozen=True)
class Selection:
    """Units, by OID, a span of days, and the channels that count: those of the invited unless others are named.

    languages and age_bands: only these; None takes all.
    """

    units: tuple[str, ...]
    span: Span
    channels: tuple[str, ...] = INVITED_CHANNELS
    languages: tuple[str, ...] | None = None
    age_bands: tuple[str, ...] | None = None

    def of(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Return those of some rows, responses or counts of the invited, that lie in the selection, whatever their channel."""
        chosen = self._in_span(rows.filter(unit_id__in=self.units))
        if self.languages is not None:
            chosen = chosen.filter(language__in=self.languages)
        return chosen if self.age_bands is None else chosen.filter(age_band__in=self.age_bands)

    def _in_span(self, chosen: QuerySet[Row]) -> QuerySet[Row]:
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
    """Return the counts of a selection by a value for each of some dimensions, in their order.

    They are those of the database at this moment: read from the cubes, but for what the cubes do not have yet.
    """
    return count_cells(selection, by).tallies()


def count_cells(selection: Selection, by: Sequence[Dimension]) -> Cells:
    """Return the same counts as arrays."""
    counted = _count_in_cubes(selection, by)
    if counted is None:
        return cells_of(count_in_database(selection, by))
    if not counted.missing:
        return counted.cells
    return counted.cells + cells_of(count_in_database(selection, by, months=counted.missing))


def _count_in_cubes(selection: Selection, by: Sequence[Dimension]) -> Counted | None:
    if not CopyState.objects.exists():
        return None
    from vaste.responses.cubes.reading import count_in_cubes  # loads the engines

    chosen = {"channel": selection.channels, "language": selection.languages, "age_band": selection.age_bands}
    only = {mark: tuple(map(str, values)) for mark, values in chosen.items() if values is not None}
    asked = Asked(selection.units, selection.span, tuple(_MARK[each] for each in by), only)
    try:
        return count_in_cubes(asked)
    except CubesUnreadable as error:
        _tell_once(str(error), CopyState.objects.values_list("edition", flat=True).first())
        return None


@lru_cache(maxsize=8)
def _tell_once(error: str, edition: int | None) -> None:
    log.warning("cubes.unreadable", error=error, edition=edition)


def count_in_database(
    selection: Selection, by: Sequence[Dimension], *, months: Sequence[tuple[str, date]] | None = None
) -> dict[tuple[str, ...], Tally]:
    """Return the counts of a selection from the record itself. months: of these units' months alone (unit OID, first day)."""
    chosen = [_COLUMN[each] for each in by]
    columns = [*_IN_ORDER, *(column for column in chosen if column not in _IN_ORDER)]
    responses = selection.responses() if months is None else selection.responses().filter(_in_months(months))
    # "*" and not a column: the index alone then holds everything that is read.
    rows = responses.order_by().values_list(*columns).annotate(times=Count("*"), scores=_Joined("nps"), lines=_Joined("answers"))
    places = [columns.index(column) for column in chosen]
    makers: defaultdict[tuple[str, ...], TallyMaker] = defaultdict(TallyMaker)
    for *values, times, scores, lines in rows:
        key = tuple(part_key(values[place]) for place in places)
        makers[key].add_joined(times, map(int, scores.split(_JOINT)) if scores else (), lines.split(_JOINT))
    return {key: maker.tally() for key, maker in makers.items()}


# The first columns of the index `response_figures`: rows of equal ones lie together in it, and to tell them apart sorts nothing.
_IN_ORDER = ("unit_id", "period_start", "period_kind", "channel")
_JOINT = "\n"  # stands in no score and in no line of answers


class _Joined(Aggregate):
    """The values of many rows as one text, one a line, without those that are missing; None where all are."""

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s, char(10))"
    output_field = TextField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> tuple[str, Sequence[Any]]:
        return self.as_sql(compiler, connection, template="STRING_AGG((%(expressions)s)::text, chr(10))", **extra)


def _in_months(months: Sequence[tuple[str, date]]) -> Q:
    units: defaultdict[date, list[str]] = defaultdict(list)
    for unit, month in months:
        units[month].append(unit)
    chosen = Q(pk__in=())
    for month, oids in units.items():
        chosen |= Q(unit_id__in=oids, period_start__gte=month, period_start__lt=month_after(month))
    return chosen


def part_key(value: str | date) -> str:
    """Return what a part of a breakdown is called: its own value, or the month of a period's first day."""
    return month_of(value) if isinstance(value, date) else value


def known_days(units: Sequence[str], rows: QuerySet[Any]) -> tuple[date, date] | None:
    """Return the first and the last day of all periods in which units have rows (responses or invited), or None."""
    kinds = (
        rows.filter(unit_id__in=units).order_by().values_list("period_kind").annotate(first=Min("period_start"), last=Max("period_start"))
    )
    ends = [(first, last_day(last, kind)) for kind, first, last in kinds]
    return (min(first for first, _ in ends), max(last for _, last in ends)) if ends else None


@dataclass(frozen=True)
class RecordMark:
    """What changes when the record does. is_exact: at every change; else it misses one once in a long while."""

    values: tuple[object, ...]
    is_exact: bool


def record_mark() -> RecordMark:
    """Return the mark of the record at this moment.

    Where there is a copy: its edition, and the random number of each change that it has yet to follow. Without one: how many
    responses there are, and the ends of their random ids; as many could come as are withdrawn, and leave the ends alone.
    """
    waiting = [change.number for change in changes()]  # first: what is copied meanwhile is then in both
    edition = CopyState.objects.values_list("copy_id", "edition").first()
    if edition is not None:
        return RecordMark((*edition, *waiting), is_exact=True)
    ids = Response.objects.order_by("id").values_list("id", flat=True)  # PostgreSQL has no least id before 18, but an index
    return RecordMark((Response.objects.count(), ids.first(), ids.last()), is_exact=False)

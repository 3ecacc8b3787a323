"""Comments, told apart no further than the figures are.

A comment is known again by its text, so every list that it stands in tells something of who wrote it: the unit, the month. It
stands only in lists at least as long as the smallest period in which its unit's answers are shown, so that lists subtracted
from each other never lead to a hidden unit or month; and lists are never divided by language, age or channel of the respondent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Count, Q, QuerySet

from vaste.free_text.labels import Sentiment, Theme, read_themes
from vaste.organisations.models import Unit
from vaste.responses.comments import HAS_COMMENT, Comment, ScoreBand
from vaste.responses.models import Response
from vaste.responses.periods import month_of
from vaste.responses.rules import INVITED_CHANNELS
from vaste.results.answers import Answers
from vaste.results.calendar import Period, PeriodKind


@dataclass(frozen=True)
class WantedComments:
    """Which comments are asked for; None takes all. language: the one in which the comment is written."""

    theme: Theme | None = None
    sentiment: Sentiment | None = None
    language: str | None = None
    band: ScoreBand | None = None


@dataclass(frozen=True)
class Comments:
    """The newest comments, and how many there are."""

    comments: tuple[Comment, ...]
    count: int


Place = tuple[str, date]
"""A unit, and the first day of a week or month of its answers."""

_SCORES = {ScoreBand.PROMOTERS: (9, 10), ScoreBand.PASSIVES: (7, 8), ScoreBand.DETRACTORS: (0, 6)}


def comments_of(answers: Answers, units: Sequence[Unit], period: Period, wanted: WantedComments, *, at_most: int) -> Comments:
    """Return the comments of some units and a period: the newest first, within a week or month in the order of random ids.

    Theme, sentiment and language are read off the comment itself: they tell a reader nothing that it does not tell.
    """
    places = _places_shown(_wanted(_rows(units, answers.days(period)), wanted), answers, period)
    newest = _newest(places, at_most)
    starts = [start for _, start in newest]
    # Asked for by days once more: SQLite would else walk through the whole period.
    rows = _wanted(_rows(units, (min(starts), max(starts)) if starts else None), wanted).filter(_in(newest))
    keys = rows.order_by("-period_start", "pk").values_list("pk", flat=True)[:at_most]
    found = Response.objects.filter(pk__in=list(keys)).order_by("-period_start", "pk")
    return Comments(tuple(map(_comment, found)), sum(places.values()))


def shown_comment(answers: Answers, row: Response) -> Response | None:
    """Return a response whose comment stands in some list that the reader of these answers may see; None for any other."""
    is_one = row.free_text != "" and row.channel in INVITED_CHANNELS
    return row if is_one and answers.finest_shown(row.unit_id, month_of(row.period_start)) is not None else None


def rows_shown(answers: Answers, units: Sequence[Unit], period: Period) -> QuerySet[Response]:
    """Return the responses of some units and a period whose comments may be shown."""
    rows = _rows(units, answers.days(period))
    return rows.filter(_in(_places_shown(rows, answers, period)))


def _rows(units: Sequence[Unit], days: tuple[date, date] | None) -> QuerySet[Response]:
    if days is None:
        return Response.objects.none()
    return Response.objects.filter(HAS_COMMENT, unit__in=units, channel__in=INVITED_CHANNELS, period_start__range=days)


def _wanted(rows: QuerySet[Response], wanted: WantedComments) -> QuerySet[Response]:
    if wanted.theme is not None:
        rows = rows.filter(themes__contains=wanted.theme)
    if wanted.sentiment is not None:
        rows = rows.filter(sentiment=wanted.sentiment)
    if wanted.language is not None:
        rows = rows.filter(text_language=wanted.language)
    return rows if wanted.band is None else rows.filter(nps__range=_SCORES[wanted.band])


def _comment(row: Response) -> Comment:
    return Comment(
        response_id=row.id,
        text=row.free_text,
        language=row.text_language,
        themes=read_themes(row.themes),
        sentiment=Sentiment(row.sentiment) if row.sentiment else None,
        is_corrected=row.text_method == Response.STAFF,
    )


def _places_shown(rows: QuerySet[Response], answers: Answers, period: Period) -> dict[Place, int]:
    """Return where rows are told apart no finer than their figures, and how many there are in each unit and week or month."""
    counted = rows.order_by().values_list("unit_id", "period_start").annotate(times=Count("*"))
    finest: dict[tuple[str, str], bool] = {}
    places: dict[Place, int] = {}
    for unit_oid, start, times in counted:
        key = (unit_oid, month_of(start))
        if key not in finest:
            smallest = answers.finest_shown(*key)
            finest[key] = smallest is not None and lies_in(smallest, period)
        if finest[key]:
            places[unit_oid, start] = times
    return places


def _newest(places: Mapping[Place, int], at_most: int) -> list[Place]:
    """Return the newest weeks and months with enough rows for so many, each of them whole."""
    found: list[Place] = []
    rows = 0
    for _, of_day in groupby(sorted(places, key=_start, reverse=True), key=_start):
        if rows >= at_most:
            break
        found += of_day
        rows = sum(places[place] for place in found)
    return found


def _start(place: Place) -> date:
    return place[1]


def _in(places: Iterable[Place]) -> Q:
    starts: dict[str, list[date]] = {}
    for unit_oid, start in places:
        starts.setdefault(unit_oid, []).append(start)
    shown = Q(pk__in=())
    for unit_oid, some in starts.items():
        shown |= Q(unit_id=unit_oid, period_start__in=some)
    return shown


def lies_in(period: Period, larger: Period) -> bool:
    """Tell whether a period is another or lies in it."""
    while period != larger:
        if period.kind is PeriodKind.ALL:
            return False
        period = period.whole
    return True

"""Comments, told apart no further than the figures are.

A comment is known again by its text, so every list that it stands in tells something of who wrote it: the unit, the month. It
stands only in lists at least as long as the smallest period in which its unit's answers are shown, so that lists subtracted
from each other never lead to a hidden unit or month; and lists are never divided by language, age or channel of the respondent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from vaste.free_text.labels import Sentiment, Theme, read_themes
from vaste.organisations.models import Unit
from vaste.responses.comments import Comment, ScoreBand
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


_SCORES = {ScoreBand.PROMOTERS: (9, 10), ScoreBand.PASSIVES: (7, 8), ScoreBand.DETRACTORS: (0, 6)}


def comments_of(answers: Answers, units: Sequence[Unit], period: Period, wanted: WantedComments, *, at_most: int) -> Comments:
    """Return the comments of some units and a period: the newest first, within a week or month in the order of random ids.

    Theme, sentiment and language are read off the comment itself: they tell a reader nothing that it does not tell.
    """
    found, count = _where_shown(_wanted(_rows(answers, units, period), wanted), answers, period)
    return Comments(tuple(map(_comment, found.order_by("-period_start", "pk")[:at_most])), count)


def rows_shown(answers: Answers, units: Sequence[Unit], period: Period) -> QuerySet[Response]:
    """Return the responses of some units and a period whose comments may be shown."""
    return _where_shown(_rows(answers, units, period), answers, period)[0]


def _rows(answers: Answers, units: Sequence[Unit], period: Period) -> QuerySet[Response]:
    days = answers.days(period)
    if days is None:
        return Response.objects.none()
    return Response.objects.filter(unit__in=units, channel__in=INVITED_CHANNELS, period_start__range=days).exclude(free_text="")


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


def _where_shown(rows: QuerySet[Response], answers: Answers, period: Period) -> tuple[QuerySet[Response], int]:
    """Return the rows of units and weeks or months that are told apart no finer than their figures, and how many they are."""
    starts: dict[str, list[date]] = {}
    count = 0
    for unit_oid, start, times in rows.order_by().values_list("unit_id", "period_start").annotate(times=Count("*")):
        finest = answers.finest_shown(unit_oid, month_of(start))
        if finest is not None and lies_in(finest, period):
            starts.setdefault(unit_oid, []).append(start)
            count += times
    shown = Q(pk__in=())
    for unit_oid, some in starts.items():
        shown |= Q(unit_id=unit_oid, period_start__in=some)
    return rows.filter(shown), count


def lies_in(period: Period, larger: Period) -> bool:
    """Tell whether a period is another or lies in it."""
    while period != larger:
        if period.kind is PeriodKind.ALL:
            return False
        period = period.whole
    return True

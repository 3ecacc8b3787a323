"""The comments of the record, as far as the display threshold lets them be shown."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import BooleanField, Count, F, Func, QuerySet

from vaste.free_text.labels import Sentiment, Theme, read_themes
from vaste.indicators.disclosure import Cell, shown_cells
from vaste.responses.models import Response
from vaste.responses.queries import Dimension, Selection, count_responses


class ScoreBand(StrEnum):
    """What a respondent is called by their answer to the recommendation question."""

    PROMOTERS = "promoters"
    PASSIVES = "passives"
    DETRACTORS = "detractors"


_SCORES = {ScoreBand.PROMOTERS: range(9, 11), ScoreBand.PASSIVES: range(7, 9), ScoreBand.DETRACTORS: range(7)}
_NO_SCORE = "none"
HAS_COMMENT = Func(F("free_text"), template="%(expressions)s > ''", output_field=BooleanField())
"""Said without a parameter, or SQLite would not see that the index of comments holds what is asked for."""


@dataclass(frozen=True)
class Wanted:
    """Which comments are asked for; None takes all. language: the one in which the comment is written."""

    theme: Theme | None = None
    sentiment: Sentiment | None = None
    language: str | None = None
    channel: str | None = None
    band: ScoreBand | None = None


@dataclass(frozen=True)
class Comment:
    """One comment with what was made of it. is_corrected: people of staff said so."""

    response_id: UUID
    text: str
    language: str
    themes: tuple[Theme, ...]
    sentiment: Sentiment | None
    is_corrected: bool


@dataclass(frozen=True)
class Comments:
    """Comments, the newest periods first and within a period in the order of random ids, and how many there are in all.

    by_theme, by_sentiment, by_language: how many of those asked for, whatever theme, sentiment or language was asked for, so
    that a filter can say what it would find. Nothing at all, as if there were none, when they may not be shown.
    """

    comments: tuple[Comment, ...] = ()
    count: int = 0
    by_theme: Mapping[Theme, int] | None = None
    by_sentiment: Mapping[Sentiment, int] | None = None
    by_language: Mapping[str, int] | None = None
    is_hidden: bool = False


def comments(selection: Selection, wanted: Wanted, *, reach: tuple[str, ...], too_few_below: int, at_most: int) -> Comments:
    """Return the comments of a selection that are wanted, or nothing where too few answered.

    reach: all units whose figures the same reader may see. Theme, sentiment and language are read off the comment itself, so
    they tell a reader nothing that the comment does not. Channel, score and unit tell of the respondent: the comments of such
    a part are shown only where its number of answers may be, among all parts that the reader could ask for and subtract.
    """
    if not _may_be_shown(selection, wanted, reach, too_few_below):
        return Comments(is_hidden=True)
    of_respondents = _of_respondents(selection.responses().exclude(free_text=""), wanted)
    found = _of_texts(of_respondents, wanted)
    rows = found.order_by("-period_start", "pk")[:at_most]
    by_theme, by_sentiment, by_language = _counts(_by_reading(of_respondents))
    return Comments(tuple(map(_comment, rows)), found.count(), by_theme, by_sentiment, by_language)


def _may_be_shown(selection: Selection, wanted: Wanted, reach: tuple[str, ...], too_few_below: int) -> bool:
    is_all = set(selection.units) == set(reach)
    assert is_all or len(selection.units) == 1, "some of several units would be found by subtraction"
    axes = ([] if is_all else [Dimension.UNIT]) + [Dimension.CHANNEL]
    counts: defaultdict[tuple[str, ...], int] = defaultdict(int)
    for key, tally in count_responses(Selection(reach, selection.span, selection.channels), axes).items():
        for band, scores in _SCORES.items():
            counts[*key, str(band)] += sum(tally.nps[score] for score in scores)
        counts[*key, _NO_SCORE] += tally.responses - sum(tally.nps)
    cell: Cell = (*(() if is_all else selection.units), wanted.channel, wanted.band and str(wanted.band))
    return cell in shown_cells(counts, too_few_below)


def _of_respondents(rows: QuerySet[Response], wanted: Wanted) -> QuerySet[Response]:
    if wanted.channel is not None:
        rows = rows.filter(channel=wanted.channel)
    if wanted.band is not None:
        rows = rows.filter(nps__in=_SCORES[wanted.band])
    return rows


def _of_texts(rows: QuerySet[Response], wanted: Wanted) -> QuerySet[Response]:
    if wanted.theme is not None:
        rows = rows.filter(themes__contains=wanted.theme)
    if wanted.sentiment is not None:
        rows = rows.filter(sentiment=wanted.sentiment)
    if wanted.language is not None:
        rows = rows.filter(text_language=wanted.language)
    return rows


def _by_reading(rows: QuerySet[Response]) -> Iterable[tuple[str, str, str, int]]:
    return rows.order_by().values_list("themes", "sentiment", "text_language").annotate(times=Count("*"))


def _counts(rows: Iterable[tuple[str, str, str, int]]) -> tuple[dict[Theme, int], dict[Sentiment, int], dict[str, int]]:
    themes, sentiments, languages = Counter[str](), Counter[str](), Counter[str]()
    for line, sentiment, language, times in rows:
        themes.update(dict.fromkeys(read_themes(line), times))
        sentiments[sentiment] += times
        languages[language] += times
    return (
        {theme: themes[theme] for theme in Theme},
        {sentiment: sentiments[sentiment] for sentiment in Sentiment},
        {language: count for language, count in sorted(languages.items()) if language},
    )


def _comment(row: Response) -> Comment:
    return Comment(
        response_id=row.id,
        text=row.free_text,
        language=row.text_language,
        themes=read_themes(row.themes),
        sentiment=Sentiment(row.sentiment) if row.sentiment else None,
        is_corrected=row.text_method == Response.STAFF,
    )

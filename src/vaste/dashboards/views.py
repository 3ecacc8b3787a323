"""The results page: whose figures, of which time, in the reader's words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from vaste.cases.queries import waiting_requests
from vaste.core import clock
from vaste.dashboards.alerts import alerts_line
from vaste.dashboards.asked import Asked, WrittenIn, read_asked
from vaste.dashboards.charts import LineChart, Point, line_chart
from vaste.dashboards.page import (
    FigureRow,
    ResultsReader,
    StatementRow,
    change_words,
    days_words,
    distribution,
    figure_row,
    heading,
    least_heard,
    score_words,
    statement_row,
)
from vaste.dashboards.scripts import SCRIPTED_PAGES, script_hash
from vaste.dashboards.times import chosen_period, offered_periods, times_around
from vaste.free_text.labels import Sentiment, Theme
from vaste.indicators.display import display_of
from vaste.organisations.formats import day, number, percent
from vaste.organisations.models import User
from vaste.organisations.rules import Goals
from vaste.organisations.staff_pages import reader_language, staff_page
from vaste.organisations.words import Words, load_words, service_name
from vaste.responses.comments import Comment, ScoreBand
from vaste.responses.queries import Dimension
from vaste.responses.rules import without_wide_bands
from vaste.results.answers import BREAKDOWNS, Answers, Part
from vaste.results.calendar import Period, PeriodKind
from vaste.results.comments import WantedComments, comments_of
from vaste.results.figures import Figures
from vaste.results.goal_queries import goals_held
from vaste.results.latest import latest_answers
from vaste.results.results import thresholds
from vaste.results.scopes import Scope, chosen_scope, scopes_of
from vaste.surveys.instrument import Branch, national_adult

_TEXTS = Path(__file__).parent / "results.toml"
_COMMENTS_AT_MOST = 30
_REFRESH_SECONDS = "5"


@dataclass(frozen=True)
class Page:
    """What the page is about: whose answers, of which time, of which part of them, and who reads."""

    scopes: list[Scope]
    scope: Scope
    period: Period
    asked: Asked
    answers: Answers
    reader: ResultsReader

    @property
    def words(self) -> Words:
        return self.reader.words

    def figures(self, period: Period) -> Figures:
        """Return the figures of the page's scope, of the part asked for."""
        return self.answers.figures(self.scope.area, period, self.asked.part)

    def address(self, **changes: str) -> str:
        """Return the address of this page with some words changed; an empty word is left out."""
        only = f"{self.asked.part.by}:{self.asked.part.value}" if self.asked.part else ""
        words = {"unit": self.scope.key, "period": self.period.key, "only": only, **changes}
        return "?" + urlencode({word: value for word, value in words.items() if value})


@require_safe
@login_required
def show_results(request: HttpRequest) -> HttpResponse:
    """Show the results of what the address names, within what the reader may see; anything else is not found."""
    assert isinstance(request.user, User)
    language = reader_language(request)
    words = load_words(_TEXTS)[language]
    scopes = scopes_of(request.user)
    if not scopes:
        return staff_page(request, "dashboards/no_role.html", {"words": words, "page": "results"})
    scope = chosen_scope(scopes, request.GET)
    if scope is None:
        raise Http404
    page = _page(scopes, scope, read_asked(request.GET.dict()), words, language)
    context = {**_choices(page, request.GET), **_findings(page), "page": "results", "words": words, "script_hash": script_hash()}
    response = staff_page(request, "dashboards/results.html", context)
    response.headers["Content-Security-Policy"] = SCRIPTED_PAGES
    if context["is_live"]:
        response.headers["Refresh"] = _REFRESH_SECONDS
    return response


def _page(scopes: list[Scope], scope: Scope, asked: Asked, words: Words, language: str) -> Page:
    settings = scope.county.settings
    answers = latest_answers(scope.county, scope.reach, clock.now())
    period = asked.period or chosen_period(answers, scope.area, thresholds(settings))
    days = answers.days(period)
    reader = ResultsReader(words, language, _goals(scope, days[1] if days else None), thresholds(settings))
    return Page(scopes, scope, period, asked, answers, reader)


def _goals(scope: Scope, last: date | None) -> Goals:
    """Return the targets that hold for a scope on the last day shown."""
    unit = scope.units[0] if scope.key == scope.units[0].oid else None
    today = scope.county.day_of(clock.now())
    on = min(last or today, today)
    service = scope.service or (unit.service if unit else "")
    return goals_held(scope.county, unit=unit.oid if unit else "", service=service, on=on)


def _choices(page: Page, typed: QueryDict) -> dict[str, Any]:
    """Return what the reader may choose, and what is chosen."""
    words, asked = page.words, page.asked
    still = typed.copy()
    still.pop("live", None)
    return {
        "scopes": [(each.key, _scope_name(each, page.reader), each == page.scope) for each in page.scopes],
        "scope_name": _scope_name(page.scope, page.reader),
        "periods": [
            (words[f"periods_{kind}"], [(each.key, page.reader.period(each), each == page.period) for each in periods])
            for kind, periods in offered_periods(page.answers, page.period).items()
        ],
        "parts": [
            (
                words[f"by_{by}"],
                [(f"{by}:{value}", _part_name(Part(by, value), page.reader), Part(by, value) == asked.part) for value in values],
            )
            for by in BREAKDOWNS
            if (values := page.answers.parts(by))
        ],
        "part_name": _part_name(asked.part, page.reader) if asked.part else "",
        "all_address": page.address(only=""),
        "problem": words[asked.problem] if asked.problem else "",
        "moved": words["moved"].format(period=page.reader.period(page.period)) if asked.moved else "",
        "is_live": typed.get("live") == "1",
        "still_address": f"?{still.urlencode()}",
    }


def _scope_name(scope: Scope, reader: ResultsReader) -> str:
    if scope.service is not None:
        return service_name(scope.service, reader.language)
    if scope.key == scope.units[0].oid:
        return scope.units[0].name(reader.language)
    return reader.words["whole_county" if scope.is_whole_county else "own_units"].format(county=scope.county.name(reader.language))


def _part_name(part: Part, reader: ResultsReader) -> str:
    if part.by is Dimension.AGE:
        return reader.words["age_unknown"] if part.value == "unknown" else part.value.replace("-", "–")
    return reader.words.get(f"{part.by}_{part.value.replace('+', '_')}", part.value)


def _findings(page: Page) -> dict[str, Any]:
    """Return everything that is found, in words."""
    reader, words = page.reader, page.words
    now, before = page.figures(page.period), page.period.before
    past = page.figures(before) if before else None
    score_before = reader.shown(past.nps) if past else None
    limits = reader.thresholds
    return {
        "period": reader.period(page.period),
        "days": days_words(page.answers.days(page.period), words),
        "heading": heading(reader, now, score_before),
        "whole": figure_row(reader, "", now),
        "score": score_words(reader, now),
        "is_real": _certainty(page, now),
        "too_few_why": words["too_few_why"].format(n=limits.too_few_below) if now.is_hidden else "",
        "no_rate": words["no_rate_for_channel"] if page.asked.part and page.asked.part.by is Dimension.CHANNEL else "",
        "change": change_words(reader, reader.shown(now.nps), score_before, before),
        "distribution": distribution(reader, now),
        "distribution_caption": words["distribution_caption"].format(n=number(now.nps.n if now.nps else 0, reader.language)),
        "no_distribution": words["distribution_of_all"] if page.asked.part and reader.shown(now.nps) else "",
        "statements_caption": words["statements_caption"].format(goal=number(reader.goals.statement_mean, reader.language, 1)),
        "before_name": reader.period(before) if before else "",
        "method_few": words["method_few"].format(n=limits.too_few_below, figure=limits.count_only_below, uncertain=limits.uncertain_below),
        **_over_time(page, now, past),
        **_breakdowns(page),
        "areas": _areas(page),
        "earlier": _earlier(page),
        **_comments(page, now),
        "alerts_line": alerts_line(reader.language, page.scope.units),
        **_to_do(page.scope, words),
    }


def _certainty(page: Page, now: Figures) -> str:
    """Return how much the figure can be leant on, in words."""
    score = page.reader.shown(now.nps)
    if score is None:
        return ""
    key = f"real_{display_of(score.n, page.reader.thresholds)}"
    half = (score.high - score.low) / 2
    return page.words[key].format(n=page.reader.number(score.n), half=page.reader.number(half))


def _over_time(page: Page, now: Figures, past: Figures | None) -> dict[str, Any]:
    """Return the scores and the statements over the periods around this one."""
    reader = page.reader
    periods = times_around(page.answers, page.period)
    figures = [page.figures(period) for period in periods]
    begins = next((place for place, row in enumerate(figures) if not row.is_hidden), len(figures) - 1)
    periods, figures = periods[begins:], figures[begins:]
    return {
        "chart": _chart(page, periods, figures),
        "times": [
            figure_row(reader, reader.period(each), row, page.address(period=each.key)) for each, row in zip(periods, figures, strict=True)
        ],
        "time_names": [reader.short(each) for each in periods],
        "statements": _statements(page, now, past, figures),
    }


def _chart(page: Page, periods: Sequence[Period], figures: Sequence[Figures]) -> LineChart | None:
    reader = page.reader
    points = []
    for period, row in zip(periods, figures, strict=True):
        score = reader.shown(row.nps)
        text = page.words["too_few"] if score is None else reader.score(score)
        points.append(Point(reader.period(period), score, f"{reader.period(period)}: {text}", reader.short(period), period == page.period))
    if not any(point.nps for point in points):
        return None
    goal = reader.goals.nps
    labels = {score: reader.number(score) for score in range(-100, 101, 50)}
    return line_chart(points, goal, page.words["goal"].format(goal=reader.number(goal)), labels)


def _statements(page: Page, now: Figures, past: Figures | None, over_time: Sequence[Figures]) -> list[StatementRow]:
    """Return the statements in the words of the scope's branch; of health care where both are in it."""
    branches = {unit.branch for unit in page.scope.units}
    branch = Branch.SOCIAL if branches == {Branch.SOCIAL} else Branch.HEALTH
    asked = {item.id: item.text(page.reader.language, branch) for item in national_adult().statements_for(branch)}
    return [
        statement_row(
            page.reader,
            asked.get(item, item),
            result,
            past.statements.get(item) if past else None,
            [each.statements.get(item) for each in over_time],
        )
        for item, result in now.statements.items()
    ]


def _breakdowns(page: Page) -> dict[str, Any]:
    """Return who answered: by channel, and by age and language against the invited. Filtered, only the part asked for is known."""
    if page.asked.part is not None:
        return {"missing_note": page.words["missing_filtered"]}
    by_age, by_language = (_parts(page, by) for by in (Dimension.AGE, Dimension.LANGUAGE))
    by_channel = _by_channel(page)
    return {
        "by_channel": by_channel,
        "channel_mix": [(row.name[:1].upper() + row.name[1:], row.rate) for row in by_channel if row.rate],
        "by_age": _rows(page, by_age),
        "by_language": _rows(page, by_language),
        "missing": [words for rows in (_told_apart(by_age), by_language) if (words := least_heard(page.reader, _named(page, rows)))],
    }


def _parts(page: Page, by: Dimension) -> dict[Part, Figures]:
    parts = [Part(by, value) for value in page.answers.parts(by)]
    return {part: page.answers.figures(page.scope.area, page.period, part, statements=False) for part in parts}


def _told_apart(by_age: Mapping[Part, Figures]) -> dict[Part, Figures]:
    """Return the ages of which none holds another."""
    kept = without_wide_bands(part.value for part in by_age)
    return {part: figures for part, figures in by_age.items() if part.value in kept}


def _named(page: Page, rows: Mapping[Part, Figures]) -> dict[str, Figures]:
    return {_part_name(part, page.reader): figures for part, figures in rows.items()}


def _rows(page: Page, rows: Mapping[Part, Figures]) -> list[FigureRow]:
    return [
        figure_row(page.reader, _part_name(part, page.reader), figures, page.address(only=f"{part.by}:{part.value}"))
        for part, figures in rows.items()
        if figures.invited or not figures.is_hidden
    ]


def _by_channel(page: Page) -> list[FigureRow]:
    """Return a row for each channel; in place of a response rate, which a channel has not, its share of the responses."""
    total, language = page.figures(page.period).responses, page.reader.language
    rows = []
    for part, figures in _parts(page, Dimension.CHANNEL).items():
        share = percent(figures.responses / total, language) if figures.responses and total else ""
        address = page.address(only=f"{part.by}:{part.value}")
        rows.append(replace(figure_row(page.reader, _part_name(part, page.reader), figures, address), rate=share))
    for channel in page.answers.other_channels():
        figures = page.answers.other_figures(page.scope.area, page.period, channel)
        name = _part_name(Part(Dimension.CHANNEL, channel), page.reader)
        rows.append(figure_row(page.reader, page.words["apart"].format(channel=name), figures))
    return rows


def _earlier(page: Page) -> list[FigureRow]:
    """Return a row for each year of each channel of other systems, the last first, as far as it may be shown."""
    years = sorted((key for key in page.answers.nodes if Period(key).kind is PeriodKind.YEAR), reverse=True)
    rows = []
    for channel, year in product(page.answers.other_channels(), years):
        figures = page.answers.other_figures(page.scope.area, Period(year), channel)
        if not figures.is_hidden:
            rows.append(figure_row(page.reader, f"{_part_name(Part(Dimension.CHANNEL, channel), page.reader)}, {year}", figures))
    return rows


def _areas(page: Page) -> list[tuple[str, str, list[FigureRow]]]:
    """Return the service lines and the units within the scope, as id, title and rows."""
    if page.scope.is_single:
        return []
    chosen = {unit.oid for unit in page.scope.units}
    within = [each for each in page.scopes if each.county == page.scope.county and each != page.scope]
    lines = [each for each in within if each.service is not None and page.scope.service is None]
    units = [each for each in within if each.service is None and each.is_single and each.units[0].oid in chosen]
    return [
        (name, page.words[name.replace("-", "_")], [_area_row(page, each) for each in scopes])
        for name, scopes in (("by-service", lines), ("by-unit", units))
        if scopes
    ]


def _area_row(page: Page, scope: Scope) -> FigureRow:
    figures = page.answers.figures(scope.area, page.period, page.asked.part, statements=False)
    return figure_row(page.reader, _scope_name(scope, page.reader), figures, page.address(unit=scope.key))


def _comments(page: Page, now: Figures) -> dict[str, Any]:
    words, wanted = page.words, page.asked.comments
    found = comments_of(page.answers, page.scope.units, page.period, wanted, at_most=_COMMENTS_AT_MOST)
    if found.count:
        caption = words["comments_caption"].format(shown=len(found.comments), all=found.count)
    elif now.is_hidden:
        caption = words["comments_hidden"].format(n=page.reader.thresholds.too_few_below)
    else:
        caption = words["comments_none" if wanted == WantedComments() else "comments_none_like"]
    return {
        "comments": [(*_comment_words(each, words), _correction(page, each)) for each in found.comments],
        "comments_caption": caption,
        "comments_note": words["comments_undivided"] if page.asked.part else "",
        "comment_choices": [
            ("theme", words["theme"], _options(Theme, "theme", wanted.theme, words)),
            ("mood", words["mood"], _options(Sentiment, "mood", wanted.sentiment, words)),
            ("score", words["comments_of"], _options(ScoreBand, "comments", wanted.band, words)),
            ("written", words["written"], _options(WrittenIn, "language", wanted.language, words)),
        ],
    }


def _options(values: Iterable[str], prefix: str, chosen: str | None, words: Words) -> list[tuple[str, str, bool]]:
    return [(str(value), words[f"{prefix}_{value}"], value == chosen) for value in values]


def _comment_words(comment: Comment, words: Words) -> tuple[str, str, str]:
    """Return a comment, its language for those who hear it read, and what was made of it."""
    said = [words[f"theme_{theme}"] for theme in comment.themes]
    if comment.sentiment is not None:
        said.append(words[f"mood_{comment.sentiment}"])
    made = ", ".join(said)
    return comment.text, comment.language, f"{made} ({words['corrected']})" if made and comment.is_corrected else made


def _correction(page: Page, comment: Comment) -> str:
    """Return where what was read in a comment can be corrected, from where one comes back to this page."""
    return reverse("dashboards:correction", args=[comment.response_id]) + page.address()


def _to_do(scope: Scope, words: Words) -> dict[str, Any]:
    waiting, due = waiting_requests(scope.units)
    return {"to_do": words["requests_open"].format(n=waiting, due=day(due)) if due else words["requests_none"]}

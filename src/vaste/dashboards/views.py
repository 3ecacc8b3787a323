"""The results page: whose figures, of which days, in the reader's words."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vaste.cases.queries import waiting_requests
from vaste.core import clock
from vaste.dashboards.alerts import alerts_line
from vaste.dashboards.page import (
    FigureRow,
    Reader,
    StatementRow,
    change_words,
    distribution,
    figure_row,
    heading,
    period_words,
    score_words,
    statement_row,
)
from vaste.indicators.display import Display
from vaste.indicators.nps import Nps
from vaste.organisations.formats import day, month, number, percent
from vaste.organisations.models import User
from vaste.organisations.rules import Goals
from vaste.organisations.staff_pages import reader_language, staff_page
from vaste.organisations.words import Words, load_words
from vaste.responses.comments import Wanted as CommentsWanted
from vaste.responses.comments import comments
from vaste.responses.periods import span, span_before
from vaste.responses.queries import Dimension, Selection
from vaste.responses.rules import Channel, channels_beside
from vaste.results.goal_queries import goals_held
from vaste.results.questions import Fault, QuestionRefused, Wanted, read_wanted
from vaste.results.results import Question, Results, answer_question
from vaste.results.scopes import Scope, chosen_scope, scopes_of
from vaste.surveys.instrument import Branch, national_adult

_TEXTS = Path(__file__).parent / "results.toml"
_COMMENTS_AT_MOST = 30
_REFRESH_SECONDS = "5"
_FAULT_WORDS = {
    Fault.FROM_IS_NO_DAY: "wrong_from",
    Fault.TO_IS_NO_DAY: "wrong_to",
    Fault.ENDS_BEFORE_IT_BEGINS: "wrong_order",
    Fault.NO_SUCH_CHANNEL: "wrong_channel",
    Fault.NO_SUCH_BREAKDOWN: "wrong_breakdown",
}
_CHANNEL_WORDS = {
    Channel.SMS: "channel_sms",
    Channel.LINK: "channel_link",
    Channel.BOTH: "channel_both",
    Channel.DEVICE: "channel_device",
    Channel.QUESTIONNAIRE: "channel_questionnaire",
}


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
    try:
        wanted, fault = read_wanted(request.GET.dict()), None
    except QuestionRefused as refused:
        wanted, fault = Wanted(), refused.fault
    context = {
        **_choices(request, scopes, scope, wanted, words, language),
        **_findings(scope, wanted, words, language),
        "page": "results",
        "words": words,
        "problem": words[_FAULT_WORDS[fault]] if fault else "",
    }
    response = staff_page(request, "dashboards/results.html", context)
    if context["is_live"]:
        response.headers["Refresh"] = _REFRESH_SECONDS
    return response


def _choices(request: HttpRequest, scopes: list[Scope], scope: Scope, wanted: Wanted, words: Words, language: str) -> dict[str, Any]:
    """Return what the reader may choose, and what is chosen."""
    still = request.GET.copy()
    still.pop("live", None)
    return {
        "scopes": [(each.key, _scope_name(each, words, language), each == scope) for each in scopes],
        "scope_name": _scope_name(scope, words, language),
        "channel_choices": [(channel.value, words[_CHANNEL_WORDS[channel]], channel is wanted.channel) for channel in Channel],
        "first": wanted.first.isoformat() if wanted.first else "",
        "last": wanted.last.isoformat() if wanted.last else "",
        "is_live": request.GET.get("live") == "1",
        "still_address": f"?{still.urlencode()}",
    }


def _scope_name(scope: Scope, words: Words, language: str) -> str:
    if scope.key == scope.units[0].oid:
        return scope.units[0].name(language)
    return words["whole_county" if scope.is_whole_county else "own_units"].format(county=scope.county.name(language))


def _findings(scope: Scope, wanted: Wanted, words: Words, language: str) -> dict[str, Any]:
    """Return everything that is found for a scope, in words."""
    results = _answer(scope, wanted, Dimension.MONTH)
    reader = Reader(words, language, _goals(scope, results.last), results)
    days_before = span_before(wanted.first, wanted.last) if wanted.first and wanted.last else None
    before = _score_before(scope, wanted, days_before, reader)
    whole, limits = results.whole, results.thresholds
    return {
        "period": period_words(results.first, results.last, words),
        "heading": heading(reader, before),
        "whole": figure_row(reader, "", whole),
        "score": score_words(reader),
        "too_few_why": words["too_few_why"].format(n=limits.too_few_below) if whole.is_hidden else "",
        "change": change_words(reader, before, days_before),
        "distribution": distribution(reader),
        "distribution_caption": words["distribution_caption"].format(n=number(whole.nps.n if whole.nps else 0, language)),
        "statements": _statements(reader, scope),
        "statements_caption": words["statements_caption"].format(goal=number(reader.goals.statement_mean, language, 1)),
        "by_channel": _by_channel(reader, scope, wanted),
        "by_month": [figure_row(reader, month(date.fromisoformat(f"{key}-01"), language), row) for key, row in results.rows.items()],
        "by_unit": [] if scope.is_single else _by_unit(reader, scope, wanted),
        "method_few": words["method_few"].format(n=limits.too_few_below, figure=limits.count_only_below, uncertain=limits.uncertain_below),
        **_comments(scope, wanted, results, words),
        "alerts_line": alerts_line(language, scope.units),
        **_to_do(scope, words),
    }


def _goals(scope: Scope, last: date | None) -> Goals:
    """Return the targets that hold for a scope on the last day shown."""
    unit = scope.units[0] if scope.key == scope.units[0].oid else None
    today = clock.now().astimezone(scope.county.settings.zone).date()
    on = min(last or today, today)
    return goals_held(scope.county, unit=unit.oid if unit else "", service=unit.service if unit else "", on=on)


def _answer(scope: Scope, wanted: Wanted, by: Dimension | None) -> Results:
    return answer_question(
        Question(
            county=scope.county,
            units=tuple(unit.oid for unit in scope.units),
            reach=tuple(unit.oid for unit in scope.reach),
            first=wanted.first,
            last=wanted.last,
            channel=wanted.channel,
            by=by,
        )
    )


def _score_before(scope: Scope, wanted: Wanted, days_before: tuple[date, date] | None, reader: Reader) -> Nps | None:
    """Return the score of the span before, where it is one that may be shown as a figure."""
    if days_before is None:
        return None
    nps = _answer(scope, Wanted(*days_before, wanted.channel), None).whole.nps
    return nps if nps and reader.display(nps.n) is not Display.COUNT_ONLY else None


def _by_unit(reader: Reader, scope: Scope, wanted: Wanted) -> list[FigureRow]:
    names = {unit.oid: unit.name(reader.language) for unit in scope.units}
    rows = _answer(scope, wanted, Dimension.UNIT).rows
    return [figure_row(reader, names[key], row) for key, row in rows.items()]


def _statements(reader: Reader, scope: Scope) -> list[StatementRow]:
    """Return the statements in the words of the scope's branch; of health care where both are in it."""
    branches = {unit.branch for unit in scope.units}
    branch = Branch.SOCIAL if branches == {Branch.SOCIAL} else Branch.HEALTH
    asked = {item.id: item.text(reader.language, branch) for item in national_adult().statements_for(branch)}
    return [statement_row(reader, asked.get(item, item), result) for item, result in reader.results.whole.statements.items()]


def _by_channel(reader: Reader, scope: Scope, wanted: Wanted) -> list[FigureRow]:
    """Return a row for each channel; in place of a response rate, which a channel has not, its share of the responses."""
    answer = _answer(scope, wanted, Dimension.CHANNEL)
    total = answer.whole.responses
    names = {str(channel): reader.words[key] for channel, key in _CHANNEL_WORDS.items()}
    shares = {key: figures.responses / total for key, figures in answer.rows.items() if figures.responses and total}
    return [
        replace(figure_row(reader, names.get(key, key), figures), rate=percent(shares[key], reader.language) if key in shares else "")
        for key, figures in answer.rows.items()
    ]


def _comments(scope: Scope, wanted: Wanted, results: Results, words: Words) -> dict[str, Any]:
    limit = results.thresholds.too_few_below
    selection = Selection(tuple(unit.oid for unit in scope.units), span(wanted.first, wanted.last), channels_beside(wanted.channel))
    reach = tuple(unit.oid for unit in scope.reach)
    found = comments(selection, CommentsWanted(channel=wanted.channel), reach=reach, too_few_below=limit, at_most=_COMMENTS_AT_MOST)
    if results.whole.is_hidden or found.is_hidden:
        return {"comments": [], "comments_caption": words["comments_hidden"].format(n=limit)}
    texts = [comment.text for comment in found.comments]
    caption = words["comments_caption"].format(shown=len(texts), all=found.count) if texts else words["comments_none"]
    return {"comments": texts, "comments_caption": caption}


def _to_do(scope: Scope, words: Words) -> dict[str, Any]:
    waiting, due = waiting_requests(scope.units)
    return {"to_do": words["requests_open"].format(n=waiting, due=day(due)) if due else words["requests_none"]}

"""The pages of contact requests, each within the units of the person who looks."""

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from vaste.cases.actions import ContactDetails, mark_answered, open_details, open_note
from vaste.cases.models import ContactRequest
from vaste.core import clock
from vaste.core.keys import SealBroken
from vaste.organisations.closing import Attempt, of_own_units, show_or_close
from vaste.organisations.formats import day
from vaste.organisations.models import User
from vaste.organisations.staff_pages import reader_language, staff_page
from vaste.organisations.words import Words, load_words
from vaste.surveys.instrument import FREE_TEXT, Branch, national_adult

_TEXTS = Path(__file__).parent / "requests.toml"
_ANSWERED_AT_MOST = 50


@require_safe
@login_required
def list_requests(request: HttpRequest) -> HttpResponse:
    """List the requests of the reader's units: those that wait, nearest deadline first, then the last answered."""
    language = reader_language(request)
    words = load_words(_TEXTS)[language]
    own = _own_requests(request)
    waiting = [_row(each, words, language) for each in own.filter(state=ContactRequest.State.RECEIVED).order_by("due_on", "pk")]
    answered = own.filter(state=ContactRequest.State.ANSWERED).order_by("-answered_on", "pk")[:_ANSWERED_AT_MOST]
    late = sum(row["is_late"] for row in waiting)
    context = {
        "page": "requests",
        "words": words,
        "heading": words["heading_late" if late else "heading_waiting"].format(n=len(waiting), late=late),
        "waiting": waiting,
        "answered": [_row(each, words, language) for each in answered],
        "answered_caption": words["answered_caption"].format(n=_ANSWERED_AT_MOST),
    }
    return staff_page(request, "cases/requests.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def show_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show one request of the reader's units, with who asked and how to reach them; a POST marks it as answered."""
    found = get_object_or_404(_own_requests(request), pk=request_id)
    return show_or_close(
        request,
        found,
        show=partial(_one, request, found),
        close=lambda by, note: mark_answered(request=found, by=by, note=note, today=_today(found)),
    )


def _own_requests(request: HttpRequest) -> QuerySet[ContactRequest]:
    return of_own_units(request, ContactRequest.objects.select_related("unit__county", "answered_by"))


def _today(request: ContactRequest) -> date:
    return request.unit.county.day_of(clock.now())


def _row(request: ContactRequest, words: Words, language: str) -> dict[str, Any]:
    """Return a request as the list and its own page show it, without what is sealed."""
    unit = request.unit.name(language)
    is_open = request.state == ContactRequest.State.RECEIVED
    return {
        "id": request.pk,
        "unit": unit,
        "language": words.get(request.language, request.language),
        "received": day(request.received_on),
        "due": day(request.due_on),
        "is_open": is_open,
        "is_late": is_open and request.due_on < _today(request),
        "open_full": words["open_full"].format(unit=unit, day=day(request.received_on)),
        "answered_on": day(request.answered_on) if request.answered_on else "",
        "answered_by": request.answered_by.email if request.answered_by else "",
    }


def _one(request: HttpRequest, found: ContactRequest, attempt: Attempt) -> HttpResponse:
    assert isinstance(request.user, User)
    language = reader_language(request)
    words = load_words(_TEXTS)[language]
    try:
        details, given_note = open_details(request=found, reader=request.user), open_note(found)
    except SealBroken:
        details, given_note = None, ""
    context = {
        "page": "requests",
        "words": words,
        "one": _row(found, words, language),
        "details": details,
        "answers": _answers(details, found, words, language) if details else [],
        "given_note": given_note,
        **attempt.in_words(words),
    }
    return staff_page(request, "cases/request.html", context, status=attempt.status)


def _answers(details: ContactDetails, request: ContactRequest, words: Words, language: str) -> list[tuple[str, int | str]]:
    """Return question and answer, in the words of the unit's branch, of the answers that the person let go along."""
    questions = {
        item.id: item.text(language, Branch(request.unit.branch)) for item in national_adult().items_for(Branch(request.unit.branch))
    }
    questions[FREE_TEXT] = words["comment"]
    return [(questions.get(item, item), answer) for item, answer in (details.answers or {}).items()]

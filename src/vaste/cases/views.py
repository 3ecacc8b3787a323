"""The pages of contact requests, each within the units of the person who looks."""

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from vaste.cases.actions import ContactDetails, mark_answered, open_details, open_note
from vaste.cases.models import ContactRequest
from vaste.cases.queries import Waiting, waiting_by_unit
from vaste.cases.wanted import Wanted, Which, requests_wanted, wanted_of, with_units
from vaste.core import clock
from vaste.core.keys import SealBroken
from vaste.organisations.closing import Attempt, of_own_units, show_or_close
from vaste.organisations.formats import day
from vaste.organisations.models import User
from vaste.organisations.staff_pages import reader_language, staff_page
from vaste.organisations.words import Words, load_words
from vaste.surveys.instrument import FREE_TEXT, Branch, national_adult

_TEXTS = Path(__file__).parent / "requests.toml"
_ON_A_PAGE = 25


@require_safe
@login_required
def list_requests(request: HttpRequest) -> HttpResponse:
    """List requests of the reader's units, a page at a time: those that wait, nearest deadline first, or the last answered.

    The address names the unit, which of them (`waiting`, `late`, `answered`) and the page.
    """
    assert isinstance(request.user, User)
    language = reader_language(request)
    words = load_words(_TEXTS)[language]
    units = sorted(request.user.units().select_related("county"), key=lambda unit: unit.name(language))
    waiting = waiting_by_unit(units, clock.now())
    wanted = wanted_of(request.GET, units)
    shown = Paginator(requests_wanted(wanted, clock.now()), _ON_A_PAGE).get_page(request.GET.get("page"))
    own = [waiting[unit.oid] for unit in wanted.units if unit.oid in waiting]
    count, late = sum(each.count for each in own), sum(each.late for each in own)
    context = {
        "page": "requests",
        "words": words,
        "heading": words["heading_late" if late else "heading_waiting"].format(n=count, late=late),
        "anybody": words["none" if wanted.is_everything and not count else "none_here"],
        "is_everything": wanted.is_everything,
        "units": [(unit.oid, _with_count(unit.name(language), waiting.get(unit.oid)), unit.oid == wanted.unit) for unit in units],
        "choices": [(which.value, words[which], which is wanted.which) for which in Which],
        "title": words[wanted.which],
        "is_answered": wanted.which is Which.ANSWERED,
        "rows": [_row(each, words, language) for each in shown],
        "caption": words[f"caption_{wanted.which}"].format(first=shown.start_index(), last=shown.end_index(), n=shown.paginator.count),
        "pages": _pages(shown, wanted) if shown.has_other_pages() else None,
        "question": wanted.address(shown.number),
    }
    return staff_page(request, "cases/requests.html", context)


def _with_count(name: str, waiting: Waiting | None) -> str:
    return f"{name} ({waiting.count})" if waiting else name


def _pages(shown: "Page[ContactRequest]", wanted: Wanted) -> dict[str, Any]:
    """Return the addresses of the pages around one: those before and after it, and some by number, None where some are left out."""
    numbers = shown.paginator.get_elided_page_range(shown.number, on_each_side=1, on_ends=1)
    return {
        "before": wanted.address(shown.previous_page_number()) if shown.has_previous() else None,
        "after": wanted.address(shown.next_page_number()) if shown.has_next() else None,
        "numbers": [(each, wanted.address(each) if isinstance(each, int) else None, each == shown.number) for each in numbers],
    }


@require_http_methods(["GET", "POST"])
@login_required
def show_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show one request of the reader's units, with who asked and how to reach them; a POST marks it as answered."""
    found = get_object_or_404(of_own_units(request, with_units(ContactRequest.objects.all())), pk=request_id)
    return show_or_close(
        request,
        found,
        show=partial(_one, request, found),
        close=lambda by, note: mark_answered(request=found, by=by, note=note, today=_today(found)),
    )


def _today(request: ContactRequest) -> date:
    return request.unit.county.day_of(clock.now())


def _row(request: ContactRequest, words: Words, language: str) -> dict[str, Any]:
    """Return a request as the list and its own page show it, without what is sealed."""
    unit = request.unit.name(language)
    is_open, today = request.state == ContactRequest.State.RECEIVED, _today(request)
    return {
        "id": request.pk,
        "unit": unit,
        "language": words.get(request.language, request.language),
        "received": day(request.received_on),
        "due": day(request.due_on),
        "is_open": is_open,
        "is_late": is_open and request.due_on < today,
        "is_due_today": is_open and request.due_on == today,
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
    wanted = wanted_of(request.GET, list(request.user.units().select_related("county")))
    context = {
        "page": "requests",
        "words": words,
        "question": request.GET.urlencode(),
        "next": requests_wanted(wanted.waiting(), clock.now()).exclude(pk=found.pk).first(),
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

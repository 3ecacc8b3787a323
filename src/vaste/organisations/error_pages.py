"""The pages that stand for one that cannot be shown, in the reader's language. They ask no database: it may be what is broken."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_from_request

from vaste.organisations.staff_pages import stylesheet
from vaste.organisations.words import load_words

_TEXTS = Path(__file__).parent / "error_pages.toml"
_FRAME = Path(__file__).parent / "staff.toml"
_STAFF = "/staff/"


def not_found(request: HttpRequest, **_: object) -> HttpResponse:
    """Say that there is no such page; staff are told that it may be one of another unit."""
    text = "not_found_staff" if request.path.startswith(_STAFF) else "not_found"
    return _page(request, "not_found_title", text, 404)


def forbidden(request: HttpRequest, **_: object) -> HttpResponse:
    """Say that the reader's roles do not reach this page."""
    return _page(request, "forbidden_title", "forbidden", 403)


def form_refused(request: HttpRequest, **_: object) -> HttpResponse:
    """Say that a form came without a proof that it is ours (called by Django's check against forged forms)."""
    return _page(request, "form_refused_title", "form_refused", 403)


def not_understood(request: HttpRequest, **_: object) -> HttpResponse:
    """Say that what the browser sent cannot be read."""
    return _page(request, "not_understood_title", "not_understood", 400)


def fault(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours."""
    return _page(request, "fault_title", "fault", 500)


def _page(request: HttpRequest, title: str, text: str, status: int) -> HttpResponse:
    language = get_language_from_request(request)
    words = load_words(_TEXTS)[language]
    context = {
        "language": language,
        "frame": load_words(_FRAME)[language],
        "stylesheet_hash": stylesheet()[1],
        "title": words[title],
        "text": words[text],
        "to_results": words["to_results"] if request.path.startswith(_STAFF) else "",
    }
    # Without the request, so that no context processor looks for somebody who has signed in.
    response = render(None, "organisations/error.html", context, status=status)
    response.headers["Content-Language"] = language
    return response

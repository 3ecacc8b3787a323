"""What all pages for staff share: the reader's language, the texts around a page, the stylesheet."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_from_request

from vaste.organisations.models import User
from vaste.organisations.rules import LANGUAGES
from vaste.organisations.words import load_words

_FOLDER = Path(__file__).parent
LANGUAGE_NAMES = dict(settings.LANGUAGES)
SESSION_KEY = "language"


def reader_language(request: HttpRequest) -> str:
    """Return the language chosen in this session, else the person's own, else what the browser asks for."""
    chosen = request.session.get(SESSION_KEY)
    if chosen in LANGUAGES:
        return str(chosen)
    if isinstance(request.user, User):
        return request.user.language if request.user.language in LANGUAGES else LANGUAGES[0]
    return get_language_from_request(request)


@cache
def stylesheet() -> tuple[str, str]:
    """Return the stylesheet of staff pages and the hash that stands in its address, so that browsers may keep it."""
    text = (_FOLDER / "staff.css").read_text(encoding="utf-8")
    return text, hashlib.sha256(text.encode()).hexdigest()[:16]


def staff_page(request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Return a page for staff. The template finds its own texts in `words`, those of the frame in `frame`."""
    language = reader_language(request)
    around = {
        "language": language,
        "languages": LANGUAGE_NAMES,
        "frame": load_words(_FOLDER / "staff.toml")[language],
        "stylesheet_hash": stylesheet()[1],
        "sees_a_county": isinstance(request.user, User) and request.user.counties().exists(),
        "may_export": isinstance(request.user, User) and request.user.counties_to_export().exists(),
    }
    response = render(request, template, {**around, **context}, status=status)
    response.headers["Content-Language"] = language
    # Under "no-referrer" browsers send `Origin: null` with every form, which Django rightly takes for a forgery.
    response.headers["Referrer-Policy"] = "same-origin"
    return response

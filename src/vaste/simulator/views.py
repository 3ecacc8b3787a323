"""The demo's pages: what is on the phones, and a phone of one's own to answer from."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language_from_request
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vaste.organisations.rules import LANGUAGES
from vaste.simulator.demo.life import Demo, running_demo
from vaste.simulator.faults import entries
from vaste.simulator.people import index_of, own_number, person
from vaste.simulator.phones import Line, Side
from vaste.simulator.reactions import link_in

_WORDS = Path(__file__).with_name("words.toml")
_SHOWN_PHONES = 9
_SHOWN_LINES = 6
_REFRESH_SECONDS = 4
_WAIT_SECONDS = 4.0
_LONGEST_TEXT = 2_000
_CLOCK = {"fi": "%-d.%-m.%Y klo %-H.%M", "sv": "%-d.%-m.%Y kl. %-H.%M", "en": "%-d.%-m.%Y, %-H:%M"}


@dataclass(frozen=True)
class ShownLine:
    """One bubble: the text, cut where its survey link stands."""

    side: Side
    before: str
    link: str
    after: str


@require_GET
def phones(request: HttpRequest) -> HttpResponse:
    """Show the phones whose people did something last; with `live=1` the page renews itself."""
    demo, language = _demo(), _language(request)
    today = demo.today
    counts = [(today[name], _words(language)[name.replace(" ", "_")]) for name in ("visits", "invited", "replies", "pages sent", "stops")]
    shown = [_phone(demo, number, lines[-_SHOWN_LINES:]) for number, lines in demo.operator.phones.busiest(_SHOWN_PHONES)]
    is_live = request.GET.get("live") == "1"
    context = {
        "counts": counts,
        "phones": shown,
        "faults": _faults(demo, language),
        "moment": demo.moment.strftime(_CLOCK[language]),
        "refresh_seconds": _REFRESH_SECONDS if is_live else None,
        "other_pace": "?" + urlencode({"lang": language} if is_live else {"lang": language, "live": 1}),
    }
    return _page(request, "simulator/phones.html", demo, language, context)


@require_POST
def new_phone(request: HttpRequest) -> HttpResponse:
    """Give the visitor an invented phone, make a visit for it, and wait a moment for the invitation."""
    demo = _demo()
    chosen = request.POST.get("survey_language", "")
    place, number = demo.invite_own_phone(chosen if chosen in LANGUAGES else "fi")
    demo.operator.phones.wait_for_county(number, timeout_seconds=_WAIT_SECONDS)
    return redirect(_address(place, _language(request)))


@require_http_methods(["GET", "POST"])
def own_phone(request: HttpRequest, place: int) -> HttpResponse:
    """Show the visitor's phone; a posted text is sent from it, and the page waits a moment for what comes back."""
    demo, language, number = _demo(), _language(request), own_number(place)
    if not demo.has_given(place):
        raise Http404
    if request.method == "POST":
        text = request.POST.get("text", "").strip()[:_LONGEST_TEXT]
        if text:
            demo.operator.write_as(number, demo.county.settings.sender_number, text)
            demo.operator.phones.wait_for_county(number, timeout_seconds=_WAIT_SECONDS)
        return redirect(_address(place, language))
    lines = demo.operator.phones.screen(number)
    context = {"phone": _phone(demo, number, lines), "place": place, "is_waiting": not lines or lines[-1].side is not Side.COUNTY}
    return _page(request, "simulator/own_phone.html", demo, language, context)


def _faults(demo: Demo, language: str) -> list[tuple[str, int]]:
    """Return each fault that the operator has made with how often, in the order of the table."""
    made = {fault.value: count for fault, count in demo.operator.injected.items()}
    return [(entry.said[language], made[entry.name]) for entry in entries() if entry.name in made]


def _demo() -> Demo:
    demo = running_demo()
    if demo is None:
        raise Http404
    return demo


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in LANGUAGES else get_language_from_request(request)


def _address(place: int, language: str) -> str:
    return f"{reverse('demo-own-phone', args=[place])}?lang={language}"


def _page(request: HttpRequest, template: str, demo: Demo, language: str, context: dict[str, Any]) -> HttpResponse:
    common = {
        "words": _words(language),
        "language": language,
        "languages": [(code, name) for code, name in (("fi", "suomi"), ("sv", "svenska"), ("en", "English"))],
        "county": demo.county.name(language),
    }
    return render(request, template, common | context)


def _phone(demo: Demo, number: str, lines: list[Line]) -> dict[str, Any]:
    index = index_of(number)
    return {
        "number": f"{number[:4]} {number[4:6]} {number[6:9]} {number[9:]}",
        "language": person(index, demo.operator.settings).writes_in if index is not None else None,
        "lines": [_shown(line) for line in lines],
    }


def _shown(line: Line) -> ShownLine:
    link = link_in(line.text)
    before, _, after = line.text.partition(link) if link else (line.text, "", "")
    return ShownLine(line.side, before, link, after)


@cache
def _words(language: str) -> dict[str, str]:
    words = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    return {name: by_language[language] for name, by_language in words.items()}

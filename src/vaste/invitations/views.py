"""The page on which staff opt a person out or in who has asked them to, and see when and how somebody did."""

from dataclasses import dataclass
from datetime import date, tzinfo
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from vaste.core import clock
from vaste.invitations.forms import NumberForm
from vaste.invitations.opt_outs import RESPONDENT, Entry, History, history_of, opt_in, opt_out
from vaste.invitations.rules import OptOutWay
from vaste.organisations.formats import day
from vaste.organisations.models import User
from vaste.organisations.staff_pages import reader_language, staff_page
from vaste.organisations.words import Words, load_words

_TEXTS = Path(__file__).parent / "opt_outs.toml"


class _Act(StrEnum):
    LOOK = "look"
    OUT = "out"
    IN = "in"


@dataclass(frozen=True)
class _Reader:
    words: Words
    zone: tzinfo
    actor: str


@require_http_methods(["GET", "POST"])
@login_required
def show_opt_outs(request: HttpRequest) -> HttpResponse:
    """Show the form; a POST looks a number up, or opts it out or in. For people who see a whole county.

    The number comes in the body of the form alone, so that no address, log or history of a browser holds it.
    """
    assert isinstance(request.user, User)
    county = request.user.counties().first()
    if county is None:
        raise Http404
    reader = _Reader(load_words(_TEXTS)[reader_language(request)], county.settings.zone, str(request.user.pk))
    if request.method != "POST":
        return _page(request, reader)
    form = NumberForm(request.POST)
    act = request.POST.get("act", "")
    if act not in list(_Act) or not form.is_valid():
        typed = request.POST.get("number", "")
        return _page(request, reader, problem=reader.words["no_mobile_number"], typed=typed, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    number = str(form.cleaned_data["number"])
    today = clock.now().astimezone(reader.zone).date()
    return _page(request, reader, done=_do(_Act(act), number, reader, today), number=number)


def _do(act: _Act, number: str, reader: _Reader, today: date) -> str:
    """Do what was asked and return what to say about it."""
    if act is _Act.OUT:
        is_new = opt_out(phone=number, way=OptOutWay.STAFF, today=today, actor=reader.actor)
        return reader.words["done_out" if is_new else "done_out_before"]
    if act is _Act.IN:
        is_new = opt_in(phone=number, way=OptOutWay.STAFF, actor=reader.actor)
        return reader.words["done_in" if is_new else "done_in_before"]
    return ""


def _page(
    request: HttpRequest,
    reader: _Reader,
    *,
    done: str = "",
    number: str = "",
    problem: str = "",
    typed: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    known = _known(number, history_of(number, actor=reader.actor), reader) if number else {}
    context = {"page": "opt_outs", "words": reader.words, "done": done, "number": number, "problem": problem, "typed": typed, **known}
    return staff_page(request, "invitations/opt_outs.html", context, status=status)


def _known(number: str, history: History, reader: _Reader) -> dict[str, Any]:
    """Return what is known of a number, in words."""
    words = reader.words
    is_out = history.since is not None
    since = day(history.since) if history.since else ""
    way = words[f"by_{history.way}"] if history.way else words["by_unknown"]
    return {
        "found_title": words["found"].format(number=number),
        "is_out": is_out,
        "finding": words["is_out"].format(since=since, way=way) if is_out else words["is_in"],
        "entries": [_entry(entry, reader) for entry in history.entries],
    }


def _entry(entry: Entry, reader: _Reader) -> dict[str, str]:
    local = entry.at.astimezone(reader.zone)
    who = "" if entry.actor == RESPONDENT else _who(entry.actor)
    return {
        "when": f"{day(local.date())} {local:%H:%M}",
        "what": reader.words["went_out" if entry.is_out else "came_in"],
        "way": reader.words[f"by_{entry.way}"],
        "who": who,
    }


def _who(actor: str) -> str:
    """Return the address of the member of staff who did it, or what did it."""
    user = User.objects.filter(pk=actor).first() if actor.isdigit() else None
    return user.email if user else actor

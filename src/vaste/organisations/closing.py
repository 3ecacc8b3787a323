"""What people of staff close with a note, as contact requests and alerts: each sees only those of their units."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from vaste.organisations.models import User
from vaste.organisations.words import Words

_Row = TypeVar("_Row", bound=Model)


class NoteForm(forms.Form):
    """What was agreed or found, which may be left empty."""

    note = forms.CharField(max_length=2000, required=False)


@dataclass(frozen=True)
class Attempt:
    """Why something was not closed, with the note that was typed. problem: the key of a text; empty where nothing was tried."""

    problem: str = ""
    note: str = ""
    status: int = 200

    def in_words(self, words: Words) -> dict[str, str]:
        """Return what the page says of it."""
        return {
            "note": self.note,
            "problem_title": words[f"{self.problem}_title"] if self.problem else "",
            "problem": words[self.problem].format(note=self.note) if self.problem else "",
        }


def of_own_units(request: HttpRequest, rows: "QuerySet[_Row]") -> "QuerySet[_Row]":
    """Return the rows of the reader's units; the others do not exist for them."""
    assert isinstance(request.user, User)
    return rows.filter(unit__in=request.user.units())


def show_or_close(
    request: HttpRequest, found: Model, *, show: Callable[[Attempt], HttpResponse], close: Callable[[User, str], bool]
) -> HttpResponse:
    """Show what was found; a POST closes it with a note. close: tells whether this call did, and not somebody before."""
    if request.method != "POST":
        return show(Attempt())
    assert isinstance(request.user, User)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return show(Attempt("too_long", request.POST.get("note", ""), 422))
    note = form.cleaned_data["note"]
    if close(request.user, note):
        return HttpResponseRedirect(request.get_full_path())
    found.refresh_from_db()
    return show(Attempt("done_before", note, 409))

"""The page on one comment, on which people of staff say what it is about and how it sounds where the method was wrong."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from vaste.core import clock
from vaste.free_text.labels import Sentiment, Theme, read_themes
from vaste.organisations.models import User
from vaste.organisations.staff_pages import reader_language, staff_page
from vaste.organisations.words import Words, load_words
from vaste.responses.models import Response
from vaste.responses.reading import correct_reading
from vaste.results.comments import shown_comment
from vaste.results.latest import latest_answers

_FOLDER = Path(__file__).parent
_SAID = [Sentiment.POSITIVE, Sentiment.NEUTRAL, Sentiment.NEGATIVE]
"""What people say of a comment; being unsure is the method's."""


class CorrectionForm(forms.Form):
    """What a comment is about, perhaps nothing of the list, and how it sounds."""

    theme = forms.TypedMultipleChoiceField(choices=[(theme, theme) for theme in Theme], coerce=Theme, required=False)
    mood = forms.TypedChoiceField(choices=[(mood, mood) for mood in _SAID], coerce=Sentiment)


@require_http_methods(["GET", "POST"])
@login_required
def correct_comment(request: HttpRequest, response_id: UUID) -> HttpResponse:
    """Show a comment that the reader's results page shows, with what was read in it; a POST corrects that.

    The words of the address are those of the results page that it was seen on, and lead back there.
    """
    assert isinstance(request.user, User)
    found = _comment(request.user, response_id)
    if found is None:
        raise Http404
    if request.method != "POST":
        return _page(request, found)
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return _page(request, found, is_wrong=True)
    if not correct_reading(response=found, themes=form.cleaned_data["theme"], sentiment=form.cleaned_data["mood"], by=request.user):
        raise Http404
    return HttpResponseRedirect(f"{_back(request)}#comments")


def _comment(user: User, response_id: UUID) -> Response | None:
    """Return a comment of the person's units, unless it is hidden from them; they may be of several counties."""
    units = list(user.units().select_related("county").order_by("county_id", "name_fi", "oid"))
    found = Response.objects.filter(pk=response_id, unit__in=units).select_related("unit__county").first()
    if found is None:
        return None
    reach = tuple(unit for unit in units if unit.county_id == found.unit.county_id)
    return shown_comment(latest_answers(found.unit.county, reach, clock.now()), found)


def _back(request: HttpRequest) -> str:
    return f"{reverse('dashboards:results')}?{request.GET.urlencode()}"


def _page(request: HttpRequest, found: Response, *, is_wrong: bool = False) -> HttpResponse:
    language = reader_language(request)
    words, names = load_words(_FOLDER / "corrections.toml")[language], load_words(_FOLDER / "results.toml")[language]
    themes = request.POST.getlist("theme") if is_wrong else list(read_themes(found.themes))
    mood = request.POST.get("mood", "") if is_wrong else found.sentiment
    context: dict[str, Any] = {
        "page": "results",
        "words": words,
        "text": found.free_text,
        "text_language": found.text_language,
        "unit": found.unit.name(language),
        "themes": [(str(theme), names[f"theme_{theme}"], theme in themes) for theme in Theme],
        "moods": [(str(each), names[f"mood_{each}"], each == mood) for each in _SAID],
        "read_by": _read_by(found, words),
        "is_wrong": is_wrong,
        "back": _back(request),
    }
    return staff_page(request, "dashboards/correction.html", context, status=422 if is_wrong else 200)


def _read_by(found: Response, words: Words) -> str:
    if not found.text_method:
        return words["read_not_yet"]
    return words["read_by_staff" if found.text_method == Response.STAFF else "read_by_method"]

"""The page on which staff of a county see it beside the country."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vaste.national.comparison.fetching import has_hub, kept_comparison
from vaste.national.comparison.own_county import own_county
from vaste.national.comparison.words import teller_of
from vaste.organisations.formats import day
from vaste.organisations.models import County, User
from vaste.organisations.staff_pages import reader_language, staff_page
from vaste.organisations.words import Words, load_words

_TEXTS = Path(__file__).parent / "own_county.toml"
_ADDRESSES = {"fi": "vertailu", "sv": "jamforelse", "en": "comparison"}


@require_safe
@login_required
def show_own_county(request: HttpRequest) -> HttpResponse:
    """Show each county of the reader beside the country, by the newest comparison that was fetched; or why there is none."""
    assert isinstance(request.user, User)
    language = reader_language(request)
    words = load_words(_TEXTS)[language]
    counties = County.objects.filter(units__in=request.user.units()).distinct().order_by("code")
    kept = kept_comparison()
    context: dict[str, object] = {"page": "comparison", "words": words, "heading": words["title"]}
    if not counties:
        context["problem"] = words["no_role"]
    elif kept is None:
        context["problem"] = words["none_yet"] if has_hub() else words["no_hub"]
    else:
        teller = teller_of(language)
        names = {unit.oid: unit.name(language) for unit in request.user.units()}
        found = [own_county(kept.comparison, county.code, county.name(language), names, words, teller) for county in counties]
        context |= {"counties": found, "method": _method(kept.comparison, day(kept.kept_at.date()), words), "whole": _whole(language)}
        context["heading"] = found[0].heading
    return staff_page(request, "comparison/own_county.html", context)


def _method(comparison: dict[str, object], fetched_on: str, words: Words) -> str:
    return words["method"].format(day=fetched_on, method=comparison["method_version"], reference=comparison["reference_version"])


def _whole(language: str) -> str:
    return f"{settings.HUB_URL}/{_ADDRESSES[language]}" if has_hub() else ""

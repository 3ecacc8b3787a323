"""The page on goals: how the reader's units stand to what the county aims at."""

from collections.abc import Mapping
from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vaste.core import clock
from vaste.dashboards.goal_words import GoalCard, GoalReader, goal_card, heading
from vaste.organisations.models import County, Role, Unit, User
from vaste.organisations.staff_pages import reader_language, staff_page
from vaste.organisations.words import load_words
from vaste.results.goal_queries import Judged, judge_goals
from vaste.results.latest import latest_answers
from vaste.surveys.instrument import Branch, national_adult

_TEXTS = Path(__file__).parent / "goals.toml"


@require_safe
@login_required
def show_goals(request: HttpRequest) -> HttpResponse:
    """Show every goal that holds for the reader's units, with its state by quarter or year."""
    assert isinstance(request.user, User)
    language = reader_language(request)
    words = load_words(_TEXTS)[language]
    judged: list[Judged] = []
    cards: list[GoalCard] = []
    reader = GoalReader(words, language, "", {})
    reaches = _reaches(request.user)
    for county, reach in reaches.items():
        reader = GoalReader(words, language, county.name(language), _statements(language))
        found = judge_goals(county, reach, latest_answers(county, reach, clock.now()), is_whole_county=_sees_whole(request.user, county))
        cards += [goal_card(reader, each, place) for place, each in enumerate(found, start=len(cards) + 1)]
        judged += found
    context = {"page": "goals", "words": words, "heading": heading(reader, judged), "cards": cards, "has_role": bool(reaches)}
    return staff_page(request, "dashboards/goals.html", context)


def _reaches(user: User) -> dict[County, tuple[Unit, ...]]:
    """Return the units that a person sees, by county, in the order in which results are read."""
    reaches: dict[County, tuple[Unit, ...]] = {}
    for unit in user.units().select_related("county").order_by("county_id", "name_fi", "oid"):
        reaches[unit.county] = (*reaches.get(unit.county, ()), unit)
    return reaches


def _sees_whole(user: User, county: County) -> bool:
    return user.roles.filter(kind=Role.Kind.COUNTY, county=county).exists()


def _statements(language: str) -> Mapping[str, str]:
    return {item.id: item.text(language, branch) for branch in reversed(Branch) for item in national_adult().statements_for(branch)}

"""The pages on campaigns: how they stand, beginning one, ending one. For people who see a whole county."""

from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from vaste.core import clock
from vaste.dashboards import campaign_words as in_words
from vaste.dashboards.campaign_form import CampaignForm, form_fields
from vaste.invitations.campaigns.actions import CampaignRefused, create_campaign, end_campaign, set_afterwards
from vaste.invitations.campaigns.rules import Afterwards, CampaignEnd, CampaignState
from vaste.invitations.models import Campaign
from vaste.organisations.formats import day
from vaste.organisations.models import County, User
from vaste.organisations.staff_pages import reader_language, staff_page
from vaste.organisations.words import Words, load_words
from vaste.results.campaigns import Standing, standing_of, standings_of

_TEXTS = Path(__file__).parent / "campaigns.toml"
_SAID = ("created", "ended_now", "continued")


@require_safe
@login_required
def show_campaigns(request: HttpRequest) -> HttpResponse:
    """Show how every campaign of the reader's counties stands."""
    language, words = _texts(request)
    counties = _counties(request)
    rows = [_row(each, words, language) for county in counties for each in standings_of(county, clock.now())]
    running = sum(row["is_running"] for row in rows)
    context = {
        "page": "campaigns",
        "words": words,
        "heading": words["heading"].format(running=running) if rows else words["heading_none"],
        "rows": rows,
        "tells_county": len(counties) > 1,
        "others": sorted({words["others_none" if county.settings.sending.only_in_campaigns else "others"] for county in counties}),
    }
    return staff_page(request, "dashboards/campaigns.html", context)


@require_safe
@login_required
def show_campaign(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Show how a campaign stands, its forecast, and what can be done."""
    language, words = _texts(request)
    campaign = _own(request, campaign_id)
    standing = standing_of(campaign, clock.now())
    said = request.GET.get("said", "")
    context = {
        **_row(standing, words, language),
        "page": "campaigns",
        "words": words,
        "said": words[said].format(name=campaign.name) if said in _SAID else "",
        "facts": _facts(standing, words, language),
        "unit_names": _unit_names(campaign, language),
        "outlook": in_words.outlook(standing, words, language),
        "pace": in_words.pace(standing, words, language),
        "can_end": standing.state is not CampaignState.ENDED,
        "can_continue": standing.state is CampaignState.ENDED and campaign.afterwards == Afterwards.STOP,
    }
    return staff_page(request, "dashboards/campaign.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def begin_campaign(request: HttpRequest) -> HttpResponse:
    """Show the form for a new campaign; a POST begins it."""
    language, words = _texts(request)
    counties = {county.code: county for county in _counties(request)}
    code = request.POST.get("county") or request.GET.get("county") or next(iter(counties))
    if code not in counties:
        raise Http404
    county, today = counties[code], _today(counties[code])
    form = CampaignForm(request.POST) if request.method == "POST" else None
    problems: dict[str, str] = {}
    if form:
        try:
            made = create_campaign(county=county, plan=form.plan(county), today=today, actor=str(request.user.pk))
        except CampaignRefused as refused:
            problems = {problem: in_words.problem(problem, words, county) for problem in refused.problems}
        else:
            return _said(made, "created")
    context = {"page": "campaigns", "words": words, **form_fields(form, county, counties, words, language, problems, today)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return staff_page(request, "dashboards/campaign_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def finish_campaign(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Ask whether a campaign is to be ended; a POST ends it."""
    _, words = _texts(request)
    campaign = _own(request, campaign_id)
    if campaign.ended_on is not None:
        return HttpResponseRedirect(reverse("dashboards:campaign", args=[campaign.pk]))
    if request.method == "POST":
        end_campaign(campaign=campaign, why=CampaignEnd.BY_STAFF, today=_today(campaign.county), actor=str(request.user.pk))
        return _said(campaign, "ended_now")
    context = {
        "page": "campaigns",
        "words": words,
        "id": campaign.pk,
        "title": words["end_title"].format(name=campaign.name),
        "afterwards": words[f"afterwards_{campaign.afterwards}"],
    }
    return staff_page(request, "dashboards/campaign_end.html", context)


@require_http_methods(["POST"])
@login_required
def let_units_continue(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Let invitations go again in the units of a campaign that has ended."""
    campaign = _own(request, campaign_id)
    set_afterwards(campaign=campaign, afterwards=Afterwards.CONTINUE, actor=str(request.user.pk))
    return _said(campaign, "continued")


def _texts(request: HttpRequest) -> tuple[str, Words]:
    language = reader_language(request)
    return language, load_words(_TEXTS)[language]


def _counties(request: HttpRequest) -> list[County]:
    """Return the counties that the reader sees as a whole. Raises Http404 where there is none."""
    assert isinstance(request.user, User)
    counties = list(request.user.counties().order_by("code"))
    if not counties:
        raise Http404
    return counties


def _own(request: HttpRequest, campaign_id: UUID) -> Campaign:
    return get_object_or_404(Campaign.objects.select_related("county").filter(county__in=_counties(request)), pk=campaign_id)


def _today(county: County) -> date:
    return county.day_of(clock.now())


def _said(campaign: Campaign, what: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('dashboards:campaign', args=[campaign.pk])}?said={what}")


def _row(standing: Standing, words: Words, language: str) -> dict[str, Any]:
    campaign = standing.campaign
    progress = in_words.progress(standing, words, language)
    return {
        "id": campaign.pk,
        "name": campaign.name,
        "county": campaign.county.name(language),
        "finding": in_words.finding(standing, words, language),
        "months": in_words.months(standing, words, language),
        "state": in_words.state(standing, words),
        "is_running": standing.state is CampaignState.RUNNING,
        "progress": progress,
        "shown": min(standing.shown, campaign.needed),
        "needed": campaign.needed,
        "has_too_few": standing.has_too_few,
        "heard": f"{campaign.name}: {progress}",
        "deadline": day(campaign.deadline),
    }


def _facts(standing: Standing, words: Words, language: str) -> list[tuple[str, str]]:
    campaign = standing.campaign
    units = words["unit_count"].format(count=len(standing.unit_oids), all=campaign.county.units.count())
    return [
        (words["state"], in_words.state(standing, words)),
        (words["period"], in_words.months(standing, words, language)),
        (words["deadline"], day(campaign.deadline)),
        (words["units"], units),
        (words["instrument"], campaign.instrument),
        (words["key"], campaign.key),
        (words["afterwards"], words[f"afterwards_{campaign.afterwards}"]),
    ]


def _unit_names(campaign: Campaign, language: str) -> list[str]:
    return sorted(unit.name(language) for unit in campaign.units.all())

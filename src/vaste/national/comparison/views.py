"""The comparison on the hub: a page in three languages without script, the same as PDF, and open data. Nothing of the reader is kept."""

import hashlib
import json
from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from vaste.core import clock
from vaste.documents.setting import set_pdf
from vaste.national.comparison.compared import Comparison
from vaste.national.comparison.course import counties_of, indicators_of, tell_course
from vaste.national.comparison.open_data import as_csv, calls_csv, canonical, data_package, published, records
from vaste.national.comparison.queries import compared_quarters, comparison_of, latest_comparisons
from vaste.national.comparison.reference import reference_csv
from vaste.national.comparison.rules import NPS, Indicator
from vaste.national.comparison.telling import Teller, finding, heading, lead, tell
from vaste.national.comparison.words import teller_of
from vaste.national.hub.keys import hub_key
from vaste.national.packages.signing import key_id, sign
from vaste.organisations.public_pages import public_frame
from vaste.organisations.rules import LANGUAGES

_KEEP = "public, max-age=900"


class QuarterConverter:
    """A quarter in an address, as 2026-Q1."""

    regex = "20[0-9]{2}-Q[1-4]"

    def to_python(self, value: str) -> str:
        """Return it as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """Return it as it stands."""
        return value


@require_safe
def show_comparison(request: HttpRequest, language: str) -> HttpResponse:
    """Show an indicator of a quarter, or of a county over the quarters; the address names them, and the page its language."""
    teller, quarters = teller_of(language), compared_quarters()
    context: dict[str, object] = {
        **public_frame(language, "comparison:page"),
        "words": teller.words,
        "question": f"?{request.GET.urlencode()}" if request.GET else "",
        "heading": teller.words["title"],
        "deliveries": reverse(f"hub:deliveries_{language}"),
    }
    template = "comparison/comparison.html"
    if quarters and "county" in request.GET:
        template = "comparison/course.html"
        context |= _course(request, teller)
    elif quarters:
        comparison = comparison_of(_chosen(request.GET.get("quarter"), quarters))
        context |= _told(comparison, _asked(request, comparison.indicators), quarters, teller)
    response = _kept(request, render_to_string(template, context).encode(), "text/html; charset=utf-8")
    response.headers["Content-Language"] = language
    return response


def _told(comparison: Comparison, indicator: Indicator, quarters: list[str], teller: Teller) -> dict[str, object]:
    document = tell(comparison, [indicator], teller, clock.now().date())
    return {
        "heading": heading(comparison, indicator, teller),
        "finding": finding(comparison, indicator, teller),
        "lead": lead(comparison, indicator, teller),
        "period": document.period,
        "sections": document.sections[:-1],
        "method": document.sections[-1:],
        "quarter": comparison.quarter,
        "quarters": [(quarter, teller.quarter(quarter)) for quarter in reversed(quarters)],
        "indicator": indicator.key,
        "indicators": [(each.key, teller.indicator(each)) for each in comparison.indicators],
        "counties": _counties(latest_comparisons(), teller) if len(quarters) > 1 else [],
    }


def _course(request: HttpRequest, teller: Teller) -> dict[str, object]:
    """Return what the page says of one county over the quarters. Raises Http404 for one that never delivered."""
    comparisons, county = latest_comparisons(), request.GET["county"]
    indicator = _asked(request, indicators_of(comparisons))
    if county not in counties_of(comparisons):
        raise Http404
    course = tell_course(comparisons, county, indicator, teller)
    return {
        "course": course,
        "heading": course.heading,
        "county": county,
        "counties": _counties(comparisons, teller),
        "indicator": indicator.key,
        "indicators": [(each.key, teller.indicator(each)) for each in indicators_of(comparisons)],
    }


def _counties(comparisons: Sequence[Comparison], teller: Teller) -> list[tuple[str, str]]:
    return [(code, teller.label(code)) for code in counties_of(comparisons)]


def _chosen(asked: str | None, quarters: list[str]) -> str:
    """Return the quarter that is asked for, the newest where none is. Raises Http404 for one of which nothing was delivered."""
    if asked is None:
        return quarters[-1]
    if asked not in quarters:
        raise Http404
    return asked


def _asked(request: HttpRequest, indicators: Sequence[Indicator]) -> Indicator:
    asked = request.GET.get("indicator", NPS.key)
    found = next((each for each in indicators if each.key == asked), None)
    if found is None:
        raise Http404
    return found


def _existing(quarter: str) -> Comparison:
    return comparison_of(_chosen(quarter, compared_quarters()))


@require_safe
def show_pdf(request: HttpRequest, quarter: str, language: str) -> HttpResponse:
    """Serve every indicator of a quarter as PDF/UA."""
    if language not in LANGUAGES:
        raise Http404
    comparison = _existing(quarter)
    document = tell(comparison, comparison.indicators, teller_of(language), clock.now().date())
    return _kept(request, set_pdf(document), "application/pdf")


@require_safe
def show_csv(request: HttpRequest, quarter: str) -> HttpResponse:
    """Serve a quarter as CSV; `datapackage.json` beside it describes the columns."""
    return _kept(request, as_csv(records(_existing(quarter))).encode(), "text/csv; charset=utf-8")


@require_safe
def show_json(request: HttpRequest, quarter: str) -> HttpResponse:
    """Serve a quarter as a JSON array of the same records."""
    return _kept(request, _json(records(_existing(quarter))), "application/json")


@require_safe
def show_calls(request: HttpRequest, quarter: str) -> HttpResponse:
    """Serve the units with more detractors than their service has as CSV."""
    return _kept(request, calls_csv(_existing(quarter)).encode(), "text/csv; charset=utf-8")


@require_safe
def show_package(request: HttpRequest, quarter: str) -> HttpResponse:
    """Serve the Frictionless Data Package that describes both, and the reference."""
    return _kept(request, _json(data_package(_existing(quarter).quarter)), "application/json")


@require_safe
def show_reference(request: HttpRequest, quarter: str) -> HttpResponse:
    """Serve the weights under which a quarter is standardised."""
    _existing(quarter)
    return _kept(request, reference_csv(), "text/csv; charset=utf-8")


@require_safe
def show_signed(request: HttpRequest) -> HttpResponse:
    """Serve the newest quarter with the hub's signature over its canonical JSON, for counties that keep it."""
    quarters = compared_quarters()
    if not quarters:
        raise Http404
    told = published(comparison_of(quarters[-1]))
    key = hub_key()
    answer = {"comparison": told, "key_id": key_id(key.public_key()), "signature": sign(key, canonical(told))}
    return _kept(request, canonical(answer), "application/json")


def _json(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _kept(request: HttpRequest, body: bytes, content_type: str) -> HttpResponse:
    """Return a body that caches may keep, or that theirs is still right."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": _KEEP}
    if tag in [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(body, content_type=content_type, headers=headers)

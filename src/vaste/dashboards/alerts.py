"""The pages on alerts, each within the units of the person who looks."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from vaste.core import clock
from vaste.core.keys import SealBroken
from vaste.dashboards.alert_chart import chart_of
from vaste.dashboards.alert_words import (
    AlertReader,
    alert_row,
    course_caption,
    expected_words,
    heading,
    point_row,
    run_words,
    usual_words,
)
from vaste.organisations.closing import Attempt, of_own_units, show_or_close
from vaste.organisations.models import County, Unit, User
from vaste.organisations.staff_pages import reader_language, staff_page
from vaste.organisations.words import load_words
from vaste.results.alert_actions import acknowledge, open_note
from vaste.results.alert_queries import course_of, open_alerts, shown_months, watch_units
from vaste.results.alert_rules import FEWEST_FOR_BASELINE, AlertKind, points, run_shown
from vaste.results.calendar import period_around
from vaste.results.latest import latest_answers
from vaste.results.models import Alert

_TEXTS = Path(__file__).parent / "alerts.toml"
_ACKNOWLEDGED_AT_MOST = 50


@require_safe
@login_required
def list_alerts(request: HttpRequest) -> HttpResponse:
    """List the alerts of the reader's units: those that are open, then the last acknowledged; and what is watched."""
    assert isinstance(request.user, User)
    reader = _reader(request)
    units = list(request.user.units().select_related("county").order_by("county_id", "name_fi", "oid"))
    watched = {oid for county in _counties(units) for oid in watch_units(county).units} & {unit.oid for unit in units}
    found = open_alerts(units)
    acknowledged = _own_alerts(request).filter(acknowledged_on__isnull=False).order_by("-acknowledged_on", "pk")
    context = {
        "page": "alerts",
        "words": reader.words,
        "heading": heading(reader, len(found), len(watched)),
        "open": [alert_row(reader, alert) for alert in found],
        "acknowledged": [alert_row(reader, alert) for alert in acknowledged[:_ACKNOWLEDGED_AT_MOST]],
        "acknowledged_caption": reader.words["acknowledged_caption"].format(n=_ACKNOWLEDGED_AT_MOST),
        "watched": _watched(reader, units, watched),
        "method_weeks": _method_weeks(reader, units),
        "has_role": bool(units),
    }
    return staff_page(request, "dashboards/alerts.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def show_alert(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """Show one alert of the reader's units with its chart; a POST acknowledges it."""
    found = get_object_or_404(_own_alerts(request), pk=alert_id)
    return show_or_close(
        request,
        found,
        show=partial(_one, request, found),
        close=lambda by, note: acknowledge(alert=found, by=by, note=note, today=found.unit.county.day_of(clock.now())),
    )


def alerts_line(language: str, units: Sequence[Unit]) -> str:
    """Return one line on the open alerts of some units, for other pages; empty where there are none."""
    reader, found = AlertReader(load_words(_TEXTS)[language], language), open_alerts(units)
    if not found:
        return ""
    names = ", ".join(dict.fromkeys(alert.unit.name(reader.language) for alert in found))
    return reader.words["note_line_one" if len(found) == 1 else "note_line_several"].format(n=len(found), units=names)


def _reader(request: HttpRequest) -> AlertReader:
    language = reader_language(request)
    return AlertReader(load_words(_TEXTS)[language], language)


def _own_alerts(request: HttpRequest) -> QuerySet[Alert]:
    return of_own_units(request, Alert.objects.select_related("unit__county", "acknowledged_by"))


def _counties(units: Sequence[Unit]) -> list[County]:
    return list({unit.county_id: unit.county for unit in units}.values())


def _watched(reader: AlertReader, units: Sequence[Unit], watched: set[str]) -> list[str]:
    """Return what is watched and what not, and how many false alarms to expect."""
    words = reader.words
    said = [words["watched_count"].format(n=reader.number(len(watched)), all=reader.number(len(units)))]
    if watched:
        said.append(expected_words(reader, len(watched)))
    left_out = [unit.name(reader.language) for unit in units if unit.oid not in watched]
    if left_out:
        said.append(words["not_watched"].format(fewest=FEWEST_FOR_BASELINE, units=", ".join(left_out)))
    return said


def _method_weeks(reader: AlertReader, units: Sequence[Unit]) -> str:
    shown = [county.settings.display for county in _counties(units)]
    few, figure = ({each.too_few_below for each in shown}, {each.count_only_below for each in shown})
    return reader.words["method_weeks"].format(n="/".join(map(str, sorted(few))), figure="/".join(map(str, sorted(figure))))


def _one(request: HttpRequest, found: Alert, attempt: Attempt) -> HttpResponse:
    reader = _reader(request)
    words = reader.words
    context = {
        "page": "alerts",
        "words": words,
        "alert": found,
        "one": alert_row(reader, found),
        "heading": reader.of("one_is", found.kind).format(unit=found.unit.name(reader.language)),
        "usual": usual_words(reader, found),
        "limit": reader.number(found.limit, 1),
        "method_weeks": _method_weeks(reader, [found.unit]),
        "given_note": _given_note(found, reader),
        **attempt.in_words(words),
        **_course(request, found, reader),
    }
    return staff_page(request, "dashboards/alert.html", context, status=attempt.status)


def _course(request: HttpRequest, alert: Alert, reader: AlertReader) -> dict[str, Any]:
    """Return how the alert came about, as far as the reader may see it."""
    assert isinstance(request.user, User)
    whole = course_of(alert)
    course, county = whole.watched, alert.unit.county
    reach = tuple(request.user.units().filter(county=county).select_related("county").order_by("county_id", "name_fi", "oid"))
    months, figure_from = shown_months(alert.unit, latest_answers(county, reach, clock.now())), county.settings.display.count_only_below
    seen = points(whole, months, figure_from)
    has_shown = any(point.is_shown for point in seen)
    chart = chart_of(seen, course.over, course.kind) if has_shown else None
    is_warning = course.kind is AlertKind.WARNING
    words = {"usual": reader.percent(alert.baseline), "limit": reader.number(alert.limit, 1)}
    return {
        "run": run_words(reader, alert, run_shown(whole, months, figure_from, alert.run_from, alert.run_to)),
        "course_caption": course_caption(reader, course, seen),
        "chart": chart,
        "is_good_news": not is_warning,
        "chart_label": reader.of("chart_label", alert.kind).format(**words),
        "usual_line": reader.words["usual_line"].format(share=words["usual"]),
        "limit_line": reader.words["limit_line"].format(limit=words["limit"]),
        "ticks": [(x, f"{day.day}.{day.month}.") for x, day in chart.ticks] if chart else [],
        "share_name": reader.words["share_of_detractors" if is_warning else "share_of_promoters"],
        "say_address": f"{reverse('dashboards:results')}?unit={alert.unit_id}&period={period_around(alert.run_from, alert.run_to).key}",
        "rows": [point_row(reader, point, course.kind) for point in seen] if has_shown else [],
        "watched_name": reader.words["detractors" if is_warning else "promoters"],
    }


def _given_note(alert: Alert, reader: AlertReader) -> str:
    try:
        return open_note(alert) or reader.words["no_note"]
    except SealBroken:
        return reader.words["note_lost"]

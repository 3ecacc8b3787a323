"""The pages of reports: make one, fetch one again, choose quotes and note what was done. Each within what the reader may see."""

from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from vaste.core import clock
from vaste.organisations.formats import day, number
from vaste.organisations.models import County, User
from vaste.organisations.rules import LANGUAGES
from vaste.organisations.staff_pages import LANGUAGE_NAMES, reader_language, staff_page
from vaste.organisations.words import Words, load_words, service_name
from vaste.reports.actions import make_report, note_work_done
from vaste.reports.facts import COUNTY, ReportScope, report_scope
from vaste.reports.models import MadeReport, WorkDone
from vaste.reports.periods import PeriodRefused, last_complete, report_period
from vaste.reports.quotes import approved_quotes, newest_comments, set_approval
from vaste.reports.setting import CONTENT_TYPES, Form
from vaste.results.calendar import Period, PeriodKind

_TEXTS = Path(__file__).parent / "reports.toml"
_LISTED = 40
_LONGEST_TEXT = 4000


@dataclass(frozen=True)
class _Reader:
    """Whom a page speaks to, and what they may report on, by key: `18:county`, `18:<OID>`."""

    user: User
    language: str
    words: Words
    scopes: dict[str, ReportScope]

    def name(self, scope: ReportScope) -> str:
        if scope.is_county:
            return self.words["whole_county"].format(county=scope.county.name(self.language))
        return (
            scope.units[0].name(self.language)
            if scope.is_unit
            else self.words["service_line"].format(service=service_name(scope.key, self.language), county=scope.county.name(self.language))
        )


def _reader(request: HttpRequest) -> _Reader:
    assert isinstance(request.user, User)
    language = reader_language(request)
    whole = set(request.user.counties().values_list("code", flat=True))
    scopes: dict[str, ReportScope] = {}
    for county in County.objects.filter(code__in={*whole, *request.user.units().values_list("county_id", flat=True)}):
        reachable = request.user.units().filter(county=county).order_by("name_fi", "oid").values_list("oid", flat=True)
        lines = county.units.order_by("service").values_list("service", flat=True).distinct()
        keys = [*([COUNTY, *lines] if county.code in whole else []), *reachable]
        scopes.update({f"{county.code}:{key}": report_scope(county, key) for key in keys} if keys else {})
    return _Reader(request.user, language, load_words(_TEXTS)[language], scopes)


@require_http_methods(["GET", "POST"])
@login_required
def show_reports(request: HttpRequest) -> HttpResponse:
    """Show the reports that were made and the form for another; a POST makes it."""
    reader = _reader(request)
    if not reader.scopes:
        return staff_page(request, "reports/no_role.html", {"words": reader.words, "page": "reports"})
    if request.method != "POST":
        return _list(request, reader)
    try:
        scope, period = _chosen(reader, request.POST.get("scope", ""), request.POST.get("period", ""))
        language, form = request.POST.get("language", ""), request.POST.get("form", "")
        if language not in LANGUAGES or form not in set(Form):
            raise Http404
        made = make_report(
            scope=scope, period=period, language=language, form=Form(form), now=clock.now(), actor=str(reader.user.pk), by=reader.user
        )
    except PeriodRefused:
        return _list(request, reader, problem=reader.words["wrong_period"], status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return HttpResponseRedirect(f"{reverse('reports:reports')}?made={made.pk}")


def _chosen(reader: _Reader, key: str, written: str) -> tuple[ReportScope, Period]:
    """Return what a form names. Raises Http404 for a scope that is not the reader's, PeriodRefused for no period."""
    if key not in reader.scopes:
        raise Http404
    return reader.scopes[key], report_period(written.strip().upper())


def _list(request: HttpRequest, reader: _Reader, *, problem: str = "", status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    chosen = request.POST if request.method == "POST" else request.GET
    rows = [_row(report, reader) for report in _own_reports(reader)[:_LISTED]]
    context = {
        "page": "reports",
        "words": reader.words,
        "problem": problem,
        "scopes": [(key, reader.name(scope), key == chosen.get("scope")) for key, scope in reader.scopes.items()],
        "period": chosen.get("period")
        or last_complete(PeriodKind.QUARTER, today=_today(next(iter(reader.scopes.values()))), after_days=0).key,
        "report_languages": [(code, name, code == (chosen.get("language") or reader.language)) for code, name in LANGUAGE_NAMES.items()],
        "forms": [(form.value, reader.words[f"form_{form}"], form.value == chosen.get("form")) for form in Form],
        "reports": rows,
        "made": next((row for row in rows if row["id"] == request.GET.get("made")), None),
    }
    return staff_page(request, "reports/reports.html", context, status=status)


def _own_reports(reader: _Reader) -> QuerySet[MadeReport]:
    """Return the reports on the reader's scopes, the newest first, without their contents."""
    keys = {(scope.county.code, scope.key) for scope in reader.scopes.values()}
    own = MadeReport.objects.filter(county_id__in={county for county, _ in keys}, scope__in={scope for _, scope in keys})
    return own.select_related("county", "made_by").defer("content")


def _row(report: MadeReport, reader: _Reader) -> dict[str, Any]:
    scope = reader.scopes.get(f"{report.county_id}:{report.scope}")
    return {
        "id": str(report.pk),
        "scope": reader.name(scope) if scope else report.scope,
        "period": report.period,
        "language": LANGUAGE_NAMES[report.language],
        "form": reader.words[f"form_{report.form}"],
        "made": _when(report.made_at, report.county),
        "by": report.made_by.email if report.made_by else reader.words["by_itself" if report.is_scheduled else "by_command"],
        "sha256": report.sha256,
    }


def _when(moment: datetime, county: County) -> str:
    local = moment.astimezone(county.settings.zone)
    return f"{day(local.date())} {local:%H:%M}"


def _today(scope: ReportScope) -> date:
    return scope.county.day_of(clock.now())


@require_safe
@login_required
def fetch_report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Give a report as it was made; one on what the reader may not see does not exist for them."""
    reader = _reader(request)
    report = get_object_or_404(MadeReport.objects.select_related("county"), pk=report_id)
    if f"{report.county_id}:{report.scope}" not in reader.scopes:
        raise Http404
    name = f"vaste-{report.scope}-{report.period}-{report.language}.{report.form}"
    response = HttpResponse(bytes(report.content), content_type=CONTENT_TYPES[Form(report.form)])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Digest"] = f"sha-256={report.sha256}"
    return response


@require_http_methods(["GET", "POST"])
@login_required
def prepare_report(request: HttpRequest) -> HttpResponse:
    """Show what people of staff add to the reports of a scope and period; a POST notes what was done, or lets a comment be quoted."""
    reader = _reader(request)
    try:
        scope, period = _chosen(reader, request.GET.get("scope", ""), request.GET.get("period", ""))
    except PeriodRefused:
        return _list(request, reader, problem=reader.words["wrong_period"], status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if request.method != "POST":
        return _preparation(request, reader, scope, period)
    if "quote" in request.POST:
        approved = request.POST.get("act") == "approve"
        key = request.POST["quote"]
        if not set_approval(scope=scope, period=period, key=key, approved=approved, by=reader.user, now=clock.now()):
            return _preparation(request, reader, scope, period, problem=reader.words["quote_gone"], status=HTTPStatus.CONFLICT)
    else:
        texts = {language: request.POST.get(f"done_{language}", "").strip() for language in LANGUAGES}
        if any(len(text) > _LONGEST_TEXT for text in texts.values()):
            problem = reader.words["too_long"].format(letters=number(_LONGEST_TEXT, reader.language))
            return _preparation(request, reader, scope, period, problem=problem, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        note_work_done(scope=scope, period=period, texts=texts, by=reader.user, today=_today(scope))
    query = urlencode({"scope": f"{scope.county.code}:{scope.key}", "period": period.key, "kept": "1"})
    return HttpResponseRedirect(f"{reverse('reports:prepare')}?{query}")


def _preparation(
    request: HttpRequest, reader: _Reader, scope: ReportScope, period: Period, *, problem: str = "", status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    kept = dict(WorkDone.objects.filter(county=scope.county, scope=scope.key, period=period.key).values_list("language", "text"))
    names = {unit.oid: unit.name(reader.language) for unit in scope.units}
    approved = approved_quotes(scope, period, clock.now())
    keys = {comment.key for comment in approved}
    comments = [*approved, *(comment for comment in newest_comments(scope, period, clock.now()) if comment.key not in keys)]
    context = {
        "page": "reports",
        "words": reader.words,
        "problem": problem,
        "is_kept": request.GET.get("kept") == "1",
        "scope_key": f"{scope.county.code}:{scope.key}",
        "scope_name": reader.name(scope),
        "period": period.key,
        "done": [(code, name, request.POST.get(f"done_{code}", kept.get(code, ""))) for code, name in LANGUAGE_NAMES.items()],
        "comments": [
            {"key": each.key, "text": each.text, "language": each.language, "unit": names[each.unit_oid], "is_approved": each.key in keys}
            for each in comments
        ],
        "comments_caption": reader.words["comments_caption" if comments else "comments_none"],
    }
    return staff_page(request, "reports/prepare.html", context, status=status)

"""Public results: a page in three languages without script, and the same as open data. Nothing of the reader is asked or kept."""

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from vaste.core import clock
from vaste.dashboards.page import ResultsReader, days_words
from vaste.indicators.display import Thresholds
from vaste.organisations.formats import number, percent
from vaste.organisations.models import County
from vaste.organisations.public_pages import public_frame
from vaste.organisations.words import load_words, service_name
from vaste.results.latest import latest_answers
from vaste.results.public import PublicRow, public_rows

_TEXTS = Path(__file__).parent / "public.toml"
_RESULTS_TEXTS = Path(__file__).parent / "results.toml"
_KEEP = "public, max-age=900"
_FIELDS: Mapping[str, tuple[str, str]] = {
    "county": ("string", "Code of the wellbeing services county (Statistics Finland)."),
    "service": ("string", "Service line; `all` for all together."),
    "period": ("string", "Month as 2024-04, or year."),
    "first_day": ("date", "First day of the months counted."),
    "last_day": ("date", "Last day of the months counted."),
    "responses": ("integer", "Responses; missing where they are too few to show."),
    "invited": ("integer", "Invited."),
    "response_rate": ("number", "Responses to invited, 0 to 1."),
    "nps": ("number", "Net promoter score, -100 to 100."),
    "nps_low": ("number", "Lower limit of its 95 % interval (adjusted Wald)."),
    "nps_high": ("number", "Upper limit."),
    "nps_n": ("integer", "Answers to the 0 to 10 question."),
}
_KEY = ["county", "service", "period"]


@require_safe
def show_public_results(request: HttpRequest, language: str) -> HttpResponse:
    """Show the public results of a county; the address names the language."""
    county, rows = _read(request)
    words, names = load_words(_TEXTS)[language], load_words(_RESULTS_TEXTS)[language]
    reader = ResultsReader(names, language, county.settings.goals, _thresholds(county))
    periods = list(dict.fromkeys(row.period for row in rows))
    context = {
        **public_frame(language, "dashboards:public"),
        "words": words,
        "names": names,
        "county": county.name(language),
        "question": f"?county={county.code}",
        "tables": [_table([row for row in rows if row.period == period], reader) for period in periods],
        "method": words["method"].format(n=county.settings.public_results.too_few_below, uncertain=county.settings.display.uncertain_below),
    }
    body = render_to_string("dashboards/public_results.html", context)
    response = _kept(request, body, "text/html; charset=utf-8")
    response.headers["Content-Language"] = language
    return response


@require_safe
def show_csv(request: HttpRequest) -> HttpResponse:
    """Serve the public results as CSV; `datapackage.json` describes the columns."""
    county, rows = _read(request)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(_FIELDS), lineterminator="\n")
    writer.writeheader()
    writer.writerows(_records(county, rows))
    return _kept(request, text.getvalue(), "text/csv; charset=utf-8")


@require_safe
def show_json(request: HttpRequest) -> HttpResponse:
    """Serve the public results as a JSON array; `datapackage.json` describes the fields."""
    county, rows = _read(request)
    return _kept(request, json.dumps(_records(county, rows), ensure_ascii=False, indent=1), "application/json")


@require_safe
def show_package(request: HttpRequest) -> HttpResponse:
    """Serve the Frictionless Data Package that describes both, each field by a Table Schema."""
    county, _ = _read(request)
    schema = {
        "fields": [{"name": name, "type": kind, "description": text} for name, (kind, text) in _FIELDS.items()],
        "missingValues": [""],
        "primaryKey": _KEY,
    }
    shared = {"profile": "tabular-data-resource", "encoding": "utf-8", "schema": schema}
    package = {
        "profile": "tabular-data-package",
        "name": f"public-results-{county.code.lower()}",
        "title": county.name("en"),
        "resources": [
            {"name": "csv", "path": f"data.csv?county={county.code}", "format": "csv", "mediatype": "text/csv", **shared},
            {"name": "json", "path": f"data.json?county={county.code}", "format": "json", "mediatype": "application/json", **shared},
        ],
    }
    return _kept(request, json.dumps(package, ensure_ascii=False, indent=1), "application/json")


def _read(request: HttpRequest) -> tuple[County, list[PublicRow]]:
    """Return the county that the address names, the first when it names none, and its rows; one that is not public is not found."""
    public = [county for county in County.objects.all() if county.settings.public_results.enabled]
    code = request.GET.get("county", "")
    county = next((county for county in public if code in {"", county.code}), None)
    if county is None:
        raise Http404
    units = tuple(county.units.order_by("name_fi", "oid"))
    answers = latest_answers(county, units, clock.now())
    return county, public_rows(answers, county.settings.public_results.too_few_below)


def _thresholds(county: County) -> Thresholds:
    few = county.settings.public_results.too_few_below
    return Thresholds(few, few, max(few, county.settings.display.uncertain_below))


def _table(rows: Sequence[PublicRow], reader: ResultsReader) -> dict[str, Any]:
    return {
        "title": reader.period(rows[0].period),
        "days": days_words((rows[0].first, rows[0].last), reader.words),
        "rows": [_words(row, reader) for row in rows],
    }


def _words(row: PublicRow, reader: ResultsReader) -> dict[str, str | bool]:
    name = "" if row.service is None else service_name(row.service, reader.language)
    score, language = row.nps, reader.language
    return {
        "name": name,
        "is_hidden": row.responses is None,
        "responses": "" if row.responses is None else number(row.responses, language),
        "invited": "–" if row.invited is None else number(row.invited, language),
        "rate": "–" if row.response_rate is None else percent(row.response_rate, language),
        "nps": reader.number(score.value) if score else "",
        "interval": reader.interval(score.low, score.high) if score else "",
        "note": reader.words["uncertain_short"] if score and score.n < reader.thresholds.uncertain_below else "",
    }


def _records(county: County, rows: Sequence[PublicRow]) -> list[dict[str, Any]]:
    return [
        {
            "county": county.code,
            "service": row.service or "all",
            "period": row.period.key,
            "first_day": row.first.isoformat(),
            "last_day": row.last.isoformat(),
            "responses": row.responses,
            "invited": row.invited,
            "response_rate": None if row.response_rate is None else round(row.response_rate, 4),
            "nps": row.nps and round(row.nps.value, 2),
            "nps_low": row.nps and round(row.nps.low, 2),
            "nps_high": row.nps and round(row.nps.high, 2),
            "nps_n": row.nps and row.nps.n,
        }
        for row in rows
    ]


def _kept(request: HttpRequest, body: str, content_type: str) -> HttpResponse:
    """Return a body that caches may keep, or that theirs is still right."""
    tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": _KEEP}
    if tag in [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(body, content_type=content_type, headers=headers)

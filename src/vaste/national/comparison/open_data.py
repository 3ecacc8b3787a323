"""The comparison as open data: one record for each county and indicator, and the schema that describes it. Pure."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from vaste.indicators.display import Display
from vaste.indicators.standardised import ALL, Standardised
from vaste.national.comparison.compared import Comparison, CountyRow, Crude, Figure, Refusal
from vaste.national.comparison.reference import COLUMNS
from vaste.national.comparison.rules import Indicator

FORMAT, FORMAT_VERSION = "vaste-comparison", 1
Record = dict[str, str | int | float | None]
REFUSED = "refused"
_DECIMALS = 6

FIELDS: Mapping[str, tuple[str, str]] = {
    "quarter": ("string", "The quarter compared, as 2026-Q1."),
    "county": ("string", "Code of the county (Statistics Finland 01 to 21; 90 Helsinki; HUS), `all` for all counties compared, together."),
    "indicator": ("string", "nps; or a statement with -agreeing (share agreeing, 0 to 1) or -mean (mean, 1 to 5)."),
    "state": ("string", "figure; uncertain: 10 to 29 answers; count_only: 5 to 9; too_few: under 5, or none; refused: not compared."),
    "reason": ("string", "Why it is refused: method, instrument, instrument_version, threshold or channels."),
    "n": ("integer", "Answers to the question."),
    "standardised": ("number", "The figure under the reference."),
    "standardised_low": ("number", "Lower limit of its 95 % interval."),
    "standardised_high": ("number", "Upper limit."),
    "crude": ("number", "The figure of all answers as they came."),
    "crude_low": ("number", "Lower limit of its 95 % interval."),
    "crude_high": ("number", "Upper limit."),
    "covered": ("number", "Share of the reference, 0 to 1, for whose strata there were answers."),
    "coarse": ("number", "Share of what is covered, 0 to 1, that could not be told apart by channel, or by age either."),
    "standing": ("string", "Against the funnel: within; below, above: outside 95 %; far_below, far_above: outside 99.8 %."),
    "change": ("number", "Difference from the quarter before, standardised."),
    "change_low": ("number", "Lower limit of its 95 % interval."),
    "change_high": ("number", "Upper limit."),
    "units": ("integer", "Units of which there is a figure."),
    "units_low": ("number", "The lowest unit, chance taken out."),
    "units_high": ("number", "The highest unit, chance taken out."),
    "responses": ("integer", "Respondents of the county in the quarter."),
    "invited": ("integer", "Invited in the quarter."),
    "response_rate": ("number", "Respondents to invited, 0 to 1."),
    "channel_sms": ("integer", "Respondents by text message."),
    "channel_link": ("integer", "Respondents by link."),
    "channel_both": ("integer", "Respondents who began by text message and finished on the page."),
}
_CALL_FIELDS = {
    "county": ("string", "Code of the county."),
    "unit": ("string", "OID of the unit in the SOTE organisation register."),
    "service": ("string", "Its service line."),
    "detractors": ("integer", "How many detract."),
    "n": ("integer", "Of how many who answered the 0 to 10 question."),
    "service_share": ("number", "Share of detractors in its service in all counties compared, 0 to 1."),
}
_REFERENCE_FIELDS = {
    "service": ("string", "Service line."),
    "age": ("string", "Age band."),
    "channel": ("string", "Group of channels; sms holds those who began by text message."),
    "weight": ("number", "Its weight; all add up to 1."),
}


def records(comparison: Comparison) -> list[Record]:
    """Return every figure that the comparison shows, and every county that it refuses."""
    empty: Record = dict.fromkeys(FIELDS)
    found = [{**empty, "quarter": comparison.quarter, **each} for each in _records(comparison)]
    return [{name: round(value, _DECIMALS) if isinstance(value, float) else value for name, value in each.items()} for each in found]


def _records(comparison: Comparison) -> Iterator[Record]:
    for indicator in comparison.indicators:
        for row in comparison.rows:
            yield {"county": row.county, "indicator": indicator.key, **_figure(row.figures[indicator]), **_county(row)}
        if country := comparison.country[indicator].standardised:
            yield {
                "county": ALL,
                "indicator": indicator.key,
                "state": Display.FIGURE,
                "n": country.n,
                "crude": country.crude,
                **_own(country),
            }
        for refusal in comparison.refused:
            yield _refused(refusal, indicator)


def _refused(refusal: Refusal, indicator: Indicator) -> Record:
    return {"county": refusal.county, "indicator": indicator.key, "state": REFUSED, "reason": refusal.reason}


def _county(row: CountyRow) -> Record:
    channels = {"channel_sms": "sms", "channel_link": "link", "channel_both": "sms+link"}
    counts = {name: row.channels.get(channel) for name, channel in channels.items()}
    return {"responses": row.responses, "invited": row.invited, "response_rate": row.rate, **counts}


def _figure(figure: Figure) -> Record:
    told: Record = {"state": figure.display, "n": figure.n, "standing": figure.standing}
    told |= _limits("crude", figure.crude)
    if figure.standardised:
        told |= _own(figure.standardised)
    if change := figure.change:
        told |= {"change": change.value, "change_low": change.low, "change_high": change.high}
    if units := figure.units:
        told |= {"units": units.units, "units_low": units.low, "units_high": units.high}
    return told


def _own(each: Standardised) -> Record:
    return {**_limits("standardised", each), "covered": each.covered, "coarse": each.coarse}


def _limits(name: str, figure: Crude | Standardised | None) -> Record:
    return {} if figure is None else {name: figure.value, f"{name}_low": figure.low, f"{name}_high": figure.high}


def as_csv(found: list[Record]) -> str:
    """Return records as CSV: comma, header, a line feed at each end."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(FIELDS), lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    return text.getvalue()


def published(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as the hub signs it for the counties."""
    method = comparison.method
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "quarter": comparison.quarter,
        "method_version": method and method.version,
        "instrument": method and {"id": method.instrument, "version": method.instrument_version},
        "k": method and method.k,
        "reference_version": comparison.reference_version,
        "records": records(comparison),
        "calls": [asdict(call) for call in comparison.calls],
    }


def canonical(told: object) -> bytes:
    """Return the bytes of JSON that are signed: keys sorted, no blanks, UTF-8."""
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def calls_csv(comparison: Comparison) -> str:
    """Return the units that call as CSV."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(_CALL_FIELDS), lineterminator="\n")
    writer.writeheader()
    writer.writerows({**asdict(call), "service_share": round(call.service_share, _DECIMALS)} for call in comparison.calls)
    return text.getvalue()


def data_package(quarter: str) -> dict[str, Any]:
    """Return the Frictionless Data Package of a quarter's files, each field described by a Table Schema."""
    data = {"profile": "tabular-data-resource", "encoding": "utf-8", "schema": _schema(FIELDS, ["county", "indicator"])}
    reference = {**data, "schema": _schema(_REFERENCE_FIELDS, list(COLUMNS[:3]))}
    units = {**data, "schema": _schema(_CALL_FIELDS, ["unit"])}
    return {
        "profile": "tabular-data-package",
        "name": f"county-comparison-{quarter.lower()}",
        "title": "Comparison of the wellbeing services counties",
        "resources": [
            {"name": "csv", "path": "data.csv", "format": "csv", "mediatype": "text/csv", **data},
            {"name": "json", "path": "data.json", "format": "json", "mediatype": "application/json", **data},
            {"name": "calls", "path": "calls.csv", "format": "csv", "mediatype": "text/csv", **units},
            {"name": "reference", "path": "reference.csv", "format": "csv", "mediatype": "text/csv", **reference},
        ],
    }


def _schema(fields: Mapping[str, tuple[str, str]], key: list[str]) -> dict[str, Any]:
    described = [{"name": name, "type": kind, "description": text} for name, (kind, text) in fields.items()]
    return {"fields": described, "missingValues": [""], "primaryKey": key}

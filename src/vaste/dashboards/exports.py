"""The page from which those entitled export a county's rows, and see what was exported before."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from vaste.core.models import AuditEntry
from vaste.organisations.formats import number
from vaste.organisations.models import County, User
from vaste.organisations.staff_pages import reader_language, staff_page
from vaste.organisations.words import Words, load_words
from vaste.responses.exporting import Format, Order, Purpose, Receipt, export_csv, export_parquet, why_not_a_reference
from vaste.responses.periods import span
from vaste.responses.queries import Selection
from vaste.responses.rules import Channel
from vaste.results.questions import QuestionRefused, read_wanted

_TEXTS = Path(__file__).parent / "exports.toml"
_SHOWN = 20
_PIECE = 1 << 18
_TYPES = {Format.CSV: "text/csv; charset=utf-8", Format.PARQUET: "application/vnd.apache.parquet"}


class _Refused(ValueError):
    """The form cannot be used: which field, and which of the page's texts says why."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field, self.text = field, text


@require_http_methods(["GET", "POST"])
@login_required
def show_exports(request: HttpRequest) -> HttpResponseBase:
    """Show the form and the exports so far; a POST downloads. For people with the right to export; for others there is no such page."""
    assert isinstance(request.user, User)
    counties = list(request.user.counties_to_export())
    if not counties:
        raise Http404
    if request.method != "POST":
        return _page(request, counties)
    try:
        order = _order(counties, request.POST)
    except _Refused as refused:
        return _page(request, counties, refused)
    written_as = Format.PARQUET if request.POST.get("format") == Format.PARQUET else Format.CSV
    return _download(order, written_as, actor=str(request.user.pk))


def _order(counties: Sequence[County], form: Mapping[str, str]) -> Order:
    """Return what a form asks for. Raises _Refused."""
    chosen = form.get("county", counties[0].code)
    county = next((county for county in counties if county.code == chosen), None)
    if county is None:
        raise Http404
    if form.get("purpose") not in set(Purpose):
        raise _Refused("purpose", "no_purpose")
    reference = form.get("reference", "").strip()
    if why_not_a_reference(reference):
        raise _Refused("reference", "no_reference")
    try:
        wanted = read_wanted({"from": form.get("from", ""), "to": form.get("to", "")})
    except QuestionRefused as refused:
        raise _Refused("from", "no_days") from refused
    units = tuple(county.units.order_by("oid").values_list("oid", flat=True))
    selection = Selection(units, span(wanted.first, wanted.last), tuple(Channel))
    return Order(county.code, selection, Purpose(form["purpose"]), reference, with_comments=form.get("comments") == "yes")


def _download(order: Order, written_as: Format, *, actor: str) -> StreamingHttpResponse:
    """Return the file in pieces: CSV while it is read, Parquet, whose end must be known first, from a file that is gone afterwards."""
    pieces = export_csv(order, Receipt(), actor=actor) if written_as is Format.CSV else _parquet(order, actor)
    response = StreamingHttpResponse(pieces, content_type=_TYPES[written_as])
    response.headers["Content-Disposition"] = f'attachment; filename="vaste-{order.county}.{written_as}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _parquet(order: Order, actor: str) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory(prefix="vaste-export-") as folder:
        path = Path(folder) / "rows.parquet"
        export_parquet(order, path, actor=actor)
        with path.open("rb") as file:
            while octets := file.read(_PIECE):
                yield octets


def _page(request: HttpRequest, counties: Sequence[County], refused: _Refused | None = None) -> HttpResponse:
    language = reader_language(request)
    words = load_words(_TEXTS)[language]
    context = {
        "page": "exports",
        "words": words,
        "counties": {county.code: county.name(language) for county in counties},
        "purposes": {purpose.value: words[purpose] for purpose in Purpose},
        "typed": request.POST,
        "problem": refused and {"field": refused.field, "text": words[refused.text]},
        "exports": [_export(entry, words, language, counties[0]) for entry in _exports_so_far(counties)],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return staff_page(request, "dashboards/exports.html", context, status=status)


def _exports_so_far(counties: Sequence[County]) -> Sequence[AuditEntry]:
    codes = [county.code for county in counties]
    ended = AuditEntry.objects.filter(action__in=("record.exported", "record.export_broken"), subject__in=codes)
    return list(ended.order_by("-number")[:_SHOWN])


def _export(entry: AuditEntry, words: Words, language: str, county: County) -> dict[str, Any]:
    details = json.loads(entry.details)
    is_whole = entry.action == "record.exported"
    person = User.objects.filter(pk=entry.actor).first() if entry.actor.isdigit() else None
    return {
        "when": entry.at.astimezone(county.settings.zone).strftime("%d.%m.%Y %H:%M"),
        "reference": details["reference"],
        "purpose": words[details["purpose"]],
        "rows": number(details["rows"], language),
        "sha256": details["sha256"] if is_whole else words["broken"],
        "who": person.email if person else words["by_command"],
    }

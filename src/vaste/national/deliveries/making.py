"""Make the package of a delivery from the record; nothing is kept here."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vaste.core.keys import ring
from vaste.national.cubes.auditing import Published, audit
from vaste.national.cubes.counting import read_facts, read_singles
from vaste.national.cubes.levels import quarters
from vaste.national.cubes.linking import Release
from vaste.national.cubes.plan import Cell, Facts, Sum
from vaste.national.cubes.protecting import DeliveryStopped, StopReason, protect_tables
from vaste.national.cubes.singles import MARKS, Single, Singles, rows_under_contract
from vaste.national.cubes.tabling import Row, facts_of, published, release_of, rows_of
from vaste.national.deliveries.rules import DeliveryState
from vaste.national.models import Delivery
from vaste.national.packages import layout
from vaste.national.packages.archive import unpack
from vaste.national.packages.describing import datapackage, instrument_document
from vaste.national.packages.forms import read_csv
from vaste.national.packages.layout import TABLES, Contents, InstrumentName, Period
from vaste.national.packages.statements import LEFT_OUT, written_statements
from vaste.national.packages.writing import both_forms, write_package
from vaste.organisations.models import Unit
from vaste.surveys.instrument import NPS, Instrument, ItemKind, national_adult
from vaste.surveys.questionnaire import questionnaire, questionnaire_response

# Given up before they left, or never made: nothing of these was ever seen outside.
_NEVER_SEEN = (DeliveryState.DRAFT, DeliveryState.CANCELLED)


@dataclass(frozen=True)
class Made:
    """A package as it would be sent, the facts of its statement, and what later deliveries must know of it."""

    package: bytes
    manifest_sha256: str
    statement: dict[str, Any]
    release: Release
    earlier: tuple[Delivery, ...]


def make_package(delivery: Delivery, private_key: Ed25519PrivateKey) -> Made:
    """Return the package of a delivery, made and audited. Raises DeliveryStopped. delivery: it need not be stored."""
    instrument = instrument_of(delivery)
    items = delivered_items(instrument)
    units = list(Unit.objects.filter(county_id=delivery.county_id, oid__in=delivery.unit_oids.split()))
    which = (units, quarters(delivery.first_quarter, delivery.last_quarter), delivery.instrument, items)
    k = max(delivery.county.settings.display.too_few_below, layout.SMALLEST_K)
    singles = read_singles(*which) if delivery.with_rows else None
    return package_of(delivery, instrument, read_facts(*which), earlier_deliveries(delivery), k, private_key, singles)


def package_of(
    delivery: Delivery,
    instrument: Instrument,
    facts: Facts,
    before: Sequence[Delivery],
    k: int,
    private_key: Ed25519PrivateKey,
    singles: Iterable[Single] | None = None,
) -> Made:
    """Return the package of some facts. Raises DeliveryStopped. before: earlier deliveries; singles: the rows that a contract asks for."""
    if not facts.answered:
        reason = "There are no answers to deliver: nobody answered this instrument in these units and quarters."
        raise DeliveryStopped(StopReason.NO_ANSWERS, reason)
    releases = [opened_release(each) for each in before]
    protected = protect_tables(facts, releases, k)
    tables, release = rows_of(protected), release_of(name_of(delivery), protected)
    seen = [_published(each, release) for each, release in zip(before, releases, strict=True)]
    audited = audit([*seen, published(release.name, tables, release)], k)
    if not audited.has_passed:
        reason = "The attacker's audit found out what must stay hidden."
        raise DeliveryStopped(StopReason.AUDIT, reason, audited.failures)
    along = None if singles is None else rows_under_contract(singles, protected)
    statement = {**_heading(delivery, k), **facts_of(protected, tables, audited, releases), "rows": along and _told(along)}
    package = write_package(_contents(delivery, instrument, tables, along, statement), private_key)
    signed = unpack(package)[layout.MANIFEST]
    return Made(package, hashlib.sha256(signed).hexdigest(), statement, release, tuple(before))


def _told(along: Singles) -> dict[str, Any]:
    """Return what the statement says of rows under contract."""
    return {"rows": len(along.rows), "left_out": along.left_out, "marks": list(MARKS), "smallest": along.smallest}


def delivered_items(instrument: Instrument) -> tuple[str, ...]:
    """Return the statements that are delivered, in the instrument's order: those that are asked in the whole country."""
    return tuple(item.id for item in instrument.items if item.kind is ItemKind.BASE)


def instrument_of(delivery: Delivery) -> Instrument:
    """Return the instrument of a delivery. Raises DeliveryStopped for one whose texts Vaste does not have."""
    known = national_adult()
    if delivery.instrument != known.version_key:
        reason = f"The instrument {delivery.instrument} is not known; only {known.version_key} can be delivered."
        raise DeliveryStopped(StopReason.INSTRUMENT, reason)
    return known


def name_of(delivery: Delivery) -> str:
    """Return what a delivery is called in statements."""
    return f"{delivery.campaign} {delivery.version}"


def earlier_deliveries(delivery: Delivery) -> list[Delivery]:
    """Return the deliveries that anybody may lay beside this one: of the same instrument, in quarters that overlap; the oldest first."""
    others = Delivery.objects.filter(county_id=delivery.county_id, instrument=delivery.instrument, package__isnull=False)
    near = others.filter(first_quarter__lte=delivery.last_quarter, last_quarter__gte=delivery.first_quarter)
    return list(near.exclude(pk=delivery.pk).exclude(state__in=_NEVER_SEEN).order_by("drafted_at", "pk"))


class _Kept(msgspec.Struct):
    """A release as it is kept. cells: each with its numbers and whether it was hidden; sums: numbers of cells, the total first."""

    name: str
    quarters: list[str]
    items: list[str]
    units_of: dict[str, list[str]]
    cells: list[tuple[list[str], list[int], bool]]
    sums: list[list[int]]


_read_kept = msgspec.json.Decoder(_Kept)


def sealed_release(delivery: Delivery, release: Release) -> bytes:
    """Return what later deliveries must know of this one, sealed for its row."""
    order = {cell: number for number, cell in enumerate(sorted(release.numbers))}
    kept = _Kept(
        release.name,
        list(release.quarters),
        list(release.items),
        {area: sorted(units) for area, units in sorted(release.units_of.items())},
        [(list(cell), release.numbers[cell].tolist(), cell in release.hidden) for cell in order],
        [[order[total], *(order[part] for part in parts)] for total, parts in release.sums],
    )
    return ring().seal(zlib.compress(msgspec.json.encode(kept)), bound_to=f"national_delivery:{delivery.pk}")


def opened_release(delivery: Delivery) -> Release:
    """Return what a delivery left to know of it. Raises core.keys.SealBroken."""
    assert delivery.counts is not None, "only what was checked can be seen"
    opened = zlib.decompress(ring().open(delivery.counts, bound_to=f"national_delivery:{delivery.pk}"))
    kept = _read_kept.decode(opened)
    cells = [Cell(*marks) for marks, _, _ in kept.cells]
    return Release(
        kept.name,
        {cell: np.array(numbers, dtype=np.int64) for cell, (_, numbers, _) in zip(cells, kept.cells, strict=True)},
        frozenset(cell for cell, (_, _, is_hidden) in zip(cells, kept.cells, strict=True) if is_hidden),
        tuple(Sum(cells[total], tuple(cells[part] for part in parts)) for total, *parts in kept.sums),
        {area: frozenset(units) for area, units in kept.units_of.items()},
        tuple(kept.quarters),
        tuple(kept.items),
    )


def _published(delivery: Delivery, release: Release) -> Published:
    """Return what stands in an earlier package, read from its bytes."""
    assert delivery.package is not None
    files = unpack(bytes(delivery.package))
    return published(release.name, {table: _rows(files, table) for table in TABLES}, release)


def _rows(files: dict[str, bytes], table: str) -> list[Row]:
    name = TABLES[table].files()[0]
    form = read_csv(name, files[name])
    return [dict(zip(form.columns, row, strict=True)) for row in form.rows]


def _heading(delivery: Delivery, k: int) -> dict[str, Any]:
    return {
        "campaign": delivery.campaign,
        "version": delivery.version,
        "instrument": delivery.instrument,
        "first": delivery.first_quarter,
        "last": delivery.last_quarter,
        "k": k,
        "left_out": [thing for thing in LEFT_OUT if thing != "rows" or not delivery.with_rows],
    }


def _contents(
    delivery: Delivery, instrument: Instrument, tables: dict[str, list[Row]], along: Singles | None, statement: dict[str, Any]
) -> Contents:
    items = delivered_items(instrument)
    files: dict[str, bytes] = {}
    for table, own in tables.items():
        shape = TABLES[table]
        texts = (*shape.marks, "state")
        files |= both_forms(f"data/{table}", texts, shape.columns(items)[len(texts) :], own)
    named = {table: TABLES[table].files() for table in tables}
    if along:
        files |= _rows_along(along, instrument, items)
        named["rows"] = layout.UNDER_CONTRACT
    described = datapackage(
        name=f"{delivery.campaign}-{delivery.version}", tables=named, items=items, row_columns=(*MARKS, NPS, *items) if along else ()
    )
    documents = {
        layout.INSTRUMENT: instrument_document(instrument, items),
        layout.QUESTIONNAIRE: questionnaire(instrument),
        layout.STATEMENT: statement,
        layout.DATAPACKAGE: described,
    }
    files |= {name: _json(document) for name, document in documents.items()}
    return Contents(
        county=delivery.county_id,
        campaign=delivery.campaign,
        version=delivery.version,
        replaces=delivery.replaces.manifest_sha256 if delivery.replaces else None,
        instrument=InstrumentName(instrument.id, instrument.version),
        period=Period(delivery.first_quarter, delivery.last_quarter),
        k=statement["k"],
        files={**files, **written_statements(statement)},
    )


def _rows_along(along: Singles, instrument: Instrument, items: Sequence[str]) -> dict[str, bytes]:
    """Return the rows under contract: as CSV, Parquet, and FHIR QuestionnaireResponses, one a line."""
    asked = (NPS, *items)
    lines = []
    for row in along.rows:
        answers = {item: value for item in asked if isinstance(value := row[item], int)}
        response = questionnaire_response(instrument, answers, tags={mark: str(row[mark]) for mark in MARKS})
        lines.append(json.dumps(response, ensure_ascii=False, sort_keys=True))
    return {**both_forms(layout.ROWS, MARKS, asked, along.rows), layout.FHIR_ROWS: "".join(f"{line}\n" for line in lines).encode()}


def _json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()

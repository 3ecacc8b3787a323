"""Read a package, or refuse it with one reason. Nothing of it is written anywhere, and what is not signed is hardly looked at.

The order is part of the protection: size and form of the archive, signature, manifest, checksums; only then is anything parsed
that somebody else has written.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from vaste.national.packages import layout
from vaste.national.packages.archive import unpack
from vaste.national.packages.cells import Cells, Row, check_between, check_sums, check_threshold, checked, items_of
from vaste.national.packages.forms import Form, decoded, parquet_footer, parquet_reader, read_csv, read_parquet
from vaste.national.packages.identifiers import first_found, found_in_bytes, found_in_json, looks_like, number_looks_like
from vaste.national.packages.layout import Manifest
from vaste.national.packages.refusal import PackageRefused, Reason
from vaste.national.packages.rows import check_fhir_rows, check_rows
from vaste.national.packages.signing import verify

_MOST_SIGNATURE_BYTES = 1024
_MOST_MANIFEST_BYTES = 64 * 1024
_NAME = re.compile(r"[A-Za-z0-9]+(?:[-_.+][A-Za-z0-9]+)*")
_SHA256 = re.compile("[0-9a-f]{64}")
_LONGEST_NAME = 80

_T = TypeVar("_T")


class _Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key_id: str
    signature: str


_read_signature = msgspec.json.Decoder(_Signature)


@dataclass(frozen=True)
class Package:
    """A package that may be taken. tables: by name, a dict for each row, whole numbers as numbers and None where hidden.

    contract_rows: how many rows under contract it carries. statement: the statement of de-identification, for machines.
    """

    manifest: Manifest
    manifest_sha256: str
    tables: dict[str, list[Row]]
    items: tuple[str, ...]
    instrument: Mapping[str, Any]
    statement: Mapping[str, Any]
    contract_rows: int


def read_package(
    packed: bytes, keys: Sequence[Ed25519PublicKey], *, county: str | None = None, smallest_k: int = layout.SMALLEST_K
) -> Package:
    """Return what a package says. Raises PackageRefused, and nothing else, whatever the bytes are.

    keys: of whom it may come from, one of which must have signed it. county: whose it must be, where that is known.
    """
    members = unpack(packed)
    manifest = _signed_manifest(members, keys)
    _check_manifest(manifest, county, smallest_k)
    files = _listed_files(members, manifest)
    documents = {name: _json(name, files[name]) for name in layout.DOCUMENTS}
    forms = {name: read_csv(name, octets) for name, octets in files.items() if name.endswith(".csv")}
    responses = check_fhir_rows(files[layout.FHIR_ROWS], len(forms[f"{layout.ROWS}.csv"].rows)) if layout.FHIR_ROWS in files else []
    _refuse_identifiers(_identifiers(files, {**documents, layout.FHIR_ROWS: responses}, forms))
    twins = _twins(files, forms)
    _refuse_identifiers({twin.name: _found_in_form(twin) for twin in twins.values()})
    _check_documents(documents, manifest)
    tables = _tables(forms, twins, manifest, documents[layout.INSTRUMENT])
    rows = _contract_rows(forms, twins, manifest.k)
    _check_counts(tables, manifest.k)
    return Package(
        manifest=manifest,
        manifest_sha256=hashlib.sha256(members[layout.MANIFEST]).hexdigest(),
        tables={name: cells.rows for name, cells in tables.items()},
        items=items_of(forms[layout.TABLES["services"].files()[0]].columns),
        instrument=documents[layout.INSTRUMENT],
        statement=documents[layout.STATEMENT],
        contract_rows=rows,
    )


def tables_of(packed: bytes) -> dict[str, list[Row]]:
    """Return the tables of a package that was read and taken before; it is not judged again. Raises PackageRefused where it is damaged."""
    members = unpack(packed)
    forms = {name: read_csv(name, members[name]) for table in layout.TABLES.values() if (name := table.files()[0])}
    return {
        name: [dict(zip(forms[table.files()[0]].columns, row, strict=True)) for row in forms[table.files()[0]].rows]
        for name, table in layout.TABLES.items()
    }


def _signed_manifest(members: Mapping[str, bytes], keys: Sequence[Ed25519PublicKey]) -> Manifest:
    """Return the manifest, once its bytes are proven to be those that one of the keys has signed."""
    for name, most in ((layout.MANIFEST, _MOST_MANIFEST_BYTES), (layout.SIGNATURE, _MOST_SIGNATURE_BYTES)):
        if name not in members:
            raise PackageRefused(Reason.MEMBERS, f"The package has no {name}.")
        if len(members[name]) > most:
            raise PackageRefused(Reason.TOO_LARGE, f"{name} has more than {most} bytes.")
    signature = _decoded(layout.SIGNATURE, members[layout.SIGNATURE], _read_signature, Reason.SIGNATURE)
    if not any(verify(key, signature.key_id, signature.signature, members[layout.MANIFEST]) for key in keys):
        raise PackageRefused(Reason.SIGNATURE, "The package is not signed by a key that is known for its sender.")
    return _decoded(layout.MANIFEST, members[layout.MANIFEST], layout.MANIFESTS, Reason.MANIFEST)


def _decoded(name: str, octets: bytes, decoder: msgspec.json.Decoder[_T], reason: Reason) -> _T:
    try:
        return decoder.decode(octets)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PackageRefused(reason, f"{name} does not say what it must.") from error


def _check_manifest(manifest: Manifest, county: str | None, smallest_k: int) -> None:
    if (manifest.format, manifest.format_version) != (layout.FORMAT, layout.FORMAT_VERSION):
        raise PackageRefused(Reason.MANIFEST, f"The package is not of the form {layout.FORMAT}, version {layout.FORMAT_VERSION}.")
    names = (manifest.county, manifest.campaign, manifest.method_version, manifest.instrument.id, manifest.instrument.version)
    if any(len(name) > _LONGEST_NAME or not _NAME.fullmatch(name) for name in names):
        raise PackageRefused(Reason.MANIFEST, "A name in the manifest is not made of letters, digits and single signs between them.")
    if first_found(names):
        raise PackageRefused(Reason.IDENTIFIER, f"{layout.MANIFEST} holds what looks like {first_found(names)}.")
    if county is not None and manifest.county != county:
        raise PackageRefused(Reason.COUNTY, "The package is of another county than the one that sent it.")
    if manifest.version < 1 or (manifest.version == 1) != (manifest.replaces is None):
        raise PackageRefused(Reason.MANIFEST, "Version 1 replaces nothing, and a later version names the manifest that it replaces.")
    if manifest.replaces is not None and not _SHA256.fullmatch(manifest.replaces):
        raise PackageRefused(Reason.MANIFEST, "What the package replaces is not named by a SHA-256.")
    if manifest.k < smallest_k:
        raise PackageRefused(Reason.THRESHOLD, f"The package was made with a threshold below {smallest_k} respondents.")
    _check_period(manifest)


def _check_period(manifest: Manifest) -> None:
    ends = (manifest.period.first, manifest.period.last)
    if not all(layout.QUARTER.fullmatch(end) for end in ends) or not layout.quarters(manifest.period):
        raise PackageRefused(Reason.MANIFEST, "The period of the package is not one of whole quarters.")


def _listed_files(members: Mapping[str, bytes], manifest: Manifest) -> dict[str, bytes]:
    """Return the files beside manifest and signature, once each is the one that the manifest lists."""
    files = {name: octets for name, octets in members.items() if name not in {layout.MANIFEST, layout.SIGNATURE}}
    with_rows = (*layout.ALWAYS, *layout.UNDER_CONTRACT)
    if set(files) not in (set(layout.ALWAYS), set(with_rows)):
        raise PackageRefused(Reason.MEMBERS, "The package lacks a file, or holds one that no package has.")
    listed = {entry.path: entry for entry in manifest.files}
    if set(listed) != set(files) or len(listed) != len(manifest.files):
        raise PackageRefused(Reason.ALTERED, "The manifest does not list the files that the package holds.")
    for name, octets in files.items():
        if listed[name].bytes != len(octets) or listed[name].sha256 != hashlib.sha256(octets).hexdigest():
            raise PackageRefused(Reason.ALTERED, f"{name} is not the file that was signed.")
    return files


def _json(name: str, octets: bytes) -> Any:
    try:
        return msgspec.json.decode(octets)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PackageRefused(Reason.SCHEMA, f"{name} is no JSON.") from error


def _twins(files: Mapping[str, bytes], forms: Mapping[str, Form]) -> dict[str, Form]:
    """Return each table as its Parquet form has it, by the name of its CSV form."""
    with parquet_reader() as con:
        return {
            name: read_parquet(con, (twin := name.removesuffix(".csv") + ".parquet"), files[twin], rows=len(form.rows))
            for name, form in forms.items()
        }


def _identifiers(files: Mapping[str, bytes], documents: Mapping[str, Any], forms: Mapping[str, Form]) -> dict[str, str | None]:
    """Return in words what each file holds that looks like an identifier: in its texts and numbers, or in what says how it is written."""
    sizes = {len(octets) for octets in files.values()}
    return {
        **{name: found_in_json(value, sizes) for name, value in documents.items()},
        **{name: looks_like(decoded(name, files[name])) for name in layout.STATEMENTS},
        **{name: _found_in_form(form) for name, form in forms.items()},
        **{name: _found_in_footer(name, octets) for name, octets in files.items() if name.endswith(".parquet")},
    }


def _refuse_identifiers(found: Mapping[str, str | None]) -> None:
    first = next((name for name in sorted(found) if found[name]), None)
    if first:
        raise PackageRefused(Reason.IDENTIFIER, f"{first} holds what looks like {found[first]}.")


def _found_in_footer(name: str, octets: bytes) -> str | None:
    return found_in_bytes(parquet_footer(name, octets))


def _found_in_form(form: Form) -> str | None:
    cells = {cell for row in form.rows for cell in row}
    texts = sorted({cell for cell in cells if isinstance(cell, str)} | set(form.columns))
    return first_found(texts) or next((found for cell in cells if isinstance(cell, int) and (found := number_looks_like(cell))), None)


def _check_documents(documents: Mapping[str, Any], manifest: Manifest) -> None:
    if not all(isinstance(document, dict) for document in documents.values()):
        raise PackageRefused(Reason.SCHEMA, "A JSON file of the package holds no object.")
    instrument = documents[layout.INSTRUMENT]
    if (instrument.get("id"), instrument.get("version")) != (manifest.instrument.id, manifest.instrument.version):
        raise PackageRefused(Reason.SCHEMA, f"{layout.INSTRUMENT} is not the instrument that the manifest names.")
    if documents[layout.QUESTIONNAIRE].get("resourceType") != "Questionnaire":
        raise PackageRefused(Reason.SCHEMA, f"{layout.QUESTIONNAIRE} is no FHIR Questionnaire.")
    resources = documents[layout.DATAPACKAGE].get("resources")
    described = [resource.get("path") for resource in resources if isinstance(resource, dict)] if isinstance(resources, list) else []
    data = {entry.path for entry in manifest.files if entry.path.partition("/")[1]}
    if not data <= {path for path in described if isinstance(path, str)}:
        raise PackageRefused(Reason.SCHEMA, f"{layout.DATAPACKAGE} does not describe every data file.")


def _tables(forms: Mapping[str, Form], twins: Mapping[str, Form], manifest: Manifest, instrument: Mapping[str, Any]) -> dict[str, Cells]:
    items = items_of(forms[layout.TABLES["services"].files()[0]].columns)
    asked = instrument.get("items")
    known = {str(item.get("id")) for item in asked if isinstance(item, dict)} if isinstance(asked, list) else set()
    if not known.issuperset(items):
        raise PackageRefused(Reason.SCHEMA, f"A table counts a statement that {layout.INSTRUMENT} does not have.")
    tables = {}
    for name, table in layout.TABLES.items():
        form = forms[table.files()[0]]
        if (form.columns, form.rows) != (twins[form.name].columns, twins[form.name].rows):
            raise PackageRefused(Reason.FORMS_DIFFER, f"{table.files()[1]} does not say what the CSV file beside it says.")
        tables[name] = checked(form, table, items=items, quarters=layout.quarters(manifest.period))
    return tables


def _contract_rows(forms: Mapping[str, Form], twins: Mapping[str, Form], k: int) -> int:
    form = forms.get(f"{layout.ROWS}.csv")
    if form is None:
        return 0
    twin = twins[form.name]
    # A mark may look like a number in CSV, as a year does; the Parquet file says which it is.
    if form.columns != twin.columns or [_written(row) for row in form.rows] != [_written(row) for row in twin.rows]:
        raise PackageRefused(Reason.FORMS_DIFFER, f"{twin.name} does not say what the CSV file beside it says.")
    check_rows(twin, k)
    return len(twin.rows)


def _written(row: Sequence[object]) -> tuple[str | None, ...]:
    return tuple(None if cell is None else str(cell) for cell in row)


def _check_counts(tables: Mapping[str, Cells], k: int) -> None:
    for cells in tables.values():
        check_threshold(cells, k)
    for cells in tables.values():
        check_sums(cells)
    check_between(tables)

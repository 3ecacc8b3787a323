"""Good packages are read; bad ones are refused, each with one reason."""

import base64
import hashlib
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaste.national.packages.archive import pack, unpack
from vaste.national.packages.examples import Example, correction, example_contents, example_package, example_tables, table_files
from vaste.national.packages.layout import FORMAT, METHOD_VERSION, TABLES, Contents, FileEntry, Manifest, Period, manifest_bytes
from vaste.national.packages.reading import Package, read_package
from vaste.national.packages.refusal import PackageRefused, Reason
from vaste.national.packages.signing import key_id, new_key, sign
from vaste.national.packages.writing import both_forms

KEY = new_key()
EXAMPLE = Example(hidden_ages=("18-44", "45-64"))
CODE = "010594Y9032"


@cache
def good() -> bytes:
    return example_package(EXAMPLE, KEY)


@cache
def contents(example: Example = EXAMPLE) -> Contents:
    return example_contents(example)


def written(contents: Contents, key, **altered) -> bytes:
    """A signed package whose manifest may say something else than is true."""
    files = dict(sorted(contents.files.items()))
    facts = {name: getattr(contents, name) for name in ("county", "campaign", "version", "replaces", "instrument", "period", "k")}
    entries = tuple(FileEntry(name, len(octets), hashlib.sha256(octets).hexdigest()) for name, octets in files.items())
    told = {"format": FORMAT, "format_version": 1, "method_version": METHOD_VERSION, "files": entries, **facts, **altered}
    signed = manifest_bytes(Manifest(**told))
    signature = json.dumps({"key_id": key_id(key.public_key()), "signature": sign(key, signed)}).encode()
    return pack([("manifest.json", signed), ("manifest.sig", signature), *files.items()])


def read(packed: bytes, **limits) -> Package:
    return read_package(packed, [KEY.public_key()], **limits)


def refused(packed: bytes, **limits) -> Reason:
    with pytest.raises(PackageRefused) as refusal:
        read(packed, **limits)
    assert refusal.value.sentence.endswith(".")
    assert CODE not in refusal.value.sentence
    return refusal.value.code


def with_files(files: dict[str, bytes], **altered) -> bytes:
    """The good package with some files in the place of its own, signed anew: what a county's faulty program would send."""
    return written(replace(contents(), files={**contents().files, **files}), KEY, **altered)


def with_rows(table: str, change) -> bytes:
    """The good package with one table altered in both forms."""
    rows = example_tables(EXAMPLE)[table]
    change(rows)
    return with_files(forms(table, rows))


def forms(table: str, rows) -> dict[str, bytes]:
    return table_files(table, rows, EXAMPLE.items)


def cell(rows, **marks):
    return next(row for row in rows if all(row[mark] == value for mark, value in marks.items()))


def test_a_good_package_gives_its_manifest_and_tables():
    package = read(good())
    assert (package.manifest.county, package.manifest.campaign, package.manifest.version) == ("18", "spring-2026", 1)
    assert package.manifest_sha256 == hashlib.sha256(unpack(good())["manifest.json"]).hexdigest()
    assert package.items == ("access", "encounter")
    assert package.tables == example_tables(EXAMPLE)
    assert package.contract_rows == 0


def test_a_correction_and_several_quarters_are_read():
    first = read(good())
    example = correction(replace(EXAMPLE, quarters=("2026-Q1", "2026-Q2")), first.manifest_sha256)
    manifest = read(example_package(example, KEY)).manifest
    assert (manifest.version, manifest.replaces) == (2, first.manifest_sha256)
    assert manifest.period == Period("2026-Q1", "2026-Q2")


# -- cut, altered, swapped


@settings(deadline=None)
@given(st.data())
def test_a_package_cut_anywhere_is_refused(data):
    end = data.draw(st.integers(0, len(good()) - 1))
    with pytest.raises(PackageRefused):
        read(good()[:end])


@settings(deadline=None)
@given(st.data())
def test_a_package_with_any_byte_altered_is_refused(data):
    place = data.draw(st.integers(0, len(good()) - 1))
    octet = data.draw(st.integers(1, 255))
    packed = bytearray(good())
    packed[place] ^= octet
    # A deflated stream has bits that mean nothing, about one in ten thousand; what is read is then what was signed, to the last byte.
    try:
        members = unpack(bytes(packed))
    except PackageRefused:
        return
    assert members == unpack(good())


def test_a_file_that_is_not_the_signed_one_is_refused():
    members = unpack(good())
    members["statement.en.txt"] += b" "
    assert refused(pack(members.items())) is Reason.ALTERED


def test_swapped_files_are_refused():
    members = unpack(good())
    members["data/services.csv"], members["data/strata.csv"] = members["data/strata.csv"], members["data/services.csv"]
    assert refused(pack(members.items())) is Reason.ALTERED


def test_a_manifest_of_another_package_is_refused():
    members, other = unpack(good()), unpack(example_package(replace(EXAMPLE, seed=2), KEY))
    for name in ("manifest.json", "manifest.sig"):
        members[name] = other[name]
    assert refused(pack(members.items())) is Reason.ALTERED


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig", "data/units.parquet", "statement.sv.txt"])
def test_a_package_that_lacks_a_file_is_refused(name):
    members = unpack(good())
    del members[name]
    assert refused(pack(members.items())) is Reason.MEMBERS


@pytest.mark.parametrize(
    "name", ["comments.csv", "../data/services.csv", "/etc/passwd", "data\\services.csv", "Data/services.csv", "data/"]
)
def test_a_file_that_no_package_has_is_refused(name):
    assert refused(with_files({name: b"service\n"})) is Reason.MEMBERS


def test_a_file_listed_twice_is_refused():
    entries = tuple(read(good()).manifest.files)
    assert refused(written(contents(), KEY, files=(*entries, entries[0]))) is Reason.ALTERED


# -- signatures


def test_a_foreign_signature_is_refused():
    assert refused(example_package(EXAMPLE, new_key())) is Reason.SIGNATURE


def test_a_foreign_signature_under_a_known_key_id_is_refused():
    members = unpack(good())
    known = json.loads(members["manifest.sig"])
    members["manifest.sig"] = json.dumps({**known, "signature": sign(new_key(), members["manifest.json"])}).encode()
    assert refused(pack(members.items())) is Reason.SIGNATURE


@pytest.mark.parametrize("octets", [b"", b"{}", b"[]", b"\xff\xfe", b'{"key_id": 1, "signature": 2}', b"[" * 900])
def test_what_is_no_signature_is_refused(octets):
    members = {**unpack(good()), "manifest.sig": octets}
    assert refused(pack(members.items())) is Reason.SIGNATURE


def test_without_a_known_key_everything_is_refused():
    with pytest.raises(PackageRefused) as refusal:
        read_package(good(), [])
    assert refusal.value.code is Reason.SIGNATURE


def test_any_of_several_keys_of_a_county_may_sign():
    assert read_package(good(), [new_key().public_key(), KEY.public_key()])


# -- the manifest


@pytest.mark.parametrize(
    "altered",
    [
        {"format": "other"},
        {"format_version": 2},
        {"county": ""},
        {"county": "18 "},
        {"campaign": "spring/2026"},
        {"campaign": "s" * 81},
        {"version": 0},
        {"version": 2},
        {"version": 1, "replaces": "a" * 64},
        {"version": 2, "replaces": "not a checksum"},
        {"period": Period("2026-Q1", "2025-Q4")},
        {"period": Period("2026-Q5", "2026-Q5")},
        {"period": Period("2026-01", "2026-03")},
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(altered):
    assert refused(with_files({}, **altered)) is Reason.MANIFEST


def test_a_manifest_with_a_field_more_is_refused():
    members = unpack(good())
    octets = json.dumps({**json.loads(members["manifest.json"]), "remark": "x"}).encode()
    members["manifest.json"] = octets
    members["manifest.sig"] = json.dumps({**json.loads(members["manifest.sig"]), "signature": sign(KEY, octets)}).encode()
    assert refused(pack(members.items())) is Reason.MANIFEST


def test_a_package_of_another_county_is_refused():
    assert refused(good(), county="17") is Reason.COUNTY
    assert read(good(), county="18")


def test_a_threshold_below_the_smallest_is_refused():
    assert refused(with_files({}, k=4)) is Reason.THRESHOLD
    assert refused(good(), smallest_k=10) is Reason.THRESHOLD


def test_a_manifest_is_written_with_its_keys_sorted():
    told = manifest_bytes(read(good()).manifest)
    assert told == unpack(good())["manifest.json"]
    assert list(json.loads(told)) == sorted(json.loads(told))
    assert json.loads(told)["period"] == {"from": "2026-Q1", "to": "2026-Q1"}


# -- identifiers, in any field

IDENTIFIERS = {
    "an identity code": CODE,
    "in lower case": "010594y9032",
    "with spaces": "0105 94 Y 9032",
    "with another dash": "010594\u20139032",
    "with a wrong check character": "010594-9031",
    "of a child": "010516b903x",
    "a mobile phone": "+358 40 0 000 001",
    "a phone without its country": "040 000 0001",
    "an e-mail address": "minna.example@example.fi",
    "an e-mail address in words": "minna.example ät example.fi",
    "an account": "FI21 1234 5600 0007 85",
}


@pytest.mark.parametrize("value", IDENTIFIERS.values(), ids=IDENTIFIERS)
def test_an_identifier_in_a_text_or_anywhere_in_a_json_file_is_refused(value):
    document = json.loads(contents().files["instrument.json"])
    files = {
        "statement.fi.txt": f"Left out: {value}\n",
        "instrument.json": json.dumps({**document, "remark": [{"deep": f"asked {value}"}]}),
        "statement.json": json.dumps({f"k {value}": 1}),
    }
    for name, text in files.items():
        assert refused(with_files({name: text.encode()})) is Reason.IDENTIFIER


@pytest.mark.parametrize("name", ["statement.sv.txt", "statement.en.txt", "questionnaire.json", "datapackage.json"])
def test_no_document_may_hold_an_identifier(name):
    assert refused(with_files({name: json.dumps({"remark": CODE}).encode()})) is Reason.IDENTIFIER


def test_a_phone_as_a_number_in_a_json_file_is_refused():
    for number in (358400000001, 400000001, -400000001, 358400000001.0):
        assert refused(with_files({"statement.json": json.dumps({"contact": number}).encode()})) is Reason.IDENTIFIER


@pytest.mark.parametrize("value", ["010594y9032", "0400000001", "minna@example.fi", "FI2112345600000785"])
@pytest.mark.parametrize(
    ("table", "mark"), [("services", "service"), ("units", "unit"), ("strata", "channel"), ("invited", "age"), ("channels", "quarter")]
)
def test_an_identifier_in_a_mark_of_a_table_is_refused(value, table, mark):
    def change(rows):
        rows[3][mark] = value

    assert refused(with_rows(table, change)) is Reason.IDENTIFIER


def test_a_phone_in_the_place_of_a_count_is_refused():
    def change(rows):
        cell(rows, service="all", age="all", language="all")["n"] = 358400000001

    assert refused(with_rows("services", change)) is Reason.IDENTIFIER


def test_an_identifier_in_the_manifest_is_refused():
    assert refused(with_files({}, campaign=CODE)) is Reason.IDENTIFIER
    assert refused(with_files({}, campaign="0400000001")) is Reason.IDENTIFIER


def test_an_identifier_that_only_the_parquet_form_holds_is_refused():
    rows = example_tables(EXAMPLE)["services"]
    rows[0]["service"] = CODE
    alone = forms("services", rows)["data/services.parquet"]
    assert refused(with_files({"data/services.parquet": alone})) is Reason.IDENTIFIER


def _parquet(select: str, folder, options: str = "") -> bytes:
    path = folder / "table.parquet"
    duckdb.connect().execute(f"COPY ({select}) TO '{path}' (FORMAT parquet{options})")
    return path.read_bytes()


def _services(folder) -> str:
    (folder / "in.csv").write_bytes(contents().files["data/services.csv"])
    return f"SELECT * FROM read_csv('{folder / 'in.csv'}')"


def test_an_identifier_in_the_remarks_of_a_parquet_file_is_refused(tmp_path):
    octets = _parquet(_services(tmp_path), tmp_path, f", KV_METADATA {{note: 'of {CODE}'}}")
    assert refused(with_files({"data/services.parquet": octets})) is Reason.IDENTIFIER


def test_any_remark_in_a_parquet_file_is_refused(tmp_path):
    octets = _parquet(_services(tmp_path), tmp_path, ", KV_METADATA {note: 'harmless'}")
    assert refused(with_files({"data/services.parquet": octets})) is Reason.SCHEMA


def test_bytes_that_belong_to_no_column_of_a_parquet_file_are_refused():
    octets = contents().files["data/services.parquet"]
    length = int.from_bytes(octets[-8:-4], "little") + 8
    stuffed = octets[:-length] + base64.b64encode(b"a secret") + octets[-length:]
    assert refused(with_files({"data/services.parquet": stuffed})) is Reason.SCHEMA


def test_numbers_that_only_look_long_are_not_taken_for_identifiers():
    statement = {
        "earlier": "ab04" * 16,
        "unit": "1.2.246.10.02012345.10.1",
        "made": "2026-11-26T03:04:05Z",
        "hidden": 12345,
        "rate": 0.4012,
    }
    assert read(with_files({"statement.json": json.dumps(statement).encode()}))


# -- schema


@pytest.mark.parametrize(
    ("name", "octets"),
    [
        ("data/services.csv", b""),
        ("data/services.csv", b"\xff\xfe\n"),
        ("data/services.csv", b'service,n\n"emergency",12\n'),
        ("data/services.csv", b"service,n\r\nemergency,12\r\n"),
        ("data/services.csv", b"service,n\nemergency\n"),
        ("data/services.parquet", b""),
        ("data/services.parquet", b"PAR1" + bytes(40) + b"PAR1"),
        ("data/services.parquet", b"PAR1" + b"\xff" * 40 + b"PAR1"),
        ("instrument.json", b"[]"),
        ("instrument.json", b"{"),
        ("instrument.json", b"[" * 100_000),
        ("instrument.json", b'{"id": "national-adult", "version": "2023-1", "items": []}'),
        ("instrument.json", b'{"id": "national-adult", "version": "2024-1", "items": [{"id": ["access"]}, 3]}'),
        ("questionnaire.json", b'{"resourceType": "Patient"}'),
        ("datapackage.json", b'{"resources": [{"path": "data/services.csv"}, {"path": []}, 1]}'),
        ("datapackage.json", b'{"resources": {}}'),
        ("statement.sv.txt", b"\xff"),
    ],
)
def test_a_file_of_another_form_is_refused(name, octets):
    assert refused(with_files({name: octets})) is Reason.SCHEMA


def test_a_nested_archive_in_the_place_of_a_table_is_refused():
    assert refused(with_files({"data/services.csv": pack([("services.csv", bytes(5_000_000))])})) is Reason.SCHEMA


@pytest.mark.parametrize(
    ("table", "mark", "value"),
    [
        ("services", "service", "Emergency Clinic"),
        ("services", "quarter", "2026-Q2"),
        ("services", "quarter", "2026-01-12"),
        ("services", "age", "18-24"),
        ("services", "language", "so"),
        ("services", "state", "secret"),
        ("strata", "channel", "fax"),
        ("units", "unit", "main-health-station"),
    ],
)
def test_a_mark_that_is_finer_or_other_than_agreed_is_refused(table, mark, value):
    def change(rows):
        rows[-1][mark] = value

    assert refused(with_rows(table, change)) is Reason.SCHEMA


def test_a_cell_that_is_missing_is_refused():
    assert refused(with_rows("strata", lambda rows: rows.pop(5))) is Reason.SCHEMA


def test_a_cell_that_stands_there_twice_is_refused():
    assert refused(with_rows("strata", lambda rows: rows.append(dict(rows[5])))) is Reason.SCHEMA


def test_a_hidden_cell_with_numbers_is_refused():
    def change(rows):
        cell(rows, state="hidden")["promoters"] = 7

    assert refused(with_rows("services", change)) is Reason.SCHEMA


def test_a_shown_cell_without_a_number_is_refused():
    def change(rows):
        cell(rows, state="shown")["promoters"] = None

    assert refused(with_rows("services", change)) is Reason.SCHEMA


@pytest.mark.parametrize("name", ["promoters", "nps_n", "access_4"])
def test_counts_that_do_not_fit_their_cell_are_refused(name):
    def change(rows):
        cell(rows, service="all", age="all")[name] += 50_000

    assert refused(with_rows("services", change)) is Reason.SCHEMA


def test_a_statement_that_the_instrument_lacks_is_refused():
    example = replace(EXAMPLE, items=("access", "parking"))
    files = {**contents(example).files, "instrument.json": contents().files["instrument.json"]}
    assert refused(written(replace(contents(example), files=files), KEY)) is Reason.SCHEMA


# -- both forms


@pytest.mark.parametrize("table", list(TABLES))
def test_forms_that_differ_are_refused(table):
    other = contents(replace(EXAMPLE, seed=9)).files[f"data/{table}.parquet"]
    assert refused(with_files({f"data/{table}.parquet": other})) is Reason.FORMS_DIFFER


def test_a_table_of_other_columns_is_refused():
    for form in ("csv", "parquet"):
        files = both_forms("data/services", ["service"], ["n"], [{"service": "emergency", "n": 12}] * 36)
        assert refused(with_files({name: octets for name, octets in files.items() if name.endswith(form)})) is Reason.FORMS_DIFFER
    assert refused(with_files(files)) is Reason.SCHEMA


def test_a_parquet_file_of_many_million_rows_is_not_read(tmp_path):
    octets = _parquet("SELECT 7::BIGINT AS n FROM range(30_000_000)", tmp_path)
    assert len(octets) < 200_000
    assert refused(with_files({"data/services.parquet": octets})) is Reason.FORMS_DIFFER


# -- threshold, sums, subtraction


def test_a_shown_cell_below_the_threshold_is_refused():
    def change(rows):
        row = cell(rows, state="shown")
        row.update({name: 0 for name in row if isinstance(row[name], int)}, n=4)

    for table in TABLES:
        assert refused(with_rows(table, change)) is Reason.THRESHOLD


@pytest.mark.parametrize("table", ["services", "strata", "invited", "channels"])
def test_margins_that_do_not_add_up_are_refused(table):
    def change(rows):
        cell(rows, service="emergency", **({"age": "all"} if table != "channels" else {}))["n"] += 1000

    assert refused(with_rows(table, change)) is Reason.SUMS


def test_tables_that_contradict_each_other_are_refused():
    other = example_tables(replace(EXAMPLE, seed=9))
    for table in TABLES:
        assert refused(with_files(forms(table, other[table]))) is Reason.SUMS


def test_one_hidden_cell_in_a_line_of_shown_ones_is_refused():
    def change(rows):
        row = cell(rows, service="primary_care_reception", age="65+", language="fi")
        row.update({name: None for name in row if isinstance(row[name], int)}, state="hidden")

    assert refused(with_rows("services", change)) is Reason.SUBTRACTION


def test_a_hidden_unit_that_its_service_gives_away_is_refused():
    def change(rows):
        row = rows[0]
        row.update({name: None for name in row if isinstance(row[name], int)}, state="hidden")

    assert refused(with_rows("units", change)) is Reason.SUBTRACTION


def test_a_cell_that_one_table_hides_and_another_shows_is_refused():
    open_ones = example_tables(replace(EXAMPLE, hidden_ages=()))
    for table in ("services", "strata", "invited"):
        assert refused(with_files(forms(table, open_ones[table]))) is Reason.SUBTRACTION


# -- rows under contract


def _contract(rows: list[dict[str, object]]) -> dict[str, bytes]:
    responses = b"".join(json.dumps({"resourceType": "QuestionnaireResponse", "status": "completed"}).encode() + b"\n" for _ in rows)
    files = {**both_forms("contract/rows", ["quarter", "service", "age"], ["nps", "access"], rows), "contract/responses.ndjson": responses}
    document = json.loads(contents().files["datapackage.json"])
    document["resources"] += [{"name": name, "path": name} for name in files]
    return {**files, "datapackage.json": json.dumps(document).encode()}


ROWS = [
    {"quarter": "2026", "service": "emergency", "age": "18-44", "nps": score, "access": None if score == 3 else 5}
    for score in (10, 9, 3, 8, 10)
]


def test_rows_that_nobody_stands_alone_in_are_read():
    assert read(with_files(_contract(ROWS))).contract_rows == 5


def test_rows_in_which_somebody_stands_alone_are_refused():
    assert refused(with_files(_contract([*ROWS[:4], {**ROWS[4], "age": "65+"}]))) is Reason.THRESHOLD


def test_rows_with_more_than_marks_and_answers_are_refused():
    assert refused(with_files(_contract([{**row, "service": "the nurse was kind"} for row in ROWS]))) is Reason.SCHEMA
    assert refused(with_files(_contract([{**row, "nps": 11} for row in ROWS]))) is Reason.SCHEMA


def test_an_identifier_in_a_row_or_a_fhir_response_is_refused():
    assert refused(with_files(_contract([{**row, "service": CODE.lower()} for row in ROWS]))) is Reason.IDENTIFIER
    files = _contract(ROWS)
    files["contract/responses.ndjson"] = files["contract/responses.ndjson"].replace(b"completed", CODE.encode(), 1)
    assert refused(with_files(files)) is Reason.IDENTIFIER


def test_rows_in_fhir_must_be_as_many_and_be_responses():
    files = _contract(ROWS)
    lines = files["contract/responses.ndjson"]
    name = "contract/responses.ndjson"
    assert refused(with_files({**files, name: lines + lines})) is Reason.FORMS_DIFFER
    assert refused(with_files({**files, name: lines.replace(b"QuestionnaireResponse", b"Patient")})) is Reason.SCHEMA
    assert refused(with_files({**files, name: b"{\n" * 5})) is Reason.SCHEMA


def test_contract_files_come_all_together_or_not_at_all():
    files = _contract(ROWS)
    del files["contract/responses.ndjson"]
    assert refused(with_files(files)) is Reason.MEMBERS


def test_the_document_names_every_reason_and_file():
    document = (Path(__file__).parents[5] / "docs/national.md").read_text(encoding="utf-8")
    assert [reason for reason in Reason if f"| `{reason}` |" not in document] == []
    assert [name for name in unpack(good()) if f"`{name}`" not in document and f"`{name.rpartition('.')[0]}`" not in document] == []

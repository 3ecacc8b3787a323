"""Visits as CSV and JSON: what is read, what is refused by its row, and what is refused as a whole."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import visit_fields

from vaste.visits.formats import FORMATS, Row, Unreadable, read_csv, read_json, read_ndjson
from vaste.visits.rules import Fault

FIELDS = visit_fields(event_id="E1", phone="+358400000001")
HEADING = ",".join(FIELDS)
LINE = ",".join(FIELDS.values())
FILE = f"{HEADING}\n{LINE}\n"


def fields_of(rows) -> list[dict]:
    return [dict(row.fields) for row in rows if row.fault is None]


@pytest.mark.parametrize(
    "octets",
    [
        FILE.encode(),
        FILE.encode("utf-8-sig"),
        FILE.replace("\n", "\r\n").encode(),
        FILE.replace("\n", "\r").encode(),
        FILE.rstrip("\n").encode(),
        FILE.replace(",", ";").encode(),
        f"{HEADING}\n\n{LINE}\n\n\n".encode(),
        FILE.replace("+358400000001", '"+358400000001"').encode(),
        f" {HEADING.replace(',', ' , ')} \n{LINE}".encode(),
    ],
)
def test_a_csv_file_is_read_however_it_was_saved(octets):
    assert fields_of(read_csv(octets)) == [FIELDS]


def test_a_row_is_numbered_as_a_person_finds_it_in_the_file():
    rows = read_csv(f"{HEADING}\n{LINE}\n\n{LINE}\n".encode())
    assert [row.number for row in rows] == [2, 4]


def test_columns_may_stand_in_any_order():
    turned = dict(reversed(FIELDS.items()))
    assert fields_of(read_csv(f"{','.join(turned)}\n{','.join(turned.values())}".encode())) == [FIELDS]


def test_quotes_commas_and_line_ends_within_a_field_belong_to_it():
    (row,) = read_csv(FILE.replace("reception", '"a ""b"", c\nd"').encode())
    assert row.fields["visit_type"] == 'a "b", c\nd'
    assert row.number == 3


@pytest.mark.parametrize("line", [LINE + ",x", LINE.rpartition(",")[0], "x"])
def test_a_row_with_more_or_fewer_values_is_refused_alone(line):
    rows = read_csv(f"{HEADING}\n{LINE}\n{line}\n{LINE}\n".encode())
    assert [row.fault and row.fault.field for row in rows] == [None, "(row)", None]


def test_a_huge_field_leaves_the_other_rows_readable():
    rows = read_csv(f"{HEADING}\n{LINE}\n{LINE.replace('reception', 'x' * 200_000)}\n{LINE}\n".encode())
    assert [row.fields["visit_type"] == "reception" for row in rows] == [True, False, True]


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (b"", "must name the fields"),
        (b"\n\n", "must name the fields"),
        (LINE.encode(), "must name the fields"),
        (b"a,b\n1,2\n", "must name the fields"),
        (HEADING.replace("phone,", "").encode(), "does not name phone"),
        (f"{HEADING},phone\n{LINE},1\n".encode(), "names a field twice"),
        (f'{HEADING}\n"{LINE}\n'.encode(), "not valid CSV"),
        (f'{HEADING}\n"a"b,{LINE}\n'.encode(), "Line 2 is not valid CSV"),
        (FILE.encode("utf-16"), "not UTF-8"),
        (FILE.encode("utf-16-le"), "zero octets"),
        (FILE.replace("reception", "käynti").encode("latin-1"), "not UTF-8"),
        (bytes(range(256)), "not UTF-8"),
        (b"\x7fELF\x00\x00", "zero octets"),
        (b"PK\x03\x04\x14\x00\x06\x00", "zero octets"),
    ],
)
def test_what_is_no_csv_of_visits_is_refused_as_a_whole_in_one_sentence(octets, said):
    with pytest.raises(Unreadable, match=said) as refused:
        read_csv(octets)
    assert "Nothing was taken in." in str(refused.value)
    assert "+358400000001" not in str(refused.value)


def test_a_file_larger_than_64_mib_is_refused_before_it_is_read():
    with pytest.raises(Unreadable, match="larger than 64 MiB"):
        read_csv(b" " * (64 * 1024 * 1024 + 1))


def test_a_column_that_is_unknown_is_left_for_every_row_to_be_refused():
    rows = read_csv(f"{HEADING},diagnosis\n{LINE},x\n{LINE},\n".encode())
    assert ["diagnosis" in row.fields for row in rows] == [True, True]


def test_ndjson_is_an_object_a_line_with_empty_lines_between():
    line = json.dumps(FIELDS)
    rows = read_ndjson(f"\ufeff{line}\r\n\n{line}".encode())
    assert [row.number for row in rows] == [1, 3]
    assert fields_of(rows) == [FIELDS, FIELDS]


NO_OBJECT = Fault("(row)", "it is not a JSON object")


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "null",
        "1",
        '"x"',
        "NaN",
        '{"age": NaN}',
        '{"age": Infinity}',
        "{'a': 1}",
        "1" * 5000,
        "[" * 100_000,
        '{"a":' * 100_000,
        "{} {}",
        "\\",
    ],
)
def test_a_line_that_is_no_json_object_is_refused_alone(line):
    good = json.dumps(FIELDS)
    rows = read_ndjson(f"{good}\n{line}\n{good}\n".encode())
    assert [row.fault for row in rows] == [None, NO_OBJECT, None]


def test_nothing_at_all_is_no_rows_of_ndjson():
    assert list(read_ndjson(b"\n \n")) == []


def test_json_is_one_object_or_a_list_of_them():
    assert fields_of(read_json(json.dumps(FIELDS).encode())) == [FIELDS]
    rows = read_json(json.dumps([FIELDS, 1, FIELDS]).encode())
    assert [(row.number, row.fault) for row in rows] == [(1, None), (2, NO_OBJECT), (3, None)]
    assert list(read_json(b"[]")) == []


@pytest.mark.parametrize(
    "octets",
    [b"", b"{", b"1", b'"x"', b"null", b"[1,]", b"NaN", b"[" * 100_000, b"\xff\xfe", "å".encode("latin-1"), b'{"a": "\x00"}', b"1" * 5000],
)
def test_what_is_no_json_of_visits_is_refused_as_a_whole(octets):
    with pytest.raises(Unreadable, match=r"Nothing was taken in\."):
        read_json(octets)


def test_of_a_key_given_twice_the_last_value_counts():
    (row,) = read_json(b'{"age": "1", "age": "2"}')
    assert row.fields == {"age": "2"}


@given(st.sampled_from([*FORMATS.values(), read_json]), st.binary())
def test_whatever_octets_come_they_are_rows_or_one_refusal(read, octets):
    assert is_rows_or_refusal(read, octets)


@given(st.text(), st.sampled_from(["utf-8", "utf-16", "latin-1", "cp1252"]))
def test_whatever_text_follows_a_good_heading_it_is_rows_or_one_refusal(text, encoding):
    assert is_rows_or_refusal(read_csv, f"{HEADING}\n{text}".encode(encoding, "replace"))


def is_rows_or_refusal(read, octets: bytes) -> bool:
    try:
        return all(isinstance(row, Row) for row in read(octets))
    except Unreadable as refused:
        return "Nothing was taken in." in str(refused)


def test_the_text_of_a_row_shows_nothing_of_the_visit():
    assert "400000001" not in repr(read_csv(FILE.encode()))

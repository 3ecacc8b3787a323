"""What a visit may say: every field, what is refused in it, and that a refusal never repeats the value."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import visit_fields

from vaste.visits.rules import FIELDS, IDENTITY_CODE, REQUIRED, UNKNOWN_FIELD, Fault, Visit, check_visit

NOW = datetime(2026, 5, 5, 12, tzinfo=UTC)


def checked(**changes) -> Visit | Fault:
    return check_visit(visit_fields(**changes), now=NOW)


def fault(**changes) -> Fault:
    found = checked(**changes)
    assert isinstance(found, Fault)
    return found


def visit(**changes) -> Visit:
    found = checked(**changes)
    assert isinstance(found, Visit), found
    return found


def test_a_visit_is_read_field_by_field():
    assert check_visit(
        {
            "event_id": " E1-000540 ",
            "phone": "+358 40 0000001",
            "visited_at": "2026-05-04T10:00:00+03:00",
            "visit_type": "reception",
            "language": "sv-FI",
            "age": "45",
            "municipality": "074",
            "unit_oid": "1.2.246.10.99999999.10.1",
            "recipient": "",
            "non_disclosure": "",
            "deceased": "no",
            "several_numbers": "yes",
            "consent": "yes",
        },
        now=NOW,
    ) == Visit(
        event_id="E1-000540",
        phone="+358 40 0000001",
        visited_at=datetime.fromisoformat("2026-05-04T10:00:00+03:00"),
        visit_type="reception",
        language="sv",
        age=45,
        municipality="074",
        unit_oid="1.2.246.10.99999999.10.1",
        recipient="client",
        non_disclosure=False,
        deceased=False,
        several_numbers=True,
        consent=True,
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("event_id", ""),
        ("event_id", "two words"),
        ("event_id", "x" * 65),
        ("event_id", "käynti"),
        ("event_id", "a\x00b"),
        ("event_id", 12),
        ("event_id", None),
        ("phone", "0" * 41),
        ("phone", 400000001),
        ("phone", ["+358400000001"]),
        ("visited_at", ""),
        ("visited_at", "yesterday"),
        ("visited_at", "2026-05-04T10:00:00"),
        ("visited_at", "2026-05-04"),
        ("visited_at", "2026-13-04T10:00:00+03:00"),
        ("visited_at", "1999-12-31T23:59:59+00:00"),
        ("visited_at", "2026-05-05T15:06:00+03:00"),
        ("visited_at", "9999-12-31T23:59:59+00:00"),
        ("visited_at", "0001-01-01T00:00:00+23:59"),
        ("visited_at", 1714892400),
        ("visit_type", ""),
        ("visit_type", "Reception"),
        ("visit_type", "first visit"),
        ("visit_type", "x" * 41),
        ("language", ""),
        ("language", "suomi"),
        ("language", "f"),
        ("language", "fi,sv"),
        ("age", ""),
        ("age", "-1"),
        ("age", "121"),
        ("age", "45.0"),
        ("age", 45.5),
        ("age", True),
        ("age", "٤٥"),
        ("age", "999999999999999999999"),
        ("age", 10**30),
        ("birth_year", "2027"),
        ("birth_year", "1800"),
        ("birth_year", "81"),
        ("municipality", "74"),
        ("municipality", "Kokkola"),
        ("municipality", "0074"),
        ("unit_oid", ""),
        ("unit_oid", "18"),
        ("unit_oid", "1.2.246.010.1"),
        ("unit_oid", "1." * 40 + "1"),
        ("recipient", "mother"),
        ("recipient", 1),
        ("non_disclosure", "maybe"),
        ("deceased", "kyllä"),
        ("several_numbers", 1),
        ("consent", "y"),
        ("consent", {}),
    ],
)
def test_a_wrong_value_is_refused_by_its_field(field, value):
    changes = {field: value} | ({"age": None} if field == "birth_year" else {})
    assert fault(**changes).field == field


@pytest.mark.parametrize("field", REQUIRED)
def test_a_needed_field_that_is_missing_is_named(field):
    fields = visit_fields()
    del fields[field]
    assert check_visit(fields, now=NOW) == Fault(field, "it is missing")


@pytest.mark.parametrize("field", ["name", "diagnosis", "henkilötunnus", "EVENT_ID", "", "phone "])
def test_a_field_beyond_the_named_ones_is_refused(field):
    assert fault(**{field: "x"}).reason == UNKNOWN_FIELD


def test_an_unknown_field_is_refused_also_when_it_is_empty():
    assert fault(diagnosis="") == Fault("diagnosis", UNKNOWN_FIELD)
    assert fault(diagnosis=None) == Fault("diagnosis", UNKNOWN_FIELD)


def test_a_value_that_came_as_the_name_of_a_field_is_not_repeated_whole():
    assert fault(**{"Maija Meikäläinen 0400000001": "x"}) == Fault("Maija Meik?l?inen ??????????", UNKNOWN_FIELD)


@pytest.mark.parametrize("field", [*FIELDS, "name", "diagnosis"])
@pytest.mark.parametrize("code", ["010594Y9032", "010594y9032", " 020594X902N", "010594 Y9032", "hetu 010516B903X.", "V010594Y9032"])
def test_an_identity_code_is_refused_in_whichever_field_it_comes(field, code):
    assert fault(**{field: code}) == Fault(field, IDENTITY_CODE)


@pytest.mark.parametrize("value", [["010594Y9032"], {"code": "010594Y9032"}, {"010594Y9032": 1}])
def test_an_identity_code_is_found_inside_lists_and_objects(value):
    assert fault(visit_type=value) == Fault("visit_type", IDENTITY_CODE)


def test_an_identity_code_as_the_name_of_a_field_is_refused_without_the_name():
    assert fault(**{"010594Y9032": ""}) == Fault("(name of a field)", IDENTITY_CODE)


def test_an_identity_code_is_looked_for_before_anything_else_is_read():
    assert fault(event_id="", diagnosis="x", visit_type="010594Y9032") == Fault("visit_type", IDENTITY_CODE)


def test_a_phone_number_that_only_resembles_an_identity_code_is_no_refusal():
    assert visit(phone="040404-1235").phone == "040404-1235"


# Letters that no reason is written with, so that a value of them can be looked for in it.
@given(st.sampled_from([*FIELDS, "diagnosis"]), st.text("QZXÖqz7#@", min_size=3, max_size=80))
def test_whatever_a_field_holds_a_fault_does_not_repeat_it(field, value):
    found = checked(**{field: value})
    if isinstance(found, Fault):
        assert value not in f"{found.field} {found.reason}"


@given(
    st.dictionaries(
        st.sampled_from(FIELDS) | st.text(max_size=20),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.lists(st.text(max_size=5), max_size=3),
        max_size=16,
    )
)
def test_whatever_a_row_holds_it_is_a_visit_or_a_fault(raw):
    assert isinstance(check_visit(raw, now=NOW), Visit | Fault)


@given(st.sampled_from(FIELDS), st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary())
def test_whatever_one_field_holds_it_is_a_visit_or_a_fault_of_that_field(field, value):
    found = checked(**{field: value})
    assert isinstance(found, Visit) or found.field in {field, "age"}


@pytest.mark.parametrize(
    ("birth_year", "age"),
    [("1981", 44), (2008, 17), ("2007", 18), ("2026", 0), ("2025", 0)],
)
def test_from_a_birth_year_the_younger_of_two_possible_ages_counts(birth_year, age):
    assert visit(age=None, birth_year=birth_year).age == age


def test_an_age_that_is_given_counts_before_the_birth_year():
    assert visit(age="45", birth_year="2010").age == 45


def test_a_guardian_needs_no_age():
    assert visit(recipient="guardian", age="").age is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("yes", True),
        ("YES", True),
        ("true", True),
        ("1", True),
        (True, True),
        ("no", False),
        ("0", False),
        (False, False),
        ("", False),
        (None, False),
    ],
)
def test_a_flag_is_understood_as_files_and_json_write_it(written, meant):
    assert visit(deceased=written).deceased is meant
    assert visit(consent=written).consent is meant


def test_a_feed_that_carries_no_flags_says_nothing_against_asking():
    fields = visit_fields()
    for flag in ("non_disclosure", "deceased", "several_numbers", "consent"):
        del fields[flag]
    found = check_visit(fields, now=NOW)
    assert isinstance(found, Visit)
    assert (found.non_disclosure, found.deceased, found.several_numbers, found.consent) == (False, False, False, True)


@pytest.mark.parametrize(("written", "language"), [("fi", "fi"), ("SV", "sv"), ("sv-FI", "sv"), ("en_GB", "en"), ("sme", "sme")])
def test_of_a_language_only_the_first_part_counts(written, language):
    assert visit(language=written).language == language


def test_clocks_of_two_systems_may_differ_by_five_minutes():
    assert visit(visited_at="2026-05-05T15:05:00+03:00").visited_at > NOW

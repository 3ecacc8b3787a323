"""The list of units, and which of them a member of staff may see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import DATA, HEALTH_STATION, SMALL_UNIT, SOCIAL_UNIT, UNITS, at, make_county

from vaste.core.models import AuditEntry
from vaste.organisations.actions import give_role, make_account, save_county, save_units
from vaste.organisations.models import County, Role, Unit, User
from vaste.organisations.rules import UNIT_COLUMNS, SettingsRefused, parse_county, parse_units

HEADING = ",".join(UNIT_COLUMNS)
ROW = "1.2.246.10.99999999.10.1,Asema,Station,Station,primary_care_reception,health,2024-04-08,no"
SOITE_UNITS = (DATA / "soite-units.csv").read_text()


def with_value(column: str, value: str) -> str:
    values = dict(zip(UNIT_COLUMNS, ROW.split(","), strict=True)) | {column: value}
    return f"{HEADING}\n{','.join(values.values())}\n"


def refusal(text: str) -> str:
    with pytest.raises(SettingsRefused) as refused:
        parse_units(text)
    return str(refused.value)


def is_units_or_one_sentence(text: str) -> bool:
    try:
        return bool(parse_units(text))
    except SettingsRefused as refused:
        return str(refused).endswith("Nothing was changed.")


def test_the_units_of_a_county_like_soite_are_read():
    units = parse_units(SOITE_UNITS)
    assert len(units) == 9
    assert units[2].name_sv == "Munhälsovården, Karleby"
    assert units[5].small
    assert units[8].participates_from is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("unit_oid", ""),
        ("unit_oid", "18"),
        ("unit_oid", "1.2.246.10.x"),
        ("unit_oid", "1.2.246.10." + "9" * 60),
        ("name_fi", ""),
        ("name_sv", "x" * 201),
        ("name_en", " "),
        ("service", "Primary care"),
        ("service", ""),
        ("branch", "dental"),
        ("participates_from", "8.4.2024"),
        ("participates_from", "2024-02-30"),
        ("small", "maybe"),
        ("small", ""),
    ],
)
def test_a_wrong_value_is_refused_by_row_and_column(column, value):
    sentence = refusal(with_value(column, value))
    assert sentence.startswith(f"Row 2, column {column}: ")
    assert sentence.endswith("Nothing was changed.")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        HEADING,
        f"{HEADING}\n",
        ROW,
        f"{HEADING},phone\n{ROW},1\n",
        f"{HEADING}\n{ROW},extra\n",
        f"{HEADING}\n1.2.246.10.1\n",
        f"{HEADING}\n{ROW}\n{ROW}\n",
        f'{HEADING}\n"{ROW}\n',
        HEADING.replace(",", ";") + "\n",
        f"{HEADING}\n{'x' * 200_000}\n",
    ],
)
def test_a_file_that_is_no_list_of_units_is_refused_in_one_sentence(text):
    sentence = refusal(text)
    assert sentence.endswith("Nothing was changed.")
    assert "\n" not in sentence
    assert len(sentence) < 400


@given(st.text())
def test_whatever_is_in_the_list_it_is_units_or_one_sentence(text):
    assert is_units_or_one_sentence(text)
    assert is_units_or_one_sentence(f"{HEADING}\n{text}")


def test_a_byte_order_mark_and_windows_line_ends_are_understood():
    assert parse_units("\ufeff" + SOITE_UNITS.replace("\n", "\r\n")) == parse_units(SOITE_UNITS)


@pytest.mark.django_db
def test_loading_again_changes_what_is_named_and_leaves_the_rest():
    county = make_county()
    save_units(county=county, units=parse_units(with_value("unit_oid", HEALTH_STATION)), actor="test")
    assert Unit.objects.count() == 3
    assert Unit.objects.get(oid=HEALTH_STATION).name("fi") == "Asema"
    assert Unit.objects.get(oid=SMALL_UNIT).name("sv") == "Liten station"


@pytest.mark.django_db
def test_a_unit_of_another_county_is_refused_and_nothing_changed():
    make_county()
    other = save_county(
        settings=parse_county((DATA / "soite-county.toml").read_text().replace('"18"', '"17"')), actor="test", now=at("2026-05-04")
    )
    with pytest.raises(SettingsRefused, match="belongs to county 18"):
        save_units(county=other, units=parse_units(UNITS), actor="test")
    assert set(Unit.objects.values_list("county_id", flat=True)) == {"18"}


@pytest.mark.django_db
def test_settings_loaded_again_replace_what_was_there():
    county = make_county()
    save_county(settings=parse_county((DATA / "soite-county.toml").read_text()), actor="test", now=at("2026-05-05"))
    assert County.objects.get(code=county.code).settings.sending.when == "next-day 12:00"
    assert AuditEntry.objects.filter(action="county.loaded").count() == 2


@pytest.mark.django_db
def test_a_person_sees_the_units_of_their_roles_and_no_others():
    county = make_county()
    nobody, nurse, director = (User.objects.create_user(f"{name}@example.fi") for name in ("nobody", "nurse", "director"))
    give_role(user=nurse, county=county, unit=Unit.objects.get(oid=SMALL_UNIT), actor="test")
    give_role(user=director, county=county, unit=None, actor="test")
    assert [unit.oid for unit in nobody.units()] == []
    assert [unit.oid for unit in nurse.units()] == [SMALL_UNIT]
    assert [unit.oid for unit in director.units()] == [HEALTH_STATION, SMALL_UNIT, SOCIAL_UNIT]


@pytest.mark.django_db
def test_the_same_role_given_twice_is_one_role():
    county = make_county()
    user = User.objects.create_user("nurse@example.fi")
    for _ in range(2):
        give_role(user=user, county=county, unit=Unit.objects.get(oid=SMALL_UNIT), actor="test")
    assert Role.objects.count() == 1
    assert AuditEntry.objects.filter(action="role.given").count() == 1


@pytest.mark.django_db
def test_an_account_gets_a_password_once_whatever_the_case_of_the_address():
    county = make_county()
    first = make_account(email="Nurse@Example.fi", language="sv", county=county, unit=None, actor="test")
    again = make_account(email="nurse@example.FI", language="sv", county=county, unit=Unit.objects.get(oid=SMALL_UNIT), actor="test")
    assert first
    assert User.objects.get().check_password(first)
    assert again is None
    assert Role.objects.count() == 2

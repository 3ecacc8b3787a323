"""A delivery from the record to the package, as the receiver reads it."""

import csv
import io
import json
from collections import Counter
from datetime import UTC, datetime

import pandas as pd
import pytest
from pycanon import anonymity
from tests.campaigns import campaign
from tests.factories import HEALTH_STATION, UNITS, make_county
from tests.record import invite, record

from vaste.national.cubes.protecting import DeliveryStopped
from vaste.national.deliveries.actions import approve_delivery, cancel_delivery, check_delivery, draft_delivery, new_delivery
from vaste.national.deliveries.making import make_package, opened_release
from vaste.national.deliveries.rules import DeliveryRefused, DeliveryState
from vaste.national.models import Delivery
from vaste.national.packages.archive import unpack
from vaste.national.packages.reading import read_package
from vaste.national.packages.signing import new_key
from vaste.organisations.models import User

NOW = datetime(2026, 7, 30, 9, tzinfo=UTC)
KEY = new_key()
SECOND_UNIT = "1.2.246.10.99999999.10.2"
ON = "2026-04-08"


@pytest.fixture
def spring(db):
    """A campaign of two units in one service, of which one has few answers in Swedish."""
    county = make_county(
        units=UNITS + f"{SECOND_UNIT},Toinen asema,Andra stationen,Second station,primary_care_reception,health,2024-01-01,no\n"
    )
    for unit, times in ((HEALTH_STATION, 9), (SECOND_UNIT, 7)):
        for age_band in ("25-34", "45-54", "75+"):
            for channel in ("sms", "link"):
                for nps, step in ((10, 5), (10, 4), (9, 3), (8, 5), (3, 1)):
                    record(
                        times, unit=unit, on=ON, age_band=age_band, channel=channel, nps=nps, answers={"access": step, "own-language": 2}
                    )
            invite(400, unit=unit, on=ON, age_band=age_band)
    record(3, on=ON, age_band="45-54", language="sv", nps=2, answers={"access": 2}, free_text="Sköterskan var vänlig.")
    record(4, unit=SECOND_UNIT, on=ON, age_band="75+", language="sv", nps=9, answers={"access": 4})
    invite(40, on=ON, age_band="45-54", language="sv")
    invite(40, unit=SECOND_UNIT, on=ON, age_band="75+", language="sv")
    return campaign(county, key="spring", units=(HEALTH_STATION, SECOND_UNIT))


@pytest.fixture
def people(db):
    return [User.objects.create_user(f"{name}@example.fi", name=name) for name in ("first", "second")]


def test_the_receiver_takes_a_package_as_it_was_made(spring):
    made = make_package(new_delivery(campaign=spring, is_correction=False, now=NOW, by=None), KEY)

    package = read_package(made.package, [KEY.public_key()], county=spring.county_id)

    assert (package.manifest.campaign, package.manifest.version, package.manifest.replaces) == ("spring", 1, None)
    assert package.manifest_sha256 == made.manifest_sha256
    everybody = next(row for row in package.tables["services"] if row["service"] == row["age"] == row["language"] == "all")
    assert everybody["state"] == "hidden" or everybody["n"] == 16 * 30 + 7
    assert "own-language" not in package.items


def test_few_answers_are_hidden_in_every_table(spring):
    made = make_package(new_delivery(campaign=spring, is_correction=False, now=NOW, by=None), KEY)
    files = unpack(made.package)
    rows = [row for row in csv.DictReader(io.StringIO(files["data/services.csv"].decode())) if row["language"] == "sv"]
    small = [row for row in rows if row["age"] in {"45-64", "65+"}]
    assert {row["state"] for row in small} == {"hidden"} or not small
    assert not any(0 < int(row["n"]) < 5 for row in rows if row["n"])


def test_the_same_record_gives_the_same_bytes(spring):
    draft = new_delivery(campaign=spring, is_correction=False, now=NOW, by=None)
    assert make_package(draft, KEY).package == make_package(draft, KEY).package


def test_the_statement_says_the_same_to_machines_and_in_three_languages(spring):
    made = make_package(new_delivery(campaign=spring, is_correction=False, now=NOW, by=None), KEY)
    files = unpack(made.package)
    statement = json.loads(files["statement.json"])
    hidden = statement["tables"]["services"]["hidden"]
    assert statement["audit"]["passed"] is True
    assert f"Taulukko services: {hidden} solua piilotettu" in files["statement.fi.txt"].decode()
    assert f"Tabell services: {hidden} celler dolda" in files["statement.sv.txt"].decode()
    assert f"Table services: {hidden} of " in files["statement.en.txt"].decode()


def delivered(spring, people, *, is_correction: bool = False) -> Delivery:
    delivery = draft_delivery(campaign=spring, is_correction=is_correction, now=NOW, actor="test", by=people[0])
    check_delivery(delivery=delivery, private_key=KEY, now=NOW, actor="test")
    approve_delivery(delivery=delivery, by=people[1], now=NOW)
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.RECEIPT)
    return Delivery.objects.get(pk=delivery.pk)


def test_a_correction_names_what_it_replaces_and_hides_who_answered_in_between(spring, people):
    first = delivered(spring, people)
    record(2, on=ON, age_band="45-54", nps=1, answers={"access": 1})

    second = draft_delivery(campaign=spring, is_correction=True, now=NOW, actor="test", by=people[0])
    made = check_delivery(delivery=second, private_key=KEY, now=NOW, actor="test")

    package = read_package(made.package, [KEY.public_key()])
    assert (package.manifest.version, package.manifest.replaces) == (2, first.manifest_sha256)
    (against,) = made.statement["earlier"]
    assert against["delivery"] == "spring 1"
    assert against["changed"] == against["hidden"] > 0


def test_what_later_deliveries_must_know_is_kept_sealed(spring, people):
    first = delivered(spring, people)
    release = opened_release(first)
    assert release.name == "spring 1"
    assert sum(int(numbers[0]) for cell, numbers in release.numbers.items() if cell.area == SECOND_UNIT) == 7 * 30 + 4
    assert SECOND_UNIT.encode() not in bytes(first.counts)


def test_nobody_approves_a_delivery_that_they_drafted(spring, people):
    delivery = draft_delivery(campaign=spring, now=NOW, actor="test", by=people[0])
    check_delivery(delivery=delivery, private_key=KEY, now=NOW, actor="test")
    with pytest.raises(DeliveryRefused, match="a second person must"):
        approve_delivery(delivery=delivery, by=people[0], now=NOW)
    assert Delivery.objects.get().state == DeliveryState.CHECKED


def test_a_campaign_is_not_delivered_twice(spring, people):
    delivered(spring, people)
    with pytest.raises(DeliveryRefused, match="delivered already"):
        draft_delivery(campaign=spring, now=NOW, actor="test", by=people[0])


def test_a_delivery_that_was_given_up_is_forgotten(spring, people):
    delivery = draft_delivery(campaign=spring, now=NOW, actor="test", by=people[0])
    check_delivery(delivery=delivery, private_key=KEY, now=NOW, actor="test")
    cancel_delivery(delivery=delivery, now=NOW, actor="test")
    kept = Delivery.objects.get()
    assert (kept.state, kept.package, kept.counts) == (DeliveryState.CANCELLED, None, None)
    assert draft_delivery(campaign=spring, now=NOW, actor="test").version == 2


def test_without_answers_the_delivery_stops_and_says_why(db, people):
    county = make_county()
    delivery = draft_delivery(campaign=campaign(county), now=NOW, actor="test", by=people[0])
    with pytest.raises(DeliveryStopped, match="no answers to deliver"):
        check_delivery(delivery=delivery, private_key=KEY, now=NOW, actor="test")
    kept = Delivery.objects.get()
    assert kept.state == DeliveryState.DRAFT
    assert "no answers to deliver" in kept.problem


@pytest.fixture
def with_contract(spring):
    """The same county, which has a contract that lets single answers go along."""
    spring.county.settings_json = spring.county.settings_json.replace('"delivering":{"rows":false}', '"delivering":{"rows":true}')
    assert spring.county.settings.delivering.rows
    spring.county.save()
    return spring


def test_single_answers_stay_at_home_unless_the_county_allows_them(spring):
    with pytest.raises(DeliveryRefused, match=r"delivering\.rows is off"):
        new_delivery(campaign=spring, is_correction=False, with_rows=True, now=NOW, by=None)


def test_single_answers_under_contract_stand_in_groups_that_the_package_shows_anyway(with_contract):
    made = make_package(new_delivery(campaign=with_contract, is_correction=False, with_rows=True, now=NOW, by=None), KEY)
    package = read_package(made.package, [KEY.public_key()])
    files = unpack(made.package)
    rows = list(csv.DictReader(io.StringIO(files["contract/rows.csv"].decode())))
    shown = {
        tuple(row[mark] for mark in ("service", "quarter", "age", "language")): row["n"] for row in package.tables["services"] if row["n"]
    }

    classes = Counter(tuple(row[mark] for mark in ("service", "quarter", "age", "language")) for row in rows)

    assert classes
    assert all(shown[marks] == count for marks, count in classes.items())
    assert package.contract_rows == len(rows) == made.statement["rows"]["rows"]
    assert len(rows) + made.statement["rows"]["left_out"] == 16 * 30 + 7
    assert made.statement["rows"]["smallest"] == min(classes.values()) >= 5
    assert "recognised rightly with a probability of at most 1/" in files["statement.en.txt"].decode()


def test_pycanon_finds_at_least_k_behind_every_combination_of_marks(with_contract):
    made = make_package(new_delivery(campaign=with_contract, is_correction=False, with_rows=True, now=NOW, by=None), KEY)
    rows = pd.read_csv(io.BytesIO(unpack(made.package)["contract/rows.csv"]))
    marks = made.statement["rows"]["marks"]
    assert anonymity.k_anonymity(rows, marks) == made.statement["rows"]["smallest"] >= 5
    assert anonymity.l_diversity(rows, marks, ["nps"]) >= 2


def test_whoever_knows_somebodys_marks_finds_their_row_at_most_once_in_k_times(with_contract):
    made = make_package(new_delivery(campaign=with_contract, is_correction=False, with_rows=True, now=NOW, by=None), KEY)
    rows = list(csv.DictReader(io.StringIO(unpack(made.package)["contract/rows.csv"].decode())))
    alike = Counter(tuple(row[mark] for mark in made.statement["rows"]["marks"]) for row in rows)
    assert max(1 / alike[tuple(row[mark] for mark in made.statement["rows"]["marks"])] for row in rows) <= 1 / 5


def test_single_answers_in_fhir_say_the_same_and_nothing_of_when_or_who(with_contract):
    made = make_package(new_delivery(campaign=with_contract, is_correction=False, with_rows=True, now=NOW, by=None), KEY)
    lines = [json.loads(line) for line in unpack(made.package)["contract/responses.ndjson"].decode().splitlines()]
    assert len(lines) == made.statement["rows"]["rows"]
    assert {line["resourceType"] for line in lines} == {"QuestionnaireResponse"}
    assert not {"id", "authored", "subject", "author", "source"} & {key for line in lines for key in line}


def test_every_table_is_as_the_data_package_describes_it(with_contract):
    files = unpack(make_package(new_delivery(campaign=with_contract, is_correction=False, with_rows=True, now=NOW, by=None), KEY).package)
    described = {each["path"]: each.get("schema") for each in json.loads(files["datapackage.json"])["resources"]}
    assert set(described) == {name for name in files if name.startswith(("data/", "contract/"))}
    for path in (path for path in described if path.endswith(".csv")):
        schema = described[path]
        rows = pd.read_csv(io.BytesIO(files[path]), dtype_backend="numpy_nullable")
        assert schema["fields"] == described[path.replace(".csv", ".parquet")]["fields"]  # which the receiver holds to be the same
        assert list(rows.columns) == [field["name"] for field in schema["fields"]]
        assert "primaryKey" not in schema or not rows.duplicated(schema["primaryKey"]).any()
        for field in schema["fields"]:
            values, limits = rows[field["name"]].dropna().tolist(), field.get("constraints", {})
            assert {type(value) for value in values} <= {str if field["type"] == "string" else int}
            assert set(values) <= set(limits.get("enum", values))
            assert len(values) == len(rows) or not limits.get("required")
            assert all(value >= limits["minimum"] for value in values if "minimum" in limits)

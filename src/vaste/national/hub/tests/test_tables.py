"""The tables of the country: every delivery in them once, the newest version counted, the same on every engine."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from vaste.national.hub import tables
from vaste.national.hub.cell_tables import CellsOfDelivery, cell_tables
from vaste.national.hub.cubes import CUBES, cube_file, make_national_cubes, read_cube
from vaste.national.hub.following import edition_folder, follow_deliveries, make_edition, newest_deliveries, put_into_tables, rebuild_tables
from vaste.national.hub.models import NationalEdition, ReceivedDelivery
from vaste.national.hub.store import package_file
from vaste.national.hub.tests.test_receiving import manifest_sha256
from vaste.national.hub.verifying import verify_hub
from vaste.national.packages.examples import ITEMS, Example, correction, example_contents, example_files, example_package, example_tables
from vaste.national.packages.layout import TABLES, Period
from vaste.national.packages.writing import write_package

Q1 = Period("2026-Q1", "2026-Q1")


def delivered(code: str, **example) -> dict[str, list[dict]]:
    return example_tables(Example(county=code, **example))


def total(counts, **marks) -> int:
    return sum(row.numbers["n"] for row in counts if all(row.marks[mark] == value for mark, value in marks.items()))


def test_a_delivery_comes_back_from_the_tables_as_it_was_sent(sender):
    sender.send(sender.package(hidden_ages=("18-44", "45-64")))
    assert follow_deliveries() == 1
    (found,) = tables.deliveries("2026-Q1")
    assert (found.manifest.county, found.manifest.instrument.version, found.manifest.method_version) == ("18", "2024-1", "2026.1")
    assert found.tables == delivered("18", hidden_ages=("18-44", "45-64"))
    assert tables.quarters() == ["2026-Q1"]


def test_a_delivery_that_tells_no_unit_apart_comes_back_without_units(sender):
    contents = example_contents(Example())
    rows = {**example_tables(Example()), "units": []}
    sender.send(write_package(replace(contents, files=example_files(rows, ITEMS)), sender.key))
    assert follow_deliveries() == 1
    (found,) = tables.deliveries("2026-Q1")
    assert found.tables["units"] == []
    assert found.tables["strata"] == rows["strata"]
    assert list(tables.units(Q1)) == []


def test_only_the_newest_version_counts(sender):
    first = sender.package()
    sender.send(first)
    follow_deliveries()
    sender.send(example_package(correction(Example(), manifest_sha256(first)), sender.key))
    before = total(tables.strata(Q1), service="all", age="all", channel="all")
    follow_deliveries()
    (found,) = tables.deliveries("2026-Q1")
    wanted = delivered("18", version=2, replaces=manifest_sha256(first), seed=1001)
    assert found.manifest.version == 2
    assert found.tables == wanted
    after = total(tables.strata(Q1), service="all", age="all", channel="all")
    assert before != after == sum(row["n"] for row in wanted["channels"] if row["service"] == row["channel"] == "all")


def test_campaigns_of_a_county_are_added_up_and_counties_stand_apart(senders):
    for code in ("18", "17"):
        sender = senders(code)
        sender.send(sender.package(campaign="spring", seed=int(code)))
        sender.send(sender.package(campaign="summer", seed=int(code) + 50))
    assert follow_deliveries() == 4
    counts = list(tables.strata(Q1))
    wanted = {
        code: sum(
            row["n"]
            for seed in (int(code), int(code) + 50)
            for row in delivered(code, seed=seed)["strata"]
            if (row["service"], row["age"], row["channel"]) == ("emergency", "65+", "sms")
        )
        for code in ("17", "18")
    }
    found = {
        row.county: row for row in counts if row.marks == {"service": "emergency", "quarter": "2026-Q1", "age": "65+", "channel": "sms"}
    }
    assert {code: row.numbers["n"] for code, row in found.items()} == wanted
    assert {(row.shown, row.hidden) for row in found.values()} == {(2, 0)}
    assert {row.county for row in tables.units(Q1)} == {"17", "18"}


def test_hidden_cells_add_nothing_and_are_told(sender):
    sender.send(sender.package(hidden_ages=("18-44", "45-64")))
    follow_deliveries()
    (row,) = [
        row for row in tables.strata(Q1) if row.marks == {"service": "emergency", "quarter": "2026-Q1", "age": "18-44", "channel": "all"}
    ]
    assert (row.shown, row.hidden, row.numbers["n"]) == (0, 1, 0)


def test_a_quarter_is_read_alone(sender):
    sender.send(sender.package(quarters=("2026-Q1", "2026-Q2")))
    follow_deliveries()
    assert tables.quarters() == ["2026-Q1", "2026-Q2"]
    (found,) = tables.deliveries("2026-Q2")
    assert {row["quarter"] for rows in found.tables.values() for row in rows} == {"2026-Q2"}
    assert list(tables.deliveries("2025-Q4")) == []


@pytest.mark.parametrize("apart", [True, False], ids=["one after the other", "in one commit"])
@pytest.mark.parametrize("codes", [("17", "18"), ("18", "17")])
def test_instruments_with_different_statements_stand_beside_each_other(senders, codes, apart):
    items = {"17": ("access",), "18": ("access", "safety")}
    for code in codes:
        sender = senders(code)
        sender.send(sender.package(items=items[code]))
        if apart:
            follow_deliveries()
    follow_deliveries()
    assert [found.tables for found in tables.deliveries("2026-Q1")] == [delivered(code, items=items[code]) for code in ("17", "18")]
    row = next(row for row in tables.units(Q1) if row.county == "17")
    assert row.numbers["safety_5"] == 0


def test_without_deliveries_there_are_no_figures(db):
    assert follow_deliveries() == 0
    assert list(tables.strata(Q1)) == []
    assert tables.quarters() == []


# -- killed anywhere


def cells_in_tables() -> dict[str, dict[str, int]]:
    return {name: table.cells_of_deliveries() for name, table in cell_tables().items()}


def test_a_kill_between_two_tables_leaves_each_delivery_in_each_table_once(sender):
    sender.send(sender.package())
    (delivery,) = ReceivedDelivery.objects.all()
    rows = delivered("18")
    for name in ("services", "strata"):  # as far as a killed follower had come
        assert cell_tables()[name].put([CellsOfDelivery("18", "spring-2026", delivery.package_sha256, rows[name])]) == 1
    follow_deliveries()
    assert cells_in_tables() == {name: {delivery.package_sha256: len(rows[name])} for name in TABLES}


def test_a_kill_before_the_tables_were_noted_puts_nothing_in_twice(sender):
    sender.send(sender.package())
    (delivery,) = ReceivedDelivery.objects.select_related("county")
    put_into_tables([delivery])
    once = cells_in_tables()
    ReceivedDelivery.objects.update(is_tabled=False)
    follow_deliveries()
    assert cells_in_tables() == once


def test_an_edition_that_a_kill_or_a_disk_left_half_is_made_again(sender):
    sender.send(sender.package())
    half = edition_folder(1)
    half.mkdir(parents=True)
    (half / "strata.parquet").write_bytes(b"half")
    follow_deliveries()
    before = list(tables.strata(Q1))
    shutil.rmtree(edition_folder(1))
    make_edition()
    assert list(tables.strata(Q1)) == before
    assert NationalEdition.objects.get().edition == 2


def test_nothing_new_makes_no_new_edition(sender):
    sender.send(sender.package())
    follow_deliveries()
    follow_deliveries()
    assert NationalEdition.objects.get().edition == 1


# -- proofs


def test_a_whole_hub_is_proven_whole(sender):
    sender.send(sender.package())
    assert verify_hub().waiting == 1
    follow_deliveries()
    proof = verify_hub()
    assert proof.is_whole
    assert (proof.deliveries, proof.waiting, proof.cells) == (1, 0, sum(len(rows) for rows in delivered("18").values()))


def test_whatever_is_broken_is_found(sender):
    sender.send(sender.package())
    follow_deliveries()
    (delivery,) = ReceivedDelivery.objects.all()
    cell_tables()["units"].put([CellsOfDelivery("18", "spring-2026", "e" * 64, delivered("18")["units"])])
    ReceivedDelivery.objects.update(receipt=delivery.receipt.replace("spring-2026", "spring-2027"))
    path = package_file(delivery.package_sha256)
    path.with_name("half.part").write_bytes(b"half")
    proof = verify_hub()
    assert (proof.false_receipts, proof.stray_files, proof.strange_cells, proof.is_whole) == (1, 1, 6, False)
    path.write_bytes(path.read_bytes()[:-1])
    assert verify_hub().broken_files == 1


def test_tables_are_made_anew_from_the_packages(senders):
    for code in ("17", "18"):
        sender = senders(code)
        sender.send(sender.package())
    follow_deliveries()
    before = list(tables.strata(Q1)), cells_in_tables()
    shutil.rmtree(edition_folder(1).parents[1] / "tables")
    assert verify_hub().cells_missing
    assert rebuild_tables() == 2
    assert (list(tables.strata(Q1)), cells_in_tables()) == before


# -- engines


@pytest.fixture
def spark_url() -> Iterator[str]:
    from pyspark.sql import SparkSession

    yield "spark://local"
    session = SparkSession.getActiveSession()
    if session:
        session.stop()


@pytest.mark.spark
def test_spark_counts_the_country_as_duckdb_does(senders, tmp_path: Path, spark_url):
    for number, code in enumerate(("17", "HUS")):
        sender = senders(code)
        items = ("access", "safety")[: number + 1]
        sender.send(sender.package(seed=number, hidden_ages=("18-44", "45-64") if number else (), items=items))
    follow_deliveries()
    names = [delivery.package_sha256 for delivery in newest_deliveries()]
    # Of each kind one, for Spark takes seconds to compile each: by county and stratum, over all counties, and without answers.
    cubes = [cube for cube in CUBES if cube.name in {"strata", "country", "channels"}]
    make_national_cubes(tmp_path / "spark", names, spark_url, cubes)
    for cube in cubes:
        first, second = (read_cube(folder, cube, ["2026-Q1"]) for folder in (edition_folder(1), tmp_path / "spark"))
        assert first == second, cube.name
        assert first
        assert cube_file(tmp_path / "spark", cube).is_file()

"""The store writes durably, each its own, whatever happens to its neighbours."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from django.db import connection

from vaste.organisations.models import Unit
from vaste.survey_pages.store import StoreUnavailable, store

pytestmark = pytest.mark.django_db(transaction=True)
RENAME = "UPDATE organisations_unit SET name_fi = %s WHERE oid = %s"


@pytest.fixture
def units(county):
    return [unit.oid for unit in county.units.all()]


def renaming(oid, name):
    def work(cursor):
        cursor.execute(RENAME, (name, oid))
        return cursor.rowcount

    return work


def failing(oid):
    def work(cursor):
        cursor.execute(RENAME, ("half-written", oid))
        raise ZeroDivisionError

    return work


def names():
    return dict(Unit.objects.values_list("oid", "name_fi"))


@pytest.mark.parametrize("alone", [True, False])
def test_what_a_write_returned_is_seen_by_everybody(units, alone):
    assert store().write(renaming(units[0], "Uusi"), is_one_statement=alone) == 1
    assert names()[units[0]] == "Uusi"


def test_reading_sees_what_is_written(units):
    def first_name(cursor):
        cursor.execute("SELECT name_fi FROM organisations_unit WHERE oid = %s", (units[0],))
        return cursor.fetchone()[0]

    store().write(renaming(units[0], "Uusi"))
    assert store().read(first_name) == "Uusi"


def test_a_write_that_fails_changes_nothing_and_tells_its_own_caller(units):
    with pytest.raises(ZeroDivisionError):
        store().write(failing(units[0]))
    assert "half-written" not in names().values()
    assert store().write(renaming(units[0], "Sen jälkeen")) == 1


def test_a_write_that_fails_takes_none_of_its_group_with_it(units):
    gate = threading.Barrier(9)

    def one(number):
        gate.wait(120)
        work = failing(units[0]) if number % 3 == 0 else renaming(units[number % 3], f"Nimi {number}")
        with closing(connection):
            try:
                return store().write(work)
            except ZeroDivisionError:
                return "failed"

    with ThreadPoolExecutor(9) as threads:
        results = list(threads.map(one, range(9)))
    assert results == ["failed", 1, 1] * 3
    assert "half-written" not in names().values()
    assert names()[units[1]] in {"Nimi 1", "Nimi 4", "Nimi 7"}


def test_answers_by_the_hundred_are_all_there_while_the_log_is_folded_into_the_file(units):
    def many(number):
        with closing(connection):
            return [store().write(renaming(units[number % 3], f"Nimi {number}-{turn}")) for turn in range(60)]

    with ThreadPoolExecutor(6) as threads:
        assert all(result == [1] * 60 for result in threads.map(many, range(6)))
    assert all(name.endswith("-59") for name in names().values() if name.startswith("Nimi"))


def test_a_database_that_cannot_be_reached_is_told_apart_from_a_fault_of_ours(units):
    def lost(cursor):
        cursor.execute("SELECT 1")
        raise connection.Database.OperationalError("gone")

    with pytest.raises(StoreUnavailable):
        store().read(lost)
    with pytest.raises(StoreUnavailable):
        store().write(lost)
    assert store().write(renaming(units[0], "Taas")) == 1

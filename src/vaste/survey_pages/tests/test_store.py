"""The store writes durably, each its own, whatever happens to its neighbours."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from django.db import connection

from vaste.organisations.models import Unit
from vaste.survey_pages.store import StoreUnavailable, store
from vaste.survey_pages.writes import PageWrite

pytestmark = pytest.mark.django_db(transaction=True)
RENAME = "UPDATE organisations_unit SET name_fi = %s WHERE oid = %s"


@pytest.fixture
def units(county):
    return [unit.oid for unit in county.units.all()]


class Renaming(PageWrite[int], frozen=True):
    oid: str
    name: str

    def __call__(self, cursor):
        cursor.execute(RENAME, (self.name, self.oid))
        return cursor.rowcount


class RenamingByOneStatement(Renaming, frozen=True):
    is_one_statement = True


class Failing(PageWrite[int], frozen=True):
    oid: str
    error: type[Exception] = ZeroDivisionError

    def __call__(self, cursor):
        cursor.execute(RENAME, ("half-written", self.oid))
        raise self.error


def names():
    return dict(Unit.objects.values_list("oid", "name_fi"))


@pytest.mark.parametrize("renaming", [Renaming, RenamingByOneStatement])
def test_what_a_write_returned_is_seen_by_everybody(units, renaming):
    assert store().write(renaming(units[0], "Uusi")) == 1
    assert names()[units[0]] == "Uusi"


def test_reading_sees_what_is_written(units):
    def first_name(cursor):
        cursor.execute("SELECT name_fi FROM organisations_unit WHERE oid = %s", (units[0],))
        return cursor.fetchone()[0]

    store().write(Renaming(units[0], "Uusi"))
    assert store().read(first_name) == "Uusi"


def test_a_write_that_fails_changes_nothing_and_tells_its_own_caller(units):
    with pytest.raises(ZeroDivisionError):
        store().write(Failing(units[0]))
    assert "half-written" not in names().values()
    assert store().write(Renaming(units[0], "Sen jälkeen")) == 1


def test_a_write_that_fails_takes_none_of_its_group_with_it(units):
    gate = threading.Barrier(9)

    def one(number):
        gate.wait(120)
        what = Failing(units[0]) if number % 3 == 0 else Renaming(units[number % 3], f"Nimi {number}")
        with closing(connection):
            try:
                return store().write(what)
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
            return [store().write(Renaming(units[number % 3], f"Nimi {number}-{turn}")) for turn in range(60)]

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
        store().write(Failing(units[0], connection.Database.OperationalError))
    assert store().write(Renaming(units[0], "Taas")) == 1

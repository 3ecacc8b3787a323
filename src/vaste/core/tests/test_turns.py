"""Threads that write wait for each other in a queue: nobody is passed over, and what fails holds up nobody."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from django.db import DatabaseError, connections, transaction
from pytest_django import DjangoDbBlocker
from tests.waiting import wait_until

from vaste.core.sqlite.base import DatabaseWrapper
from vaste.core.sqlite.turns import Turns

_LONG = 120.0


def test_the_turn_goes_to_who_has_waited_longest() -> None:
    turns, came = Turns(), list[int]()

    def take(number: int) -> None:
        assert turns.take(patience=_LONG)
        came.append(number)
        turns.give()

    assert turns.take(patience=0)
    threads = [threading.Thread(target=take, args=(number,)) for number in range(5)]
    for number, thread in enumerate(threads, start=1):
        thread.start()
        wait_until(lambda number=number: len(turns._waiting) == number)
    turns.give()
    for thread in threads:
        thread.join()
    assert came == [0, 1, 2, 3, 4]


def test_who_gives_it_back_and_wants_it_again_stands_last() -> None:
    turns, came = Turns(), list[str]()
    assert turns.take(patience=0)
    other = threading.Thread(target=lambda: (turns.take(patience=_LONG), came.append("other"), turns.give()))
    other.start()
    wait_until(lambda: len(turns._waiting) == 1)
    turns.give()
    assert turns.take(patience=_LONG)
    came.append("the same again")
    turns.give()
    other.join()
    assert came == ["other", "the same again"]


def test_who_has_waited_too_long_is_told_so_and_stands_in_nobodys_way() -> None:
    turns = Turns()
    assert turns.take(patience=0)
    assert not turns.take(patience=0.01)
    turns.give()
    assert turns.take(patience=0)


class Writer:
    """A thread's own connection to a file, in Django's transactions."""

    def __init__(self, file: Path) -> None:
        settings = connections["default"].settings_dict
        self.connection = DatabaseWrapper(
            {**settings, "NAME": str(file), "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 0.01}}, "turns"
        )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        connections["turns"] = self.connection
        try:
            with transaction.atomic(using="turns"):
                yield
        finally:
            del connections["turns"]

    def count(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT 1")


@pytest.fixture
def file(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    with django_db_blocker.unblock():
        yield tmp_path / "record.sqlite3"


@pytest.fixture
def writer(file: Path) -> Iterator[Writer]:
    writer = Writer(file)
    yield writer
    writer.connection.close()


@pytest.fixture
def another_writes(file: Path) -> Callable[[], list[str]]:
    """Give a function that writes in a thread of its own, as a page does, and tells how that went."""

    def write() -> list[str]:
        told = list[str]()
        thread = threading.Thread(target=_write, args=(file, told))
        thread.start()
        thread.join()
        return told

    return write


def _write(file: Path, told: list[str]) -> None:
    writer = Writer(file)
    try:
        with writer.transaction():
            told.append("written")
    except DatabaseError as error:
        told.append(str(error))
    finally:
        writer.connection.close()


def test_another_waits_until_a_transaction_has_ended(writer: Writer, file: Path) -> None:
    order = list[str]()
    other = threading.Thread(target=_write, args=(file, order))
    with writer.transaction():
        other.start()
        other.join(timeout=0.1)
        order.append("the first has ended")
    other.join()
    assert order == ["the first has ended", "written"]


def test_a_transaction_that_fails_lets_the_next_one_in(writer: Writer, another_writes: Callable[[], list[str]]) -> None:
    with suppress(ZeroDivisionError), writer.transaction():
        raise ZeroDivisionError
    assert another_writes() == ["written"]


def test_a_commit_that_fails_lets_the_next_one_in(writer: Writer, another_writes: Callable[[], list[str]]) -> None:
    class Broken(sqlite3.Connection):
        def commit(self) -> None:
            raise sqlite3.OperationalError("disk I/O error")

    writer.connection.get_new_connection = lambda params: sqlite3.connect(**params, factory=Broken)
    told = list[str]()
    try:
        with writer.transaction():
            pass
    except DatabaseError as error:
        told.append(str(error))
    assert told == ["disk I/O error"]
    assert another_writes() == ["written"]


def test_a_connection_closed_in_a_transaction_lets_the_next_one_in(writer: Writer, another_writes: Callable[[], list[str]]) -> None:
    with suppress(DatabaseError), writer.transaction():
        writer.connection.close()
        assert another_writes() == ["written"]
        writer.count()


def test_a_transaction_that_cannot_begin_lets_the_next_one_in(writer: Writer, file: Path, another_writes: Callable[[], list[str]]) -> None:
    """Another process holds SQLite's own lock for longer than anybody waits."""
    told = list[str]()
    with closing(sqlite3.connect(file, isolation_level=None)) as process:
        process.execute("BEGIN IMMEDIATE")
        try:
            with writer.transaction():
                told.append("written")
        except DatabaseError as error:
            told.append(str(error))
    assert told == ["database is locked"]
    assert another_writes() == ["written"]

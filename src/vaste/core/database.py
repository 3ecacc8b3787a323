"""Plain SQL for the few hot paths, written once for SQLite and PostgreSQL with `%s` for each value."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any, Protocol
from uuid import UUID

import psycopg
from django.db import connection


class Cursor(Protocol):
    """What the hot paths need of a DB-API cursor; Django's, sqlite3's and psycopg's all have it."""

    @property
    def rowcount(self) -> int: ...

    def execute(self, sql: str, params: Any = ..., /) -> Any: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> Any: ...


@cache
def is_postgresql() -> bool:
    """Tell whether the database is PostgreSQL (else it is SQLite); asked for every value stored, so looked up once."""
    return connection.vendor == "postgresql"


@lru_cache(maxsize=256)
def _for_sqlite(sql: str) -> str:
    return sql.replace("%s", "?")


class SqliteCursor:
    """A cursor of the sqlite3 module that takes `%s` for each value, as Django's and psycopg's cursors do."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    @property
    def rowcount(self) -> int:
        """How many rows the last statement changed."""
        return self._cursor.rowcount

    def execute(self, sql: str, params: Any = (), /) -> Any:
        """Run one statement."""
        return self._cursor.execute(_for_sqlite(sql), params)

    def fetchone(self) -> Any:
        """Return the next row or None."""
        return self._cursor.fetchone()

    def fetchall(self) -> Any:
        """Return the remaining rows."""
        return self._cursor.fetchall()


@contextmanager
def bare_cursor() -> Iterator[Cursor]:
    """Give a cursor of the driver itself, in Django's connection and its transaction; errors are Django's.

    For statements over hundreds of rows: on PostgreSQL values travel in their binary form, which costs a third of spelling them
    out as text and reading them back.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors:
        if is_postgresql():
            with psycopg.Cursor(connection.connection) as cursor:
                cursor.format = psycopg.pq.Format.BINARY
                yield cursor
        else:
            with closing(connection.connection.cursor(sqlite3.Cursor)) as cursor:
                yield SqliteCursor(cursor)


def as_stored(value: UUID | datetime | date | bool) -> Any:
    """Return a value as Django stores it in the present database, for statements beside the ORM.

    SQLite has no UUID, moment or day of its own: Django writes 32 hex digits, naive UTC text and ISO days.
    """
    if is_postgresql():
        return value
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return int(value)


def as_uuid(stored: Any) -> UUID:
    """Return a UUID from what the present database gives for one."""
    return stored if isinstance(stored, UUID) else UUID(hex=stored)


def as_moment(stored: Any) -> datetime:
    """Return an aware moment in UTC from what the present database gives for one."""
    moment = stored if isinstance(stored, datetime) else datetime.fromisoformat(stored)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def one_of(values: Sequence[Any]) -> tuple[str, list[Any]]:
    """Return the SQL that says `is one of these`, to stand behind a column, and its parameters."""
    if is_postgresql():
        if values and isinstance(values[0], UUID):
            # As one text, which the server takes apart faster than the driver puts together an array.
            return "= ANY(%s::uuid[])", [f"{{{','.join([value.hex for value in values])}}}"]
        return "= ANY(%s)", [list(values)]
    return f"IN ({', '.join(['%s'] * len(values))})", [as_stored(value) if isinstance(value, UUID) else value for value in values]


def checkpoint() -> None:
    """Fold SQLite's write-ahead log into the file and cut it to nothing, so that burnt rows do not live on in it.

    On PostgreSQL nothing happens here: dead rows go by vacuum, as docs/privacy.md says.
    """
    if not is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def rebuild() -> None:
    """Write SQLite's file anew. It takes about a second for a hundred megabytes, in which nothing else is written.

    secure_delete overwrites rows that are deleted, but where a page of the file is split or joined, pieces of rows stay
    behind in its gaps until something else is written there.
    """
    if not is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
        checkpoint()

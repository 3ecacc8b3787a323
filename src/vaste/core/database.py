"""Plain SQL for the few hot paths, written once for SQLite and PostgreSQL with `%s` for each value."""

from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import connection


class Cursor(Protocol):
    """What the hot paths need of a DB-API cursor; Django's, sqlite3's and psycopg's all have it."""

    rowcount: int

    def execute(self, sql: str, params: Any = ..., /) -> Any: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> Any: ...


def is_postgresql() -> bool:
    """Tell whether the database is PostgreSQL (else it is SQLite)."""
    return connection.vendor == "postgresql"


def for_sqlite(sql: str) -> str:
    """Return a statement in the writing of the sqlite3 module, for cursors that are not Django's."""
    return sql.replace("%s", "?")


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


def checkpoint() -> None:
    """Fold SQLite's write-ahead log into the file and cut it to nothing, so that burnt rows do not live on in it.

    On PostgreSQL nothing happens here: dead rows go by vacuum, as docs/privacy.md says.
    """
    if not is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

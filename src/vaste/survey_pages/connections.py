"""The connection of the thread, as the pages use it: the driver's own cursor, and what tells that the database is lost."""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from vaste.core.database import Cursor, SqliteCursor
from vaste.core.prepared import PreparedCursor

Result = TypeVar("Result")
Work = Callable[[Cursor], Result]

LOST = (OperationalError, InterfaceError)


class _Kept(threading.local):
    """The cursor of this thread's connection; prepared statements live as long as the connection does."""

    connection: Any = None
    cursor: PreparedCursor


_kept = _Kept()


def raw_cursor(database: BaseDatabaseWrapper) -> Cursor:
    """Return a cursor of a connection without Django's wrapping, which costs as much as the statement itself."""
    database.ensure_connection()
    connection: Any = database.connection
    if not isinstance(connection, psycopg.Connection):
        return SqliteCursor(connection.cursor())
    if not connection.autocommit:  # psycopg begins a transaction only with a statement that its own cursor runs
        return psycopg.Cursor(connection)
    if _kept.connection is not connection:
        _kept.connection, _kept.cursor = connection, PreparedCursor(connection)
    return _kept.cursor


def own_database() -> BaseDatabaseWrapper:
    """Return this thread's connection; Django's `connection` looks it up anew at every use."""
    database: BaseDatabaseWrapper = connections[DEFAULT_DB_ALIAS]
    return database


def run(database: BaseDatabaseWrapper, work: Work[Result]) -> Result:
    """Return what work returns; errors are Django's."""
    with database.wrap_database_errors:
        return work(raw_cursor(database))

"""The connection of the thread, as the pages use it: the driver's own cursor, and what tells that the database is lost."""

from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from vaste.core.database import Cursor, SqliteCursor

Result = TypeVar("Result")
Work = Callable[[Cursor], Result]

LOST = (OperationalError, InterfaceError)


def raw_cursor(database: BaseDatabaseWrapper) -> Cursor:
    """Return a cursor of a connection without Django's wrapping, which costs as much as the statement itself."""
    database.ensure_connection()
    connection: Any = database.connection
    if isinstance(connection, psycopg.Connection):
        # The same few statements again and again: PostgreSQL plans each once a connection, with the values sent apart.
        connection.prepare_threshold = 1
        return psycopg.Cursor(connection)
    return SqliteCursor(connection.cursor())


def own_database() -> BaseDatabaseWrapper:
    """Return this thread's connection; Django's `connection` looks it up anew at every use."""
    database: BaseDatabaseWrapper = connections[DEFAULT_DB_ALIAS]
    return database


def run(database: BaseDatabaseWrapper, work: Work[Result]) -> Result:
    """Return what work returns; errors are Django's."""
    with database.wrap_database_errors:
        return work(raw_cursor(database))

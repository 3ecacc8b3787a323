"""The durable writes of the pages: what `write` has returned survives a power cut.

PostgreSQL takes each write on the connection of the request's thread. SQLite lets one writer in at a time, so one thread
of the process does all writes of the pages and commits together whatever waits when it comes round (group commit).
"""

import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache
from queue import Empty, SimpleQueue
from typing import Any, Protocol, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from vaste.core.database import Cursor, SqliteCursor, is_postgresql

Result = TypeVar("Result")
Work = Callable[[Cursor], Result]

_MOST_IN_A_GROUP = 64
# Pages of the write-ahead log (16 MB) before the writer folds them into the file. Burning touches pages all over it; four
# times SQLite's default lets more answers share a page's way there, which halves what the disk must write.
_CHECKPOINT_LATER = "PRAGMA wal_autocheckpoint = 4000"
# Longer than SQLite's own waiting for another process (30 s), so that a request knows how its write ended.
_PATIENCE_SECONDS = 40.0
_LOST = (OperationalError, InterfaceError)


class StoreUnavailable(Exception):
    """The database cannot be reached just now, or did not answer in time; another try can help."""


class Store(Protocol):
    """Where the pages read and write. Work is a function of a cursor; it runs in a
    transaction, and again from its beginning when the first try was undone.
    """

    def read(self, work: Work[Result]) -> Result:
        """Return what reading work returns. Raises StoreUnavailable."""

    def write(self, work: Work[Result], *, is_one_statement: bool = False) -> Result:
        """Return what writing work returns, once it is durable; work that raises changes nothing. Raises StoreUnavailable.

        is_one_statement: on PostgreSQL the work is a single statement, which needs no transaction around it.
        """


@cache
def store() -> Store:
    """Return the store of this process."""
    return PostgresStore() if is_postgresql() else SqliteStore()


def _raw_cursor(database: BaseDatabaseWrapper) -> Cursor:
    """Return a cursor of a connection without Django's wrapping, which costs as much as the statement itself."""
    database.ensure_connection()
    connection: Any = database.connection
    if isinstance(connection, psycopg.Connection):
        # The same few statements again and again: PostgreSQL plans each once a connection, with the values sent apart.
        connection.prepare_threshold = 1
        return psycopg.Cursor(connection)
    return SqliteCursor(connection.cursor())


def _own_database() -> BaseDatabaseWrapper:
    """Return this thread's connection; Django's `connection` looks it up anew at every use."""
    database: BaseDatabaseWrapper = connections[DEFAULT_DB_ALIAS]
    return database


def _run(database: BaseDatabaseWrapper, work: Work[Result]) -> Result:
    with database.wrap_database_errors:
        return work(_raw_cursor(database))


def _read(work: Work[Result]) -> Result:
    database = _own_database()
    try:
        return _run(database, work)
    except _LOST:
        database.close()  # a restarted server has forgotten us: the second try connects anew
    try:
        return _run(database, work)
    except _LOST as error:
        database.close()
        raise StoreUnavailable from error


class PostgresStore:
    """Reads and writes on the connection of the calling thread."""

    def read(self, work: Work[Result]) -> Result:
        """See Store."""
        return _read(work)

    def write(self, work: Work[Result], *, is_one_statement: bool = False) -> Result:
        """See Store."""
        database = _own_database()
        try:
            with nullcontext() if is_one_statement else transaction.atomic():
                return _run(database, work)
        except _LOST as error:
            database.close()
            raise StoreUnavailable from error


@dataclass(slots=True)
class _Waiting:
    """A write that waits for its commit. A bare lock, held until then, wakes its thread several times quicker than an Event."""

    work: Work[Any]
    result: Any = None
    error: BaseException | None = None
    done: threading.Lock = field(default_factory=threading.Lock)


class SqliteStore:
    """Reads on the calling thread's connection; writes in one thread, grouped by commit."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[_Waiting] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def read(self, work: Work[Result]) -> Result:
        """See Store."""
        return _read(work)

    def write(self, work: Work[Result], *, is_one_statement: bool = False) -> Result:  # noqa: ARG002 - see Store
        """See Store."""
        self._ensure_writer()
        waiting = _Waiting(work)
        waiting.done.acquire()
        self._queue.put(waiting)
        if not waiting.done.acquire(timeout=_PATIENCE_SECONDS):
            raise StoreUnavailable
        if isinstance(waiting.error, _LOST):
            raise StoreUnavailable from waiting.error
        if waiting.error:
            raise waiting.error
        result: Result = waiting.result
        return result

    def _ensure_writer(self) -> None:
        """Start the thread at the first write, which is after the server has forked its workers."""
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._write_for_ever, name="survey answers", daemon=True)
                    self._thread.start()

    def _write_for_ever(self) -> None:
        while True:
            group = self._next_group()
            _commit(group)
            for waiting in group:
                waiting.done.release()

    def _next_group(self) -> list[_Waiting]:
        group = [self._queue.get()]
        try:
            while len(group) < _MOST_IN_A_GROUP:
                group.append(self._queue.get_nowait())
        except Empty:
            pass
        return group


def _commit(group: list[_Waiting]) -> None:
    """Commit a group; when one of it fails, commit each by itself, so that its failure is its own."""
    try:
        _write_together(group)
    except Exception as error:  # noqa: BLE001 - it is raised again in the thread that waits
        if len(group) > 1:
            for waiting in group:
                _commit([waiting])
        else:
            group[0].error = error


def _write_together(group: list[_Waiting]) -> None:
    database = _own_database()
    try:
        with transaction.atomic(), database.wrap_database_errors:
            cursor = _raw_cursor(database)
            cursor.execute(_CHECKPOINT_LATER)  # each time, for the connection may be a new one
            for waiting in group:
                waiting.result = waiting.work(cursor)
    except _LOST:
        database.close()
        raise

"""The durable writes of the pages: what `write` has returned survives a power cut.

PostgreSQL takes each write on the connection of the request's thread. SQLite lets one writer in at a time, so one thread
of the process does all writes of the pages and commits together whatever waits when it comes round (group commit).
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache
from queue import Empty, SimpleQueue
from typing import Any, Protocol, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from vaste.core.database import Cursor, SqliteCursor, is_postgresql

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Cursor], Result]
Together = Callable[[Cursor, Sequence[Item]], Sequence[Result]]

_MOST_IN_A_GROUP = 64
# Folding SQLite's write-ahead log into the file holds up whoever does it, for as long as ten commits. So neither the
# writer nor a request does it, but a thread of its own, each time that so many answers have come (3 MB of log).
_FOLD_AFTER = 64
_FOLD_ELSEWHERE = "PRAGMA wal_autocheckpoint = 0"
_FOLD = "PRAGMA wal_checkpoint(PASSIVE)"
# Pages that may have come while a fold went on, and that the writer may fold by itself between two commits.
_FEW_PAGES = 600
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

    def write_alike(self, together: Together[Item, Result], item: Item) -> Result:
        """Return what writing an item returns, once it is durable. Raises StoreUnavailable.

        together: writes several items of its kind at once, with few statements, and returns their results in the same order. On
        PostgreSQL it gets one at a time, and must then be a single statement.
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

    def write_alike(self, together: Together[Item, Result], item: Item) -> Result:
        """See Store."""
        return self.write(lambda cursor: together(cursor, [item])[0], is_one_statement=True)


@dataclass(slots=True)
class _Waiting:
    """A write that waits for its commit. A bare lock, held until then, wakes its thread several times quicker than an Event."""

    together: Together[Any, Any]
    item: Any
    result: Any = None
    error: BaseException | None = None
    done: threading.Lock = field(default_factory=threading.Lock)


class SqliteStore:
    """Reads on the calling thread's connection; writes in one thread, grouped by commit."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[_Waiting] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._folder = _Folder()

    def read(self, work: Work[Result]) -> Result:
        """See Store."""
        return _read(work)

    def write(self, work: Work[Result], *, is_one_statement: bool = False) -> Result:  # noqa: ARG002 - see Store
        """See Store."""
        result: Result = self.write_alike(_each, work)
        return result

    def write_alike(self, together: Together[Item, Result], item: Item) -> Result:
        """See Store."""
        self._ensure_writer()
        waiting = _Waiting(together, item)
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
            self._folder.fold_after(len(group))

    def _next_group(self) -> list[_Waiting]:
        group = [self._queue.get()]
        try:
            while len(group) < _MOST_IN_A_GROUP:
                group.append(self._queue.get_nowait())
        except Empty:
            pass
        return group


class _Folder:
    """Folds the write-ahead log into the file beside the writer.

    SQLite begins the log anew once all of it is folded, which never happens while answers keep coming: so the writer itself
    folds the few pages that came meanwhile, between two commits.
    """

    def __init__(self) -> None:
        self._answers = 0
        self._is_wanted = threading.Event()
        self._few_are_left = False
        self._thread: threading.Thread | None = None

    def fold_after(self, answers: int) -> None:
        """Take note, in the writer's thread, that a group of so many answers has been committed."""
        self._answers += answers
        if self._few_are_left:
            self._few_are_left = False
            _fold()
        elif self._answers >= _FOLD_AFTER:
            self._answers = 0
            self._is_wanted.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._fold_for_ever, name="survey log", daemon=True)
                self._thread.start()

    def _fold_for_ever(self) -> None:
        while True:
            self._is_wanted.wait()
            self._is_wanted.clear()
            self._few_are_left = _fold() < _FEW_PAGES


def _fold() -> int:
    """Fold what can be folded without waiting for anybody, and return how many pages are left. What fails is done next time."""
    database = _own_database()
    try:
        with database.wrap_database_errors:
            cursor = _raw_cursor(database)
            cursor.execute(_FOLD)
            _is_busy, pages, folded = cursor.fetchone()
    except _LOST:
        database.close()
        return _FEW_PAGES
    return int(pages - folded)


def _each(cursor: Cursor, works: Sequence[Work[Any]]) -> list[Any]:
    return [work(cursor) for work in works]


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
            cursor.execute(_FOLD_ELSEWHERE)  # each time, for the connection may be a new one
            for together in dict.fromkeys(waiting.together for waiting in group):
                alike = [waiting for waiting in group if waiting.together is together]
                for waiting, result in zip(alike, together(cursor, [waiting.item for waiting in alike]), strict=True):
                    waiting.result = result
    except _LOST:
        database.close()
        raise

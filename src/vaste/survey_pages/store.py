"""The durable writes of the pages: what `write` or `file` has returned survives a power cut.

PostgreSQL takes each write on the connection of the request's thread. SQLite lets one writer in at a time, so one thread does all
writes and commits together whatever waits when it comes round: a thread of this process, or, for the answers of several processes,
one of the process that watches over them (`shared_writer`).
"""

import threading
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from django.db import transaction

from vaste.core.database import Cursor, is_postgresql
from vaste.invitations.burning import Burning, burn_all
from vaste.survey_pages.connections import LOST, Result, Work, own_database, run
from vaste.survey_pages.group_commit import MOST_IN_A_GROUP, Folder, Write, commit

# Longer than SQLite's own waiting for another process (30 s), so that a request knows how its write ended.
PATIENCE_SECONDS = 40.0


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

    def file(self, ready: Burning) -> bool:
        """File an answer, and return True once it is durable, or False when its invitation had burnt. Raises StoreUnavailable."""


@cache
def store() -> Store:
    """Return the store of this process."""
    return PostgresStore() if is_postgresql() else SqliteStore()


def _read(work: Work[Result]) -> Result:
    database = own_database()
    try:
        return run(database, work)
    except LOST:
        database.close()  # a restarted server has forgotten us: the second try connects anew
    try:
        return run(database, work)
    except LOST as error:
        database.close()
        raise StoreUnavailable from error


class PostgresStore:
    """Reads and writes on the connection of the calling thread."""

    def read(self, work: Work[Result]) -> Result:
        """See Store."""
        return _read(work)

    def write(self, work: Work[Result], *, is_one_statement: bool = False) -> Result:
        """See Store."""
        database = own_database()
        try:
            with nullcontext() if is_one_statement else transaction.atomic():
                return run(database, work)
        except LOST as error:
            database.close()
            raise StoreUnavailable from error

    def file(self, ready: Burning) -> bool:
        """See Store."""
        return self.write(lambda cursor: burn_all(cursor, [ready])[0], is_one_statement=True)


@dataclass(slots=True)
class _Waiting(Write):
    """A write that a thread waits for. A bare lock, held until then, wakes it several times quicker than an Event."""

    done: threading.Lock = field(default_factory=threading.Lock)


class SqliteStore:
    """Reads on the calling thread's connection; writes in one thread, grouped by commit."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[_Waiting] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._folder = Folder()

    def read(self, work: Work[Result]) -> Result:
        """See Store."""
        return _read(work)

    def write(self, work: Work[Result], *, is_one_statement: bool = False) -> Result:  # noqa: ARG002 - see Store
        """See Store."""
        result: Result = self._written(_Waiting(_each, work))
        return result

    def file(self, ready: Burning) -> bool:
        """See Store."""
        return bool(self._written(_Waiting(burn_all, ready)))

    def _written(self, waiting: _Waiting) -> Any:
        self._ensure_writer()
        waiting.done.acquire()
        self._queue.put(waiting)
        if not waiting.done.acquire(timeout=PATIENCE_SECONDS):
            raise StoreUnavailable
        if isinstance(waiting.error, LOST):
            raise StoreUnavailable from waiting.error
        if waiting.error:
            raise waiting.error
        return waiting.result

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
            commit(group)
            for waiting in group:
                waiting.done.release()
            self._folder.fold_after(len(group))

    def _next_group(self) -> list[_Waiting]:
        group = [self._queue.get()]
        try:
            while len(group) < MOST_IN_A_GROUP:
                group.append(self._queue.get_nowait())
        except Empty:
            pass
        return group


def _each(cursor: Cursor, works: Sequence[Work[Any]]) -> list[Any]:
    return [work(cursor) for work in works]

"""The durable writes of the pages: what `write` has returned survives a power cut.

PostgreSQL takes each write on the connection of the request's thread. SQLite lets one writer in at a time, so one thread does all
writes and commits together whatever waits when it comes round: a thread of this process, or, where several processes serve, a
process of its own (`handing.py`).
"""

import threading
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache
from queue import Empty, SimpleQueue
from typing import Protocol

from django.db import transaction

from vaste.core.database import is_postgresql
from vaste.survey_pages.connections import LOST, Result, Work, own_database, run
from vaste.survey_pages.group_commit import MOST_IN_A_GROUP, Folder, Write, commit
from vaste.survey_pages.writes import PageWrite

# Longer than SQLite's own waiting for another process (30 s), so that a request knows how its write ended.
PATIENCE_SECONDS = 40.0


class StoreUnavailable(Exception):
    """The database cannot be reached just now, or did not answer in time; another try can help."""


class Store(Protocol):
    """Where the pages read and write."""

    def read(self, work: Work[Result]) -> Result:
        """Return what reading work returns; it may run twice. Raises StoreUnavailable."""

    def write(self, what: PageWrite[Result]) -> Result:
        """Return how a write ended, once it is durable. Raises StoreUnavailable, or what the write raises."""


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

    def write(self, what: PageWrite[Result]) -> Result:
        """See Store."""
        database = own_database()
        try:
            with nullcontext() if what.is_one_statement else transaction.atomic():
                return run(database, what)
        except LOST as error:
            database.close()
            raise StoreUnavailable from error


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

    def write(self, what: PageWrite[Result]) -> Result:
        """See Store."""
        self._ensure_writer()
        waiting = _Waiting(what)
        waiting.done.acquire()
        self._queue.put(waiting)
        if not waiting.done.acquire(timeout=PATIENCE_SECONDS):
            raise StoreUnavailable
        if isinstance(waiting.error, LOST):
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

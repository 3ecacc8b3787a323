"""Group commit, for SQLite, which lets one writer in at a time: whatever waits is committed together, and durable at once."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from vaste.survey_pages.connections import LOST, own_database, raw_cursor
from vaste.survey_pages.writes import PageWrite

MOST_IN_A_GROUP = 64
# Folding SQLite's write-ahead log into the file holds up whoever does it, for as long as ten commits. So neither the
# writer nor a request does it, but a thread of its own, each time that so many answers have come (3 MB of log).
_FOLD_AFTER = 64
_FOLD_ELSEWHERE = "PRAGMA wal_autocheckpoint = 0"
_FOLD = "PRAGMA wal_checkpoint(PASSIVE)"
# Pages that may have come while a fold went on, and that the writer may fold by itself between two commits.
_FEW_PAGES = 600


@dataclass(slots=True)
class Write:
    """What is to be written and committed, and how it ended."""

    what: PageWrite[Any]
    result: Any = None
    error: BaseException | None = None


def commit(group: Sequence[Write]) -> None:
    """Commit a group, at most `MOST_IN_A_GROUP`; when one of it fails, commit each by itself, so that its failure is its own."""
    try:
        _write_together(group)
    except Exception as error:  # noqa: BLE001 - who waits for it is told
        if len(group) > 1:
            for write in group:
                commit([write])
        else:
            group[0].error = error


def _write_together(group: Sequence[Write]) -> None:
    database = own_database()
    try:
        with transaction.atomic(), database.wrap_database_errors:
            cursor = raw_cursor(database)
            cursor.execute(_FOLD_ELSEWHERE)  # each time, for the connection may be a new one
            for kind in dict.fromkeys(type(write.what) for write in group):
                alike = [write for write in group if type(write.what) is kind]
                for write, result in zip(alike, kind.do_all(cursor, [write.what for write in alike]), strict=True):
                    write.result = result
    except LOST:
        database.close()
        raise


class Folder:
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
    database = own_database()
    try:
        with database.wrap_database_errors:
            cursor = raw_cursor(database)
            cursor.execute(_FOLD)
            _is_busy, pages, folded = cursor.fetchone()
    except LOST:
        database.close()
        return _FEW_PAGES
    return int(pages - folded)

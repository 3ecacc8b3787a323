"""Django's SQLite backend, whose transactions of one process wait for each other in a queue.

SQLite lets one writer in and has the others try again after growing pauses, so a thread that commits all the time (the worker
that hands over messages) leaves hardly any moment in which another's try can hit: an answer waited two seconds. Other
processes still meet at SQLite's own lock.
"""

import os
from collections import defaultdict
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from vaste.core.sqlite.turns import Turns

_PATIENCE_SECONDS = 30.0

_turns: defaultdict[str, Turns] = defaultdict(Turns)
# A process that forks while a thread of its holds a turn would leave it held in the child, where nobody gives it back.
os.register_at_fork(after_in_child=_turns.clear)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that takes its turn before a transaction begins and gives it back when it has ended."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held: Turns | None = None

    def _start_transaction_under_autocommit(self) -> None:
        turns = _turns[str(self.settings_dict["NAME"])]
        if not turns.take(patience=_PATIENCE_SECONDS):
            raise OperationalError("database is locked: another thread's transaction has not ended")
        self._held = turns
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave out what begins with _
        except BaseException:
            self._give_back()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        # A commit that fails is rolled back by Django, which gives the turn back below.
        self._give_back()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_back()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._give_back()

    def _give_back(self) -> None:
        held, self._held = self._held, None
        if held:
            held.give()

"""This machine's own limit for the survey bench: the same rows, committed one at a time with nothing around them.

Run as a program of its own, because it measures SQLite (WAL, `synchronous=FULL`) whatever the database of the bench is.
"""

import json
import sys
import time
from typing import Any


class _Recorder:
    """A cursor that runs nothing and notes every statement, so that the bare run repeats exactly what the server runs."""

    rowcount = 1

    def __init__(self) -> None:
        self.statements: list[tuple[str, Any]] = []

    def execute(self, sql: str, params: Any = (), /) -> None:
        """Note a statement."""
        self.statements.append((sql.replace("%s", "?"), params))

    def fetchone(self) -> None:
        """Return nothing."""

    def fetchall(self) -> None:
        """Return nothing."""


def commits_a_second(rows: int) -> float:
    """Return how many invitations a second this machine burns into the mailbox, one durable commit each."""
    from django.db import connection

    from vaste.config.commands.bench_survey_world import make_open_links
    from vaste.core import clock
    from vaste.invitations.burning import burn, filed
    from vaste.invitations.models import Invitation
    from vaste.invitations.sessions import find_by_id

    make_open_links(rows)
    today = clock.now().date()
    transactions = []
    for invitation_id in Invitation.objects.values_list("id", flat=True):
        with connection.cursor() as cursor:
            session = find_by_id(cursor, invitation_id)
        assert session is not None
        recorder = _Recorder()
        burn(recorder, session, filed(_answered(session), language="fi", withdrawal_hash=bytes(32)), today=today)
        transactions.append(recorder.statements)
    bare = connection.connection.cursor()
    begun = time.perf_counter()
    for statements in transactions:
        bare.execute("BEGIN IMMEDIATE")
        for sql, params in statements:
            bare.execute(sql, params)
        bare.execute("COMMIT")
    return rows / (time.perf_counter() - begun)


def _answered(session: Any) -> Any:
    from msgspec.structs import replace

    from vaste.config.commands.bench_survey_load import ANSWERS

    answers = {item: int(value) if value.isdigit() else value for item, value in ANSWERS.items()}
    return replace(session.progress, answers=answers, by_link=True)


if __name__ == "__main__":
    import django

    django.setup()
    from vaste.config.commands.bench_results import scratch_database

    with scratch_database():
        json.dump(commits_a_second(int(sys.argv[1])), sys.stdout)

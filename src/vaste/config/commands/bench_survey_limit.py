"""The limit of the machine itself for the survey bench: the same rows, committed one at a time with nothing around them.

Runs as a program of its own, because it measures SQLite (WAL, `synchronous=FULL`) whatever the database of the bench is.
"""

import os
import sys
import time
from typing import Any

import click
from django.db import connection
from msgspec.structs import replace

from vaste.config.commands.bench_results import scratch_database
from vaste.config.commands.bench_survey_load import ANSWERS
from vaste.config.commands.bench_survey_world import make_open_links
from vaste.core import clock
from vaste.invitations.burning import burn, filed
from vaste.invitations.context import Progress
from vaste.invitations.models import Invitation
from vaste.invitations.sessions import OpenSession, find_by_id


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


Transaction = list[tuple[str, Any]]


def prepare(links: int, count: int) -> list[Transaction]:
    """Make so many open invitations, and return what burns some of them, drawn at random, into the mailbox."""
    make_open_links(links)
    today, transactions = clock.now().date(), []
    for invitation_id in Invitation.objects.order_by("?").values_list("id", flat=True)[:count]:
        with connection.cursor() as cursor:
            session = find_by_id(cursor, invitation_id)
        recorder = _Recorder()
        assert session is not None
        burn(recorder, session, filed(_answered(session), language="fi", withdrawal_hash=os.urandom(32)), today=today)
        transactions.append(recorder.statements)
    return transactions


def seconds_for(transactions: list[Transaction]) -> float:
    """Commit one after the other, each durably, and return how long it took."""
    bare = connection.connection.cursor()
    begun = time.perf_counter()
    for statements in transactions:
        bare.execute("BEGIN IMMEDIATE")
        for sql, params in statements:
            bare.execute(sql, params)
        bare.execute("COMMIT")
    return time.perf_counter() - begun


def _answered(session: OpenSession) -> Progress:
    answers = {item: int(value) if value.isdigit() else value for item, value in ANSWERS.items()}
    return replace(session.progress, answers=answers, by_link=True)


def main(links: int, rounds: int, commits: int) -> None:
    """Say that it is ready, and then, for each line read, how many seconds the next so many commits took."""
    with scratch_database():
        transactions = prepare(links, rounds * commits)
        click.echo("ready")
        for number, _ in enumerate(sys.stdin):
            click.echo(seconds_for(transactions[number * commits : (number + 1) * commits]))

"""Processes of the service are killed at random moments while people answer: nothing they were thanked for is lost or filed twice."""

import os
import random
import re
import signal
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import connection
from tests.waiting import wait_until

from vaste.config.commands.bench_results import scratch_database
from vaste.config.commands.bench_survey_load import BODY, FORMS
from vaste.config.commands.bench_survey_world import make_open_links
from vaste.config.tests.service import Service
from vaste.core import clock
from vaste.core.keys import Purpose, ring
from vaste.invitations.sessions import find_open
from vaste.responses.mailbox import mailbox_hash
from vaste.responses.models import MailboxAnswer

KILLS = ("writer", "server", "above", "writer")
_LINKS = 2000
_PEOPLE = 6
_LONGEST_PAUSE_SECONDS = 1.0
_CODE = re.compile(rb"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Told:
    """What people were told: half answers kept (tokens), codes they were thanked with, links that turned out used."""

    kept: set[str] = field(default_factory=set)
    codes: list[str] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)


class Person(threading.Thread):
    """Keeps half an answer behind each link, and sends every second one whole; tries again whatever fails, as people do."""

    def __init__(self, service: Service, tokens: list[str], told: Told, is_over: threading.Event) -> None:
        super().__init__()
        self._service, self._tokens, self._told, self._is_over = service, tokens, told, is_over

    def run(self) -> None:
        """Answer until it is over."""
        for number, token in enumerate(self._tokens):
            if self._post(token, FORMS["half"]) is not None:
                self._told.kept.add(token)
            thanks = self._post(token, BODY) if number % 2 else None
            if thanks is not None:
                self._told.sent.add(token)
                self._told.codes += [code[0].decode() for code in [_CODE.search(thanks)] if code]
            if self._is_over.is_set():
                return

    def _post(self, token: str, form: bytes) -> bytes | None:
        """Return the page that takes a form; nothing where the link is used; None where it was over before any came."""
        while True:
            try:
                with urllib.request.urlopen(f"{self._service.address}/s/{token}", data=form, timeout=60) as answer:
                    return bytes(answer.read())
            except urllib.error.HTTPError as error:
                if error.code == 404:
                    return b""
            except OSError:
                pass
            if self._is_over.is_set():
                return None


def test_killed_at_any_moment_the_service_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with scratch_database():
        tokens = make_open_links(_LINKS)
        connection.close()
        told, is_over = Told(), threading.Event()
        with Service(tmp_path) as service:
            people = [Person(service, tokens[number::_PEOPLE], told, is_over) for number in range(_PEOPLE)]
            for person in people:
                person.start()
            chance = random.Random(20261126)
            for whom in KILLS:
                time.sleep(chance.uniform(0, _LONGEST_PAUSE_SECONDS))  # not a limit: the moment of the kill
                kill_one(service, whom, chance)
            is_over.set()
            for person in people:
                person.join()
            os.killpg(service.process.pid, signal.SIGINT)
            wait_until(service.is_gone)
        everything_told_is_so(told, tokens)


def kill_one(service: Service, whom: str, chance: random.Random) -> None:
    """Kill a process; what ends with it is started anew, as whoever watches over the service does."""
    them = {"above": [service.process.pid], "server": service.servers(), "writer": service.writers()}[whom]
    if them:
        with suppress(ProcessLookupError):
            os.kill(chance.choice(them), signal.SIGKILL)
    if whom == "above" or service.process.poll() is not None:
        wait_until(service.is_gone)  # nothing stays behind that still serves or writes
        service.begin()


def everything_told_is_so(told: Told, tokens: list[str]) -> None:
    """Compare what people were told with the database."""
    stored = Counter(bytes(value) for value in MailboxAnswer.objects.values_list("withdrawal_hash", flat=True))
    hashes = [mailbox_hash(ring().keyed_hash(Purpose.WITHDRAWAL, code)) for code in told.codes]
    assert len(hashes) > len(KILLS)
    assert [stored[one] for one in hashes] == [1] * len(hashes)
    with connection.cursor() as cursor:
        sessions = {token: find_open(cursor, token, clock.now()) for token in tokens}
    burnt = {token for token, session in sessions.items() if session is None}
    assert told.sent <= burnt
    assert stored.total() == len(burnt), "each link once"
    halves = [session.progress.answers.get("nps") for token in told.kept - burnt if (session := sessions[token])]
    assert halves == [9] * len(halves)
    assert halves

"""A worker killed without warning, again and again, while messages go out and replies come in."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from tests.smsc.house import SENDER, until
from tests.smsc.peers import PATIENCE, Smsc

from vaste.core import clock
from vaste.core.ids import new_id
from vaste.messaging.actions import NewMessage, enqueue
from vaste.messaging.models import InboundPart, OutboundMessage
from vaste.messaging.rules import MessageClass, MessageState

pytestmark = [pytest.mark.smsc, pytest.mark.django_db(transaction=True)]

INVITATIONS, KILLS = 200, 10
ROOT = Path(__file__).parents[2]


def database_url() -> str:
    """Return the address of the test's own database."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    return f"postgresql://{facts['USER']}:{facts['PASSWORD']}@{facts['HOST']}:{facts['PORT']}/{facts['NAME']}"


@contextmanager
def workers(smsc: Smsc) -> Iterator[Callable[[], None]]:
    """Let one worker after the other work; what is yielded kills the present one, and the next begins."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "vaste.config.settings",
        "VASTE_DATABASE_URL": database_url(),
        "VASTE_IDENTITY_KEY": " ".join(settings.IDENTITY_KEYS),
    }
    address = f"smpp://vaste:secret@127.0.0.1:{smsc.port}?answer_seconds={PATIENCE}&rate=120"
    arguments = [sys.executable, "-m", "tests.smsc.worker_process", address]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True, "bufsize": 1}
    with subprocess.Popen(arguments, cwd=ROOT, env=environment, **pipes) as process:
        assert process.stdin
        stdin = process.stdin
        try:
            yield lambda: print("kill", file=stdin)
        finally:
            stdin.close()
            process.wait(PATIENCE)


def plan_invitations() -> None:
    now = clock.now()
    enqueue(
        [
            NewMessage(
                conversation=new_id(),
                step="ask",
                message_class=MessageClass.INVITATION,
                to=f"+35840{number:07}",
                text="Kutsu",
                sender=SENDER,
                due_at=now,
                expires_at=now + timedelta(hours=1),
            )
            for number in range(INVITATIONS)
        ],
        now=now,
    )


def is_over() -> bool:
    waiting = [MessageState.QUEUED, MessageState.LEASED, MessageState.SUBMITTING, MessageState.UNKNOWN]
    return not OutboundMessage.objects.filter(state__in=waiting).exists() and not InboundPart.objects.exists()


def invited_by(smsc: Smsc) -> Counter[str]:
    return Counter(submit["to"] for submit in smsc.heard("submit") if submit["text"] == "Kutsu")


def asked_by(smsc: Smsc) -> Counter[str]:
    return Counter(submit["to"] for submit in smsc.heard("submit") if submit["text"] == "Kysymys")


def test_a_worker_killed_at_any_moment_loses_nothing_and_invites_nobody_twice(smsc: Smsc) -> None:
    chance = random.Random(20260401)
    smsc.do("behave", reply="9", replyTo="Kutsu")
    plan_invitations()

    with workers(smsc) as kill:
        for _ in range(KILLS):
            smsc.wait_for("bound")
            time.sleep(chance.uniform(0.02, 0.3))
            kill()
        # Whoever was invited answers, and is asked.
        until(lambda: is_over() and asked_by(smsc).keys() == invited_by(smsc).keys())

    invited, asked = invited_by(smsc), asked_by(smsc)
    rows = OutboundMessage.objects
    assert len(smsc.heard("bound")) == KILLS + 1
    assert set(invited.values()) == {1}
    assert rows.filter(message_class="invitation").exclude(state="abandoned").count() <= len(invited)
    assert len(invited) + rows.filter(message_class="invitation", state="abandoned").count() >= INVITATIONS
    # Every reply led to exactly one question, and every question went out.
    assert rows.filter(message_class="question").count() == len(invited)
    assert asked.keys() == invited.keys()

"""The fault measure: random histories with an operator on its worst days, and a worker killed at random points.

`python -m tests.faults.measure --messages N --kills N --share S --seed N` prints what was injected and what became of it as
JSON. The database is the configured one; it must be empty, which `vaste bench faults` sees to.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import django

if __name__ == "__main__":
    django.setup()

from tests.smsc.peers import NODE_SMSC, Smsc

from vaste.core import clock
from vaste.messaging.actions import NewMessage, enqueue
from vaste.messaging.models import InboundPart, OutboundMessage
from vaste.messaging.rules import HANDED_OVER, MessageClass, MessageState

ROOT = Path(__file__).parents[2]
SENDER = "18588"
_DROPPED = {MessageState.DROPPED, MessageState.FAILED}
# Nothing has happened for so long when everything is over: receipts and replies follow a message at once.
_STILL_SECONDS = 4
# Every so manieth invitation is a long one.
_LONG_EVERY = 10


@dataclass(frozen=True)
class Plan:
    """How much is to happen. share: of all messages and deliveries, how many meet a fault."""

    messages: int
    kills: int
    share: float = 0.06
    seed: int = 20260401
    rate: int = 0
    patience_seconds: float = 120.0


@dataclass
class Findings:
    """What became of everything. Each list of wrongs holds labels of invented messages or phones, and should be empty.

    lost: neither taken by the operator nor ended in a state that says so. doubled: taken more often than its class may be.
    repeated: sent once more, as the class of a question allows. given_up: never taken, and shown as outcome unknown.
    """

    injected: dict[str, int] = field(default_factory=dict)
    kills: int = 0
    connections: int = 0
    invitations: int = 0
    replies: int = 0
    stops: int = 0
    repeated: int = 0
    given_up: int = 0
    refused: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    read_twice: list[str] = field(default_factory=list)
    stops_not_honoured: list[str] = field(default_factory=list)
    without_receipt_request: list[str] = field(default_factory=list)
    unfinished: int = 0

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing is wrong."""
        wrongs = (self.lost, self.doubled, self.unread, self.read_twice, self.stops_not_honoured, self.without_receipt_request)
        return not any(wrongs) and not self.unfinished


def conversation_of(phone: int, number: int) -> UUID:
    """Return the conversation of a phone's message; it tells the phone."""
    return UUID(int=(phone << 64) + number)


def _phone_of(number: int) -> int:
    return 358_400_000_000 + number


def plan_invitations(count: int) -> None:
    """Plan invitations, two to a phone: the second must not go when the first was answered by STOP."""
    now = clock.now()
    messages = []
    for number in range(count):
        phone, label = _phone_of(number // 2), f"I{number:06}"
        messages.append(
            NewMessage(
                conversation=conversation_of(phone, number),
                step="ask",
                message_class=MessageClass.INVITATION,
                to=f"+{phone}",
                text=" ".join([label] * (40 if number % _LONG_EVERY == 0 else 1)),
                sender=SENDER,
                due_at=now + timedelta(microseconds=count * (number % 2)),
                expires_at=now + timedelta(hours=1),
            )
        )
    for start in range(0, count, 5000):
        enqueue(messages[start : start + 5000], now=now)


@contextmanager
def _operator(plan: Plan) -> Iterator[Smsc]:
    command = ["node", "faulty.js", str(plan.seed), str(plan.share)]
    with subprocess.Popen(command, cwd=NODE_SMSC, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Smsc(process)
        finally:
            process.kill()


@contextmanager
def _workers(operator: Smsc, plan: Plan, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    address = f"smpp://vaste:secret@127.0.0.1:{operator.port}?name=faulty&window=20&answer_seconds=1&enquire_seconds=1"
    if plan.rate:
        address += f"&rate={plan.rate}"
    command = [sys.executable, "-m", "tests.faults.worker_process", address]
    quiet: dict[str, Any] = {"stderr": None if os.environ.get("VASTE_FAULTS_LOG") else subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, text=True, **quiet) as process:
        try:
            yield process
        finally:
            assert process.stdin
            process.stdin.write("end\n")
            process.stdin.flush()


def measure(plan: Plan, environment: dict[str, str]) -> Findings:
    """Let everything happen, wait until it is over, and judge it."""
    chance = random.Random(plan.seed)
    plan_invitations(plan.messages)
    with _operator(plan) as operator:
        with _workers(operator, plan, environment) as workers:
            for _ in range(plan.kills):
                operator.wait_for("bound")
                time.sleep(chance.uniform(0.1, 1.2))
                operator.forget()  # the next connection is the next worker's
                assert workers.stdin
                workers.stdin.write("kill\n")
                workers.stdin.flush()
            unfinished = _until_over(operator, plan)
        operator.do("report")
        return judge(operator.wait_for("report"), kills=plan.kills, unfinished=unfinished)


def _until_over(operator: Smsc, plan: Plan) -> int:
    """Wait until nothing moves any more; the operator is kind to the last messages. Return how many are left."""
    left, still = _left(), 0
    deadline = time.monotonic() + plan.patience_seconds
    while still < _STILL_SECONDS and time.monotonic() < deadline:
        if left < plan.messages // 50:
            operator.do("share", share=0)
        time.sleep(1)
        before, left = left, _left()
        still = still + 1 if not left else 0
        if left < before:
            deadline = time.monotonic() + plan.patience_seconds
    return left


def _left() -> int:
    """Return how many messages have not ended and how many texts are not read."""
    return OutboundMessage.objects.exclude(state__in=HANDED_OVER).count() + InboundPart.objects.count()


def judge(truth: dict[str, Any], *, kills: int, unfinished: int) -> Findings:
    """Compare what the operator knows with what the outbox says."""
    replies = {int(phone): heard for phone, heard in truth["replies"].items() if heard["acknowledged"]}
    found = Findings(
        injected={**truth["injected"], "3 worker killed": kills},
        kills=kills,
        connections=truth["connections"],
        replies=len(replies),
        stops=sum(heard["said"] != "9" for heard in replies.values()),
        without_receipt_request=truth["without_receipt"],
        unfinished=unfinished,
    )
    taken: Counter[str] = Counter()
    for key, times in truth["taken"].items():
        label = key.partition("/")[0]
        taken[label] = max(taken[label], times)
    rows = list(OutboundMessage.objects.all())
    _judge_messages(rows, taken, found)
    _judge_replies(rows, replies, found)
    return found


def _label(row: OutboundMessage) -> str:
    assert row.conversation
    if row.step == "ask":
        return f"I{row.conversation.int & 0xFFFFFFFF:06}"
    letter = "C" if row.message_class == MessageClass.STOP_CONFIRMATION else "Q"
    return f"{letter}{(row.conversation.int >> 64) % 1_000_000:06}"


def _judge_messages(rows: list[OutboundMessage], taken: Counter[str], found: Findings) -> None:
    for row in rows:
        label, state = _label(row), MessageState(row.state)
        times = taken[label]
        is_invitation = row.message_class == MessageClass.INVITATION
        found.invitations += is_invitation
        found.refused += state is MessageState.FAILED
        if times > (1 if is_invitation else 2) or (times == 2 and row.attempt == 1):
            found.doubled.append(label)
        found.repeated += times == 2 and row.attempt == 2
        if not times and state is MessageState.ABANDONED:
            found.given_up += 1
        elif not times and state not in _DROPPED and state in HANDED_OVER:
            found.lost.append(f"{label} {state.value}")


def _judge_replies(rows: list[OutboundMessage], replies: dict[int, Any], found: Findings) -> None:
    answers: Counter[int] = Counter()
    stopped_at = {}
    for row in rows:
        assert row.conversation
        if row.step == "answer":
            phone = row.conversation.int >> 64
            answers[phone] += 1
            if row.message_class == MessageClass.STOP_CONFIRMATION:
                stopped_at[phone] = row.due_at
    found.unread = [str(phone) for phone in replies if not answers[phone]]
    found.read_twice = [str(phone) for phone, times in answers.items() if times > 1]
    for row in rows:
        assert row.conversation
        phone = row.conversation.int >> 64
        if phone in stopped_at and row.step == "ask" and row.begun_at and row.begun_at > stopped_at[phone]:
            found.stops_not_honoured.append(_label(row))


def main() -> None:
    """Measure as the arguments say, and print the findings."""
    parser = argparse.ArgumentParser()
    for name, kind in (("messages", int), ("kills", int), ("share", float), ("seed", int)):
        parser.add_argument(f"--{name}", type=kind, required=True)
    found = measure(Plan(**vars(parser.parse_args())), dict(os.environ))
    json.dump({**asdict(found), "is_clean": found.is_clean}, sys.stdout)
    sys.exit(0 if found.is_clean else 1)


if __name__ == "__main__":
    main()

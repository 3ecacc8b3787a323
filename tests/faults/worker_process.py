"""Workers to be killed: `python -m tests.faults.worker_process ADDRESS`. Each line on standard input kills the worker and begins another.

A line "end" lets the last one go as it is. The parts above messaging are as small as they can be: whoever writes STOP is not
written to any more but for the confirmation, every other reply is answered with a question.
"""

import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import django

django.setup()

from django.db import connection  # noqa: E402 - models can be imported only now

from vaste.core import clock  # noqa: E402
from vaste.core.ids import new_id  # noqa: E402
from vaste.invitations.models import Quarantine  # noqa: E402
from vaste.messaging.actions import NewMessage, enqueue  # noqa: E402
from vaste.messaging.gateway import Reply  # noqa: E402
from vaste.messaging.hooks import Hooks, Timing  # noqa: E402
from vaste.messaging.rules import MessageClass  # noqa: E402
from vaste.messaging.smpp.gateway import SmppGateway  # noqa: E402
from vaste.messaging.smpp.settings import SmppSettings  # noqa: E402
from vaste.messaging.worker import Worker  # noqa: E402
from vaste.surveys.understanding import asks_to_stop  # noqa: E402

TIMING = Timing(poll_seconds=0.05, settle_seconds=0.5, lease=timedelta(seconds=5), hold=timedelta(seconds=4))


def _stopped(phone: int) -> bytes:
    return str(phone).encode()


def why_not_send(conversations: Sequence[UUID], _now: datetime) -> Mapping[UUID, str]:
    """Refuse those who wrote STOP; the conversation tells the phone (see `measure.conversation_of`)."""
    phones = {conversation: _stopped(conversation.int >> 64) for conversation in conversations}
    silent = {bytes(found) for found in Quarantine.objects.filter(person_hash__in=phones.values()).values_list("person_hash", flat=True)}
    return {conversation: "opted_out" for conversation, phone in phones.items() if phone in silent}


def on_reply(reply: Reply) -> None:
    """Answer once: with a confirmation to STOP, with a question to anything else."""
    now, phone = clock.now(), int(reply.from_number.removeprefix("+"))
    stops = asks_to_stop(reply.text)
    if stops:
        Quarantine.objects.create(person_hash=_stopped(phone), planned_at=now, ends_on=now.date())
    kind = MessageClass.STOP_CONFIRMATION if stops else MessageClass.QUESTION
    question = NewMessage(
        conversation=UUID(int=(phone << 64) + (new_id().int & 0xFFFFFFFFFFFFFFFF)),
        step="answer",
        message_class=kind,
        to=reply.from_number,
        text=f"{'C' if stops else 'Q'}{phone % 1_000_000:06}",
        sender=reply.to,
        due_at=now,
        expires_at=now + timedelta(hours=1),
    )
    enqueue([question], now=now)


def work(address: str) -> None:
    """Work until killed."""
    hooks = Hooks(why_not_send, lambda *_: None, on_reply)
    Worker(SmppGateway(SmppSettings.from_url(address)), hooks=hooks, timing=TIMING).run_forever(threading.Event())


def main(address: str) -> None:
    """Begin a worker, kill it at every line, and begin the next."""
    connection.close()
    while True:
        child = os.fork()
        if child == 0:
            work(address)
        order = sys.stdin.readline().strip()
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if order != "kill":
            return


if __name__ == "__main__":
    main(sys.argv[1])

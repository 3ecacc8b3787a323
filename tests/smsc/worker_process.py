"""Workers to be killed: `python -m tests.smsc.worker_process ADDRESS`. Each line on standard input kills the worker and begins another.

The end of the input kills the last one. A worker answers every reply with a question.
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
from vaste.messaging.actions import NewMessage, enqueue  # noqa: E402
from vaste.messaging.gateway import Reply  # noqa: E402
from vaste.messaging.hooks import Hooks, Timing  # noqa: E402
from vaste.messaging.rules import MessageClass  # noqa: E402
from vaste.messaging.smpp.gateway import SmppGateway  # noqa: E402
from vaste.messaging.smpp.settings import SmppSettings  # noqa: E402
from vaste.messaging.worker import Worker  # noqa: E402


def why_not_send(_conversations: Sequence[UUID], _now: datetime) -> Mapping[UUID, str]:
    return {}


def on_sent(_conversation: UUID, _step: str, _now: datetime) -> None:
    pass


def on_reply(reply: Reply) -> None:
    now = clock.now()
    question = NewMessage(
        conversation=new_id(),
        step="question",
        message_class=MessageClass.QUESTION,
        to=reply.from_number,
        text="Kysymys",
        sender=reply.to,
        due_at=now,
        expires_at=now + timedelta(hours=1),
    )
    enqueue([question], now=now)


def work(address: str) -> None:
    """Work until killed."""
    gateway = SmppGateway(SmppSettings.from_url(address))
    timing = Timing(poll_seconds=0.05, settle_seconds=0.3, hold=timedelta(seconds=3))
    Worker(gateway, hooks=Hooks(why_not_send, on_sent, on_reply), timing=timing).run_forever(threading.Event())


def main(address: str) -> None:
    """Begin a worker, kill it at every line, and begin the next."""
    connection.close()
    is_wanted = True
    while is_wanted:
        child = os.fork()
        if child == 0:
            work(address)
        is_wanted = bool(sys.stdin.readline())
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(sys.argv[1])

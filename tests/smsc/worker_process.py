"""A worker in a process of its own, to be killed: `python -m tests.smsc.worker_process ADDRESS`. It answers every reply with a question."""

import sys
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import django

django.setup()

from vaste.core import clock  # noqa: E402 - models can be imported only now
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


if __name__ == "__main__":
    gateway = SmppGateway(SmppSettings.from_url(sys.argv[1]))
    timing = Timing(poll_seconds=0.05, settle_seconds=0.3, hold=timedelta(seconds=3))
    Worker(gateway, hooks=Hooks(why_not_send, on_sent, on_reply), timing=timing).run_forever(threading.Event())

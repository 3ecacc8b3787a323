"""The parts above messaging, as small as they can be, and a worker that serves them."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from tests.smsc.peers import PATIENCE, Smsc

from vaste.core import clock
from vaste.core.ids import new_id
from vaste.messaging.actions import NewMessage, enqueue
from vaste.messaging.gateway import Reply
from vaste.messaging.hooks import Hooks, Timing
from vaste.messaging.models import OutboundMessage
from vaste.messaging.rules import MessageClass, MessageState
from vaste.messaging.smpp.gateway import SmppGateway
from vaste.messaging.smpp.settings import SmppSettings
from vaste.messaging.worker import Worker

PHONE = "+358400000001"
SENDER = "3584573960275"


@dataclass
class House:
    """The parts above messaging, as small as they can be."""

    replies: list[Reply] = field(default_factory=list)
    sent: list[tuple[UUID, str]] = field(default_factory=list)
    silenced: dict[UUID, str] = field(default_factory=dict)
    stumbles_over: str = ""
    clock: Callable[[], datetime] = clock.now

    def hooks(self) -> Hooks:
        return Hooks(why_not_send=self._why_not, on_sent=self._on_sent, on_reply=self._on_reply, clock=lambda: self.clock())

    def _why_not(self, conversations: Sequence[UUID], now: datetime) -> Mapping[UUID, str]:
        return {one: self.silenced[one] for one in conversations if one in self.silenced}

    def _on_reply(self, reply: Reply) -> None:
        if reply.text == self.stumbles_over:
            raise ValueError("stumbled")
        self.replies.append(reply)

    def _on_sent(self, conversation: UUID, step: str, now: datetime) -> None:
        self.sent.append((conversation, step))


def plan(
    text: str = "Hei",
    *,
    to: str = PHONE,
    message_class: MessageClass = MessageClass.INVITATION,
    due_at: datetime | None = None,
) -> UUID:
    """Plan a message that is due now and return its conversation."""
    conversation, now = new_id(), clock.now()
    message = NewMessage(
        conversation=conversation,
        step="ask",
        message_class=message_class,
        to=to,
        text=text,
        sender="+358 457 396 0275",
        due_at=due_at or now,
        expires_at=now + timedelta(hours=24),
    )
    enqueue([message], now=now)
    return conversation


def gateway(smsc: Smsc, options: str = "", *, password: str = "secret", port: int = 0) -> SmppGateway:
    return SmppGateway(SmppSettings.from_url(f"smpp://vaste:{password}@127.0.0.1:{port or smsc.port}?answer_seconds={PATIENCE}{options}"))


@contextmanager
def working(smsc: Smsc, house: House, options: str = "", timing: Timing | None = None) -> Iterator[SmppGateway]:
    stop, account = threading.Event(), gateway(smsc, options)
    worker = Worker(account, hooks=house.hooks(), timing=timing or Timing(poll_seconds=0.05))
    thread = threading.Thread(target=worker.run_forever, args=[stop])
    thread.start()
    try:
        smsc.wait_for("bound")
        yield account
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def until(truth: Callable[[], bool], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def state_of(conversation: UUID) -> MessageState:
    return MessageState(OutboundMessage.objects.get(conversation=conversation).state)

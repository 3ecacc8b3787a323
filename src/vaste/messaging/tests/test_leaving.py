"""A worker that is asked to end leaves nothing half done: what it wrote down as begun is written, and its end is kept."""

import asyncio
import threading
import time
from datetime import timedelta

import pytest
from tests.waiting import wait_until

from vaste.core import clock
from vaste.core.ids import new_id
from vaste.messaging.actions import NewMessage, enqueue
from vaste.messaging.gateway import Inbox, Outgoing, SubmitEnd, SubmitOutcome
from vaste.messaging.hooks import Hooks, Timing
from vaste.messaging.models import OutboundMessage
from vaste.messaging.rules import MessageClass, MessageState
from vaste.messaging.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)


class QuickOperator:
    """Takes every message in a moment."""

    account = "quick"
    window = 4
    rate = None

    def __init__(self) -> None:
        self.taken = 0

    async def run(self, inbox: Inbox) -> None:
        await asyncio.Event().wait()

    def is_ready(self) -> bool:
        return True

    async def submit(self, outgoing: Outgoing) -> list[SubmitOutcome]:
        await asyncio.sleep(0.002)
        self.taken += 1
        return [SubmitOutcome(SubmitEnd.ACCEPTED, provider_id=str(new_id()))]

    async def close(self) -> None:
        return None


def plan(count: int) -> None:
    now = clock.now()
    enqueue(
        [
            NewMessage(
                conversation=new_id(),
                step="ask",
                message_class=MessageClass.INVITATION,
                to=f"+35840{number:07}",
                text="Hei",
                sender="+3584573960275",
                due_at=now,
                expires_at=now + timedelta(hours=1),
            )
            for number in range(count)
        ],
        now=now,
    )


def test_whenever_a_worker_is_ended_every_message_is_either_handed_over_or_still_waits() -> None:
    plan(400)
    operator = QuickOperator()

    for round_number in range(8):
        stop = threading.Event()
        hooks = Hooks(lambda _ids, _now: {}, lambda *_: None, lambda _reply: None)
        worker = Worker(operator, hooks=hooks, timing=Timing(poll_seconds=0.01))
        thread = threading.Thread(target=worker.run_forever, args=[stop])
        thread.start()
        if round_number == 0:  # once at least it comes to work before it is ended, however slow this machine is
            wait_until(lambda: operator.taken > 0)
        time.sleep(0.06 + 0.013 * round_number)
        stop.set()
        thread.join(120)
        assert not thread.is_alive()

    states = dict(OutboundMessage.objects.values_list("id", "state"))
    assert set(states.values()) <= {MessageState.QUEUED, MessageState.LEASED, MessageState.ACCEPTED}
    assert list(states.values()).count(MessageState.ACCEPTED) == operator.taken > 0

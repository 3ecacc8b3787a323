"""Random histories of an outbox with an unreliable operator and a worker that may be killed anywhere."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from vaste.core.ids import new_id
from vaste.messaging import ledger
from vaste.messaging.actions import NewMessage, enqueue
from vaste.messaging.gateway import Receipt, SubmitEnd, SubmitOutcome
from vaste.messaging.ledger import Leased
from vaste.messaging.models import OutboundMessage
from vaste.messaging.receipts import record_receipts
from vaste.messaging.rules import Event, MessageClass

pytestmark = pytest.mark.django_db

LEASE, HOLD = timedelta(seconds=60), timedelta(minutes=10)
ACCOUNT = "operator"


class World:
    """An outbox, a worker and an operator. `taken` counts what the operator really took, by conversation."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
        self.classes: dict[UUID, MessageClass] = {}
        self.taken: Counter[UUID] = Counter()
        self.told_sent: Counter[UUID] = Counter()
        self.unheard: Counter[UUID] = Counter()
        self._conversations: dict[UUID, UUID] = {}
        self._receipts: list[Receipt] = []
        self._ids = 0

    def plan(self, count: int) -> None:
        messages = []
        for number in range(count):
            conversation, kind = new_id(), self.chance.choice(list(MessageClass))
            self.classes[conversation] = kind
            messages.append(
                NewMessage(
                    conversation=conversation,
                    step="ask",
                    message_class=kind,
                    to=f"+35840{number % 4:07}",
                    text="Hei " * self.chance.choice([1, 60]),
                    sender="18588",
                    due_at=self.now + timedelta(microseconds=number),
                    expires_at=self.now + timedelta(days=2),
                )
            )
        enqueue(messages, now=self.now)
        self._conversations = dict(OutboundMessage.objects.values_list("id", "conversation"))

    def turn(self, *, is_kind: bool) -> None:
        """Let a worker take what is due and hand it over; it may be killed before it writes, or before it records."""
        leased = ledger.lease(account=ACCOUNT, limit=3, until=self.now + LEASE, why_not_send=lambda *_: {}, now=self.now)
        if self._is_killed(is_kind):
            return
        ends = {one.outgoing.reference: self._submit(one, is_kind) for one in leased}
        self._deliver_receipts()
        if self._is_killed(is_kind):
            return
        ledger.record(ends, account=ACCOUNT, hold_until=self.now + HOLD, on_sent=self._on_sent, now=self.now)

    def pass_time(self, by: timedelta) -> None:
        self._deliver_receipts()
        self.now += by
        ledger.settle(hold_until=self.now + HOLD, on_sent=self._on_sent, now=self.now)

    def _is_killed(self, is_kind: bool) -> bool:
        if is_kind or self.chance.random() > 0.15:
            return False
        ledger.take_over(account=ACCOUNT, hold_until=self.now + HOLD)
        return True

    def _submit(self, one: Leased, is_kind: bool) -> list[SubmitOutcome]:
        parts = [part for part in range(1, one.part_count + 1) if part not in one.outgoing.parts_done]
        outcomes = [self._submit_part(one, part, is_kind) for part in parts]
        if {outcome.end for outcome in outcomes} == {SubmitEnd.ACCEPTED}:
            self.taken[self._conversations[one.outgoing.reference]] += 1
        return outcomes

    def _submit_part(self, one: Leased, part: int, is_kind: bool) -> SubmitOutcome:
        luck = 0.0 if is_kind else self.chance.random()
        if luck < 0.6:
            return self._take(one, part, is_heard=True)
        if luck < 0.75:
            return self._take(one, part, is_heard=False)
        if luck < 0.85:
            return SubmitOutcome(SubmitEnd.UNKNOWN, part)
        if luck < 0.95:
            return SubmitOutcome(SubmitEnd.REJECTED, part, status="throttled", temporary=True)
        return SubmitOutcome(SubmitEnd.NOT_SENT, part)

    def _take(self, one: Leased, part: int, *, is_heard: bool) -> SubmitOutcome:
        self._ids += 1
        provider_id = f"{self._ids:08X}"
        for _ in range(self.chance.choice([0, 1, 1, 2])):
            event = self.chance.choice([Event.RECEIPT_DELIVERED, Event.RECEIPT_UNDELIVERED, Event.RECEIPT_TAKEN])
            in_receipt = self.chance.choice([provider_id, provider_id.lower(), str(self._ids)])
            self._receipts.append(Receipt(ACCOUNT, in_receipt, event, number=one.outgoing.to))
        if is_heard:
            return SubmitOutcome(SubmitEnd.ACCEPTED, part, provider_id)
        self.unheard[self._conversations[one.outgoing.reference]] += 1
        return SubmitOutcome(SubmitEnd.UNKNOWN, part)

    def _deliver_receipts(self) -> None:
        self.chance.shuffle(self._receipts)
        for receipt in self._receipts:
            record_receipts([receipt], on_sent=self._on_sent, now=self.now)
        self._receipts.clear()

    def _on_sent(self, conversation: UUID, _step: str, _now: datetime) -> None:
        self.told_sent[conversation] += 1


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**9))
def test_no_history_sends_an_invitation_twice_or_leaves_anything_behind(seed: int) -> None:
    with transaction.atomic():
        world = World(seed)
        world.plan(12)
        for _ in range(25):
            world.turn(is_kind=False)
            world.pass_time(world.chance.choice([timedelta(seconds=1), timedelta(seconds=90), HOLD]))
        for _ in range(20):
            world.turn(is_kind=True)
            world.pass_time(HOLD + LEASE)

        for row in OutboundMessage.objects.all():
            assert row.conversation is not None
            kind, taken = world.classes[row.conversation], world.taken[row.conversation]
            assert taken <= (1 if kind is MessageClass.INVITATION else 2)
            assert row.state in {"accepted", "delivered", "undelivered", "abandoned"}
            assert world.told_sent[row.conversation] == (row.state != "abandoned")
            if row.state != "abandoned":
                assert taken + world.unheard[row.conversation] >= 1
            assert row.sealed is None
        transaction.set_rollback(True)

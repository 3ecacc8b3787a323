"""The outbox in dull steps for tests: plan, lease, record, receive, erase."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from vaste.core.database import as_stored
from vaste.core.ids import new_id
from vaste.messaging import ledger
from vaste.messaging.actions import ERASE_CONVERSATION_SQL, NewMessage, enqueue
from vaste.messaging.gateway import Receipt, SubmitEnd, SubmitOutcome
from vaste.messaging.ledger import Leased
from vaste.messaging.models import OutboundMessage
from vaste.messaging.receipts import record_receipts
from vaste.messaging.rules import Event, MessageClass

NOW = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
LONG = "Hyvä asiakas. " * 30  # three parts
LEASE, HOLD = timedelta(seconds=60), timedelta(minutes=10)
SENT: list[tuple[UUID, str]] = []


def on_sent(conversation: UUID, step: str, _now: datetime) -> None:
    SENT.append((conversation, step))


def nobody_objects(_conversations: Sequence[UUID], _now: datetime) -> Mapping[UUID, str]:
    return {}


def new_message(conversation: UUID, number: int = 1, **facts: Any) -> NewMessage:
    usual = {"text": "Hei", "message_class": MessageClass.INVITATION, "due_at": NOW}
    usual |= facts
    usual.setdefault("expires_at", usual["due_at"] + timedelta(hours=24))
    return NewMessage(
        conversation=conversation,
        step="ask",
        to=f"+35840{number:07}",
        sender="18588",
        **usual,
    )


def plan(number: int = 1, **facts: Any) -> UUID:
    conversation = new_id()
    enqueue([new_message(conversation, number, **facts)], now=NOW)
    return conversation


def lease(*, account: str = "a", limit: int = 10, now: datetime = NOW, why_not: ledger.WhyNotSend = nobody_objects) -> list[Leased]:
    return ledger.lease(account=account, limit=limit, until=now + LEASE, why_not_send=why_not, now=now)


def lease_one(*, now: datetime = NOW) -> Leased:
    (one,) = lease(now=now)
    return one


def record(one: Leased, *outcomes: SubmitOutcome, account: str = "a", now: datetime = NOW) -> None:
    ledger.record({one.outgoing.reference: outcomes}, account=account, hold_until=now + HOLD, on_sent=on_sent, now=now)


def settle(now: datetime) -> None:
    ledger.settle(hold_until=now + HOLD, on_sent=on_sent, now=now)
    ledger.forget(now=now)


def receipt(provider_id: str, event: Event = Event.RECEIPT_DELIVERED, number: str = "", *, now: datetime = NOW) -> None:
    record_receipts([Receipt("a", provider_id, event, number=number)], on_sent=on_sent, now=now)


def accepted(provider_id: str = "77", part: int = 1) -> SubmitOutcome:
    return SubmitOutcome(SubmitEnd.ACCEPTED, part, provider_id)


def unknown(part: int = 1) -> SubmitOutcome:
    return SubmitOutcome(SubmitEnd.UNKNOWN, part)


def row(conversation: UUID) -> OutboundMessage:
    return OutboundMessage.objects.get(conversation=conversation)


def erase(conversation: UUID) -> None:
    """Delete every message of a conversation as a burning does."""
    with connection.cursor() as cursor:
        for statement in ERASE_CONVERSATION_SQL:
            cursor.execute(statement, [as_stored(conversation)])

"""What other parts may ask of the outbox: plan a message, take back what is not sent, forget a conversation."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import F

from vaste.core.ids import new_id
from vaste.core.keys import KeyRing, Purpose, ring
from vaste.messaging import text as letters
from vaste.messaging.models import OutboundMessage, sealed_place
from vaste.messaging.queue import turn_of
from vaste.messaging.rules import WAITING, MessageClass, MessageState

# In this order, each with the conversation's id (`core.database.as_stored`): parts belong to their message.
ERASE_CONVERSATION_SQL: Final = (
    "DELETE FROM messaging_messagepart WHERE message_id IN (SELECT id FROM messaging_outboundmessage WHERE conversation = %s)",
    "DELETE FROM messaging_outboundmessage WHERE conversation = %s",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message to plan. conversation: whose step it is, None for one that stands alone. to: E.164.

    It goes no sooner than due_at and not at all after expires_at. unit: messages of different units that are due together take
    turns; it is not stored.
    """

    conversation: UUID | None
    step: str
    message_class: MessageClass
    to: str = field(repr=False)
    text: str = field(repr=False)
    sender: str
    due_at: datetime
    expires_at: datetime
    unit: str = ""


class Letter(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed in an outbox row."""

    to: str
    text: str


@transaction.atomic
def enqueue(messages: Sequence[NewMessage], *, now: datetime) -> None:
    """Plan messages in the caller's transaction; a step of a conversation that is planned already stays as it is.

    now: a message planned for the past is due now.
    """
    keys, before, turns = ring(), Counter[str](), Counter[tuple[str, int]]()
    rows = []
    for message in messages:
        row = _row(message, keys, now)
        # What is said to one person together arrives in the order it was said.
        row.due_at += timedelta(microseconds=before[message.to])
        before[message.to] += 1
        if message.unit:
            row.turn = turn_of(row.due_at, turns[message.unit, turn_of(row.due_at, 0)])
            turns[message.unit, turn_of(row.due_at, 0)] += 1
        else:
            row.turn = turn_of(row.due_at, 0)
        rows.append(row)
    OutboundMessage.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def _row(message: NewMessage, keys: KeyRing, now: datetime) -> OutboundMessage:
    text = letters.normalise(message.text)
    message_id = new_id()
    return OutboundMessage(
        id=message_id,
        conversation=message.conversation,
        step=message.step,
        message_class=message.message_class.value,
        priority=message.message_class.priority,
        sealed=keys.seal(msgspec.msgpack.encode(Letter(message.to, text)), bound_to=sealed_place(message_id)),
        person_hash=keys.keyed_hash(Purpose.ADDRESS, message.to),
        sender=message.sender,
        part_count=letters.segments(text),
        due_at=max(message.due_at, now),
        expires_at=message.expires_at,
    )


def still_queued(conversations: Sequence[UUID], *, step: str) -> set[UUID]:
    """Return the conversations whose message of a step is not yet written to an operator, and hold it until the transaction ends."""
    found: set[UUID] = set()
    for start in range(0, len(conversations), 500):
        chunk = conversations[start : start + 500]
        waiting = OutboundMessage.objects.filter(conversation__in=chunk, step=step, state__in=WAITING).select_for_update()
        found |= {conversation for conversation in waiting.values_list("conversation", flat=True) if conversation}
    return found


@transaction.atomic
def cancel_all_to(phone: str) -> None:
    """Take back whatever has not left for a phone (E.164); what an operator may have by now is not tried again.

    Confirmations of an opt-out go all the same.
    """
    theirs = OutboundMessage.objects.filter(person_hash__in=ring().keyed_hashes(Purpose.ADDRESS, phone))
    theirs = theirs.exclude(message_class=MessageClass.STOP_CONFIRMATION)
    theirs.filter(state__in=WAITING).update(
        state=MessageState.DROPPED.value, reason="opted_out", sealed=None, person_hash=None, leased_until=None
    )
    # Should it come back into the queue, its time is over.
    theirs.filter(state__in=[MessageState.SUBMITTING, MessageState.UNKNOWN]).update(expires_at=F("due_at"))

"""What is due, in the order in which it goes; asked for every windowful, so in plain SQL.

Those who wait for an answer go first. Invitations planned for one minute take turns by unit: `turn` is the minute and, within
it, the running number of the message among those of its unit, so that a large unit does not hold up the small ones.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from vaste.core.database import Cursor, as_moment, as_stored, as_uuid, bare_cursor, is_postgresql
from vaste.messaging.rules import OUTSTANDING, MessageClass, MessageState

TURNS_A_MINUTE: Final = 1_000_000
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)

_OUTSTANDING = ", ".join(f"'{state.value}'" for state in sorted(OUTSTANDING))
_DUE: Final = f"""
    FROM messaging_outboundmessage AS due
    WHERE state = '{MessageState.QUEUED.value}' AND priority = %s AND turn < %s AND due_at <= %s AND account IN ('', %s)
    AND NOT EXISTS (
        SELECT 1 FROM messaging_outboundmessage AS other
        WHERE other.person_hash = due.person_hash AND other.state IN ({_OUTSTANDING})
    )
"""  # noqa: S608 - our own names
_COLUMNS: Final = "id, conversation, message_class, sealed, person_hash, sender, part_count, attempt, expires_at"
_PRIORITIES = sorted({message_class.priority for message_class in MessageClass})


@dataclass(frozen=True, slots=True)
class DueMessage:
    """What sending needs of an outbox row."""

    id: UUID
    conversation: UUID | None
    message_class: MessageClass
    sealed: bytes = field(repr=False)
    person_hash: bytes = field(repr=False)
    sender: str
    part_count: int
    attempt: int
    expires_at: datetime


def turn_of(due_at: datetime, number: int) -> int:
    """Return a message's turn in the queue. number: its running number among its unit's messages of the same minute, from 0."""
    return (due_at - _EPOCH) // _MINUTE * TURNS_A_MINUTE + min(number, TURNS_A_MINUTE - 1)


def is_something_due(account: str, now: datetime) -> bool:
    """Tell whether an account could take a message now."""
    with bare_cursor() as cursor:
        return any(_select(cursor, "1", account, priority, 1, now, "") for priority in _PRIORITIES)


def take_due(account: str, limit: int, now: datetime) -> list[DueMessage]:
    """Return what an account may take now, one message for each number, and hold it until the transaction ends."""
    found: dict[bytes, DueMessage] = {}
    lock = "FOR UPDATE OF due SKIP LOCKED" if is_postgresql() else ""
    with bare_cursor() as cursor:
        for priority in _PRIORITIES:
            room = limit - len(found)
            for row in _select(cursor, _COLUMNS, account, priority, room, now, lock) if room else ():
                message = _due_message(row)
                found.setdefault(message.person_hash, message)
    return list(found.values())


def _select(cursor: Cursor, columns: str, account: str, priority: int, limit: int, now: datetime, lock: str) -> list[Any]:
    values = [priority, turn_of(now, 0) + TURNS_A_MINUTE, as_stored(now), account, limit]
    cursor.execute(f"SELECT {columns} {_DUE} ORDER BY turn, due_at, id LIMIT %s {lock}", values)
    rows: list[Any] = cursor.fetchall()
    return rows


def _due_message(row: Any) -> DueMessage:
    row_id, conversation, message_class, sealed, person_hash, sender, part_count, attempt, expires_at = row
    return DueMessage(
        id=as_uuid(row_id),
        conversation=conversation and as_uuid(conversation),
        message_class=MessageClass(message_class),
        sealed=bytes(sealed or b""),
        person_hash=bytes(person_hash or b""),
        sender=sender,
        part_count=part_count,
        attempt=attempt,
        expires_at=as_moment(expires_at),
    )


def put_off(ids: list[UUID], until: datetime) -> None:
    """Let messages that are not taken wait until a moment, each at its turn."""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE messaging_outboundmessage SET due_at = %s, turn = %s + turn %% {TURNS_A_MINUTE} "  # noqa: S608 - our own names
            f"WHERE id = %s AND state = '{MessageState.QUEUED.value}'",
            [(as_stored(until), turn_of(until, 0), as_stored(row_id)) for row_id in ids],
        )

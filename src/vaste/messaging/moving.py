"""Rows of the outbox moved by the transition table, many alike by one statement."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from vaste.core.database import as_moment, as_stored, as_uuid, bare_cursor, is_postgresql, one_of
from vaste.messaging.rules import FINAL, HANDED_OVER, OUTSTANDING, Event, MessageState, id_key, next_state

# SQLite takes so many values in one statement wherever it was built.
_MOST_AT_ONCE = 5000
_LONGEST_ID = 80


def move(
    ids: Sequence[UUID],
    event: Event,
    state: MessageState,
    *,
    then: Event | None = None,
    only_where: Mapping[str, Any] | None = None,
    **columns: Any,
) -> list[UUID]:
    """Take rows from one state to the next; return those that moved. Rows in another state stay.

    then: what happens to them in the same moment. only_where: what must stand in other columns too. columns: what else is written.
    """
    target = next_state(state, event) if then is None else next_state(next_state(state, event), then)
    if target in HANDED_OVER:
        columns["sealed"] = None
    if target in FINAL:
        columns["person_hash"] = None
    written = {"state": target.value, **columns}
    expected = {"state": state.value, **(only_where or {})}
    moved: list[UUID] = []
    with bare_cursor() as cursor:
        for some in _pieces(ids):
            among, params = one_of(some)
            cursor.execute(
                f"UPDATE messaging_outboundmessage SET {', '.join(f'{name} = %s' for name in written)} "  # noqa: S608 - our own names
                f"WHERE {' AND '.join(f'{name} = %s' for name in expected)} AND id {among} RETURNING id",
                [*map(_stored, written.values()), *map(_stored, expected.values()), *params],
            )
            moved += [as_uuid(row[0]) for row in cursor.fetchall()]
    return moved


@dataclass(frozen=True, slots=True)
class Submitted:
    """A message that was written to an operator and whose end is not known for sure."""

    id: UUID
    state: MessageState
    conversation: UUID | None
    step: str
    part_count: int
    due_at: datetime


_SUBMITTED: Final = f"""
    SELECT id, state, conversation, step, part_count, due_at FROM messaging_outboundmessage
    WHERE account = %s AND state IN ('{MessageState.SUBMITTING.value}', '{MessageState.UNKNOWN.value}') AND id
"""  # noqa: S608 - our own names


def submitted(ids: Sequence[UUID], account: str) -> list[Submitted]:
    """Return those messages of an account whose end is not written down yet, and hold them until the transaction ends."""
    lock = "FOR UPDATE" if is_postgresql() else ""
    found: list[Submitted] = []
    with bare_cursor() as cursor:
        for some in _pieces(ids):
            among, params = one_of(some)
            cursor.execute(f"{_SUBMITTED} {among} {lock}", [account, *params])
            found += [
                Submitted(as_uuid(row_id), MessageState(state), conversation and as_uuid(conversation), step, part_count, as_moment(due_at))
                for row_id, state, conversation, step, part_count, due_at in cursor.fetchall()
            ]
    return found


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A message that a worker has taken, or whose outcome is unknown."""

    id: UUID
    state: MessageState
    account: str
    due_at: datetime
    leased_until: datetime | None
    begun_at: datetime | None


# The states stand in the statement, so that the small index of just these is used.
_OUTSTANDING: Final = f"""
    SELECT id, state, account, due_at, leased_until, begun_at FROM messaging_outboundmessage
    WHERE state IN ({", ".join(f"'{state.value}'" for state in sorted(OUTSTANDING))})
"""  # noqa: S608 - our own names


def outstanding() -> list[Outstanding]:
    """Return all messages that are under way, of every account: about a window of each, and the unknown ones."""
    with bare_cursor() as cursor:
        cursor.execute(_OUTSTANDING)
        return [
            Outstanding(
                as_uuid(row_id),
                MessageState(state),
                account,
                as_moment(due_at),
                leased_until and as_moment(leased_until),
                begun_at and as_moment(begun_at),
            )
            for row_id, state, account, due_at, leased_until, begun_at in cursor.fetchall()
        ]


@dataclass(frozen=True, slots=True)
class TakenPart:
    """A part that an operator has taken under an id of its own."""

    message_id: UUID
    number: int
    provider_id: str


# One statement for all on PostgreSQL, where each costs a journey; on SQLite a statement costs less than to join many.
_KEEP_PARTS_AT_ONCE: Final = """
    INSERT INTO messaging_messagepart (message_id, number, provider_id, id_key, account, state)
    SELECT part.*, %s, %s FROM unnest(%s::uuid[], %s::smallint[], %s::text[], %s::text[]) AS part ON CONFLICT DO NOTHING
"""
_KEEP_PART: Final = """
    INSERT INTO messaging_messagepart (message_id, number, provider_id, id_key, account, state)
    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


def keep_parts(parts: Sequence[TakenPart], account: str) -> None:
    """Write down what an operator has taken; what is known already stays as it is."""
    state = MessageState.ACCEPTED.value
    rows = [
        (as_stored(part.message_id), part.number, part.provider_id[:_LONGEST_ID], id_key(part.provider_id)[:_LONGEST_ID]) for part in parts
    ]
    if is_postgresql() and rows:
        with bare_cursor() as cursor:
            cursor.execute(_KEEP_PARTS_AT_ONCE, [account, state, *map(list, zip(*rows, strict=True))])
    elif rows:
        with connection.cursor() as cursor:
            cursor.executemany(_KEEP_PART, [(*row, account, state) for row in rows])


def _pieces(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), _MOST_AT_ONCE):
        yield ids[start : start + _MOST_AT_ONCE]


def _stored(value: Any) -> Any:
    return as_stored(value) if isinstance(value, datetime) else value

"""The burning of an invitation: answers go to the mailbox without any key, and everything that knew the phone is deleted.

Written as plain SQL because both ways of answering run it: the text message dialogue inside Django's transaction, and the
survey page on its hot path, as one statement on PostgreSQL and inside the writer's group on SQLite.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from vaste.core import database
from vaste.core.database import Cursor
from vaste.core.identity_codes import mask_identity_codes
from vaste.core.ids import new_id
from vaste.invitations.context import Progress
from vaste.invitations.sessions import OpenSession
from vaste.messaging.actions import ERASE_CONVERSATION_SQL
from vaste.responses.mailbox import SealedAnswer, mailbox_hash, seal_answer
from vaste.responses.rules import Channel, channel, write_answers

NPS = "nps"
FREE_TEXT = "free_text"

_DELETE = "DELETE FROM invitations_invitation WHERE id = %s"
# column → type, for PostgreSQL, which cannot guess the type of a bare parameter in a SELECT
_MAILBOX = {"id": "uuid", "sealed": "bytea", "withdrawal_hash": "bytea"}
_INSERT = f"INSERT INTO responses_mailboxanswer ({', '.join(_MAILBOX)})"
_ROW = f"({', '.join('%s' for _ in _MAILBOX)})"
_FILE = f"{_INSERT} VALUES {_ROW}"
_IS_FILED = "SELECT 1 FROM responses_mailboxanswer WHERE id = %s"
_ERASURES = ", ".join(f"erased_{number} AS ({statement})" for number, statement in enumerate(ERASE_CONVERSATION_SQL))
_TYPED = ", ".join(f"%s::{kind}" for kind in _MAILBOX.values())
_BURN_AND_FILE = f"WITH burnt AS ({_DELETE} RETURNING id), {_ERASURES} {_INSERT} SELECT {_TYPED} FROM burnt"  # noqa: S608
# For many at once on SQLite: their ids go as one list in JSON, so that the statements stay the same.
_ANY_OF = "IN (SELECT value FROM json_each(%s))"
_STILL_OPEN = f"SELECT json_group_array(id) FROM invitations_invitation WHERE id {_ANY_OF}"  # noqa: S608
_DELETE_MANY = tuple(statement.replace("= %s", _ANY_OF) for statement in (_DELETE, *ERASE_CONVERSATION_SQL))


@dataclass(frozen=True)
class Filed:
    """What goes to the mailbox. answers: item id → value, free text among them; withdrawal_hash: of the code shown, or None."""

    answers: Mapping[str, int | str]
    language: str
    channel: Channel
    withdrawal_hash: bytes | None = None


def filed(progress: Progress, *, language: str, withdrawal_hash: bytes | None = None) -> Filed:
    """Return what is filed of a session's progress, with its channel."""
    way = channel(by_sms=progress.by_sms, by_link=progress.by_link)
    return Filed(answers=progress.answers, language=language, channel=way, withdrawal_hash=withdrawal_hash)


@dataclass(frozen=True, slots=True)
class Burning:
    """An answer ready to be filed: the invitation that it ends, and its mailbox row, sealed already, as the database stores it."""

    invitation_id: UUID
    row: tuple[Any, ...]


def burning(session: OpenSession, answers: Filed, *, today: date) -> Burning:
    """Return the answers of a session ready to be filed: all the work that needs no database is done here."""
    return Burning(session.id, _mailbox_row(session, answers, today))


def burn(cursor: Cursor, session: OpenSession, answers: Filed, *, today: date) -> bool:
    """File the answers and delete the invitation with all its messages; return False when it had burnt before.

    Runs in the caller's transaction. On PostgreSQL it is one statement, durable by itself on an autocommit connection.
    """
    return _burn_one(cursor, burning(session, answers, today=today))


def burn_all(cursor: Cursor, burnings: Sequence[Burning]) -> list[bool]:
    """Do for each what `burn` does; of two for one invitation the first is filed.

    On SQLite it takes five statements, however many they are: each gives the other threads a turn, and has to wait for its own.
    """
    if database.is_postgresql() or len(burnings) == 1:
        return [_burn_one(cursor, one) for one in burnings]
    ids = [one.invitation_id.hex for one in burnings]
    cursor.execute(_STILL_OPEN, (json.dumps(ids),))
    is_open = set(json.loads(cursor.fetchone()[0]))
    first = {conversation: number for number, conversation in reversed(list(enumerate(ids)))}
    is_filed = [conversation in is_open and first[conversation] == number for number, conversation in enumerate(ids)]
    _burn_many(cursor, sorted(is_open), sorted(one.row for one, now in zip(burnings, is_filed, strict=True) if now))
    return is_filed


def is_in_mailbox(cursor: Cursor, one: Burning) -> bool:
    """Tell whether this very answer has been filed, and waits for the mix."""
    cursor.execute(_IS_FILED, (one.row[0],))
    return cursor.fetchone() is not None


def _burn_one(cursor: Cursor, one: Burning) -> bool:
    if database.is_postgresql():
        conversations = [one.invitation_id] * (1 + len(ERASE_CONVERSATION_SQL))
        cursor.execute(_BURN_AND_FILE, (*conversations, *one.row))
        return cursor.rowcount == 1
    if not discard(cursor, one.invitation_id):
        return False
    cursor.execute(_FILE, one.row)
    return True


def _burn_many(cursor: Cursor, ids: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    for statement in _DELETE_MANY:
        cursor.execute(statement, (json.dumps(ids),))
    cursor.execute(f"{_INSERT} VALUES {', '.join([_ROW] * len(rows))}", [value for row in rows for value in row])


def discard(cursor: Cursor, session_id: UUID) -> bool:
    """Delete an invitation and all its messages without filing anything; return False when it had burnt before."""
    conversation = database.as_stored(session_id)
    cursor.execute(_DELETE, (conversation,))
    if cursor.rowcount != 1:
        return False
    for statement in ERASE_CONVERSATION_SQL:
        cursor.execute(statement, (conversation,))
    return True


def _mailbox_row(session: OpenSession, answers: Filed, today: date) -> tuple[Any, ...]:
    context, row_id = session.context, new_id()
    statements = {item: value for item, value in answers.answers.items() if item != NPS and isinstance(value, int)}
    nps = answers.answers.get(NPS)
    answer = SealedAnswer(
        arrived_on=today,
        unit_id=context.unit_oid,
        instrument=context.instrument,
        channel=str(answers.channel),
        language=answers.language,
        respondent_role=context.respondent_role,
        age_band=context.age_band,
        period_start=context.period_start,
        period_kind=context.period_kind,
        nps=nps if isinstance(nps, int) else None,
        answers=write_answers(statements),
        # Masked where it came in; no code passes, whatever way it came.
        free_text=mask_identity_codes(str(answers.answers.get(FREE_TEXT, ""))),
        withdrawal_hash=answers.withdrawal_hash,
    )
    return database.as_stored(row_id), seal_answer(row_id, answer), mailbox_hash(answers.withdrawal_hash)

"""The open session of a link or a phone: found, kept, and shared by both ways of answering. Plain SQL, for the hot path."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from vaste.core import database
from vaste.core.database import Cursor
from vaste.core.ids import is_token
from vaste.core.keys import Purpose, ring
from vaste.invitations.context import Context, Progress, open_context, open_progress, seal_progress

_COLUMNS = "SELECT id, sealed, sealed_answers FROM invitations_invitation"
_BY_TOKEN = f"{_COLUMNS} WHERE token_hash = %s AND expires_at > %s"
_BY_PERSON = f"{_COLUMNS} WHERE person_hash = %s AND expires_at > %s AND planned_at <= %s ORDER BY planned_at DESC"
_BY_ID = f"{_COLUMNS} WHERE id = %s"
_SAVE = "UPDATE invitations_invitation SET sealed_answers = %s WHERE id = %s"


@dataclass(frozen=True)
class OpenSession:
    """An invitation that can still be answered."""

    id: UUID
    context: Context
    progress: Progress


def find_open(cursor: Cursor, token: str, now: datetime) -> OpenSession | None:
    """Return the session of a link token, or None when the token is malformed, unknown, used or expired. Spends nothing."""
    if not is_token(token):
        return None
    for token_hash in ring().keyed_hashes(Purpose.LINK_TOKEN, token):
        cursor.execute(_BY_TOKEN, (token_hash, database.as_stored(now)))
        row = cursor.fetchone()
        if row:
            return _session(row)
    return None


def find_of_person(cursor: Cursor, phone: str, now: datetime) -> OpenSession | None:
    """Return the latest session of a phone (E.164) that was due to be sent and can still be answered, or None."""
    moment = database.as_stored(now)
    for person_hash in ring().keyed_hashes(Purpose.PERSON, phone):
        cursor.execute(_BY_PERSON, (person_hash, moment, moment))
        row = cursor.fetchone()
        if row:
            return _session(row)
    return None


def find_by_id(cursor: Cursor, invitation_id: UUID) -> OpenSession | None:
    """Return the session of an invitation, expired or not, or None when it has burnt."""
    cursor.execute(_BY_ID, (database.as_stored(invitation_id),))
    row = cursor.fetchone()
    return _session(row) if row else None


def _session(row: Any) -> OpenSession:
    invitation_id = row[0] if isinstance(row[0], UUID) else UUID(row[0])
    return OpenSession(invitation_id, open_context(invitation_id, row[1]), open_progress(invitation_id, row[2]))


def save_progress(cursor: Cursor, session_id: UUID, progress: Progress) -> bool:
    """Keep the answers so far on the invitation; return False when it has burnt in the meantime."""
    return save_sealed(cursor, session_id, seal_progress(session_id, progress))


def save_sealed(cursor: Cursor, session_id: UUID, sealed: bytes) -> bool:
    """Do what `save_progress` does with answers that are sealed already."""
    cursor.execute(_SAVE, (sealed, database.as_stored(session_id)))
    return cursor.rowcount == 1

"""What an invitation knows of its visit while it lives, and the answers given so far: both sealed on its row."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from vaste.core.keys import BLOCK_OF_ANSWERS, ring


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """The visit behind an invitation."""

    phone: str
    event_id: str
    county_code: str
    unit_oid: str
    instrument: str
    language: str
    respondent_role: str
    age_band: str
    visited_at: datetime
    visited_on: date
    period_start: date
    period_kind: str
    sender: str


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far the respondent has come, by whichever way.

    dialogue: the state of the text message dialogue (`surveys.dialogue.State`); turns: how many texts were read in it.
    """

    answers: dict[str, int | str]
    by_sms: bool = False
    by_link: bool = False
    dialogue: bytes | None = None
    touched_at: datetime | None = None
    turns: int = 0


_read_context = msgspec.msgpack.Decoder(Context)
_read_progress = msgspec.msgpack.Decoder(Progress)
_write = msgspec.msgpack.Encoder()


def seal_context(invitation_id: UUID, context: Context) -> bytes:
    """Return the sealed form of a context, bound to its invitation."""
    return ring().seal(_write.encode(context), bound_to=f"invitation {invitation_id.hex}")


def open_context(invitation_id: UUID, sealed: bytes | memoryview) -> Context:
    """Return the context of an invitation. Raises SealBroken."""
    return _read_context.decode(ring().open(sealed, bound_to=f"invitation {invitation_id.hex}"))


def seal_progress(invitation_id: UUID, progress: Progress) -> bytes:
    """Return the sealed form of the answers so far, bound to their invitation."""
    return ring().seal(_write.encode(progress), bound_to=f"progress {invitation_id.hex}", block=BLOCK_OF_ANSWERS)


def open_progress(invitation_id: UUID, sealed: bytes | memoryview | None) -> Progress:
    """Return the answers so far; none yet is an empty Progress. Raises SealBroken."""
    if sealed is None:
        return Progress(answers={})
    return _read_progress.decode(ring().open(sealed, bound_to=f"progress {invitation_id.hex}"))

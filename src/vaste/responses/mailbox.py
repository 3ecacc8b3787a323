"""The sealed form of an answer in the mailbox, between its invitation and the record."""

import os
from datetime import date
from uuid import UUID

import msgspec

from vaste.core.keys import BLOCK_OF_ANSWERS, Purpose, ring

_HASH_BYTES = 32


class SealedAnswer(msgspec.Struct, frozen=True, array_like=True):
    """What a mailbox row seals: the columns of the response that it becomes, and the day on which it came."""

    arrived_on: date
    unit_id: str
    instrument: str
    channel: str
    language: str
    respondent_role: str
    age_band: str
    period_start: date
    period_kind: str
    nps: int | None
    answers: str
    free_text: str
    withdrawal_hash: bytes | None


_read = msgspec.msgpack.Decoder(SealedAnswer)
_write = msgspec.msgpack.Encoder()


def seal_answer(answer_id: UUID, answer: SealedAnswer) -> bytes:
    """Return the sealed form of an answer, bound to its row."""
    return ring().seal(_write.encode(answer), bound_to=_place(answer_id), block=BLOCK_OF_ANSWERS)


def open_answer(answer_id: UUID, sealed: bytes | memoryview) -> SealedAnswer:
    """Return what a mailbox row seals. Raises SealBroken."""
    return _read.decode(ring().open(sealed, bound_to=_place(answer_id)))


def mailbox_hash(withdrawal_hash: bytes | None) -> bytes:
    """Return what the mailbox keeps in place of the record's hash of a code; None, when no code was shown, gives a random one."""
    if withdrawal_hash is None:
        return os.urandom(_HASH_BYTES)
    return ring().keyed_hash(Purpose.MAILBOX, withdrawal_hash)


def mailbox_hashes(withdrawal_hashes: list[bytes]) -> list[bytes]:
    """Return all that the mailbox may keep in place of the record's hashes of one code, by every key."""
    return [found for withdrawal_hash in withdrawal_hashes for found in ring().keyed_hashes(Purpose.MAILBOX, withdrawal_hash)]


def _place(answer_id: UUID) -> str:
    return f"mailbox answer {answer_id.hex}"

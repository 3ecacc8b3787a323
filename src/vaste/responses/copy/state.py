"""What the database says of its copy: which one it is, how far it has come, and where its parts lie."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

import msgspec
from django.conf import settings
from django.db import transaction

from vaste.core.ids import new_id
from vaste.responses.changes import Change, forget_changes
from vaste.responses.models import CopyState


class CopyFailed(RuntimeError):
    """The copy could not be written or read; the message says why. The record itself is untouched, and figures come from it."""


class Part(msgspec.Struct, frozen=True):
    """One month of the copy. edition: the one in which its cubes were made; is_sorted: as small as it can be."""

    edition: int
    responses: int
    items: tuple[str, ...] = ()
    is_sorted: bool = False


@dataclass(frozen=True)
class Copy:
    """A copy as the database knows it. parts: by month, its first day."""

    copy_id: str
    edition: int = 0
    attempt: int = 0
    parts: Mapping[date, Part] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return Path(settings.COPY_DIR) / self.copy_id


def editions(copy: Copy) -> dict[date, int]:
    """Return the edition in which each month's cubes were made."""
    return {month: part.edition for month, part in copy.parts.items()}


_read_parts = msgspec.json.Decoder(dict[date, Part])


def known_copy() -> Copy | None:
    """Return the copy that belongs to this database, or None when none has been made yet."""
    row = CopyState.objects.first()
    return Copy(row.copy_id, row.edition, row.attempt, _read_parts.decode(row.parts)) if row else None


def new_copy() -> Copy:
    """Return a copy that nobody knows of yet."""
    return Copy(new_id().hex)


def begin_attempt(copy: Copy) -> Copy:
    """Note that a next edition is begun, before anything of it is written.

    By this number, which the table carries too, a table is told from one that has gone on without this database, as after
    the database was restored from an older backup.
    """
    begun = replace(copy, attempt=copy.attempt + 1)
    CopyState.objects.filter(copy_id=copy.copy_id).update(attempt=begun.attempt)
    return begun


@transaction.atomic
def publish(copy: Copy, *, copied: list[Change]) -> Copy:
    """Let readers use what was written, and forget the changes that are in it."""
    done = replace(copy, edition=copy.attempt)
    values = {"copy_id": done.copy_id, "edition": done.edition, "attempt": done.attempt, "parts": _written(done.parts)}
    CopyState.objects.update_or_create(id=1, defaults=values)
    forget_changes(copied)
    return done


def _written(parts: Mapping[date, Part]) -> str:
    return msgspec.json.encode(dict(sorted(parts.items()))).decode()


@contextmanager
def only_writer(*, waits: bool) -> Iterator[bool]:
    """Hold the copy for writing; yield whether it was free. waits: until it is."""
    folder = Path(settings.COPY_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as file:
        try:
            flock(file, LOCK_EX if waits else LOCK_EX | LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True

"""A second tap on Send: the same form to the same link within seconds is answered once, and both get the same thanks.

Kept in the memory of the process alone, for ten seconds, under marks that nobody can make who does not have the link and the form.
"""

import hashlib
import os
import threading
import time
from dataclasses import dataclass

_KEPT_SECONDS = 10.0
_MOST_KEPT = 20_000  # a flood must not fill the memory
_PATIENCE_SECONDS = 40.0
_LOOK_EVERY_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Thanks:
    """What a thank-you page is drawn from again."""

    unit_oid: str
    language: str
    code: str
    contacted: bool


class Repeats:
    """Forms sent of late, each with its thanks once it is filed. Thread-safe. seconds: a steadily growing clock, passed in."""

    def __init__(self) -> None:
        self._key = os.urandom(32)
        self._lock = threading.Lock()
        self._kept: dict[bytes, tuple[float, Thanks | None]] = {}

    def mark_of(self, token: str, body: bytes) -> bytes:
        """Return what stands for a form sent to a link, under a random key that ends with the process."""
        return hashlib.blake2b(token.encode() + b" " + body, key=self._key, digest_size=32).digest()

    def begin(self, mark: bytes, seconds: float) -> bool:
        """Note that a form is being filed; return False when the same form to the same link is already, or was just now."""
        with self._lock:
            if mark in self._kept or len(self._kept) >= _MOST_KEPT:
                return mark not in self._kept
            self._kept[mark] = (seconds + _KEPT_SECONDS, None)
            return True

    def end(self, mark: bytes, thanks: Thanks | None) -> None:
        """Keep the thanks of a form that was filed; of one that was not, keep nothing."""
        with self._lock:
            ends_at, _ = self._kept.pop(mark, (0.0, None))
            if thanks and ends_at:
                self._kept[mark] = (ends_at, thanks)

    def thanks_for(self, mark: bytes) -> Thanks | None:
        """Return the thanks of a form sent before, waiting while it is being filed; None when it was not, or is forgotten."""
        ends_at = time.monotonic() + _PATIENCE_SECONDS
        while mark in self._kept and time.monotonic() < ends_at:
            thanks = self._kept.get(mark, (0.0, None))[1]
            if thanks:
                return thanks
            time.sleep(_LOOK_EVERY_SECONDS)
        return None

    def forget_old(self, seconds: float) -> None:
        """Forget what has been kept long enough; a form still being filed stays."""
        if not self._kept:
            return
        with self._lock:
            old = []
            for mark, (ends_at, thanks) in self._kept.items():
                if ends_at > seconds:
                    break  # those that follow end later still
                if thanks:
                    old.append(mark)
            for mark in old:
                del self._kept[mark]

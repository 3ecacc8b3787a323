"""How much the hub takes at a time: bytes in flight, requests of one county, refusals of one county."""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager

from vaste.national.packages.layout import MOST_PACKED_BYTES

# Bodies of all requests together; four packages of the largest size, or all counties' usual ones at once.
_BYTES_IN_FLIGHT = 4 * MOST_PACKED_BYTES
_REQUESTS_OF_A_COUNTY = 4
# A read from the net cannot be broken off, and the server stands still where one is left behind; so each late body keeps its thread
# until its connection ends.
_LATE_OF_A_COUNTY = 8
# For 32 MB, over a line of one megabit a second.
_BODY_SECONDS = 300.0
_WAIT_SECONDS = 60.0
# Unpacked, a package may take 256 MB: two at a time.
_READ_AT_A_TIME = 2
_REFUSALS, _REFUSAL_SECONDS = 60, 600.0


class TooBusy(Exception):
    """There is no room for another request now; the sender may try again."""


class BodyLate(Exception):
    """A body was not whole in time; nothing is kept of it."""


class Room:
    """Room for a body of a county, with what has come of it. It is the gate's: once late, it is empty."""

    def __init__(self, county: str, length: int, late_at: float) -> None:
        self.county, self.length, self._late_at = county, length, late_at
        self._lock = threading.Lock()
        self._pieces: list[bytes] = []
        self._missing = length

    def put(self, piece: bytes) -> None:
        """Keep the next piece. Raises BodyLate."""
        with self._lock:
            if self._is_late():
                raise BodyLate
            self._pieces.append(piece)
            self._missing -= len(piece)

    def is_late(self) -> bool:
        """Tell whether the time is over and the body is not whole; then what has come of it goes."""
        with self._lock:
            return self._is_late()

    def _is_late(self) -> bool:
        if not self._missing or time.monotonic() <= self._late_at:
            return False
        self._pieces.clear()
        return True

    def take(self) -> bytes:
        """Return what has come, which is kept no more."""
        body = b"".join(self._pieces)
        self._pieces.clear()
        return body


class Gate:
    """Lets in as many bytes and requests as there is room for, and makes the others wait a while. Thread-safe.

    body_seconds: a body that takes longer counts no more, so a sender that stalls does not keep others out.
    """

    def __init__(self, *, body_seconds: float = _BODY_SECONDS) -> None:
        self._body_seconds = body_seconds
        self._changed = threading.Condition()
        self._rooms: list[Room] = []
        self._readers = threading.BoundedSemaphore(_READ_AT_A_TIME)
        self._refusals: dict[str, deque[float]] = defaultdict(deque)

    @contextmanager
    def entered(self, county: str, length: int) -> Iterator[Room]:
        """Hold room for a body. Raises TooBusy where there is none for a minute, or the county has too many requests open."""
        with self._changed:
            own = [room.is_late() for room in self._rooms if room.county == county]
            if own.count(False) >= _REQUESTS_OF_A_COUNTY or own.count(True) >= _LATE_OF_A_COUNTY:
                raise TooBusy
            if not self._changed.wait_for(lambda: self._bytes() + length <= _BYTES_IN_FLIGHT, _WAIT_SECONDS):
                raise TooBusy
            room = Room(county, length, time.monotonic() + self._body_seconds)
            self._rooms.append(room)
        try:
            yield room
        finally:
            with self._changed:
                self._rooms.remove(room)
                self._changed.notify_all()

    def _bytes(self) -> int:
        return sum(room.length for room in self._rooms if not room.is_late())

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold a place among those whose packages are unpacked. Raises TooBusy."""
        if not self._readers.acquire(timeout=_WAIT_SECONDS):
            raise TooBusy
        try:
            yield
        finally:
            self._readers.release()

    def note_refusal(self, county: str) -> None:
        """Count a package of a county that was refused."""
        with self._changed:
            self._refusals[county].append(time.monotonic())

    def is_stopped(self, county: str) -> bool:
        """Tell whether a county has had so many packages refused of late that it should look at its program first."""
        with self._changed:
            since = time.monotonic() - _REFUSAL_SECONDS
            refusals = self._refusals[county]
            while refusals and refusals[0] < since:
                refusals.popleft()
            return len(refusals) >= _REFUSALS

"""How much the hub takes at a time: bytes in flight, requests of one county, refusals of one county."""

import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager

from vaste.national.packages.layout import MOST_PACKED_BYTES

# Bodies of all requests together; four packages of the largest size, or all counties' usual ones at once.
_BYTES_IN_FLIGHT = 4 * MOST_PACKED_BYTES
_REQUESTS_OF_A_COUNTY = 4
_WAIT_SECONDS = 60.0
# Unpacked, a package may take 256 MB: two at a time.
_READ_AT_A_TIME = 2
_REFUSALS, _REFUSAL_SECONDS = 60, 600.0


class TooBusy(Exception):
    """There is no room for another request now; the sender may try again."""


class Gate:
    """Lets in as many bytes and requests as there is room for, and makes the others wait a while. Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._bytes = 0
        self._requests: Counter[str] = Counter()
        self._readers = threading.BoundedSemaphore(_READ_AT_A_TIME)
        self._refusals: dict[str, deque[float]] = defaultdict(deque)

    @contextmanager
    def entered(self, county: str, length: int) -> Iterator[None]:
        """Hold room for a body. Raises TooBusy where there is none for a minute, or the county has too many requests open."""
        with self._changed:
            if self._requests[county] >= _REQUESTS_OF_A_COUNTY:
                raise TooBusy
            if not self._changed.wait_for(lambda: self._bytes + length <= _BYTES_IN_FLIGHT, _WAIT_SECONDS):
                raise TooBusy
            self._bytes += length
            self._requests[county] += 1
        try:
            yield
        finally:
            with self._changed:
                self._bytes -= length
                self._requests[county] -= 1
                self._changed.notify_all()

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

"""A brake on guessing links and codes: failures are counted in memory, by addresses that nobody can read back."""

import hashlib
import ipaddress
import os
import threading
from collections import Counter
from collections.abc import Mapping
from typing import Any

_WINDOW_SECONDS = 300.0
# Many phones share one address of an operator, and a clinic has one for its whole staff: only guessing in earnest is stopped.
_MOST_PER_ADDRESS = 60
# When failures come from everywhere at once, an address is stopped sooner; one that never failed is never stopped.
_MOST_IN_ALL = 3000
_MOST_PER_ADDRESS_IN_A_FLOOD = 3
_MOST_REMEMBERED = 100_000  # addresses; a flood must not fill the memory


class Limiter:
    """Counts failures per address and in all for a window of five minutes, under a random key that goes with the window.

    Thread-safe. seconds: a steadily growing clock, passed in.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begin(0.0)

    def _begin(self, seconds: float) -> None:
        self._ends_at = seconds + _WINDOW_SECONDS
        self._key = os.urandom(32)
        self._failures: Counter[bytes] = Counter()
        self._in_all = 0

    def is_stopped(self, address: str, seconds: float) -> bool:
        """Tell whether an address has failed too often of late."""
        if not self._in_all:  # the common case: nothing to look up, nothing to wait for
            return False
        with self._lock:
            if seconds >= self._ends_at:
                self._begin(seconds)
            most = _MOST_PER_ADDRESS if self._in_all < _MOST_IN_ALL else _MOST_PER_ADDRESS_IN_A_FLOOD
            return self._failures[self._mark(address)] >= most

    def note_failure(self, address: str, seconds: float) -> None:
        """Count a link or code that opened nothing."""
        with self._lock:
            if seconds >= self._ends_at:
                self._begin(seconds)
            self._in_all += 1
            if len(self._failures) < _MOST_REMEMBERED:
                self._failures[self._mark(address)] += 1

    def _mark(self, address: str) -> bytes:
        return hashlib.blake2b(address.encode(), key=self._key, digest_size=16).digest()


def caller(environ: Mapping[str, Any]) -> str:
    """Return the network address a request comes from, of IPv6 the /64 that one subscriber has.

    Behind a proxy of our own, which is where the peer's address is a private one, it is the last that the proxy noted.
    """
    address: str = environ.get("REMOTE_ADDR", "")
    noted = environ.get("HTTP_X_FORWARDED_FOR", "")
    if noted and _is_private(address):
        address = noted.rpartition(",")[2].strip()
    return _subscriber(address) if ":" in address else address


def _is_private(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:  # a socket of the machine itself has no address
        return True


def _subscriber(address: str) -> str:
    try:
        return str(ipaddress.IPv6Network((address, 64), strict=False))
    except ValueError:
        return address

"""Waiting for what another thread or process does, with patience enough for a busy machine."""

import time
from collections.abc import Callable

_LONG_SECONDS = 30.0


def wait_until(is_so: Callable[[], bool]) -> None:
    """Return when a condition holds. Raises AssertionError when it does not in half a minute."""
    ends_at = time.monotonic() + _LONG_SECONDS
    while not is_so():
        assert time.monotonic() < ends_at
        time.sleep(0.001)

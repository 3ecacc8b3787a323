"""Waiting for what another thread or process does, with patience enough for a busy machine."""

import os
import time
from collections.abc import Callable

_LONG_SECONDS = 120.0


def wait_until(is_so: Callable[[], bool]) -> None:
    """Return when a condition holds. Raises AssertionError when it does not in two minutes."""
    ends_at = time.monotonic() + _LONG_SECONDS
    while not is_so():
        assert time.monotonic() < ends_at
        time.sleep(0.001)


def is_gone(group: int) -> bool:
    """Tell whether no process of a group is left: helpers of a server may end a moment after it."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False

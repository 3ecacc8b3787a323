"""The hub's folder is held by one process at a time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import IO

from django.conf import settings

_LOCK_SECONDS = 0.1


class HubBusy(RuntimeError):
    """Another process serves the hub's folder."""


@contextmanager
def only_server(*, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the hub's folder: one process receives, writes its tables, and mends what the last one left. Raises HubBusy.

    wait_seconds: so long another one, which may just be ending, is waited for.
    """
    folder = Path(settings.HUB_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ends_at = time.monotonic() + wait_seconds
    with (folder / "lock").open("w") as file:
        while not _is_locked(file):
            if time.monotonic() >= ends_at:
                raise HubBusy(f"Another process serves the hub in {folder}.")
            time.sleep(_LOCK_SECONDS)
        yield


def _is_locked(file: IO[str]) -> bool:
    try:
        flock(file, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    return True

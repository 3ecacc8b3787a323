"""What a process does that must not outlive the one which started it, however that one ends."""

import multiprocessing
import os
import threading
import time
from collections.abc import Callable

_LOOKS_SECONDS = 0.5


def when_parent_ends(act: Callable[[], None]) -> None:
    """Do something once the process that started this one is gone, in a thread of its own."""
    parent = multiprocessing.parent_process()  # tells who it was also where it is gone already
    process_id = parent.pid if parent else os.getppid()
    threading.Thread(target=_watch, args=(process_id, act), name="parent", daemon=True).start()


def _watch(parent: int | None, act: Callable[[], None]) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOKS_SECONDS)
    act()

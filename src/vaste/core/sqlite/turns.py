"""Turns of threads that all want the same thing: first come, first served."""

import threading
from collections import deque


class Turns:
    """One holder at a time. A plain lock goes to whoever is quickest, which is nearly always the thread that just gave it back."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._is_taken = False

    def take(self, *, patience: float) -> bool:
        """Wait for one's turn, so many seconds at most; tell whether it came."""
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=patience):
            return True
        with self._guard:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True  # it came between the two

    def give(self) -> None:
        """Give the turn to who has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False

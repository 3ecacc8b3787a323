"""How fast an account is written to: evenly, just below the contracted rate, and not at all while the operator asks us to wait."""

import random
from collections import deque

# Of the contracted rate. The rest is room for the network to bring two messages closer together than they were written.
_SHARE = 0.985
# No second, wherever it begins, is to hold more than the contract; clocks differ by less than this.
_SECOND = 1.006
# How far ahead messages are taken, so that they are not taken one by one.
_AHEAD_SECONDS = 0.5
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 60.0


class Pace:
    """What may be written when. Times are seconds of any clock that only goes forward.

    A message first gets its moment by `reserve`, on an even schedule; then `hold_back` says, when it is to be written, whether
    it has to wait a little longer because earlier ones were late.
    """

    def __init__(self, rate: float | None, *, chance: random.Random) -> None:
        """rate: parts a second by contract, None for no limit. chance: spreads the pauses of many accounts."""
        self._gap = 0.0 if rate is None else 1 / (rate * _SHARE)
        self._written: deque[float] | None = None if rate is None else deque(maxlen=max(1, int(rate)))
        self._next_at = 0.0
        self._paused_until = 0.0
        self._pause_seconds = _FIRST_PAUSE_SECONDS
        self._chance = chance

    def wait_seconds(self, now: float) -> float:
        """Return how long to wait before the next message may be taken: 0 for now."""
        return max(0.0, self._paused_until - now, self._next_at - now - _AHEAD_SECONDS if self._gap else 0.0)

    def room(self, now: float) -> int | None:
        """Return how many parts may be taken now, None for any number."""
        if self.wait_seconds(now) > 0:
            return 0
        return int((now + _AHEAD_SECONDS - max(self._next_at, now)) / self._gap) + 1 if self._gap else None

    def reserve(self, parts: int, now: float) -> float:
        """Return the moment at which a message of so many parts may be written whole; the next one comes after it."""
        if not self._gap:
            return now
        at = max(self._next_at, now) + (parts - 1) * self._gap
        self._next_at = at + self._gap
        return at

    def hold_back(self, parts: int, at: float, now: float) -> float:
        """Return how long a message must wait yet; with 0 it counts as written now. at: its reserved moment."""
        if self._written is None:
            return 0.0
        first = len(self._written) + parts - (self._written.maxlen or 1) - 1
        earliest = self._written[min(first, len(self._written) - 1)] + _SECOND if first >= 0 and self._written else at
        wait = max(at, earliest) - now
        if wait > 0:
            return wait
        self._written.extend([now] * parts)
        return 0.0

    def pause(self, now: float, seconds: float | None = None) -> None:
        """Write nothing for a while: as long as is said, or twice as long as the last time."""
        if seconds is None:
            if now < self._paused_until:  # the other messages of the same window are refused too: that is one refusal
                return
            seconds = self._pause_seconds * self._chance.uniform(0.75, 1.25)
            self._pause_seconds = min(self._pause_seconds * 2, _LONGEST_PAUSE_SECONDS)
        self._paused_until = max(self._paused_until, now + seconds)

    def is_paused(self, now: float) -> bool:
        """Tell whether the operator asked us to wait."""
        return now < self._paused_until

    def accepted(self) -> None:
        """Take an acceptance as the end of the operator's trouble."""
        self._pause_seconds = _FIRST_PAUSE_SECONDS

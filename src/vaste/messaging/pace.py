"""How fast an account may be written to: a token bucket below the contracted rate, and pauses when the operator asks for them."""

import random

# Of the contracted rate; the rest is the burst, so that no second holds more than the contract.
_SHARE = 0.9
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 60.0


class Pace:
    """What may be written now. Times are seconds of any clock that only goes forward."""

    def __init__(self, rate: float | None, *, chance: random.Random) -> None:
        """rate: parts a second by contract, None for no limit. chance: spreads the pauses of many accounts."""
        self._a_second = None if rate is None else rate * _SHARE
        self._most = 1.0 if rate is None else max(1.0, rate * (1 - _SHARE))
        self._tokens = self._most
        self._at: float | None = None
        self._paused_until = 0.0
        self._pause_seconds = _FIRST_PAUSE_SECONDS
        self._chance = chance

    def wait_seconds(self, now: float) -> float:
        """Return how long to wait before the next part may be written: 0 for now."""
        self._fill(now)
        pause = max(0.0, self._paused_until - now)
        if self._a_second is None or self._tokens >= 1:
            return pause
        return max(pause, (1 - self._tokens) / self._a_second)

    def room(self, now: float) -> int | None:
        """Return how many parts may be written now, None for any number."""
        if self.wait_seconds(now) > 0:
            return 0
        return None if self._a_second is None else int(self._tokens)

    def spend(self, parts: int) -> None:
        """Count parts as written. A long message may overdraw the bucket; the next ones wait the longer."""
        if self._a_second is not None:
            self._tokens -= parts

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

    def _fill(self, now: float) -> None:
        if self._a_second is not None and self._at is not None:
            self._tokens = min(self._most, self._tokens + (now - self._at) * self._a_second)
        self._at = now

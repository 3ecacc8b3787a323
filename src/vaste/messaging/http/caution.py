"""When an operator that does not answer is tried again: after pauses that double, with one message at a time."""

_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 60.0


class Caution:
    """Whether a request may be written now. Times are seconds of any clock that only goes forward.

    While all is well everything may. After a failure one request goes alone and the others wait for how it ends: each
    request without an answer is a message of unknown outcome.
    """

    def __init__(self) -> None:
        self._pause_seconds = 0.0
        self._not_before = 0.0
        self._is_trying = False

    @property
    def is_in_trouble(self) -> bool:
        """Tell whether the last thing heard was a failure."""
        return self._pause_seconds > 0

    def is_free(self, now: float) -> bool:
        """Tell whether a request begun now would be let through."""
        return not self.is_in_trouble or (now >= self._not_before and not self._is_trying)

    def begin(self, now: float) -> bool:
        """Begin a request if it may be written; its end must be told by `answered` or `failed`."""
        if not self.is_free(now):
            return False
        self._is_trying = self.is_in_trouble
        return True

    def answered(self) -> None:
        """Take an answer, whatever it says, as a sign of life."""
        self._pause_seconds, self._is_trying = 0.0, False

    def failed(self, now: float) -> None:
        """Wait twice as long as the last time; failures of requests that were under way together count once."""
        self._is_trying = False
        if self.is_in_trouble and now < self._not_before:
            return
        self._pause_seconds = min(max(self._pause_seconds * 2, _FIRST_PAUSE_SECONDS), _LONGEST_PAUSE_SECONDS)
        self._not_before = now + self._pause_seconds

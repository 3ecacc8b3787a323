"""What an HTTP status means for a message, where the operator's own code does not say more."""

from vaste.messaging.http.provider import Answer, Verdict

_FOR_NOW = frozenset({408, 425, 429})
# Somebody between the operator and us says that the operator did not answer: it may have taken the message all the same.
_NOBODY_ANSWERED = frozenset({502, 504, 520, 521, 522, 523, 524})
# Payment, permission, a wrong address or form: the next message would fare no better.
_CALL_SUPPORT = frozenset({402, 403, 404, 405, 406, 407, 410, 411, 415, 421, 426, 451})
_LONGEST_PAUSE_SECONDS = 3600.0


def verdict_of_status(status: int) -> Verdict:
    """Return what an HTTP status alone means; redirects are not followed, since they would carry the message elsewhere."""
    if 200 <= status < 300:
        return Verdict.TAKEN
    if status == 401:
        return Verdict.CREDENTIALS
    if 300 <= status < 400 or status in _CALL_SUPPORT:
        return Verdict.CALL_SUPPORT
    if status in _FOR_NOW:
        return Verdict.FOR_NOW
    if 400 <= status < 500:
        return Verdict.REJECTED
    if 500 <= status < 600 and status not in _NOBODY_ANSWERED:
        return Verdict.FOR_NOW
    return Verdict.UNKNOWN


def pause_seconds(answer: Answer) -> float | None:
    """Return how long the operator asks us to wait (Retry-After in seconds), None when it does not say."""
    written = answer.headers.get("retry-after", "").strip()
    if not (written.isascii() and written.isdigit() and len(written) < 7):
        return None
    return min(max(float(written), 1.0), _LONGEST_PAUSE_SECONDS)

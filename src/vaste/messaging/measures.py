"""What became of messages, counted by account and hour as it happens: messages are erased, these counts stay.

By hour, and without class, unit or id: a finer count would tell when somebody had answered.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from vaste.core.database import as_stored, bare_cursor
from vaste.messaging.models import AccountHour, AccountMinute
from vaste.messaging.routes import SOON, WINDOW, Measured
from vaste.messaging.rules import Event, MessageState

IN_TIME = timedelta(seconds=10)
_HOURS_KEPT = timedelta(days=35)
_MINUTES_KEPT = timedelta(minutes=30)
_RECEIPTS_LOOKED_FOR = timedelta(days=7)


class What(StrEnum):
    """What is counted. `in_time`: handed over within 10 seconds of the planned moment. `soon`: delivered within 5 minutes."""

    HANDED_OVER = "handed_over"
    IN_TIME = "in_time"
    DELIVERED = "delivered"
    SOON = "soon"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    GIVEN_UP = "given_up"
    REFUSED = "refused"
    PUT_OFF = "put_off"
    ID_RULE_CHANGED = "id_rule_changed"


_WHAT_OF_EVENT = {
    Event.ACCEPTED: What.HANDED_OVER,
    Event.NO_ANSWER: What.UNKNOWN,
    Event.REJECTED: What.REFUSED,
    Event.REJECTED_FOR_NOW: What.PUT_OFF,
    Event.GIVEN_UP: What.GIVEN_UP,
}
_WHAT_OF_STATE = {
    MessageState.DELIVERED: What.DELIVERED,
    MessageState.UNDELIVERED: What.UNDELIVERED,
    MessageState.EXPIRED: What.EXPIRED,
}
_SAYS_WHY = frozenset({What.REFUSED, What.PUT_OFF, What.UNDELIVERED, What.EXPIRED})

_ADD_HOURS = """
    INSERT INTO messaging_accounthour (hour, account, what, status, messages) VALUES {rows}
    ON CONFLICT (hour, account, what, status) DO UPDATE SET messages = messaging_accounthour.messages + excluded.messages
"""
_ADD_MINUTES = """
    INSERT INTO messaging_accountminute (minute, account, taken, soon) VALUES {rows}
    ON CONFLICT (minute, account) DO UPDATE
    SET taken = messaging_accountminute.taken + excluded.taken, soon = messaging_accountminute.soon + excluded.soon
"""


class Planned(Protocol):
    """A message that was to go at a moment."""

    @property
    def due_at(self) -> datetime: ...


class Reported(Planned, Protocol):
    """A message of which a receipt has told something."""

    @property
    def account(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def handed_over_at(self) -> datetime | None: ...


class Tally:
    """The counts of one transaction, written together at its end by `write`."""

    def __init__(self) -> None:
        self._hours: Counter[tuple[datetime, str, What, str]] = Counter()
        self._taken: Counter[tuple[datetime, str]] = Counter()
        self._soon: Counter[tuple[datetime, str]] = Counter()

    def count(self, account: str, what: What, at: datetime, *, messages: int = 1, status: str = "") -> None:
        """Count messages of an account in the hour of a moment."""
        hour = at.replace(minute=0, second=0, microsecond=0)
        self._hours[hour, account, what, status[:60] if what in _SAYS_WHY else ""] += messages

    def ended(self, rows: Iterable[Planned], event: Event, status: str, *, account: str, now: datetime) -> None:
        """Count how submits, or holds, ended; what was not written is no end."""
        rows = list(rows)
        if event not in _WHAT_OF_EVENT or not rows:
            return
        self.count(account, _WHAT_OF_EVENT[event], now, messages=len(rows), status=status)
        if event is Event.ACCEPTED:
            self._take(rows, account, now)

    def heard(self, message: Reported, before: MessageState, status: str, *, at: datetime) -> None:
        """Count what a receipt that came at a moment has changed; delivery counts in the hour of handing over."""
        if before is MessageState.UNKNOWN:
            self.count(message.account, What.HANDED_OVER, at)
            self._take([message], message.account, at)
        what = _WHAT_OF_STATE.get(MessageState(message.state))
        if what is None:
            return
        taken_at = message.handed_over_at or at
        self.count(message.account, what, taken_at, status=status)
        if what is What.DELIVERED and at - taken_at <= SOON:
            self.count(message.account, What.SOON, taken_at)
            self._soon[_minute(taken_at), message.account] += 1

    def _take(self, rows: Sequence[Planned], account: str, at: datetime) -> None:
        self._taken[_minute(at), account] += len(rows)
        in_time = sum(at - row.due_at <= IN_TIME for row in rows)
        if in_time:
            self.count(account, What.IN_TIME, at, messages=in_time)

    def write(self) -> None:
        """Add everything to the stored counts, in one order, so that two writers do not wait for each other."""
        if not (self._hours or self._taken or self._soon):
            return
        hours = [(as_stored(hour), *rest, messages) for (hour, *rest), messages in sorted(self._hours.items())]
        minutes = [
            (as_stored(minute), account, self._taken[minute, account], self._soon[minute, account])
            for minute, account in sorted({*self._taken, *self._soon})
        ]
        _add(_ADD_HOURS, hours)
        _add(_ADD_MINUTES, minutes)


def _add(statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add rows of counts by one statement; there are a handful."""
    if rows:
        values = ", ".join([f"({', '.join(['%s'] * len(rows[0]))})"] * len(rows))
        with bare_cursor() as cursor:
            cursor.execute(statement.format(rows=values), [value for row in rows for value in row])


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def measured_lately(*, now: datetime) -> dict[str, Measured]:
    """Return by account what it took within the window and long enough ago to be judged, and how much phones had soon."""
    rows = AccountMinute.objects.filter(minute__gte=_minute(now) - WINDOW, minute__lt=_minute(now - SOON))
    taken: Counter[str] = Counter()
    soon: Counter[str] = Counter()
    for account, taken_then, soon_then in rows.values_list("account", "taken", "soon"):
        taken[account] += taken_then
        soon[account] += soon_then
    told = AccountHour.objects.filter(what=What.DELIVERED, hour__gte=now - _RECEIPTS_LOOKED_FOR).values_list("account", flat=True)
    gives_receipts = set(told.distinct())
    return {account: Measured(taken[account], soon[account], account in gives_receipts) for account in taken}


def taken_lately(*, now: datetime) -> Mapping[str, int]:
    """Return by account how many messages it took in the last five minutes."""
    taken: Counter[str] = Counter()
    for account, messages in AccountMinute.objects.filter(minute__gte=_minute(now) - SOON).values_list("account", "taken"):
        taken[account] += messages
    return taken


def forget_old_counts(*, now: datetime) -> None:
    """Delete counts that nobody looks at any more."""
    AccountMinute.objects.filter(minute__lt=now - _MINUTES_KEPT).delete()
    AccountHour.objects.filter(hour__lt=now - _HOURS_KEPT).delete()

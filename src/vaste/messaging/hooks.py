"""What a worker asks of the parts above it and tells them, and in what rhythm it works."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from vaste.core import clock
from vaste.messaging import inbox, ledger
from vaste.messaging.standing import Sighting


def _take_all(_account: str, room: int, _now: datetime) -> int:
    """Return that an account takes what it has room for: the rule where there is only one."""
    return room


def _tell_nobody(_seen: Sighting, _now: datetime) -> None:
    """Keep nothing of what the worker sees."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the parts above want to be asked and told. All are called in the worker's database thread.

    why_not_send: of some conversations, those that may not be written to any more, with a short reason each; asked when a
    message is taken to be sent. postpone_until: of some invitations, those that may not go yet, each with the moment at which
    it may: a queue that waited for an operator must not ring at night. on_sent: the operator has a step of a conversation.
    on_reply: a person wrote; called inside the transaction that deletes the reply, so that what it changes happens once.
    room_for: of the messages for which an account has room, how many it may take. on_sight: how the account stands, every few
    seconds.
    """

    why_not_send: ledger.WhyNotSend
    on_sent: ledger.OnSent
    on_reply: inbox.OnReply
    clock: Callable[[], datetime] = clock.now
    postpone_until: ledger.PostponeUntil = ledger.nobody_waits
    room_for: Callable[[str, int, datetime], int] = _take_all
    on_sight: Callable[[Sighting, datetime], None] = _tell_nobody


@dataclass(frozen=True, slots=True)
class Timing:
    """poll: how often an idle worker looks for work that nobody told it of. hold: how long an unknown outcome may yet be proved.

    settle: how often it looks at what has run out; forget: how often at what has served, which means reading the whole outbox.
    """

    poll_seconds: float = 0.25
    settle_seconds: float = 5.0
    leave_seconds: float = 10.0
    lease: timedelta = timedelta(seconds=60)
    hold: timedelta = timedelta(minutes=10)
    forget: timedelta = timedelta(minutes=1)

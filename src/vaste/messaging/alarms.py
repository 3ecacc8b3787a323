"""When somebody must look at messaging, and why. Pure: facts in, alarms out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# A cut connection is back within seconds; only one that stays away is worth somebody's time.
NOT_CONNECTED_AFTER = timedelta(minutes=1)
REPLIES_WAITING_AFTER = timedelta(minutes=1)
UNKNOWN_SHARE = 0.05
# Fewer messages than these prove nothing.
FEWEST_MESSAGES = 20


class Alarm(StrEnum):
    """What is wrong."""

    NOT_WORKING = "not_working"
    CREDENTIALS_REFUSED = "credentials_refused"
    CIRCUIT_OPEN = "circuit_open"
    NOT_CONNECTED = "not_connected"
    UNKNOWN_SHARE = "unknown_share"
    ID_RULE_CHANGED = "id_rule_changed"
    QUEUE_OLD = "queue_old"
    REPLIES_WAITING = "replies_waiting"


@dataclass(frozen=True)
class Standing:
    """How an account stands. unchanged_for: how long its connection has been as it is. handed_over, unknown: of the last two hours."""

    account: str
    is_silent: bool
    is_connected: bool
    unchanged_for: timedelta
    trouble: str
    status: str
    weight: int
    handed_over: int = 0
    unknown: int = 0
    has_new_id_rule: bool = False


@dataclass(frozen=True)
class Waiting:
    """What waits: messages that are due, replies not read yet, and how long the oldest of each has waited."""

    messages: int = 0
    oldest_message: timedelta = timedelta(0)
    replies: int = 0
    oldest_reply: timedelta = timedelta(0)


@dataclass(frozen=True)
class Raised:
    """An alarm of an account, or of the whole when the account is empty."""

    alarm: Alarm
    account: str = ""


def raised(standings: Sequence[Standing], waiting: Waiting, *, queue_limit: timedelta) -> list[Raised]:
    """Return what somebody must look at, the gravest first. queue_limit: how long a message that is due may wait."""
    found = [] if standings else [Raised(Alarm.NOT_WORKING)]
    found += [Raised(alarm, standing.account) for standing in standings for alarm in _of_account(standing)]
    if waiting.messages and waiting.oldest_message > queue_limit:
        found.append(Raised(Alarm.QUEUE_OLD))
    if waiting.replies and waiting.oldest_reply > REPLIES_WAITING_AFTER:
        found.append(Raised(Alarm.REPLIES_WAITING))
    order = list(Alarm)
    return sorted(found, key=lambda one: (order.index(one.alarm), one.account))


def _of_account(standing: Standing) -> Iterable[Alarm]:
    if standing.trouble:
        yield Alarm(standing.trouble)
    elif standing.is_silent:
        yield Alarm.NOT_WORKING
    elif not standing.is_connected and standing.unchanged_for > NOT_CONNECTED_AFTER:
        yield Alarm.NOT_CONNECTED
    tried = standing.handed_over + standing.unknown
    if tried >= FEWEST_MESSAGES and standing.unknown >= UNKNOWN_SHARE * tried:
        yield Alarm.UNKNOWN_SHARE
    if standing.has_new_id_rule:
        yield Alarm.ID_RULE_CHANGED

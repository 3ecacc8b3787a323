"""What may become of a message: states, events, one transition table, and how receipts find their message."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from types import MappingProxyType


class MessageClass(StrEnum):
    """What a message is for; it decides who goes first and what happens when its outcome stays unknown."""

    INVITATION = "invitation"
    QUESTION = "question"
    THANKS = "thanks"
    STOP_CONFIRMATION = "stop_confirmation"

    @property
    def priority(self) -> int:
        """Return 0 for answers to a person who is waiting, 1 for invitations: the lower goes first."""
        return 1 if self is MessageClass.INVITATION else 0

    @property
    def may_repeat(self) -> bool:
        """Tell whether a message of unknown outcome is sent once more: never a second invitation, never a silent dialogue."""
        return self is not MessageClass.INVITATION


class MessageState(StrEnum):
    """Where a message stands. `abandoned` means "outcome unknown"; `dropped` was never sent, for the reason kept with it."""

    QUEUED = "queued"
    LEASED = "leased"
    SUBMITTING = "submitting"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    FAILED = "failed"
    UNKNOWN = "unknown"
    ABANDONED = "abandoned"
    DROPPED = "dropped"


class Event(StrEnum):
    """What can happen to a message: by us, in the answer to a submit, by a receipt, or by the clock."""

    LEASED = "a worker took it"
    RELEASED = "its lease ran out or was given back"
    DROPPED = "it may not be sent any more"
    BEGUN = "it is about to be written to the operator"
    ACCEPTED = "the operator took it"
    REJECTED_FOR_NOW = "the operator cannot take it now"
    REJECTED = "the operator will never take it"
    NOT_SENT = "it was not written"
    NO_ANSWER = "it was written and no answer came"
    RECEIPT_TAKEN = "a receipt says it is on its way"
    RECEIPT_DELIVERED = "a receipt says the phone has it"
    RECEIPT_UNDELIVERED = "a receipt says it cannot be delivered"
    RECEIPT_EXPIRED = "a receipt says the time ran out"
    REPEATED = "the hold is over and its class lets it go once more"
    GIVEN_UP = "the hold is over and its class forbids another"


_S, _E = MessageState, Event

TRANSITIONS: Mapping[tuple[MessageState, Event], MessageState] = MappingProxyType(
    {
        (_S.QUEUED, _E.LEASED): _S.LEASED,
        (_S.QUEUED, _E.DROPPED): _S.DROPPED,
        (_S.LEASED, _E.RELEASED): _S.QUEUED,
        (_S.LEASED, _E.DROPPED): _S.DROPPED,
        (_S.LEASED, _E.BEGUN): _S.SUBMITTING,
        (_S.SUBMITTING, _E.ACCEPTED): _S.ACCEPTED,
        (_S.SUBMITTING, _E.REJECTED_FOR_NOW): _S.QUEUED,
        (_S.SUBMITTING, _E.REJECTED): _S.FAILED,
        (_S.SUBMITTING, _E.NOT_SENT): _S.QUEUED,
        (_S.SUBMITTING, _E.NO_ANSWER): _S.UNKNOWN,
        # The answer may come after we stopped waiting for it.
        (_S.UNKNOWN, _E.ACCEPTED): _S.ACCEPTED,
        (_S.UNKNOWN, _E.REJECTED_FOR_NOW): _S.QUEUED,
        (_S.UNKNOWN, _E.REJECTED): _S.FAILED,
        (_S.UNKNOWN, _E.RECEIPT_TAKEN): _S.ACCEPTED,
        (_S.UNKNOWN, _E.RECEIPT_DELIVERED): _S.DELIVERED,
        (_S.UNKNOWN, _E.RECEIPT_UNDELIVERED): _S.UNDELIVERED,
        (_S.UNKNOWN, _E.RECEIPT_EXPIRED): _S.EXPIRED,
        (_S.UNKNOWN, _E.REPEATED): _S.QUEUED,
        (_S.UNKNOWN, _E.GIVEN_UP): _S.ABANDONED,
        (_S.ACCEPTED, _E.RECEIPT_DELIVERED): _S.DELIVERED,
        (_S.ACCEPTED, _E.RECEIPT_UNDELIVERED): _S.UNDELIVERED,
        (_S.ACCEPTED, _E.RECEIPT_EXPIRED): _S.EXPIRED,
        # Operators do take back a failure; nothing takes back a delivery.
        (_S.UNDELIVERED, _E.RECEIPT_DELIVERED): _S.DELIVERED,
        (_S.EXPIRED, _E.RECEIPT_DELIVERED): _S.DELIVERED,
    }
)

WAITING = frozenset({_S.QUEUED, _S.LEASED})
# A number has at most one of these at a time, so that a receipt without a known id can prove which message was taken.
OUTSTANDING = frozenset({_S.LEASED, _S.SUBMITTING, _S.UNKNOWN})
FINAL = frozenset({_S.DELIVERED, _S.UNDELIVERED, _S.EXPIRED, _S.FAILED, _S.ABANDONED, _S.DROPPED})
# From here on neither number nor text is needed: nothing sends the message again.
HANDED_OVER = FINAL | {_S.ACCEPTED}

# Which receipt leads to a state, and which states have a reason of the operator's.
RECEIPT_OF_STATE: Mapping[MessageState, Event] = MappingProxyType(
    {
        _S.ACCEPTED: _E.RECEIPT_TAKEN,
        _S.DELIVERED: _E.RECEIPT_DELIVERED,
        _S.UNDELIVERED: _E.RECEIPT_UNDELIVERED,
        _S.EXPIRED: _E.RECEIPT_EXPIRED,
    }
)
SAYS_WHY = frozenset({_S.UNDELIVERED, _S.EXPIRED})

MAX_ATTEMPTS = 2

# The part number of a message that an operator takes under one id, however long it is, and cuts itself.
WHOLE = 0


def next_state(state: MessageState, event: Event) -> MessageState:
    """Return the state after an event; what the table does not know changes nothing: late and doubled reports are normal."""
    return TRANSITIONS.get((state, event), state)


def after_hold(message_class: MessageClass, attempt: int) -> Event:
    """Return what the end of the hold does to a message of unknown outcome. attempt: 1 for the first sending."""
    return Event.REPEATED if message_class.may_repeat and attempt < MAX_ATTEMPTS else Event.GIVEN_UP


# Of several parts, the event that binds us most decides: what must not go again, then what is not known, then what must.
_STRONGEST_FIRST = (Event.REJECTED, Event.NO_ANSWER, Event.REJECTED_FOR_NOW, Event.NOT_SENT, Event.ACCEPTED)


def event_of_parts(events: Iterable[Event]) -> Event:
    """Return what the ends of the submits of all parts mean for the message. Raises ValueError when there are none."""
    return min(events, key=_STRONGEST_FIRST.index)


def has_all_parts(numbers: Collection[int], part_count: int) -> bool:
    """Tell whether an operator has every part of a message. numbers: the parts it has; WHOLE stands for all of them."""
    return WHOLE in numbers or len(numbers) >= part_count


def state_of_message(parts: Mapping[int, MessageState], part_count: int) -> MessageState | None:
    """Return the state that its parts give a message, or None while the operator does not have them all."""
    if WHOLE in parts:
        return parts[WHOLE]
    return state_of_parts(parts.values()) if has_all_parts(parts, part_count) else None


def state_of_parts(states: Iterable[MessageState]) -> MessageState:
    """Return the state of a message whose parts were all accepted: delivered when all are, failed as its worst part."""
    found = set(states)
    for state in (_S.UNDELIVERED, _S.EXPIRED, _S.ACCEPTED):
        if state in found:
            return state
    return _S.DELIVERED


# Our text goes to the phone, is read, and an answer is written and carried back: nobody does all that in less.
SOONEST_ANSWER = timedelta(seconds=3)


# On one connection an operator brings a text again within so long, or not at all.
REPEAT_WINDOW = timedelta(seconds=60)


def is_new_text(
    *, same_connection: bool, seen_at: datetime, answered_at: datetime | None, heard_at: datetime, soonest_answer: timedelta
) -> bool:
    """Tell whether a text that we took in before, and that comes again, is another one of the same words.

    answered_at: when we first began to write to the person since. An operator brings a text again that it has no
    acknowledgement of: on the next connection, or on the same one before ours has reached it. What comes on the same connection
    a minute later, or once the person can have read what we wrote, is theirs ("5", and "5" again).
    """
    if not same_connection:
        return False
    return heard_at >= seen_at + REPEAT_WINDOW or (answered_at is not None and heard_at >= answered_at + soonest_answer)


class IdRule(IntEnum):
    """How an operator's message id in a receipt relates to the one in its answer to the submit; the lower is surer."""

    AS_GIVEN = 1
    CASE_FOLDED = 2
    WITHOUT_ZEROS = 3
    HEX_OF_DECIMAL = 4
    DECIMAL_OF_HEX = 5


class Likeness(IntEnum):
    """Whether the number in a receipt is the number of a message; the lower speaks more for the message."""

    SAME_NUMBER = 0
    NOT_KNOWN = 1
    OTHER_NUMBER = 2


def may_name(rule: IdRule, likeness: Likeness, learnt: IdRule | None) -> bool:
    """Tell whether a receipt may speak of a message whose id it has by a rule. learnt: the account's rule until now.

    An operator's ids are often a running number, so that 14 is one message as written and another one read as hexadecimal:
    a new rule is believed only where the phone agrees, and another phone's receipt only where the id is the same letter for letter.
    """
    if likeness is Likeness.SAME_NUMBER:
        return True
    if likeness is Likeness.NOT_KNOWN:
        return rule is IdRule.AS_GIVEN or learnt in {None, rule}
    return rule is IdRule.AS_GIVEN and learnt in {None, rule}


_MAX_ID_DIGITS = 64


def id_key(provider_id: str) -> str:
    """Return the form of a message id by which rows are found: folded case, no dashes or spaces, no leading zeros."""
    bare = provider_id.strip().casefold().replace("-", "")
    return bare.lstrip("0") or bare[:1]


def id_keys(received_id: str) -> list[str]:
    """Return the keys that the message of a receipt may be stored under, surest first."""
    key = id_key(received_id)
    keys = [key]
    if len(key) <= _MAX_ID_DIGITS and key.isascii():
        if key.isdigit():
            keys.append(f"{int(key):x}")
        if _is_hex(key):
            keys.append(str(int(key, 16)))
    return list(dict.fromkeys(keys))


def id_rule(submitted_id: str, received_id: str) -> IdRule | None:
    """Return the surest rule by which the id in a receipt is the id given at the submit, or None when it is another message."""
    if submitted_id == received_id:
        return IdRule.AS_GIVEN
    if submitted_id.casefold() == received_id.casefold():
        return IdRule.CASE_FOLDED
    stored, keys = id_key(submitted_id), id_keys(received_id)
    if stored == keys[0]:
        return IdRule.WITHOUT_ZEROS
    if stored not in keys:
        return None
    received = keys[0]
    return IdRule.HEX_OF_DECIMAL if received.isdigit() and stored == f"{int(received):x}" else IdRule.DECIMAL_OF_HEX


def _is_hex(key: str) -> bool:
    return bool(key) and all(letter in "0123456789abcdef" for letter in key)

"""What the worker needs of an operator, whatever the wire: submit a message, and hear of receipts and replies."""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from vaste.messaging.rules import SOONEST_ANSWER, Event


class GatewayError(Exception):
    """An account cannot be used; the text says in one sentence what to do. permanent: trying again cannot help."""

    def __init__(self, sentence: str, *, permanent: bool) -> None:
        super().__init__(sentence)
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to hand over. parts_done: part numbers (from 1) the operator has taken before; they are not sent again."""

    reference: UUID
    sender: str
    to: str = field(repr=False)  # E.164
    text: str = field(repr=False)  # already normalised
    validity: timedelta
    attempt: int = 1
    parts_done: frozenset[int] = frozenset()


class SubmitEnd(StrEnum):
    """The four ends of a submit. Unknown: written, and no answer came; it must not be sent again as if nothing had happened."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_SENT = "not sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SubmitOutcome:
    """The end of one part's submit.

    part: from 1, or WHOLE. provider_id: the operator's id when accepted. temporary: a rejection that another try may cure; it
    pauses the account, for pause_seconds when that is given. needs_people: nothing gets through until somebody has talked with
    the operator. status: the operator's code, never a number or text.
    """

    end: SubmitEnd
    part: int = 1
    provider_id: str = ""
    status: str = ""
    temporary: bool = False
    pause_seconds: float | None = None
    needs_people: bool = False

    @property
    def event(self) -> Event:
        """Return what this end means to the state of the message."""
        if self.end is SubmitEnd.REJECTED:
            return Event.REJECTED_FOR_NOW if self.temporary else Event.REJECTED
        return _EVENTS[self.end]


_EVENTS = {
    SubmitEnd.ACCEPTED: Event.ACCEPTED,
    SubmitEnd.NOT_SENT: Event.NOT_SENT,
    SubmitEnd.UNKNOWN: Event.NO_ANSWER,
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an operator says became of a part. event: one of the RECEIPT events. number: the phone's, as written, or empty.

    part: WHOLE where the operator takes messages whole, None where the receipt does not tell its part.
    """

    account: str
    provider_id: str
    event: Event
    number: str = field(default="", repr=False)
    status: str = ""
    part: int | None = None


class Coding(StrEnum):
    """How the octets of an incoming part spell its text."""

    GSM7 = "gsm7"  # one septet an octet, as SMPP carries it
    IA5 = "ia5"  # ASCII by name
    LATIN1 = "latin1"
    UCS2 = "ucs2"
    UTF8 = "utf8"


@dataclass(frozen=True, slots=True)
class Concat:
    """Which part of which long message this is. reference 0 is legal; number runs from 1 to total."""

    reference: int
    number: int
    total: int


@dataclass(frozen=True, slots=True)
class Incoming:
    """One part of a reply as the operator gave it, before anything is read in it.

    provider_id: the operator's own id of the reply where it has one. bind: which connection brought it, since an operator
    repeats an unacknowledged reply on its next connection. heard_at: when it came off the connection, None for now.
    soonest_answer: how soon after we write a person can have answered.
    """

    account: str
    sender: str = field(repr=False)
    recipient: str
    octets: bytes = field(repr=False)
    coding: Coding = Coding.UTF8
    concat: Concat | None = None
    provider_id: str = ""
    bind: str = ""
    heard_at: datetime | None = None
    soonest_answer: timedelta = SOONEST_ANSWER


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole text from a person. from_number: E.164 where it is a mobile number, else as written. complete: no part is missing."""

    account: str
    from_number: str = field(repr=False)
    to: str
    text: str = field(repr=False)
    received_at: datetime
    complete: bool = True


class Inbox(Protocol):
    """Where a gateway brings what it hears. What is returned ends when the matter is durable: only then acknowledge it."""

    def receipt(self, receipt: Receipt) -> Awaitable[None]: ...

    def incoming(self, incoming: Incoming) -> Awaitable[None]: ...

    async def late(self, reference: UUID, outcome: SubmitOutcome) -> None:
        """Take the answer to a submit that had been reported as unknown."""

    async def connected(self, bind: str) -> None:
        """Take note of a new connection, under the name that what it brings will carry."""

    async def look(self) -> None:
        """Take up what another process has stored for this account: an HTTP operator calls the web server."""


class SmsGateway(Protocol):
    """An operator's account. All its methods run on the worker's event loop.

    window: how many messages may be under way at once. rate: parts a second by contract, None for no limit.
    """

    account: str
    window: int
    rate: float | None

    async def run(self, inbox: Inbox) -> None:
        """Keep the connection until cancelled, bringing receipts and replies. Raises GatewayError when it can never work."""

    def is_ready(self) -> bool:
        """Tell whether a submit could be written now."""

    async def submit(self, outgoing: Outgoing) -> list[SubmitOutcome]:
        """Hand over a message; return the end of every part not done before, in a bounded time, without raising."""

    async def close(self) -> None:
        """Take leave of the operator: let the answers under way come in, then end the connection. Called before `run` is cancelled."""

"""What one HTTP operator must be able to say and read; the gateway and the addresses for callbacks do the rest."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from urllib.parse import parse_qsl

from vaste.messaging.gateway import Incoming, Outgoing, Receipt


class CallbackRefused(Exception):
    """A callback does not prove that the operator sent it."""


class CallbackUnreadable(Exception):
    """A callback of the operator lacks what it must have; bringing it again cannot help."""


@dataclass(frozen=True, slots=True)
class HttpAccount:
    """One account. name: letters, digits and hyphens, part of the addresses for callbacks.

    window: unanswered requests at most. rate: parts a second by contract, None for no limit. callbacks: the address at which
    the operator reaches this installation. ca: a file with the certificate authority of a private operator. proxy: the
    address of the way out, where there is one.
    """

    name: str
    callbacks: str
    window: int = 10
    rate: float | None = None
    answer_seconds: float = 10.0
    ca: str = ""
    proxy: str = field(default="", repr=False)

    def address(self, kind: str) -> str:
        """Return where the operator brings something. kind: `receipts` or `replies`."""
        return f"{self.callbacks}/operators/{self.name}/{kind}"


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that hands a message over."""

    method: str
    address: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. headers: names in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Verdict(StrEnum):
    """What an answer means for the message and the account."""

    TAKEN = "taken"
    REJECTED = "rejected"  # this message never
    FOR_NOW = "for_now"  # not at this moment
    CALL_SUPPORT = "call_support"  # nothing gets through until people have mended something
    CREDENTIALS = "credentials"  # user or password are refused: stop
    UNKNOWN = "unknown"  # nobody can tell whether it was taken


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer as read. provider_id: when taken. status: a short code for rows and logs, never a number or text."""

    verdict: Verdict
    provider_id: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Callback:
    """A request of the operator. address: as the operator called it, without the query. headers: names in lower case."""

    address: str
    query: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class HttpProvider(Protocol):
    """An operator's words. Reading never raises anything but what is said here, whatever the octets."""

    @property
    def account(self) -> HttpAccount:
        """Return the account's settings."""

    @property
    def acknowledgement(self) -> tuple[str, bytes]:
        """Return media type and body of the answer to a callback that was taken."""

    def ask(self, outgoing: Outgoing) -> Ask:
        """Return the request that hands a message over whole."""

    def read_answer(self, answer: Answer, outgoing: Outgoing) -> Reading:
        """Return what the answer to `ask` means."""

    def read_receipts(self, callback: Callback) -> list[Receipt]:
        """Return what a callback says became of messages. Raises CallbackRefused, CallbackUnreadable."""

    def read_replies(self, callback: Callback) -> list[Incoming]:
        """Return the replies that a callback brings. Raises CallbackRefused, CallbackUnreadable."""


def own_id(outgoing: Outgoing) -> str:
    """Return an id of ours for a sending, for operators that give none: a second sending of a message has another."""
    return f"{outgoing.reference.hex}-{outgoing.attempt}"


def parameters(written: str) -> dict[str, str]:
    """Return the parameters of a query or form; of a repeated one the last. Raises CallbackUnreadable."""
    try:
        return dict(parse_qsl(written, keep_blank_values=True, encoding="utf-8", errors="replace", max_num_fields=200))
    except ValueError as error:
        raise CallbackUnreadable from error


def is_same_secret(given: str, expected: str) -> bool:
    """Compare secrets in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def plain(written: object) -> str:
    """Return an id or code as one short line of printable letters, empty when it is neither text nor a whole number."""
    if isinstance(written, bool) or not isinstance(written, str | int):
        return ""
    return "".join(letter for letter in str(written)[:200] if letter.isprintable()).strip()[:80]

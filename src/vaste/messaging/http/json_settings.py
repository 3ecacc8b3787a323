"""An operator with an API of its own, described by a TOML file (docs/operators.md has an example to begin from)."""

import tomllib
from pathlib import Path
from typing import Any, Literal

import msgspec

from vaste.messaging.http.provider import Verdict
from vaste.messaging.http.templates import fill, names_in
from vaste.messaging.rules import Event

# What every message can put into the request; the options of the account's address come on top.
MESSAGE_FIELDS = frozenset(
    {"sender", "sender_digits", "to", "to_digits", "text", "reference", "validity_seconds", "validity_minutes", "receipts_address"}
)
_EVENTS = {
    "taken": Event.RECEIPT_TAKEN,
    "delivered": Event.RECEIPT_DELIVERED,
    "undelivered": Event.RECEIPT_UNDELIVERED,
    "expired": Event.RECEIPT_EXPIRED,
}


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the file; a key that we do not know is a mistake."""


class RequestPart(_Part, frozen=True):
    """The request that hands a message over. headers, body: with fields in braces."""

    address: str
    body: dict[str, Any]
    method: Literal["POST", "PUT"] = "POST"
    headers: dict[str, str] = {}


class AnswerPart(_Part, frozen=True):
    """Where the answer says what. id: the operator's id; without it, messages are known by our reference.

    code: the operator's own code. taken: codes that mean success, where a code comes with success too.
    """

    id: str = ""
    code: str = ""
    taken: list[str] = []


class CallbacksPart(_Part, frozen=True):
    """What proves a callback: an HMAC-SHA256 of its body, or a secret as it is, in a header."""

    secret: str
    header: str
    scheme: Literal["hmac-sha256", "secret"] = "hmac-sha256"
    encoding: Literal["hex", "base64"] = "hex"
    prefix: str = ""


class ReceiptsPart(_Part, frozen=True):
    """Where a callback tells a receipt. each: the list of receipts, empty where the callback is one (or a list) itself."""

    id: str
    status: str
    each: str = ""
    number: str = ""
    error: str = ""
    statuses: dict[str, Literal["taken", "delivered", "undelivered", "expired"]] = {}

    def event(self, status: str) -> Event:
        """Return what a status means; one that is not in the table still proves that the message was taken."""
        return _EVENTS[self.statuses.get(status, "taken")]


class RepliesPart(_Part, frozen=True):
    """Where a callback tells a reply. id: the operator's id of it, by which a repeat is known."""

    sender: str
    recipient: str
    text: str
    each: str = ""
    id: str = ""


class JsonSettings(_Part, frozen=True):
    """The whole file."""

    request: RequestPart
    callbacks: CallbacksPart
    receipts: ReceiptsPart
    replies: RepliesPart
    answer: AnswerPart = AnswerPart()
    errors: dict[str, Verdict] = {}


def read_settings(file: Path, options: dict[str, str]) -> JsonSettings:
    """Return the settings of a file, with the options of the account's address filled in where the file names them.

    Raises ValueError with one sentence.
    """
    try:
        settings = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), type=JsonSettings)
    except OSError as error:
        raise ValueError(f"The file {file.name} cannot be read: {(error.strerror or '').lower()}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"The file {file.name} is not TOML: {error}.") from error
    except msgspec.ValidationError as error:
        raise ValueError(f"The file {file.name} is wrong: {error}.") from error
    request = settings.request
    used = names_in([request.address, request.headers, request.body, settings.callbacks.secret])
    missing = sorted(used - MESSAGE_FIELDS - set(options))
    if missing:
        raise ValueError(f"The file {file.name} uses {{{missing[0]}}}, which is no field of a message and no option of the address.")
    secret = str(fill(settings.callbacks.secret, options))
    if len(secret) < 16:
        raise ValueError(f"The secret of callbacks in {file.name} must have at least 16 characters.")
    if not request.address.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise ValueError(f"The address of request in {file.name} must begin with https://.")
    return msgspec.structs.replace(settings, callbacks=msgspec.structs.replace(settings.callbacks, secret=secret))

"""Twilio's words: `twilio://SID:token@host?from=…` (Programmable Messaging, API 2010-04-01)."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import quote, unquote, urlencode, urlsplit

import msgspec

from vaste.messaging.gateway import Incoming, Outgoing, Receipt
from vaste.messaging.http.addresses import COMMON_OPTIONS, account_of, host_and_port, is_loopback, options_of, port_of
from vaste.messaging.http.answers import verdict_of_status
from vaste.messaging.http.provider import (
    Answer,
    Ask,
    Callback,
    CallbackRefused,
    CallbackUnreadable,
    HttpAccount,
    Reading,
    Verdict,
    is_same_secret,
    parameters,
    plain,
)
from vaste.messaging.rules import WHOLE, Event

_LONGEST_VALIDITY_SECONDS = 36_000
_MESSAGING_SERVICE = "MG"
_SIGNATURE = "x-twilio-signature"

# Twilio's error codes; what is not here goes by the HTTP status.
_ERRORS: Mapping[int, Verdict] = MappingProxyType(
    {
        20003: Verdict.CREDENTIALS,
        20005: Verdict.CALL_SUPPORT,  # account not active
        20429: Verdict.FOR_NOW,
        21211: Verdict.REJECTED,  # not a phone number
        21212: Verdict.CALL_SUPPORT,  # sender not valid
        21408: Verdict.CALL_SUPPORT,  # country not switched on
        21603: Verdict.CALL_SUPPORT,  # sender missing
        21606: Verdict.CALL_SUPPORT,  # sender cannot send messages
        21610: Verdict.REJECTED,  # the person has said STOP to Twilio
        21611: Verdict.FOR_NOW,  # the sender's queue is full
        21612: Verdict.REJECTED,  # not reachable from this sender
        21614: Verdict.REJECTED,  # not a mobile number
        21617: Verdict.REJECTED,  # too long
        21659: Verdict.CALL_SUPPORT,  # sender not ours
        21703: Verdict.CALL_SUPPORT,  # no sender in the messaging service
        30001: Verdict.FOR_NOW,  # queue full
        30002: Verdict.CALL_SUPPORT,  # account suspended
        63018: Verdict.FOR_NOW,  # rate limit
        90010: Verdict.CALL_SUPPORT,  # account not active
    }
)
_VALIDITY_PASSED = "30036"
_STATUSES: Mapping[str, Event] = MappingProxyType(
    {
        "delivered": Event.RECEIPT_DELIVERED,
        "read": Event.RECEIPT_DELIVERED,
        "undelivered": Event.RECEIPT_UNDELIVERED,
        "failed": Event.RECEIPT_UNDELIVERED,
        "canceled": Event.RECEIPT_UNDELIVERED,
    }
)


class _Body(msgspec.Struct):
    sid: str = ""
    code: int | None = None


_read_body = msgspec.json.Decoder(_Body)


@dataclass(frozen=True, slots=True)
class Twilio:
    """See `messaging.http.provider.HttpProvider`.

    api: the address of the API. sender: instead of the county's number, such as the id of a messaging service.
    """

    account: HttpAccount
    api: str
    sid: str
    token: str = field(repr=False)
    sender: str = ""
    acknowledgement: tuple[str, bytes] = ("text/xml", b"<Response/>")

    @classmethod
    def from_url(cls, url: str, *, base_url: str) -> "Twilio":
        """Return the account of an address. Raises ValueError with one sentence that does not repeat the token."""
        parts = urlsplit(url)
        if not (parts.hostname and parts.username and parts.password):
            raise ValueError("A Twilio account is written twilio://SID:token@api.twilio.com?from=… .")
        options = options_of(parts, COMMON_OPTIONS | {"from"})
        scheme = "http" if is_loopback(parts.hostname) else "https"
        return cls(
            account=account_of(options, name="twilio", base_url=base_url),
            api=f"{scheme}://{host_and_port(parts.hostname, port_of(parts))}",
            sid=unquote(parts.username),
            token=unquote(parts.password),
            sender=options.get("from", ""),
        )

    def ask(self, outgoing: Outgoing) -> Ask:
        """Return the request that creates a message."""
        sender = self.sender or outgoing.sender.replace(" ", "")
        form = {
            "To": outgoing.to,
            ("MessagingServiceSid" if sender.startswith(_MESSAGING_SERVICE) else "From"): sender,
            "Body": outgoing.text,
            "StatusCallback": self.account.address("receipts"),
            "ValidityPeriod": str(min(max(int(outgoing.validity.total_seconds()), 1), _LONGEST_VALIDITY_SECONDS)),
        }
        credentials = b64encode(f"{self.sid}:{self.token}".encode()).decode()
        return Ask(
            "POST",
            f"{self.api}/2010-04-01/Accounts/{quote(self.sid, safe='')}/Messages.json",
            {"Authorization": f"Basic {credentials}", "Content-Type": "application/x-www-form-urlencoded"},
            urlencode(form).encode(),
        )

    def read_answer(self, answer: Answer, outgoing: Outgoing) -> Reading:  # noqa: ARG002 - Twilio gives an id of its own
        """Return what Twilio's answer means: its own error code goes before the HTTP status."""
        try:
            body = _read_body.decode(answer.body)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            body = _Body()
        verdict = verdict_of_status(answer.status)
        if verdict is Verdict.TAKEN:
            return Reading(verdict, plain(body.sid)) if plain(body.sid) else Reading(Verdict.UNKNOWN, status="answer_without_id")
        if body.code is None:
            return Reading(verdict, status=f"http_{answer.status}")
        return Reading(_ERRORS.get(body.code, verdict), status=f"twilio_{body.code}"[:20])

    def read_receipts(self, callback: Callback) -> list[Receipt]:
        """Return what a status callback says. Raises CallbackRefused, CallbackUnreadable."""
        fields = self._signed(callback)
        provider_id = plain(fields.get("MessageSid", ""))
        if not provider_id:
            raise CallbackUnreadable("MessageSid")
        error = plain(fields.get("ErrorCode", ""))[:8]
        event = _STATUSES.get(fields.get("MessageStatus", "").lower(), Event.RECEIPT_TAKEN)
        if event is Event.RECEIPT_UNDELIVERED and error == _VALIDITY_PASSED:
            event = Event.RECEIPT_EXPIRED
        status = f"twilio_{error}" if error else ""
        return [Receipt(self.account.name, provider_id, event, number=fields.get("To", ""), status=status, part=WHOLE)]

    def read_replies(self, callback: Callback) -> list[Incoming]:
        """Return the reply that a webhook brings. Raises CallbackRefused, CallbackUnreadable."""
        fields = self._signed(callback)
        provider_id, sender, recipient = (plain(fields.get(name, "")) for name in ("MessageSid", "From", "To"))
        if not (provider_id and sender and recipient):
            raise CallbackUnreadable("MessageSid, From, To")
        return [Incoming(self.account.name, sender, recipient, fields.get("Body", "").encode(), provider_id=provider_id)]

    def _signed(self, callback: Callback) -> dict[str, str]:
        fields = parameters(callback.body.decode("utf-8", "replace"))
        given = callback.headers.get(_SIGNATURE, "")
        address = callback.address + (f"?{callback.query}" if callback.query else "")
        expected = [signature(one, fields, self.token) for one in _spellings(address)]
        if not any(is_same_secret(given, one) for one in expected):
            raise CallbackRefused
        return fields


def signature(address: str, fields: Mapping[str, str], token: str) -> str:
    """Return the signature of a callback: HMAC-SHA1 over the address and the form's fields in the order of their names."""
    signed = address + "".join(name + fields[name] for name in sorted(fields))
    return b64encode(hmac.digest(token.encode(), signed.encode(), hashlib.sha1)).decode()


def _spellings(address: str) -> list[str]:
    """Return an address with and without the port that its scheme implies: Twilio has signed either."""
    parts = urlsplit(address)
    port = {"https": ":443", "http": ":80"}.get(parts.scheme, "")
    if parts.port is None:
        return [address, parts._replace(netloc=parts.netloc + port).geturl()]
    return [address, parts._replace(netloc=parts.netloc.removesuffix(port)).geturl()]

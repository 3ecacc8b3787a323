"""Kannel's words: `kannel://user:password@host:port?secret=…` (its smsbox's sendsms, dlr-url and get-url).

Kannel cannot sign. What it calls carries a proof instead: for receipts one made for the message, for replies the secret,
which stands in Kannel's own settings (docs/operators.md).
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from vaste.messaging import text
from vaste.messaging.gateway import Coding, Incoming, Outgoing, Receipt
from vaste.messaging.http.addresses import COMMON_OPTIONS, account_of, host_and_port, options_of, port_of
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
    own_id,
    parameters,
    plain,
)
from vaste.messaging.rules import WHOLE, Event

_DEFAULT_PORT = 13013
_SHORTEST_SECRET = 16
_EVERY_RECEIPT = "31"
_GSM7, _UCS2 = "0", "2"
# "Accepted for delivery" and "Queued for later delivery"; anything else with a good status is not Kannel speaking.
_TAKEN = (b"0:", b"3:")
_STATUSES: Mapping[str, Event] = MappingProxyType(
    {
        "1": Event.RECEIPT_DELIVERED,
        "2": Event.RECEIPT_UNDELIVERED,
        "4": Event.RECEIPT_TAKEN,
        "8": Event.RECEIPT_TAKEN,
        "16": Event.RECEIPT_UNDELIVERED,
    }
)
_CHARSETS: Mapping[str, Coding] = MappingProxyType(
    {"UTF-8": Coding.UTF8, "UTF-16BE": Coding.UCS2, "UCS-2": Coding.UCS2, "ISO-8859-1": Coding.LATIN1, "WINDOWS-1252": Coding.LATIN1}
)


@dataclass(frozen=True, slots=True)
class Kannel:
    """See `messaging.http.provider.HttpProvider`. service: the address of sendsms. secret: what proves Kannel's calls."""

    account: HttpAccount
    service: str
    user: str
    password: str = field(repr=False)
    secret: str = field(repr=False)
    acknowledgement: tuple[str, bytes] = ("text/plain", b"")

    @classmethod
    def from_url(cls, url: str, *, base_url: str) -> "Kannel":
        """Return the account of an address. Raises ValueError with one sentence that repeats no secret."""
        parts = urlsplit(url)
        if not (parts.hostname and parts.username and parts.password):
            raise ValueError("A Kannel account is written kannel://user:password@host:port?secret=… .")
        options = options_of(parts, COMMON_OPTIONS | {"secret"})
        secret = options.get("secret", "")
        if len(secret) < _SHORTEST_SECRET:
            raise ValueError(f"The Kannel option secret must have at least {_SHORTEST_SECRET} characters.")
        scheme = "https" if parts.scheme == "kannels" else "http"
        return cls(
            account=account_of(options, name="kannel", base_url=base_url),
            service=f"{scheme}://{host_and_port(parts.hostname, port_of(parts) or _DEFAULT_PORT)}/cgi-bin/sendsms",
            user=unquote(parts.username),
            password=unquote(parts.password),
            secret=secret,
        )

    def ask(self, outgoing: Outgoing) -> Ask:
        """Return the request to sendsms, by POST: an address with number, text and password would stand in logs."""
        is_gsm = text.encoding(outgoing.text) is text.Encoding.GSM7
        minutes = max(int(outgoing.validity.total_seconds() // 60), 1)
        return Ask(
            "POST",
            self.service,
            {
                "Content-Type": "text/plain; charset=UTF-8",
                "X-Kannel-Username": self.user,
                "X-Kannel-Password": self.password,
                "X-Kannel-From": outgoing.sender.replace(" ", ""),
                "X-Kannel-To": outgoing.to,
                # Without it, letters outside the GSM alphabet become question marks.
                "X-Kannel-Coding": _GSM7 if is_gsm else _UCS2,
                "X-Kannel-Validity": str(minutes),
                "X-Kannel-DLR-Mask": _EVERY_RECEIPT,
                "X-Kannel-DLR-Url": self._receipt_address(own_id(outgoing)),
            },
            outgoing.text.encode(),
        )

    def _receipt_address(self, our_id: str) -> str:
        # Kannel fills in %d and %p.
        fixed = urlencode({"id": our_id, "proof": proof(our_id, self.secret)})
        return f"{self.account.address('receipts')}?{fixed}&status=%d&number=%p"

    def read_answer(self, answer: Answer, outgoing: Outgoing) -> Reading:
        """Return what Kannel's answer means. It gives no id, so the message is known by ours."""
        if answer.status == 403:
            return Reading(Verdict.CREDENTIALS, status="http_403")
        verdict = verdict_of_status(answer.status)
        if verdict is not Verdict.TAKEN:
            return Reading(verdict, status=f"http_{answer.status}")
        if not answer.body.startswith(_TAKEN):
            return Reading(Verdict.UNKNOWN, status="answer_not_understood")
        return Reading(verdict, own_id(outgoing))

    def read_receipts(self, callback: Callback) -> list[Receipt]:
        """Return what a call of dlr-url says. Raises CallbackRefused, CallbackUnreadable."""
        fields = parameters(callback.query)
        our_id = plain(fields.get("id", ""))
        if not is_same_secret(fields.get("proof", ""), proof(our_id, self.secret)):
            raise CallbackRefused
        event = _STATUSES.get(fields.get("status", ""))
        if event is None:
            raise CallbackUnreadable("status")
        return [Receipt(self.account.name, our_id, event, number=fields.get("number", ""), part=WHOLE)]

    def read_replies(self, callback: Callback) -> list[Incoming]:
        """Return the reply that a call of get-url brings. Raises CallbackRefused, CallbackUnreadable."""
        fields = parameters(callback.query)
        if not is_same_secret(fields.get("secret", ""), self.secret):
            raise CallbackRefused
        provider_id, sender, recipient = (plain(fields.get(name, "")) for name in ("id", "from", "to"))
        if not (provider_id and sender and recipient):
            raise CallbackUnreadable("id, from, to")
        coding = _CHARSETS.get(fields.get("charset", "").upper(), Coding.UTF8)
        return [Incoming(self.account.name, sender, recipient, _octets(callback.query, "text"), coding=coding, provider_id=provider_id)]


def proof(our_id: str, secret: str) -> str:
    """Return what only we and whoever was given the address of a message's receipts can know."""
    return hmac.digest(secret.encode(), our_id.encode(), hashlib.sha256).hex()


def _octets(query: str, name: str) -> bytes:
    """Return a parameter as the octets that were escaped: a text in UCS-2 is not UTF-8."""
    return dict(parse_qsl(query, keep_blank_values=True, encoding="latin-1")).get(name, "").encode("latin-1", "replace")

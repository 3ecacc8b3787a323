"""An operator's JSON API in its own words, which a settings file gives: `json:///path/to/file.toml?name=…&option=…`."""

import hashlib
import hmac
import json
import re
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from vaste.messaging.gateway import Incoming, Outgoing, Receipt
from vaste.messaging.http.addresses import COMMON_OPTIONS, account_of
from vaste.messaging.http.answers import verdict_of_status
from vaste.messaging.http.json_settings import JsonSettings, read_settings
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
    plain,
)
from vaste.messaging.http.templates import fill, found_at
from vaste.messaging.rules import WHOLE

_MOST_IN_ONE_CALL = 1000
# A code is short; what is not may be a sentence with a number in it.
_CODE = re.compile(r"(?!.*[0-9]{7})[A-Za-z0-9_.-]{1,20}")


@dataclass(frozen=True, slots=True)
class JsonProvider:
    """See `messaging.http.provider.HttpProvider`. options: what the account's address gives to the file, secrets too."""

    account: HttpAccount
    settings: JsonSettings = field(repr=False)
    options: dict[str, str] = field(repr=False)
    acknowledgement: tuple[str, bytes] = ("application/json", b"{}")

    @classmethod
    def from_url(cls, url: str, *, base_url: str) -> "JsonProvider":
        """Return the account of an address and its file. Raises ValueError with one sentence that repeats no option."""
        parts = urlsplit(url)
        file = Path(unquote(parts.path))
        if parts.netloc or not file.is_absolute() or file.suffix != ".toml":
            raise ValueError("A JSON account is written json:///path/to/file.toml?name=… .")
        options = dict(parse_qsl(parts.query, keep_blank_values=True, encoding="utf-8"))
        common = {name: value for name, value in options.items() if name in COMMON_OPTIONS}
        account = account_of(common, name=file.stem, base_url=base_url)
        return cls(account=account, settings=read_settings(file, options), options=options)

    def ask(self, outgoing: Outgoing) -> Ask:
        """Return the request that the file describes."""
        request = self.settings.request
        fields = {**self.options, **self._fields(outgoing)}
        headers = {"Content-Type": "application/json", **fill(request.headers, fields)}
        return Ask(request.method, str(fill(request.address, fields)), headers, msgspec.json.encode(fill(request.body, fields)))

    def _fields(self, outgoing: Outgoing) -> dict[str, str | int]:
        sender = outgoing.sender.replace(" ", "")
        seconds = max(int(outgoing.validity.total_seconds()), 60)
        return {
            "sender": sender,
            "sender_digits": sender.removeprefix("+"),
            "to": outgoing.to,
            "to_digits": outgoing.to.removeprefix("+"),
            "text": outgoing.text,
            "reference": own_id(outgoing),
            "validity_seconds": seconds,
            "validity_minutes": seconds // 60,
            "receipts_address": self.account.address("receipts"),
        }

    def read_answer(self, answer: Answer, outgoing: Outgoing) -> Reading:
        """Return what an answer means: the operator's own code by the file's table, else the HTTP status."""
        where = self.settings.answer
        document = _decoded(answer.body)
        verdict = verdict_of_status(answer.status)
        code = plain(found_at(document, where.code)) if where.code else ""
        if code and code not in where.taken:
            known = self.settings.errors.get(code)
            refused = Verdict.REJECTED if verdict is Verdict.TAKEN else verdict
            return Reading(known or refused, status=code if _CODE.fullmatch(code) else f"http_{answer.status}")
        if verdict is not Verdict.TAKEN:
            return Reading(verdict, status=f"http_{answer.status}")
        provider_id = plain(found_at(document, where.id)) if where.id else own_id(outgoing)
        return Reading(verdict, provider_id) if provider_id else Reading(Verdict.UNKNOWN, status="answer_without_id")

    def read_receipts(self, callback: Callback) -> list[Receipt]:
        """Return the receipts of a callback. Raises CallbackRefused, CallbackUnreadable."""
        where = self.settings.receipts
        return [self._receipt(one) for one in self._each(callback, where.each)]

    def _receipt(self, one: Any) -> Receipt:
        where = self.settings.receipts
        provider_id, status = plain(found_at(one, where.id)), plain(found_at(one, where.status))
        if not (provider_id and status):
            raise CallbackUnreadable(f"{where.id}, {where.status}")
        error = plain(found_at(one, where.error)) if where.error else ""
        return Receipt(
            account=self.account.name,
            provider_id=provider_id,
            event=where.event(status),
            number=plain(found_at(one, where.number)) if where.number else "",
            status=error if _CODE.fullmatch(error) else "",
            part=WHOLE,
        )

    def read_replies(self, callback: Callback) -> list[Incoming]:
        """Return the replies of a callback. Raises CallbackRefused, CallbackUnreadable."""
        return [self._reply(one) for one in self._each(callback, self.settings.replies.each)]

    def _reply(self, one: Any) -> Incoming:
        where = self.settings.replies
        sender, recipient, text = plain(found_at(one, where.sender)), plain(found_at(one, where.recipient)), found_at(one, where.text)
        if not (sender and recipient and isinstance(text, str)):
            raise CallbackUnreadable(f"{where.sender}, {where.recipient}, {where.text}")
        provider_id = plain(found_at(one, where.id)) if where.id else ""
        return Incoming(self.account.name, sender, recipient, text.encode("utf-8", "replace"), provider_id=provider_id)

    def _each(self, callback: Callback, path: str) -> list[Any]:
        self._check_proof(callback)
        found = found_at(_decoded(callback.body), path)
        if isinstance(found, dict):
            return [found]
        if not isinstance(found, list) or len(found) > _MOST_IN_ONE_CALL:
            raise CallbackUnreadable(path or "the body")
        return found

    def _check_proof(self, callback: Callback) -> None:
        how = self.settings.callbacks
        given = callback.headers.get(how.header.lower(), "")
        expected = how.secret
        if how.scheme == "hmac-sha256":
            digest = hmac.digest(how.secret.encode(), callback.body, hashlib.sha256)
            expected = digest.hex() if how.encoding == "hex" else b64encode(digest).decode()
        if not is_same_secret(given, how.prefix + expected):
            raise CallbackRefused


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body)  # takes half a surrogate pair, which phones do send
    except (ValueError, RecursionError):
        return None

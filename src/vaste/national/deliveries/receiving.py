"""The other side of a delivery: who receives it, and what its receipt must say to be believed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hmac import compare_digest
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from vaste.national.deliveries.rules import DeliveryEvent
from vaste.national.packages.signing import verify

_SECONDS_TO_CONNECT, _SECONDS_TO_ANSWER = 10.0, 300.0
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_HUB_SHOWS = "Vaste-Hub-Token"


class Doubt(StrEnum):
    """Why it is not known what became of a package."""

    NO_HUB = "no_hub"
    NO_ANSWER = "no_answer"
    NOT_BELIEVED = "not_believed"


class NotDelivered(Exception):
    """Whether the package arrived is not known; the same bytes may go again. The message is one sentence for people."""

    def __init__(self, doubt: Doubt, sentence: str) -> None:
        super().__init__(sentence)
        self.doubt = doubt


class Receiver(Protocol):
    """Whoever takes a county's packages."""

    def deliver(self, package: bytes) -> str:
        """Hand over a package; return the receiver's answer as it came. Raises NotDelivered."""


@dataclass(frozen=True)
class HttpHub:
    """A hub over HTTPS. token: by which it knows the county; shows: by which the county knows it."""

    url: str
    token: str
    shows: str

    def deliver(self, package: bytes) -> str:
        """Hand over a package in one request."""
        parts = urlsplit(self.url)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise NotDelivered(Doubt.NO_HUB, "VASTE_HUB_URL must begin with https://, for the token would travel openly. Nothing was sent.")
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/zip"}
        timeout = httpx.Timeout(_SECONDS_TO_ANSWER, connect=_SECONDS_TO_CONNECT)
        try:
            answer = httpx.post(f"{self.url.rstrip('/')}/hub/v1/deliveries", content=package, headers=headers, timeout=timeout)
        except httpx.HTTPError as error:
            raise NotDelivered(
                Doubt.NO_ANSWER, f"The receiver did not answer ({type(error).__name__}). Send it again: the same bytes do no harm."
            ) from error
        if not compare_digest(answer.headers.get(_HUB_SHOWS, "").encode(), self.shows.encode()):
            raise NotDelivered(
                Doubt.NOT_BELIEVED,
                f"Whoever answered at VASTE_HUB_URL ({answer.status_code}) did not show the hub's token. Nothing was believed.",
            )
        return answer.text


@dataclass(frozen=True)
class Sent:
    """What was sent, as the receipt must name it."""

    county: str
    campaign: str
    version: int
    package_sha256: str


def what_receipt_says(answer: str, sent: Sent, hub: Ed25519PublicKey) -> DeliveryEvent:
    """Return whether the receiver accepted or refused what was sent. Raises NotDelivered where the receipt cannot be believed."""
    try:
        told = json.loads(answer)
        receipt, key_id, signature = told["receipt"], str(told["key_id"]), str(told["signature"])
    except (ValueError, KeyError, TypeError) as error:
        raise NotDelivered(Doubt.NO_ANSWER, "The receiver answered without a receipt. Send it again: the same bytes do no harm.") from error
    if not isinstance(receipt, dict) or not verify(hub, key_id, signature, _canonical(receipt)):
        raise NotDelivered(Doubt.NOT_BELIEVED, "The receipt is not signed by the hub's key (VASTE_HUB_KEY). Nothing was believed.")
    if receipt.get("package_sha256") != sent.package_sha256 or receipt.get("county") != sent.county:
        raise NotDelivered(Doubt.NOT_BELIEVED, "The receipt is about another package. Nothing was believed.")
    if receipt.get("state") == "refused":
        return DeliveryEvent.REFUSE
    if receipt.get("state") == "accepted" and (receipt.get("campaign"), receipt.get("version")) == (sent.campaign, sent.version):
        return DeliveryEvent.ACCEPT
    raise NotDelivered(Doubt.NOT_BELIEVED, "The receipt does not say what became of this delivery. Nothing was believed.")


def _canonical(receipt: Mapping[str, Any]) -> bytes:
    """Return the bytes that are signed: JSON with sorted keys, without blanks, in UTF-8."""
    return json.dumps(receipt, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

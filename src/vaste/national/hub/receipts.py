"""Receipts: what became of a package, signed by the hub over canonical JSON. Pure."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from vaste.national.packages.signing import key_id, sign, verify

FORMAT = "vaste-receipt"
HUB = "vaste-hub"


class ReceiptState(StrEnum):
    """What became of a package."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True)
class Receipt:
    """What the hub says of a package. What could not be read of it, as its campaign where it was damaged, is None.

    reason: a code, None where it was accepted. received: UTC to the second, as `2026-11-26T03:04:05Z`.
    """

    county: str
    campaign: str | None
    version: int | None
    package_sha256: str | None
    manifest_sha256: str | None
    state: str
    reason: str | None
    sentence: str
    received: str
    format: str = FORMAT
    hub: str = HUB


def moment(at: datetime) -> str:
    """Return a moment as receipts write it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def canonical(receipt: dict[str, Any]) -> bytes:
    """Return the bytes of a receipt that are signed: JSON with sorted keys, without blanks, in UTF-8."""
    return json.dumps(receipt, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def signed(receipt: Receipt, key: Ed25519PrivateKey) -> str:
    """Return the answer of the hub: the receipt, the key's id and the signature, as JSON."""
    told = asdict(receipt)
    answer = {"receipt": told, "key_id": key_id(key.public_key()), "signature": sign(key, canonical(told))}
    return canonical(answer).decode()


def is_true(answer: Any, hub: Ed25519PublicKey) -> bool:
    """Tell whether an answer (JSON, read) carries a receipt that this hub has signed."""
    if not isinstance(answer, dict) or not isinstance(answer.get("receipt"), dict):
        return False
    named, signature = answer.get("key_id"), answer.get("signature")
    if not (isinstance(named, str) and isinstance(signature, str)):
        return False
    return verify(hub, named, signature, canonical(answer["receipt"]))

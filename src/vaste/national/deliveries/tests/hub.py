"""A hub for tests: it keeps what it was given and signs receipts, as docs/national.md says; and it can misbehave."""

import hashlib
import json
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vaste.national.deliveries.receiving import Doubt, NotDelivered
from vaste.national.packages.archive import unpack
from vaste.national.packages.layout import MANIFEST
from vaste.national.packages.signing import key_id, new_key, sign


@dataclass
class PretendHub:
    """loses: so many answers are lost after the package was kept. changes: what its receipts say otherwise."""

    key: Ed25519PrivateKey = field(default_factory=new_key)
    loses: int = 0
    changes: dict[str, object] = field(default_factory=dict)
    kept: list[bytes] = field(default_factory=list)
    asked: int = 0

    def deliver(self, package: bytes) -> str:
        self.asked += 1
        if package not in self.kept:
            self.kept.append(package)
        if self.asked <= self.loses:
            raise NotDelivered(Doubt.NO_ANSWER, "The receiver did not answer.")
        return self.answer(package)

    def answer(self, package: bytes) -> str:
        manifest = json.loads(unpack(package)[MANIFEST])
        receipt = {
            "format": "vaste-receipt",
            "hub": "pretended",
            **{name: manifest[name] for name in ("county", "campaign", "version")},
            "package_sha256": hashlib.sha256(package).hexdigest(),
            "manifest_sha256": hashlib.sha256(unpack(package)[MANIFEST]).hexdigest(),
            "state": "accepted",
            "reason": None,
            "sentence": "The delivery was taken.",
            "received": "2026-07-30T09:00:00Z",
            **self.changes,
        }
        signed = json.dumps(receipt, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        return json.dumps({"receipt": receipt, "key_id": key_id(self.key.public_key()), "signature": sign(self.key, signed)})

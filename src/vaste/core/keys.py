"""Keyed hashes and sealed values; the keys come from outside the database and can be rotated.

A key ring is a list of secrets, the current one first. Older ones only read: look-ups try every key, sealing and new
hashes use the first. Each use has its own key, derived by HKDF (RFC 5869), so that no hash can be compared across uses.
"""

import hashlib
import os
from collections.abc import Sequence
from enum import StrEnum
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver

_KEY_ID_BYTES = 4
_NONCE_BYTES = 12
_LENGTH_BYTES = 4
# Sealed values are padded to whole blocks, so that the size of a row does not tell the language of a message or how far
# somebody has come in answering.
_BLOCK = 512
# For what people write: the longest comment but a few in a thousand fits, so that rows with one look like rows without.
BLOCK_OF_ANSWERS = 2048


class Purpose(StrEnum):
    """What a keyed hash is for; a hash made for one purpose never equals one made for another."""

    PERSON = "person"
    LINK_TOKEN = "link-token"  # noqa: S105
    EVENT = "event"
    SAMPLE = "sample"
    WITHDRAWAL = "withdrawal"
    MAILBOX = "mailbox"
    FEED = "feed"
    REPLY = "reply"
    ADDRESS = "address"
    OPT_OUT = "opt-out"
    HISTORY = "history"
    QUOTE = "quote"
    DELIVERER = "deliverer"
    HUB = "hub"


class SealBroken(ValueError):
    """A sealed value cannot be opened: it was altered, belongs to another row, or its key is gone."""


class _Key:
    def __init__(self, secret: str) -> None:
        self._master = secret.encode()
        self.id = hashlib.sha256(b"vaste key id" + self._master).digest()[:_KEY_ID_BYTES]
        self.cipher = AESGCM(self._derive(b"seal"))
        self._hashes = {purpose: hmac.HMAC(self._derive(b"hash " + purpose.encode()), hashes.SHA256()) for purpose in Purpose}

    def _derive(self, info: bytes) -> bytes:
        return HKDF(algorithm=hashes.SHA256(), length=32, salt=b"vaste", info=info).derive(self._master)

    def hash(self, purpose: Purpose, value: bytes) -> bytes:
        begun = self._hashes[purpose].copy()
        begun.update(value)
        return begun.finalize()


class KeyRing:
    """Seal, open and hash with the first of the secrets; open and look up with any of them."""

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets or any(len(secret) < 32 for secret in secrets):
            raise ValueError("An identity key must have at least 32 characters. Make one with `vaste keys new`.")
        self._keys = [_Key(secret) for secret in secrets]
        self._by_id = {key.id: key for key in self._keys}

    @property
    def ids(self) -> list[str]:
        """The ids of the keys in hex, the current first; an id tells nothing of its key."""
        return [key.id.hex() for key in self._keys]

    def keyed_hash(self, purpose: Purpose, value: str | bytes) -> bytes:
        """Return the 32 bytes that stand for a value in the database, by the current key."""
        return self._keys[0].hash(purpose, value.encode() if isinstance(value, str) else value)

    def keyed_hashes(self, purpose: Purpose, value: str | bytes) -> list[bytes]:
        """Return the hashes of a value by every key, the current first, to look up rows written before a rotation."""
        raw = value.encode() if isinstance(value, str) else value
        return [key.hash(purpose, raw) for key in self._keys]

    def seal(self, value: bytes, *, bound_to: str, block: int = _BLOCK) -> bytes:
        """Encrypt a value (AES-256-GCM) for one place: `bound_to` names table and row, and must be given again to open it.

        block: the value is padded to a multiple of so many bytes.
        """
        key, nonce = self._keys[0], os.urandom(_NONCE_BYTES)
        framed = len(value).to_bytes(_LENGTH_BYTES, "big") + value
        padded = framed + bytes(-len(framed) % block)
        return key.id + nonce + key.cipher.encrypt(nonce, padded, bound_to.encode())

    def open(self, sealed: bytes | memoryview, *, bound_to: str) -> bytes:
        """Decrypt what `seal` made. Raises SealBroken."""
        sealed = bytes(sealed)
        key = self._by_id.get(sealed[:_KEY_ID_BYTES])
        if key is None:
            raise SealBroken("The key that sealed this value is not in VASTE_IDENTITY_KEY.")
        start = _KEY_ID_BYTES + _NONCE_BYTES
        try:
            padded = key.cipher.decrypt(sealed[_KEY_ID_BYTES:start], sealed[start:], bound_to.encode())
        except InvalidTag as error:
            raise SealBroken("The value was altered or belongs to another row.") from error
        length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
        return padded[_LENGTH_BYTES : _LENGTH_BYTES + length]


@cache
def ring() -> KeyRing:
    """Return the key ring of VASTE_IDENTITY_KEY."""
    return KeyRing(settings.IDENTITY_KEYS)


@receiver(setting_changed)
def _forget_ring(**_change: object) -> None:
    """Read the keys anew where a test has changed them; at run time no setting changes."""
    ring.cache_clear()

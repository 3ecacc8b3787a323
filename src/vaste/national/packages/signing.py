"""Ed25519 signatures: of a package by its county, of a receipt by the hub."""

import base64
import binascii
import hashlib

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

_RAW_BYTES = 32
_KEY_ID_LETTERS = 16


class KeyWrong(ValueError):
    """A text holds no Ed25519 key; the message is one sentence for people."""


def new_key() -> Ed25519PrivateKey:
    """Return a new private key."""
    return Ed25519PrivateKey.generate()


def key_id(public: Ed25519PublicKey) -> str:
    """Return the name of a key: the first 16 hexadecimal digits of the SHA-256 of its 32 bytes."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:_KEY_ID_LETTERS]


def sign(private: Ed25519PrivateKey, message: bytes) -> str:
    """Return the signature of exactly these bytes, 64 bytes in base64."""
    return base64.b64encode(private.sign(message)).decode()


def is_signed(public: Ed25519PublicKey, signature: str, message: bytes) -> bool:
    """Tell whether a signature in base64 is that of exactly these bytes by this key."""
    try:
        public.verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, ValueError):  # binascii.Error is a ValueError
        return False
    return True


def verify(public: Ed25519PublicKey, named: str, signature: str, message: bytes) -> bool:
    """Tell whether a signature names this key and is that of exactly these bytes by it. named: a key id."""
    return named == key_id(public) and is_signed(public, signature, message)


def written_private(private: Ed25519PrivateKey) -> str:
    """Return a private key as PEM (PKCS 8), to be kept in a file that nobody else can read."""
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def written_public(public: Ed25519PublicKey) -> str:
    """Return a public key's 32 bytes in base64, one line that can be told on the phone or pasted into a letter."""
    return base64.b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def read_private(text: str) -> Ed25519PrivateKey:
    """Return the private key in a text: PEM, or 32 bytes in base64. Raises KeyWrong."""
    if "-----BEGIN" in text:
        try:
            key = load_pem_private_key(text.strip().encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise KeyWrong("The text is no private key in PEM that can be read without a password.") from error
        if isinstance(key, Ed25519PrivateKey):
            return key
        raise KeyWrong("The key is not an Ed25519 key.")
    return Ed25519PrivateKey.from_private_bytes(_raw(text))


def read_public(text: str) -> Ed25519PublicKey:
    """Return the public key in a text: PEM, or 32 bytes in base64. Raises KeyWrong."""
    if "-----BEGIN" in text:
        try:
            key = load_pem_public_key(text.strip().encode())
        except (ValueError, UnsupportedAlgorithm) as error:
            raise KeyWrong("The text is no public key in PEM.") from error
        if isinstance(key, Ed25519PublicKey):
            return key
        raise KeyWrong("The key is not an Ed25519 key.")
    return Ed25519PublicKey.from_public_bytes(_raw(text))


def _raw(text: str) -> bytes:
    try:
        octets = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise KeyWrong("The text is no key: neither PEM nor base64.") from error
    if len(octets) != _RAW_BYTES:
        raise KeyWrong(f"The text is no Ed25519 key: it holds {len(octets)} bytes, not {_RAW_BYTES}.")
    return octets

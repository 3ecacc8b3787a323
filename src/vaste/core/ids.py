"""Ids, link tokens and codes, all drawn from the system's secure source."""

import secrets
import uuid

# Base58 leaves out 0, O, I and l, which people mistake for each other.
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# Crockford's base 32: no I, L, O, U; read aloud and typed in any case.
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

TOKEN_LENGTH = 12


def new_id() -> uuid.UUID:
    """Return a random UUID, a row's identity that says nothing about the row."""
    return uuid.uuid4()  # noqa: TID251


def new_token() -> str:
    """Return a link token: 12 base58 characters, 70 bits."""
    return "".join(secrets.choice(_BASE58) for _ in range(TOKEN_LENGTH))


def is_token(text: str) -> bool:
    """Tell whether a text has the shape of a link token."""
    return len(text) == TOKEN_LENGTH and all(letter in _BASE58 for letter in text)


def new_code() -> str:
    """Return a withdrawal code: 12 Crockford characters (60 bits) in three groups, as `7KQF-3MXP-9T2A`."""
    letters = "".join(_CROCKFORD[octet % 32] for octet in secrets.token_bytes(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def canonical_code(typed: str) -> str | None:
    """Return a withdrawal code as `new_code` writes it from what a person typed, or None when it cannot be one."""
    letters = typed.upper().replace("O", "0").replace("I", "1").replace("L", "1")
    letters = "".join(letter for letter in letters if letter not in "- \t")
    if len(letters) != 12 or any(letter not in _CROCKFORD for letter in letters):
        return None
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def new_secret() -> str:
    """Return a secret for a feed or a key file: 43 URL-safe characters, 256 bits."""
    return secrets.token_urlsafe(32)

"""The hub's own key, and the tokens by which a county and the hub know each other."""

import base64
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver

from vaste.core.keys import Purpose, ring
from vaste.national.key_files import kept_key


@cache
def hub_key() -> Ed25519PrivateKey:
    """Return the key by which the hub signs, made when it is first asked for. Raises KeyWrong where its file holds none."""
    return kept_key(Path(settings.HUB_DIR) / "keys" / "hub_key.pem")


@receiver(setting_changed)
def _forget_key(**_change: object) -> None:
    """Read the key anew where a test has changed the folder; at run time no setting changes."""
    hub_key.cache_clear()


def token_hashes(token: str) -> list[bytes]:
    """Return by what a county's token is looked up, by every identity key, the current first."""
    return ring().keyed_hashes(Purpose.DELIVERER, token)


def hub_token(code: str, token_hash: bytes) -> str:
    """Return the token that the hub shows to a county. It follows from the county's own, so nothing of it is stored."""
    made = ring().keyed_hash(Purpose.HUB, code.encode() + b":" + bytes(token_hash))
    return base64.urlsafe_b64encode(made).decode().rstrip("=")

"""The key by which the county signs its deliveries."""

from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver

from vaste.national.key_files import kept_key
from vaste.national.packages.signing import read_private


@cache
def delivery_key() -> Ed25519PrivateKey:
    """Return the key of VASTE_DELIVERY_KEY, or that of the data folder, made when it is first asked for. Raises KeyWrong."""
    if settings.DELIVERY_KEY:
        return read_private(settings.DELIVERY_KEY)
    return kept_key(Path(settings.DATA_DIR) / "keys" / "delivery_key.pem")


@receiver(setting_changed)
def _forget_key(**_change: object) -> None:
    """Read the key anew where a test has changed it; at run time no setting changes."""
    delivery_key.cache_clear()

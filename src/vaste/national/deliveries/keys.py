"""The key by which the county signs its deliveries."""

import os
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver

from vaste.national.packages.signing import new_key, read_private, written_private


@cache
def delivery_key() -> Ed25519PrivateKey:
    """Return the key of VASTE_DELIVERY_KEY, or that of the data folder, made when it is first asked for. Raises KeyWrong."""
    if settings.DELIVERY_KEY:
        return read_private(settings.DELIVERY_KEY)
    path = Path(settings.DATA_DIR) / "keys" / "delivery_key.pem"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _make_once(path)
    return read_private(path.read_text(encoding="utf-8"))


def _make_once(path: Path) -> None:
    """Write a new key where there is none, whole or not at all, also when two processes come at the same time."""
    if path.exists():
        return
    made = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(written_private(new_key()))
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(made)
    except FileExistsError:
        pass
    finally:
        made.unlink()


@receiver(setting_changed)
def _forget_key(**_change: object) -> None:
    """Read the key anew where a test has changed it; at run time no setting changes."""
    delivery_key.cache_clear()

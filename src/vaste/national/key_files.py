"""A signing key in a file of its own, made when it is first asked for."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vaste.national.packages.signing import new_key, read_private, written_private


def kept_key(path: Path) -> Ed25519PrivateKey:
    """Return the key that a file holds, made with its folder where there is none. Raises KeyWrong where it holds no key."""
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

"""A signing key in a file of its own, made when it is first asked for."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vaste.core.ids import new_id
from vaste.national.packages.signing import new_key, read_private, written_private


def kept_key(path: Path) -> Ed25519PrivateKey:
    """Return the key that a file holds, made with its folder where there is none. Raises KeyWrong where it holds no key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        _make_once(path)
    for half in path.parent.glob(f"{path.name}.*"):  # of a process that was killed, or came second
        half.unlink(missing_ok=True)
    return read_private(path.read_text(encoding="utf-8"))


def _make_once(path: Path) -> None:
    """Write a new key whole or not at all; of two processes that come at the same time the second finds the first one's."""
    made = path.with_name(f"{path.name}.{new_id().hex}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(written_private(new_key()))
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(made)
    except (FileExistsError, FileNotFoundError):  # the first one may have taken ours away already
        if not path.exists():
            raise

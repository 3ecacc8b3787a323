"""Packages on disk, each in a file named by its checksum; what a crash left behind is taken away at the next start."""

import os
from collections.abc import Collection
from pathlib import Path

from django.conf import settings

from vaste.core.ids import new_id


def package_file(sha256: str) -> Path:
    """Return where the package of a checksum lies."""
    return _folder() / sha256[:2] / f"{sha256}.zip"


def keep_package(packed: bytes, sha256: str) -> None:
    """Put a package on the disk, so that it is there whole after a power cut, or not at all. Doing it again changes nothing."""
    path = package_file(sha256)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    begun = path.with_name(f"{new_id().hex}.part")
    descriptor = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(packed)
        file.flush()
        os.fsync(file.fileno())
    begun.replace(path)
    for folder in (path.parent, path.parent.parent):
        _sync(folder)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def forget_strays(known: Collection[str]) -> int:
    """Take away every file that no delivery names, half ones too; return how many. known: checksums of the deliveries there are.

    Only while nothing is being received.
    """
    strays = [path for path in kept_files() if path.suffix != ".zip" or path.stem not in known]
    for path in strays:
        path.unlink()
    return len(strays)


def kept_files() -> list[Path]:
    """Return every file among the packages."""
    return sorted(_folder().glob("*/*"))


def missing_packages(known: Collection[str]) -> list[str]:
    """Return the checksums of those deliveries whose file is gone, sorted."""
    return sorted(sha256 for sha256 in known if not package_file(sha256).is_file())


def _folder() -> Path:
    return Path(settings.HUB_DIR) / "packages"

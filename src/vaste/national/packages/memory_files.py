"""Bytes under a name that the engine reads and writes, and no file that a killed process would leave behind."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def memory_file(octets: bytes = b"") -> Iterator[str]:
    """Give bytes, or nothing yet, the name of a file; in memory where the system can."""
    if not hasattr(os, "memfd_create"):
        with TemporaryDirectory(prefix="vaste-package-") as folder:
            path = Path(folder) / "table"
            path.write_bytes(octets)
            yield str(path)
        return
    descriptor = os.memfd_create("table")
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(octets)
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)

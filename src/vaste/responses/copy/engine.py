"""DuckDB, inside the process and within bounds."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
from deltalake.exceptions import DeltaError

from vaste.responses.copy.state import CopyFailed

_MEMORY = "1GB"


class EngineMissing(RuntimeError):
    """The engine that was chosen is not installed or cannot be reached; the message says what to do."""


@contextmanager
def faults_told() -> Iterator[None]:
    """Raise CopyFailed for whatever table, engine or disk have to complain about."""
    try:
        yield
    except (DeltaError, duckdb.Error, EngineMissing, OSError) as error:
        raise CopyFailed(f"{type(error).__name__}: {error}".partition("\n")[0]) from error


def connect(spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Return a connection of its own to nothing but memory; what does not fit goes to a folder, or is refused without one."""
    con = duckdb.connect(config={"memory_limit": _MEMORY, "temp_directory": str(spill) if spill else ""})
    con.execute("SET preserve_insertion_order = true")
    return con


def listed(files: Sequence[str]) -> str:
    """Return names of files as SQL takes them."""
    return "[" + ", ".join("'" + name.replace("'", "''") + "'" for name in files) + "]"

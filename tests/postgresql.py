"""A PostgreSQL server of the tests' own: private folder, loopback only, ended and erased afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port

# No fsync: tests kill our programs, never the server, and what a disk keeps when the power goes is PostgreSQL's matter.
_OPTIONS = (
    "-c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=on -c max_connections=200 "
    "-c shared_buffers=256MB -c log_min_messages=fatal"
)


def _bin() -> Path | None:
    """Return the folder of the newest server programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if found:
        return found[-1]
    program = shutil.which("postgres")
    return Path(program).parent if program else None


def is_installed() -> bool:
    """Tell whether a server can be started here."""
    return _bin() is not None


def _as_server_user(folder: Path) -> list[str]:
    """Return what goes before a command: the server refuses to run as root."""
    if os.geteuid() != 0:
        return []
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return ["runuser", "-u", "postgres", "--"]


@contextmanager
def private_cluster() -> Iterator[str]:
    """Start a server in a folder of its own and yield its `postgresql://` address; end and erase it afterwards."""
    programs = _bin()
    assert programs, "PostgreSQL is not installed"
    folder = Path(tempfile.mkdtemp(prefix="vaste-postgresql-"))
    before = _as_server_user(folder)
    data, port = folder / "data", free_port()
    try:
        _run([*before, str(programs / "initdb"), "-D", str(data), "-U", "vaste", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"])
        options = f"{_OPTIONS} -c port={port} -c unix_socket_directories={folder}"
        control = [*before, str(programs / "pg_ctl"), "-D", str(data), "-w"]
        _run([*control, "-o", options, "-l", str(folder / "log"), "start"])
        try:
            yield f"postgresql://vaste@127.0.0.1:{port}/postgres"
        finally:
            _run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd="/")

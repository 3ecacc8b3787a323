"""Ports of this machine for programs that must be told theirs before they listen."""

import fcntl
import os
import socket
import tempfile
from contextlib import closing
from pathlib import Path

# Below those that machines give away by themselves, to whoever asks for any: until a program listens, nobody else has its port.
_FIRST, _LAST = 25_000, 32_000


def free_port() -> int:
    """Return a port where nobody listens, and which no other test of this machine is told before all others were."""
    turn = Path(tempfile.gettempdir()) / f"vaste-tests-port-{os.getuid()}"
    with turn.open("a+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        port = _next(int(file.read() or _LAST))
        while not _is_free(port):
            port = _next(port)
        file.truncate(0)
        file.write(str(port))
    return port


def _next(port: int) -> int:
    return port + 1 if port < _LAST else _FIRST


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
        return True

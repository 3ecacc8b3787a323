"""The web server of a county, and the ports of this machine."""

import socket
from contextlib import closing, nullcontext

from django.db import connections

from vaste.config.answer_writer import answer_writer
from vaste.config.environment import SettingWrong, tell_server_processes
from vaste.config.wsgi_server import serve_wsgi
from vaste.core import database

LOOPBACK = "127.0.0.1"
_PROCESSES = 2
# On SQLite most threads wait for the writer, who files all their answers together. On PostgreSQL each has a connection, and more
# connections than the machine can work on only wait for each other (docs/adr/0048).
_THREADS_ON_SQLITE = 10
_THREADS_ON_POSTGRESQL = 4


def check_port(host: str, port: int) -> None:
    """Raise SettingWrong when something else listens on the port already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingWrong(
                f"Port {port} of {host} cannot be used: {(error.strerror or 'unknown fault').lower()}. "
                "Choose another: --port or VASTE_PORT, or another address: --host."
            ) from error


def hub_address(port: int) -> str:
    """Return where the demo's hub listens."""
    return f"http://{LOOPBACK}:{port}"


def free_port(wished: int) -> int:
    """Return the port of this machine that is wished for, or another one where somebody has it, or none is wished for (0)."""
    for port in (wished, 0):
        with closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except (OSError, OverflowError):  # the port after the last one is none
                continue
            return int(probe.getsockname()[1])
    raise SettingWrong("No port of this machine is free for the hub.")


def serve(*, host: str, port: int, processes: int | None = None, embedded: str = "") -> None:
    """Serve until ended. processes: as asked, or two; with `embedded` one, which then works too."""
    workers = 1 if embedded else processes or _PROCESSES
    shares = workers > 1 and not database.is_postgresql()
    connections.close_all()  # the server's processes must not share ours
    with answer_writer() if shares else nullcontext("") as writer:
        tell_server_processes(embedded=embedded, writer=writer)
        threads = _THREADS_ON_POSTGRESQL if database.is_postgresql() else _THREADS_ON_SQLITE
        serve_wsgi("vaste.config.wsgi:application", host=host, port=port, workers=workers, threads=threads)

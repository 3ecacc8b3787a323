"""Granian as every server of Vaste uses it: WSGI threads, and no access log, because addresses can be secrets."""

import os
import signal
import time
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

# A process that does not stop when asked is killed: nothing is lost by that, and nobody waits for it.
_STOPS_WITHIN_SECONDS = 20


def serve_wsgi(
    target: str, *, host: str, port: int, workers: int, threads: int, certificate: Path | None = None, certificate_key: Path | None = None
) -> None:
    """Serve an application (`module:name`) until ended; threads: in each worker. With a certificate over HTTPS."""
    server = Granian(
        target=target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backpressure=512,
        log_access=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        websockets=False,
        ssl_cert=certificate,
        ssl_key=certificate_key,
        workers_kill_timeout=_STOPS_WITHIN_SECONDS,
    )
    # Whoever closes the terminal ends it. Granian would start a second process beside the first, where one must be all.
    setattr(server, "signal_handler_reload", server.signal_handler_interrupt)  # noqa: B010
    server.serve()


def leave_the_terminal_to_the_server() -> None:
    """Let a process that the server started take no notice of a closed terminal: the server tells it to stop.

    Of two signals in one moment the second may reach a thread that does not wake the one that waits for it.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def end_as_the_server_would() -> None:
    """End this process, whose server was killed: let it finish what it is answering, or kill it where that takes too long."""
    for _ in range(_STOPS_WITHIN_SECONDS):
        os.kill(os.getpid(), signal.SIGTERM)  # more than once: while it still loads the application it takes no notice
        time.sleep(1)
    os._exit(1)

"""Granian as every server of Vaste uses it: WSGI threads, and no access log, because addresses can be secrets."""

from pathlib import Path

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels


def serve_wsgi(
    target: str, *, host: str, port: int, workers: int, threads: int, certificate: Path | None = None, certificate_key: Path | None = None
) -> None:
    """Serve an application (`module:name`) until ended; threads: in each worker. With a certificate over HTTPS."""
    Granian(
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
    ).serve()

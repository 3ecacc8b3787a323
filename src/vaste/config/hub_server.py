"""The hub's web server: granian with one process, which alone writes, and many threads, most of which wait for bodies.

It starts in a process of its own image, because Django can be set up once in a process, and the command line has done so already.
"""

import os
import sys
from pathlib import Path
from typing import NoReturn

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

_THREADS = 48


def become_server(*, host: str, port: int, certificate: Path | None, certificate_key: Path | None) -> NoReturn:
    """Serve the hub until ended, in the place of this process. With a certificate over HTTPS."""
    files = [str(certificate.absolute()), str(certificate_key.absolute())] if certificate and certificate_key else []
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "vaste.config.hub_settings"}
    os.execve(sys.executable, [sys.executable, "-m", "vaste.config.hub_server", host, str(port), *files], environment)  # noqa: S606


def serve(host: str, port: str, certificate: str | None = None, certificate_key: str | None = None) -> None:
    """Serve the hub until ended."""
    Granian(
        target="vaste.config.hub_wsgi:application",
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=_THREADS,
        backpressure=512,
        log_access=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        websockets=False,
        ssl_cert=Path(certificate) if certificate else None,
        ssl_key=Path(certificate_key) if certificate_key else None,
    ).serve()


if __name__ == "__main__":
    serve(*sys.argv[1:])

"""The hub's web server: granian with one process, which alone writes, and many threads, most of which wait for bodies.

It starts in a process of its own image, because Django can be set up once in a process, and the command line has done so already.
"""

import os
import sys
from pathlib import Path
from typing import NoReturn

from vaste.config.wsgi_server import serve_wsgi

_THREADS = 48


def become_server(*, host: str, port: int, certificate: Path | None, certificate_key: Path | None) -> NoReturn:
    """Serve the hub until ended, in the place of this process. With a certificate over HTTPS."""
    files = [str(certificate.absolute()), str(certificate_key.absolute())] if certificate and certificate_key else []
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "vaste.config.hub_settings"}
    os.execve(sys.executable, [sys.executable, "-m", "vaste.config.hub_server", host, str(port), *files], environment)  # noqa: S606


def serve(host: str, port: str, certificate: str | None = None, certificate_key: str | None = None) -> None:
    """Serve the hub until ended."""
    files = {
        "certificate": Path(certificate) if certificate else None,
        "certificate_key": Path(certificate_key) if certificate_key else None,
    }
    serve_wsgi("vaste.config.hub_wsgi:application", host=host, port=int(port), workers=1, threads=_THREADS, **files)


if __name__ == "__main__":
    serve(*sys.argv[1:])

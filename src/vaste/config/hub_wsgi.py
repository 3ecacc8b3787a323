"""The hub's WSGI application. One process holds the hub's folder: it mends what the last one left, receives, and follows."""

import os
import threading
import time
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaste.config.hub_settings")
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - needs the set-up above

from vaste.config.wsgi_server import leave_the_terminal_to_the_server  # noqa: E402 - needs the set-up above
from vaste.national.hub.following import follower, mend  # noqa: E402
from vaste.national.hub.holding import only_server  # noqa: E402

_LOOKS_SECONDS = 0.5


def _end_with_server(server: int) -> None:
    """End this process when the server that started it is gone: it must not go on holding the hub's folder and port."""
    while os.getppid() == server:
        time.sleep(_LOOKS_SECONDS)
    os._exit(1)


leave_the_terminal_to_the_server()
threading.Thread(target=_end_with_server, args=(os.getppid(),), name="hub-parent", daemon=True).start()
_held = ExitStack()
_held.enter_context(only_server(wait_seconds=20))
mend()
follower.start()

_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer one request."""
    return _django(environ, start_response)

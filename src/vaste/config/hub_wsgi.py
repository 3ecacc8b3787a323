"""The hub's WSGI application. One process holds the hub's folder: it mends what the last one left, receives, and follows."""

import os
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaste.config.hub_settings")
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - needs the set-up above

from vaste.config.parent import when_parent_ends  # noqa: E402 - needs the set-up above
from vaste.config.wsgi_server import leave_the_terminal_to_the_server  # noqa: E402 - needs the set-up above
from vaste.national.hub.following import follower, mend  # noqa: E402
from vaste.national.hub.holding import only_server  # noqa: E402

leave_the_terminal_to_the_server()
when_parent_ends(lambda: os._exit(1))  # it must not go on holding the hub's folder and port
_held = ExitStack()
_held.enter_context(only_server(wait_seconds=20))
mend()
follower.start()

_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer one request."""
    return _django(environ, start_response)

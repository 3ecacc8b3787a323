"""The WSGI application: survey pages by their own small function, everything else by Django.

Where the environment says so (`vaste run`), the process that serves also works: one process then is all there is, which is
what SQLite wants.
"""

import os
from collections.abc import Iterable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaste.config.settings")
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - needs the set-up above

from vaste.config import embedded, warming  # noqa: E402
from vaste.config.wsgi_server import leave_the_terminal_to_the_server  # noqa: E402
from vaste.survey_pages.app import serves, survey_application  # noqa: E402

_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer one request."""
    if serves(environ["PATH_INFO"]):
        return survey_application(environ, start_response)
    return _django(environ, start_response)


leave_the_terminal_to_the_server()
embedded.start_if_asked()
warming.begin()

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

from django.conf import settings  # noqa: E402 - needs the set-up above
from django.core.wsgi import get_wsgi_application  # noqa: E402

from vaste.config import embedded, warming  # noqa: E402
from vaste.config.environment import writer_told_by_server  # noqa: E402
from vaste.config.parent import when_parent_ends  # noqa: E402
from vaste.config.wsgi_server import end_as_the_server_would, leave_the_terminal_to_the_server  # noqa: E402
from vaste.survey_pages.app import Pages, serves  # noqa: E402
from vaste.survey_pages.handing import HandingStore  # noqa: E402
from vaste.survey_pages.store import store  # noqa: E402

_django = get_wsgi_application()
_writer = writer_told_by_server()
_survey = Pages(HandingStore(_writer) if _writer else store(), base_url=settings.BASE_URL)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer one request."""
    if serves(environ["PATH_INFO"]):
        return _survey.answer(environ, start_response)
    return _django(environ, start_response)


leave_the_terminal_to_the_server()
when_parent_ends(end_as_the_server_would)
embedded.start_if_asked()
warming.begin()

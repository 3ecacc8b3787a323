"""What the first visitor of a new process would otherwise wait for, loaded once the process stands."""

import threading
import time

import structlog
from django.db import DatabaseError, connection
from django.template.loader import get_template
from django.urls import get_resolver

from vaste.core import clock
from vaste.core.collector import keep_what_is_loaded
from vaste.invitations.holidays import is_holiday
from vaste.organisations.models import County
from vaste.responses.models import CopyState
from vaste.results.latest import latest_answers

log = structlog.get_logger()

_AFTER_SECONDS = 2.0
_TEMPLATES = ("organisations/sign_in.html", "dashboards/results.html")


def begin() -> None:
    """Load in a thread beside those that answer, without keeping the start waiting."""
    threading.Thread(target=_load, name="warming", daemon=True).start()


def _load() -> None:
    time.sleep(_AFTER_SECONDS)
    load_for_first_page()
    keep_what_is_loaded()


def load_for_first_page() -> None:
    """Load what staff pages need, and the holidays that the first contact request asks about.

    The engines of the columnar copy, which are large, only where there is one.
    """
    is_holiday(clock.now().date())
    list(get_resolver().url_patterns)
    for name in _TEMPLATES:
        get_template(name)
    try:
        if CopyState.objects.exists():
            for county in County.objects.all():
                latest_answers(county, tuple(county.units.order_by("oid")), clock.now())
    except DatabaseError as error:
        log.warning("warming.failed", error=type(error).__name__)  # the first page tells more
    finally:
        connection.close()

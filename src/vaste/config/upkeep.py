"""What happens by itself while Vaste runs: ended surveys burn, answers are mixed into the record, what has ended is erased."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import structlog
from django.conf import settings
from django.db import DatabaseError, connection

from vaste.cases.actions import erase_old_requests
from vaste.core import clock
from vaste.core.collector import keep_what_is_loaded
from vaste.core.database import checkpoint, rebuild
from vaste.invitations.actions import end_overdue, forget_what_has_ended
from vaste.invitations.models import Invitation
from vaste.messaging.measures import forget_old_counts
from vaste.messaging.standing import weigh_routes
from vaste.national.comparison.fetching import HttpPublisher, NotFetched, fetch_comparison, has_hub
from vaste.organisations.actions import forget_old_sign_ins
from vaste.reports.actions import make_due_reports
from vaste.responses.actions import mix, vacuum
from vaste.responses.copy.state import CopyFailed
from vaste.responses.models import ChangedMonth, CopyState, Response
from vaste.responses.reading import read_waiting_comments
from vaste.results.alert_actions import raise_alerts
from vaste.results.campaign_actions import end_due_campaigns

log = structlog.get_logger()

_READING_SECONDS = 2.0
_LOAD_AFTER_SECONDS = 8.0


@dataclass(frozen=True)
class _Chore:
    every_seconds: float
    do: Callable[[], object]


def _load_what_is_large() -> int:
    """Load the engines of the copy and what reads comments, once somebody may answer; an idle installation needs neither.

    That takes the interpreter for seconds: once the process stands, and not while people answer or its start is waited for.
    """
    if Invitation.objects.exists() or Response.objects.exists():
        _load_once()
    return 0


@cache
def _load_once() -> None:
    import vaste.responses.copy.actions  # noqa: F401
    from vaste.free_text.reading import read_comment

    read_comment("Kiitos avusta.", asked_in="fi")
    keep_what_is_loaded()


def _end_overdue() -> int:
    return end_overdue(now=clock.now())


def _mix() -> int:
    return mix(today=clock.now().date())


def _read_comments() -> int:
    """Read for a moment only: other chores wait meanwhile."""
    ends = time.monotonic() + _READING_SECONDS
    return read_waiting_comments(is_time_over=lambda: time.monotonic() > ends)


def _follow_record() -> int:
    """Bring the columnar copy up to date; who does the chores once loads its engines only when there is something to do."""
    if not ChangedMonth.objects.exists() and (CopyState.objects.exists() or not Response.objects.exists()):
        return 0
    from vaste.responses.copy.actions import follow_record

    return _unless_it_fails(follow_record)


def _tidy_copy() -> int:
    if not CopyState.objects.exists():
        return 0
    from vaste.responses.copy.actions import tidy_copy

    return _unless_it_fails(tidy_copy)


def _unless_it_fails(change_copy: Callable[[], int]) -> int:
    """Figures do not depend on the copy, so its faults stop nothing; `vaste doctor` tells of them too."""
    try:
        return change_copy()
    except CopyFailed as error:
        log.warning("copy.failed", error=str(error))
        return 0


def _forget() -> None:
    now = clock.now()
    forget_what_has_ended(today=now.date())
    erase_old_requests(today=now.date())
    forget_old_sign_ins(now=now)
    forget_old_counts(now=now)


def _weigh_routes() -> None:
    weigh_routes(now=clock.now())


def _raise_alerts() -> int:
    return raise_alerts(today=clock.now().date())


def _end_campaigns() -> int:
    return end_due_campaigns(now=clock.now())


def _make_reports() -> int:
    return make_due_reports(now=clock.now())


def _fetch_comparison() -> int:
    """Fetch the country's comparison where a hub is known; what is kept stays when it cannot be had."""
    if not has_hub():
        return 0
    try:
        return fetch_comparison(publisher=HttpPublisher(settings.HUB_URL), now=clock.now())
    except NotFetched as error:
        log.warning("comparison.not_fetched", error=str(error))
        return 0


def _clean_files() -> None:
    """Take burnt rows out of the files themselves."""
    checkpoint()
    vacuum()


_CHORES = (
    _Chore(60, _end_overdue),
    _Chore(5, _mix),
    _Chore(5, _read_comments),
    _Chore(10, _weigh_routes),
    _Chore(3600, _forget),
    _Chore(3600, _make_reports),
    _Chore(600, _clean_files),
    _Chore(900, _raise_alerts),
    _Chore(60, _end_campaigns),
    _Chore(24 * 3600, rebuild),
    _Chore(15, _follow_record),
    _Chore(300, _fetch_comparison),
    _Chore(24 * 3600, _tidy_copy),
)


def do_chores() -> None:
    """Do every chore once."""
    for chore in _CHORES:
        chore.do()


def keep_up(stop: threading.Event) -> None:
    """Do each chore in its own rhythm until told to stop; one that fails is tried again at its next turn."""
    due = {**dict.fromkeys(_CHORES, 0.0), _Chore(_LOAD_AFTER_SECONDS, _load_what_is_large): time.monotonic() + _LOAD_AFTER_SECONDS}
    while not stop.wait(0.5):
        for chore, at in due.items():
            if time.monotonic() >= at:
                _attempt(chore)
                due[chore] = time.monotonic() + chore.every_seconds
    connection.close()


def _attempt(chore: _Chore) -> None:
    try:
        chore.do()
    except DatabaseError as error:
        log.warning("chore.failed", chore=chore.do.__name__, error=type(error).__name__)
        connection.close()

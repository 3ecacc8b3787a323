"""The page on messaging: what needs attention, what waits, how accounts stand, and what became of messages hour by hour."""

from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vaste.core import clock
from vaste.dashboards.operations_words import MessagingReader, account_row, alarm_words, heading, hour_row, refusal_row, waiting_words
from vaste.messaging.alarms import raised
from vaste.messaging.queries import hours, refusals, standings, what_waits
from vaste.organisations.models import User
from vaste.organisations.staff_pages import reader_language, staff_page
from vaste.organisations.words import load_words

_TEXTS = Path(__file__).parent / "operations.toml"
_SHOWN = timedelta(hours=24)
_REFRESH_SECONDS = "10"


@require_safe
@login_required
def show_operations(request: HttpRequest) -> HttpResponse:
    """Show how messages go, to people who see a whole county; for others there is no such page."""
    assert isinstance(request.user, User)
    county = request.user.counties().first()
    if county is None:
        raise Http404
    language = reader_language(request)
    reader = MessagingReader(load_words(_TEXTS)[language], language, county.settings.zone)
    is_live = request.GET.get("live") == "1"
    context = {"page": "operations", "words": reader.words, "is_live": is_live, **_findings(reader, clock.now())}
    response = staff_page(request, "dashboards/operations.html", context)
    if is_live:
        response.headers["Refresh"] = _REFRESH_SECONDS
    return response


def _findings(reader: MessagingReader, now: datetime) -> dict[str, Any]:
    """Return everything that is known, in words."""
    accounts, waiting = standings(now=now), what_waits(now=now)
    alarms = raised(accounts, waiting, queue_limit=settings.QUEUE_ALARM_AFTER)
    since = _whole_hour(now - _SHOWN, reader.zone)
    return {
        "heading": heading(reader, len(alarms)),
        "as_of": reader.moment(now),
        "alarms": [alarm_words(reader, alarm, settings.QUEUE_ALARM_AFTER) for alarm in alarms],
        "waiting": waiting_words(reader, waiting),
        "accounts": [account_row(reader, account) for account in accounts],
        "hours": [hour_row(reader, hour) for hour in hours(since=since)],
        "refusals": [refusal_row(reader, refusal) for refusal in refusals(since=since)],
    }


def _whole_hour(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(minute=0, second=0, microsecond=0)

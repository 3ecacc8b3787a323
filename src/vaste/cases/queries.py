"""Read which contact requests wait for an answer."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Min

from vaste.cases.models import ContactRequest
from vaste.organisations.models import Unit


def waiting_requests(units: Iterable[Unit]) -> tuple[int, date | None]:
    """Return how many requests of some units wait, and the nearest deadline."""
    waiting = ContactRequest.objects.filter(unit__in=list(units), state=ContactRequest.State.RECEIVED)
    found = waiting.aggregate(count=Count("*"), due=Min("due_on"))
    return found["count"], found["due"]

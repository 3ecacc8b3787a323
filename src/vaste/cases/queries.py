"""Read which contact requests wait for an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Min, Q

from vaste.cases.models import ContactRequest
from vaste.organisations.models import Unit

_WAITS = Q(state=ContactRequest.State.RECEIVED)


@dataclass(frozen=True)
class Waiting:
    """How many requests of a unit wait, and how many of these past their deadline."""

    count: int
    late: int


def waiting_requests(units: Iterable[Unit]) -> tuple[int, date | None]:
    """Return how many requests of some units wait, and the nearest deadline."""
    waiting = ContactRequest.objects.filter(_WAITS, unit__in=list(units))
    found = waiting.aggregate(count=Count("*"), due=Min("due_on"))
    return found["count"], found["due"]


def waiting_by_unit(units: Iterable[Unit], now: datetime) -> dict[str, Waiting]:
    """Return what waits in each of some units, by OID; a unit where nobody waits is left out."""
    own = list(units)
    counts = ContactRequest.objects.filter(_WAITS, unit__in=own).values("unit_id").order_by("unit_id")
    found = counts.annotate(count=Count("*"), late=Count("pk", filter=is_late(own, now)))
    return {row["unit_id"]: Waiting(row["count"], row["late"]) for row in found}


def is_late(units: Iterable[Unit], now: datetime) -> Q:
    """Return the condition that the deadline of a request of these units is past, by the day that it is in each county."""
    late = Q(pk__in=[])
    for county in {unit.county for unit in units}:
        late |= Q(unit__county=county, due_on__lt=county.day_of(now))
    return _WAITS & late

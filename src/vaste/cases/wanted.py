"""Which contact requests a page is asked for, as its address says it, and those requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404

from vaste.cases.models import ContactRequest
from vaste.cases.queries import is_late
from vaste.organisations.models import Unit


class Which(StrEnum):
    """Which requests are listed: those that wait, of these the ones past their deadline, or the answered."""

    WAITING = "waiting"
    LATE = "late"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Wanted:
    """What is asked for. unit: an OID, empty for all of the reader's; units: those that this leaves."""

    unit: str
    which: Which
    units: Sequence[Unit]

    @property
    def is_everything(self) -> bool:
        """Whether nothing narrows what waits."""
        return not self.unit and self.which is Which.WAITING

    def waiting(self) -> "Wanted":
        """Return the same of those that wait, where the answered are asked for."""
        return replace(self, which=Which.WAITING) if self.which is Which.ANSWERED else self

    def address(self, page: int = 1) -> str:
        """Return the question of an address that asks for this; empty where it is what the page shows by itself."""
        asked = {"unit": self.unit, "show": "" if self.which is Which.WAITING else self.which, "page": page if page > 1 else ""}
        return urlencode({name: value for name, value in asked.items() if value})


def wanted_of(asked: Mapping[str, str], units: Sequence[Unit]) -> Wanted:
    """Return what an address asks for. units: the reader's. Raises Http404 for a unit that is not one of theirs."""
    unit, which = asked.get("unit", ""), asked.get("show", "")
    kept = [each for each in units if each.oid == unit] if unit else units
    if unit and not kept:
        raise Http404
    return Wanted(unit, Which(which) if which in set(Which) else Which.WAITING, kept)


def requests_wanted(wanted: Wanted, now: datetime) -> QuerySet[ContactRequest]:
    """Return the requests that are asked for: nearest deadline first, or last answered first."""
    own = with_units(ContactRequest.objects.filter(unit__in=wanted.units))
    if wanted.which is Which.ANSWERED:
        return own.filter(state=ContactRequest.State.ANSWERED).order_by("-answered_on", "pk")
    found = own.filter(state=ContactRequest.State.RECEIVED).order_by("due_on", "pk")
    return found.filter(is_late(wanted.units, now)) if wanted.which is Which.LATE else found


def with_units(requests: QuerySet[ContactRequest]) -> QuerySet[ContactRequest]:
    """Return requests that come with what their rows name, so that a list asks once."""
    return requests.select_related("unit__county", "answered_by")

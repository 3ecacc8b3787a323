"""What the campaigns say of the sending in each unit, read once for many visits or messages."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from vaste.invitations.campaigns.rules import Afterwards, Cover, is_collecting
from vaste.invitations.models import Campaign
from vaste.organisations.rules import Sending


@dataclass(frozen=True)
class Covers:
    """What campaigns say, by unit OID; units without one are missing."""

    by_unit: Mapping[str, list[Cover]]

    @classmethod
    def of_all_units(cls) -> Self:
        """Read the campaigns of every unit; one query."""
        found: defaultdict[str, list[Cover]] = defaultdict(list)
        rows = Campaign.objects.order_by().values_list("units", "first_on", "last_on", "ended_on", "afterwards")
        for oid, first_on, last_on, ended_on, afterwards in rows:
            found[oid].append(Cover(first_on, last_on, ended_on is not None, Afterwards(afterwards)))
        return cls(found)

    def is_collecting(self, unit_oid: str, period_start: date, sending: Sending) -> bool:
        """Tell whether visits of a unit's week or month, by its first day, are asked about."""
        return is_collecting(self.by_unit.get(unit_oid, ()), period_start, only_in_campaigns=sending.only_in_campaigns)

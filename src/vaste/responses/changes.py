"""Note what has changed in the record, so that the columnar copy can follow.

Every change of the record, in whatever part, calls `note_changes` in its own transaction. What is noted here is counted in
the database until the copy has it, so figures never wait for the copy.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from vaste.responses.models import ChangedMonth

_BITS = 62
_BATCH = 500


@dataclass(frozen=True)
class Change:
    """A unit's month that the copy does not have as it stands. number: random, another at each change."""

    unit_oid: str
    month: date
    number: int


def note_changes(places: Iterable[tuple[str, date]]) -> None:
    """Note that responses of units (by OID) were added or erased in periods (by their first day)."""
    months = {(unit_oid, period_start.replace(day=1)) for unit_oid, period_start in places}
    # Sorted, so that two who note the same months wait for each other and never in a circle.
    rows = [ChangedMonth(unit_id=unit_oid, month=month, change=secrets.randbits(_BITS)) for unit_oid, month in sorted(months)]
    ChangedMonth.objects.bulk_create(
        rows, batch_size=_BATCH, update_conflicts=True, unique_fields=("unit", "month"), update_fields=("change",)
    )


def changes() -> list[Change]:
    """Return what the copy has yet to follow."""
    return [Change(*row) for row in ChangedMonth.objects.order_by("month", "unit_id").values_list("unit_id", "month", "change")]


def forget_changes(copied: Sequence[Change]) -> None:
    """Forget changes that the copy has now; a month that changed once more stays noted."""
    for start in range(0, len(copied), _BATCH):
        part = copied[start : start + _BATCH]
        ChangedMonth.objects.filter(change__in=[change.number for change in part]).delete()

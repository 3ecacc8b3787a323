"""Raise alerts, and acknowledge them."""

from datetime import date

from django.db import transaction
from django.db.models import Max

from vaste.core.audit import audit
from vaste.core.keys import ring
from vaste.organisations.models import County, User
from vaste.responses.models import Response
from vaste.results.alert_queries import watch_units
from vaste.results.alert_rules import Watched
from vaste.results.models import Alert


def raise_alerts(*, today: date) -> int:
    """Raise an alert for each unit whose answers call and that has none open of the kind; return how many are new."""
    raised = 0
    for county in County.objects.all():
        for (unit, _), found in watch_units(county).found.items():
            if found.alarm is not None:
                raised += _raise(unit, found, found.alarm, today)
    return raised


@transaction.atomic
def _raise(unit: str, found: Watched, place: int, today: date) -> int:
    """Keep an alert unless one of its kind is open: what calls today called yesterday too."""
    began = found.stretches[place - found.sums[place].run + 1]
    alert, is_new = Alert.objects.get_or_create(
        unit_id=unit,
        kind=found.kind.value,
        acknowledged_on=None,
        defaults={
            "raised_on": today,
            "begins": found.begins,
            "run_from": began.first,
            "run_to": found.stretches[place].last,
            "baseline": found.baseline.share,
            "basis": found.baseline.basis.value,
            "baseline_answers": found.baseline.answers,
            "limit": found.over.limit,
            "after": found.after,
        },
    )
    if is_new:
        audit("worker", "alert.raised", str(alert.id), unit=unit)
    return int(is_new)


@transaction.atomic
def acknowledge(*, alert: Alert, by: User, note: str, today: date) -> bool:
    """Note that a person of staff has seen an alert, and begin the unit's sum anew; return False when somebody had done so before."""
    newest = Response.objects.filter(unit=alert.unit_id).aggregate(newest=Max("period_start"))["newest"]
    changed = Alert.objects.filter(id=alert.id, acknowledged_on__isnull=True).update(
        acknowledged_on=today,
        acknowledged_by=by,
        counted_to=newest or alert.run_to,
        sealed_note=ring().seal(note.encode(), bound_to=f"alert note {alert.id.hex}") if note else None,
    )
    if changed:
        audit(str(by.pk), "alert.acknowledged", str(alert.id))
    return changed == 1


def open_note(alert: Alert) -> str:
    """Return the note that was left when an alert was acknowledged. Raises SealBroken."""
    if alert.sealed_note is None:
        return ""
    return ring().open(alert.sealed_note, bound_to=f"alert note {alert.id.hex}").decode()

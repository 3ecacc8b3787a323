"""Read what alerts are made from, and which there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Max, Q

from vaste.indicators.cusum import Watch, alarming_share
from vaste.organisations.models import County, Unit
from vaste.responses.models import Response
from vaste.responses.periods import last_day
from vaste.responses.rules import INVITED_CHANNELS
from vaste.results.alert_rules import (
    BASELINE_DAYS,
    AlertKind,
    Baseline,
    Basis,
    Course,
    Stretch,
    Watched,
    baselines,
    beginnings,
    stretches,
    tuned,
    watched,
)
from vaste.results.answers import Answers
from vaste.results.calendar import Period, PeriodKind
from vaste.results.models import Alert

_PROMOTES, _DETRACTS = Q(nps__gte=9), Q(nps__lte=6)


@dataclass(frozen=True)
class Watching:
    """The watch over a county's units: how each stands, by unit and kind. newest: the first day of the newest period of all."""

    newest: date | None = None
    found: Mapping[tuple[str, AlertKind], Watched] = field(default_factory=dict)

    @property
    def units(self) -> frozenset[str]:
        """The units that are watched."""
        return frozenset(unit for unit, _ in self.found)


def watch_units(county: County) -> Watching:
    """Return how the units of a county stand, each since its last acknowledged alert."""
    units = list(county.units.all())
    newest = Response.objects.filter(unit__in=units).aggregate(newest=Max("period_start"))["newest"]
    if newest is None:
        return Watching()
    begins = beginnings(newest)
    periods = periods_of([unit.oid for unit in units], since=begins[0] - timedelta(days=BASELINE_DAYS))
    services = {unit.oid: unit.service for unit in units}
    ended = _counted_to(units)
    too_few = county.settings.display.too_few_below
    found: dict[tuple[str, AlertKind], Watched] = {}
    for kind in AlertKind:
        for unit, (first, baseline) in _held_against(periods, services, begins, kind).items():
            own = periods.get(unit, [])
            over = tuned(baseline, stretches(own, too_few))
            if over is not None:
                after = ended.get((unit, kind))
                found[unit, kind] = watched(
                    kind, begins=first, baseline=baseline, over=over, periods=own, after=after, too_few_below=too_few
                )
    return Watching(newest, found)


def _held_against(
    periods: Mapping[str, list[Stretch]], services: Mapping[str, str], begins: list[date], kind: AlertKind
) -> dict[str, tuple[date, Baseline]]:
    """Return for each unit from when its answers are summed, and what they are held against: its 52 weeks before that day."""
    found: dict[str, tuple[date, Baseline]] = {}
    for first in begins:
        year = {unit: _sum(own, first - timedelta(days=BASELINE_DAYS), first) for unit, own in periods.items()}
        known = {unit: counts for unit, counts in year.items() if counts is not None}
        for unit, baseline in baselines(known, services, kind).items():
            found.setdefault(unit, (first, baseline))
    return found


def _sum(own: Iterable[Stretch], first: date, before: date) -> Stretch | None:
    total: Stretch | None = None
    for period in own:
        if first <= period.first < before:
            total = period if total is None else total + period
    return total


def _counted_to(units: Iterable[Unit]) -> dict[tuple[str, AlertKind], date]:
    """Return up to which period each unit's answers belong to alerts that have been acknowledged."""
    rows = Alert.objects.filter(unit__in=list(units), counted_to__isnull=False).values_list("unit_id", "kind")
    return {(unit, AlertKind(kind)): to for unit, kind, to in rows.annotate(to=Max("counted_to"))}


def periods_of(units: Iterable[str], *, since: date) -> dict[str, list[Stretch]]:
    """Return each unit's answers to the 0 to 10 question by the period they carry, in the order of time; those of the invited alone."""
    answered = Response.objects.filter(unit_id__in=list(units), period_start__gte=since, nps__isnull=False, channel__in=INVITED_CHANNELS)
    rows = (
        answered.order_by("unit_id", "period_start", "period_kind")
        .values_list("unit_id", "period_start", "period_kind")
        .annotate(promoters=Count("nps", filter=_PROMOTES), detractors=Count("nps", filter=_DETRACTS), n=Count("nps"))
    )
    found: dict[str, list[Stretch]] = {}
    for unit, first, kind, promoters, detractors, n in rows:
        found.setdefault(unit, []).append(Stretch(first, last_day(first, kind), promoters, detractors, n))
    return found


def open_alerts(units: Iterable[Unit]) -> list[Alert]:
    """Return the alerts of some units that nobody has acknowledged, warnings first, and of a kind the newest first."""
    found = Alert.objects.filter(unit__in=list(units), acknowledged_on__isnull=True).select_related("unit__county")
    return sorted(found, key=lambda alert: (alert.kind != Alert.Kind.WARNING, -alert.raised_on.toordinal(), alert.unit_id))


def course_of(alert: Alert) -> Course:
    """Return what an alert's unit has answered since its watch began, held against what it was held against when it was raised."""
    baseline = Baseline(alert.baseline, Basis(alert.basis), alert.baseline_answers)
    periods = periods_of([alert.unit_id], since=alert.begins).get(alert.unit_id, [])
    too_few_below = alert.unit.county.settings.display.too_few_below
    found = watched(
        AlertKind(alert.kind),
        begins=alert.begins,
        baseline=baseline,
        over=Watch(alert.baseline, alarming_share(alert.baseline), alert.limit),
        periods=[period for period in periods if alert.counted_to is None or period.first <= alert.counted_to],
        after=alert.after,
        too_few_below=too_few_below,
    )
    return Course(found, tuple(stretches(periods, too_few_below)))


def shown_months(unit: Unit, answers: Answers) -> set[str]:
    """Return the months, as `2024-04`, in which a unit's score is shown to a reader whose units' answers these are."""
    months = (Period(key) for key in answers.nodes)
    return {month.key for month in months if month.kind is PeriodKind.MONTH and answers.figures(unit.oid, month, statements=False).nps}

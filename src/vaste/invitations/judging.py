"""Judge new visits against the settings, the people already asked, and each other."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Self
from uuid import UUID
from zoneinfo import ZoneInfo

from vaste.core.keys import Purpose, ring
from vaste.invitations.campaigns.covers import Covers
from vaste.invitations.holidays import is_holiday
from vaste.invitations.models import OptOut, OutcomeCount, Quarantine
from vaste.invitations.planning import INVITATION_STEP, Plan, Planned, planned_for
from vaste.invitations.rules import (
    Limits,
    Outcome,
    PersonFacts,
    VisitFacts,
    next_allowed,
    planned_moment,
    why_not_ask_about,
    why_not_invite,
)
from vaste.messaging.actions import still_queued
from vaste.messaging.numbers import mobile_number
from vaste.organisations.models import County, Unit
from vaste.organisations.rules import CountySettings
from vaste.responses.rules import coarse_period
from vaste.surveys.instrument import national_adult
from vaste.surveys.texts import Texts, resolve_texts
from vaste.visits.rules import Visit

_CHUNK = 500
_DRAW_BYTES = 8
_DRAWS = 1 << (8 * _DRAW_BYTES)


@dataclass(frozen=True)
class CountyRules:
    """A county's settings with what follows from them."""

    settings: CountySettings
    texts: Texts
    limits: Limits
    zone: ZoneInfo

    @classmethod
    def of(cls, settings: CountySettings) -> Self:
        """Work out what a county's settings say for judging."""
        sending = settings.sending
        limits = Limits(
            age_limit=national_adult().age_limit,
            sensitive_visit_types=frozenset(sending.sensitive_visit_types),
            quarantine=timedelta(days=sending.quarantine_days),
            visits_from=sending.visits_from,
            visits_to=sending.visits_to,
            sample_share=sending.sample_share,
            daily_cap=sending.daily_cap_per_unit,
        )
        return cls(settings, resolve_texts(settings.texts), limits, settings.zone)


@dataclass(frozen=True)
class Directory:
    """The units that a feed may name, the rules of their counties, and what campaigns say of them."""

    units: Mapping[str, Unit]
    counties: Mapping[str, CountyRules]
    covers: Covers

    @classmethod
    def of(cls, county: County | None) -> Self:
        """Read the units of one county, or of all."""
        counties = [county] if county else list(County.objects.all())
        units = Unit.objects.filter(county__in=counties)
        rules = {item.code: CountyRules.of(item.settings) for item in counties}
        return cls({unit.oid: unit for unit in units}, rules, Covers.of_all_units())


@dataclass(frozen=True)
class Decision:
    """How a visit ended. plan: of an invited one. replaces: the unsent invitation for an earlier visit of the same day."""

    visit: Visit
    visited_on: date
    outcome: Outcome
    plan: Plan | None = None
    replaces: Planned | None = None


@dataclass(frozen=True)
class _Case:
    """A visit before it is judged."""

    visit: Visit
    unit: Unit
    rules: CountyRules
    visited_on: date
    facts: VisitFacts
    reason: Outcome | None

    @property
    def phone(self) -> str:
        return self.facts.phone or ""

    @property
    def order(self) -> tuple[datetime, str]:
        """The visits' own order; the event id settles two visits of the same moment."""
        return self.visit.visited_at, self.visit.event_id


def judge(visits: Sequence[Visit], directory: Directory, now: datetime) -> list[Decision]:
    """Return how each visit ends, in the order of the visits themselves, so that the order of arrival does not matter."""
    cases = sorted((_case(visit, directory) for visit in visits), key=lambda case: case.order)
    people = _People.of({case.phone for case in cases if case.reason is None})
    latest = _latest_of_day(cases, people)
    invited = _invited_so_far(cases)
    decisions = []
    for case in cases:
        if case.reason:
            decisions.append(Decision(case.visit, case.visited_on, case.reason))
            continue
        decision = _judged(case, people, latest, invited, now)
        if decision.replaces:
            people.asked_at[case.phone] = _without(people.asked_at[case.phone], decision.replaces)
            invited[decision.replaces.context.unit_oid, case.visited_on] -= 1
        if decision.plan:
            people.asked_at[case.phone].append(decision.plan.planned_at)
            invited[case.unit.oid, case.visited_on] += 1
        decisions.append(decision)
    return decisions


def _case(visit: Visit, directory: Directory) -> _Case:
    unit = directory.units[visit.unit_oid]
    rules = directory.counties[unit.county_id]
    visited_on = visit.visited_at.astimezone(rules.zone).date()
    period_start, _ = coarse_period(visited_on, is_small=unit.small)
    facts = VisitFacts(
        visited_on=visited_on,
        participates_from=unit.participates_from,
        deceased=visit.deceased,
        non_disclosure=visit.non_disclosure,
        visit_type=visit.visit_type,
        age=visit.age,
        respondent_role=visit.recipient,
        consent=visit.consent,
        several_numbers=visit.several_numbers,
        phone=mobile_number(visit.phone),
        is_collecting=directory.covers.is_collecting(unit.oid, period_start, rules.settings.sending),
    )
    return _Case(visit, unit, rules, visited_on, facts, why_not_ask_about(facts, rules.limits))


@dataclass(frozen=True)
class _People:
    """What the database knows of some phones. queued: invitations whose message has not left."""

    opted_out: frozenset[str]
    planned: Mapping[str, list[Planned]]
    queued: frozenset[UUID]
    asked_at: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, phones: Iterable[str]) -> Self:
        keys = ring()
        by_hash = {person_hash: phone for phone in phones for person_hash in keys.keyed_hashes(Purpose.PERSON, phone)}
        hashes = list(by_hash)
        opted_out: set[str] = set()
        asked_at: dict[str, list[datetime]] = defaultdict(list)
        for start in range(0, len(hashes), _CHUNK):
            chunk = hashes[start : start + _CHUNK]
            opted_out |= {by_hash[bytes(row.person_hash)] for row in OptOut.objects.filter(person_hash__in=chunk)}
            for row in Quarantine.objects.filter(person_hash__in=chunk):
                asked_at[by_hash[bytes(row.person_hash)]].append(row.planned_at)
        planned = planned_for(set(by_hash.values()))
        queued = still_queued([item.id for items in planned.values() for item in items], step=INVITATION_STEP)
        return cls(frozenset(opted_out), planned, frozenset(queued), asked_at)

    def planned_on_day(self, case: _Case) -> Planned | None:
        """Return the latest invitation of the same person for a visit of the same day."""
        same_day = [item for item in self.planned.get(case.phone, ()) if item.context.visited_on == case.visited_on]
        return max(same_day, key=lambda item: item.context.visited_at, default=None)


def _latest_of_day(cases: Iterable[_Case], people: _People) -> dict[tuple[str, date], tuple[datetime, str]]:
    """Return, for each person and day, the order of their latest visit that could be asked about, new or planned before."""
    latest: dict[tuple[str, date], tuple[datetime, str]] = {}
    for case in cases:
        if case.reason is None and case.phone not in people.opted_out:
            key = case.phone, case.visited_on
            before = people.planned_on_day(case)
            known = (before.context.visited_at, before.context.event_id) if before else case.order
            latest[key] = max(latest.get(key, case.order), case.order, known)
    return latest


def _invited_so_far(cases: Iterable[_Case]) -> dict[tuple[str, date], int]:
    days = {case.visited_on for case in cases}
    rows = OutcomeCount.objects.filter(visited_on__in=days, outcome=Outcome.INVITED.value)
    return defaultdict(int, {(row.unit_id, row.visited_on): row.visits for row in rows})


def _judged(
    case: _Case,
    people: _People,
    latest: Mapping[tuple[str, date], tuple[datetime, str]],
    invited: Mapping[tuple[str, date], int],
    now: datetime,
) -> Decision:
    planned_at = _planned_at(case, now)
    replaced = _replaced(case, people)
    asked_at, invited_that_day = people.asked_at[case.phone], invited[case.unit.oid, case.visited_on]
    if replaced:  # what makes room for this visit cannot stand in its way
        asked_at = _without(asked_at, replaced)
        invited_that_day -= replaced.context.unit_oid == case.unit.oid
    person = PersonFacts(
        opted_out=case.phone in people.opted_out,
        has_later_visit_same_day=latest.get((case.phone, case.visited_on), case.order) > case.order,
        asked_at=tuple(asked_at),
    )
    outcome = why_not_invite(
        case.facts, person, case.rules.limits, planned_at=planned_at, draw=_draw(case.visit), invited_that_day=invited_that_day
    )
    decision = Decision(case.visit, case.visited_on, outcome)
    if outcome in {Outcome.OPTED_OUT, Outcome.LATER_VISIT_SAME_DAY}:
        return decision
    decision = replace(decision, replaces=replaced)
    if outcome is not Outcome.INVITED:
        return decision
    return replace(
        decision, plan=Plan(case.visit, case.unit, case.rules.settings, case.rules.texts, case.phone, case.visited_on, planned_at)
    )


def _without(asked_at: Sequence[datetime], replaced: Planned) -> list[datetime]:
    return [moment for moment in asked_at if moment != replaced.planned_at]


def _replaced(case: _Case, people: _People) -> Planned | None:
    """Return the unsent invitation for an earlier visit of the same day, which this visit takes the place of."""
    before = people.planned_on_day(case)
    if before and before.id in people.queued and (before.context.visited_at, before.context.event_id) < case.order:
        return before
    return None


def _planned_at(case: _Case, now: datetime) -> datetime:
    """Return when the invitation goes: at the planned moment, or as soon as messages may be sent when that has passed."""
    sending, zone = case.rules.settings.sending, case.rules.zone
    planned = planned_moment(case.visit.visited_at, sending=sending, zone=zone, is_holiday=is_holiday)
    return next_allowed(max(planned, now), sending=sending, zone=zone, is_holiday=is_holiday)


def _draw(visit: Visit) -> float:
    """Return a visit's place in [0, 1) for sampling: fixed by its event id and the key, so that a repeat draws the same."""
    made = ring().keyed_hash(Purpose.SAMPLE, visit.event_id)
    return int.from_bytes(made[:_DRAW_BYTES], "big") / _DRAWS

"""The visits of one day of the demo county. Pure: the same seed, day and counter give the same visits."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec

from vaste.core.toml import TomlDecoder
from vaste.simulator.opinions import Service
from vaste.simulator.people import Person, SimulatedSettings, index_of_visitor, person, weighted
from vaste.visits.rules import Visit

VISITS_A_DAY = 600
_UNITS_FILE = Path(__file__).with_name("units.toml")
_SATURDAY = 5
# Hours of the day clinics, and of those that never close.
_OFFICE_HOURS = {8: 14, 9: 17, 10: 16, 11: 12, 12: 10, 13: 13, 14: 11, 15: 7}
_ALL_HOURS = {hour: 2 if hour < 7 else 8 if 9 <= hour < 20 else 5 for hour in range(24)}
# Of a thousand visits, how many are of this kind.
_PECULIAR = {
    "ordinary": 840,
    "came again": 55,
    "came twice that day": 14,
    "no consent": 24,
    "not a mobile number": 34,
    "non-disclosure": 16,
    "several numbers": 12,
    "deceased": 5,
}
# Of the visits before, among whose people somebody may come again: about ten days.
_CAME_AGAIN_WITHIN = 6_000
_SENSITIVE = ("miscarriage", "child_protection", "death")
_SENSITIVE_SHARE = 0.03


class BusyUnit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A unit as the demo lives it. visits: of a hundred of the county; glad and unhappy: of a hundred people who leave it."""

    visits: Annotated[int, msgspec.Meta(ge=1, le=100)]
    glad: Annotated[int, msgspec.Meta(ge=0, le=100)]
    unhappy: Annotated[int, msgspec.Meta(ge=0, le=100)]
    visit_types: tuple[str, ...]
    is_open_always: bool = False
    is_for_children: bool = False

    @property
    def service(self) -> Service:
        """How people leave the unit."""
        return Service(glad=self.glad, unhappy=self.unhappy)


_read_units = TomlDecoder(dict[str, BusyUnit])


@cache
def busy_units() -> Mapping[str, BusyUnit]:
    """Return the units of the demo county by OID."""
    return _read_units.decode(_UNITS_FILE.read_bytes())


def visits_of_day(day: date, *, first: int, count: int, zone: ZoneInfo, settings: SimulatedSettings) -> list[Visit]:
    """Return the visits of a day in the order of their moments; on weekends only what never closes is open.

    first: the running number of the day's first visit; the next day goes on from `first + count`, whatever came of these.
    """
    rng = random.Random(f"{settings.seed}/day/{day.isoformat()}/{first}")  # noqa: S311 - a rehearsal must be repeatable
    is_weekend = day.weekday() >= _SATURDAY
    open_units = {oid: unit.visits for oid, unit in busy_units().items() if unit.is_open_always or not is_weekend}
    visits: list[Visit] = []
    for number in range(first, first + count * sum(open_units.values()) // 100):
        visits += _visit_and_return(rng, number, weighted(rng, open_units), day=day, zone=zone, settings=settings)
    return sorted(visits, key=lambda visit: visit.visited_at)


def _visit_and_return(rng: random.Random, number: int, oid: str, *, day: date, zone: ZoneInfo, settings: SimulatedSettings) -> list[Visit]:
    """Return one visit, or two where the person comes again on the same day."""
    kind = weighted(rng, _PECULIAR)
    visitor = number if kind != "came again" else rng.randint(max(0, number - _CAME_AGAIN_WITHIN), number)
    visit = _visit(rng, number, person(index_of_visitor(visitor), settings), oid, _moment(rng, oid, day, zone))
    visit = replace(visit, **_CHANGES.get(kind, {}))
    if kind != "came twice that day":
        return [visit]
    return [visit, replace(visit, event_id=f"{visit.event_id}b", visited_at=visit.visited_at + timedelta(minutes=1))]


_CHANGES: dict[str, dict[str, Any]] = {
    "no consent": {"consent": False},
    "not a mobile number": {"phone": ""},
    "non-disclosure": {"non_disclosure": True},
    "several numbers": {"several_numbers": True},
    "deceased": {"deceased": True},
}


def _moment(rng: random.Random, oid: str, day: date, zone: ZoneInfo) -> datetime:
    hour = weighted(rng, _ALL_HOURS if busy_units()[oid].is_open_always else _OFFICE_HOURS)
    return datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), tzinfo=zone)


def _visit(rng: random.Random, number: int, visitor: Person, oid: str, visited_at: datetime) -> Visit:
    unit = busy_units()[oid]
    is_guardian = unit.is_for_children
    is_sensitive = rng.random() < _SENSITIVE_SHARE
    return Visit(
        event_id=f"demo-{number}",
        phone=visitor.number,
        visited_at=visited_at,
        visit_type=rng.choice(_SENSITIVE if is_sensitive else unit.visit_types),
        language=visitor.language,
        age=None if is_guardian else visitor.age,
        municipality=visitor.municipality,
        unit_oid=oid,
        recipient="guardian" if is_guardian else "client",
        non_disclosure=False,
        deceased=False,
        several_numbers=False,
        consent=True,
    )

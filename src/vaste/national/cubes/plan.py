"""The plan of tables that a delivery holds: which cells there are, what they count, and which sums tie them. Pure.

Fixed before anything is counted: services by age and language, services by age and channel, units; all by quarter and with
all margins. Beside them how many were invited. A dimension that had to be given up has its margin alone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import NamedTuple

import numpy as np

from vaste.national.cubes.groups import Numbers, measures
from vaste.national.cubes.levels import ALL

SERVICES, STRATA, UNITS, INVITED, CHANNELS = "services", "strata", "units", "invited", "channels"
TABLES = (SERVICES, STRATA, UNITS, INVITED, CHANNELS)
PEOPLE_ANSWERED, PEOPLE_INVITED = "answered", "invited"


class Leaf(NamedTuple):
    """The finest place that is counted; of the invited no channel is known."""

    unit: str
    quarter: str
    age: str
    language: str
    channel: str = ALL


class Cell(NamedTuple):
    """A cell of a table: which people it counts (`answered`, `invited`), where (a unit, a service or all), when, and with which marks."""

    people: str
    area: str
    quarter: str
    age: str = ALL
    language: str = ALL
    channel: str = ALL


@dataclass(frozen=True)
class Facts:
    """What there is to deliver: answers by leaf, as `groups.measures` of the items counts them, and the invited by leaf."""

    service_of: Mapping[str, str]
    quarters: tuple[str, ...]
    items: tuple[str, ...]
    answered: Mapping[Leaf, Numbers]
    invited: Mapping[Leaf, int]

    @property
    def measures(self) -> list[str]:
        """What is counted of each cell."""
        return measures(self.items)


@dataclass(frozen=True)
class Coarseness:
    """By which marks the tables still tell people apart, and whether units are told apart. Channels go by with the strata's."""

    services: tuple[str, ...] = ("age", "language")
    strata: tuple[str, ...] = ("age", "channel")
    units: bool = True
    channels: bool = True

    def marks(self, table: str) -> tuple[str, ...]:
        """Return the marks of a table."""
        if table in (SERVICES, INVITED):
            return self.services
        if table == STRATA:
            return self.strata
        return ("channel",) if table == CHANNELS and self.channels else ()

    def without(self, table: str, mark: str) -> "Coarseness":
        """Return the coarseness with one mark less in a table."""
        if table == UNITS:
            return replace(self, units=False)
        if table == CHANNELS:
            return replace(self, channels=False)
        if table == STRATA:
            return replace(self, strata=tuple(each for each in self.strata if each != mark))
        return replace(self, services=tuple(each for each in self.services if each != mark))


class Sum(NamedTuple):
    """A total and its parts."""

    total: Cell
    parts: tuple[Cell, ...]


@dataclass(frozen=True)
class Planned:
    """Every cell of every table with what it counts, and the sums between them. units_of: which units an area has."""

    facts: Facts
    coarseness: Coarseness
    tables: Mapping[str, tuple[Cell, ...]]
    numbers: Mapping[Cell, Numbers]
    sums: tuple[Sum, ...]
    units_of: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def quarters_of(self, cell: Cell) -> frozenset[str]:
        """Return the quarters that a cell counts."""
        return frozenset(self.facts.quarters if cell.quarter == ALL else (cell.quarter,))


def lay_out(facts: Facts, coarseness: Coarseness) -> Planned:
    """Return the plan's cells over some facts, as finely as is left."""
    shapes = {table: _shape(table, facts, coarseness) for table in TABLES if table != UNITS or coarseness.units}
    tables = {table: tuple(_cells(table, shape)) for table, shape in shapes.items()}
    cells = {cell for each in tables.values() for cell in each}
    sums = {each for table in tables for each in _sums(table, shapes[table])}
    if coarseness.units:
        sums |= set(_sums_of_units(facts, shapes[UNITS]["quarter"]))
    return Planned(facts, coarseness, tables, _counted(facts, cells), tuple(sorted(sums)), _areas(facts))


def _values(facts: Facts) -> dict[str, list[str]]:
    """Return the values of each dimension that occur, its margin last."""
    leaves = [*facts.answered, *facts.invited]
    found = {mark: sorted({getattr(leaf, mark) for leaf in leaves} - {ALL}) for mark in ("age", "language", "channel")}
    quarters = [*facts.quarters, *([ALL] if len(facts.quarters) > 1 else [])]
    services = sorted(set(facts.service_of.values()))
    return {"area": [*services, ALL], "quarter": quarters, **{mark: [*values, ALL] for mark, values in found.items()}}


def _shape(table: str, facts: Facts, coarseness: Coarseness) -> dict[str, list[str]]:
    values, marks = _values(facts), coarseness.marks(table)
    shape = {name: each if name in ("area", "quarter", *marks) else [ALL] for name, each in values.items()}
    return {**shape, "area": sorted(facts.service_of)} if table == UNITS else shape


def _cells(table: str, shape: Mapping[str, list[str]]) -> Iterator[Cell]:
    people = PEOPLE_INVITED if table == INVITED else PEOPLE_ANSWERED
    for values in product(*shape.values()):
        yield Cell(people, *values)


def _sums(table: str, shape: Mapping[str, list[str]]) -> Iterator[Sum]:
    """Yield the sums over each dimension of a table."""
    for name, values in shape.items():
        if ALL in values and len(values) > 1:
            others = {**shape, name: [ALL]}
            for total in _cells(table, others):
                yield Sum(total, tuple(total._replace(**{name: value}) for value in values if value != ALL))


def _sums_of_units(facts: Facts, quarters: Sequence[str]) -> Iterator[Sum]:
    for service, quarter in product(sorted(set(facts.service_of.values())), quarters):
        units = sorted(unit for unit, own in facts.service_of.items() if own == service)
        yield Sum(Cell(PEOPLE_ANSWERED, service, quarter), tuple(Cell(PEOPLE_ANSWERED, unit, quarter) for unit in units))


def _counted(facts: Facts, cells: Collection[Cell]) -> dict[Cell, Numbers]:
    """Return what each cell counts: zeros where nobody is."""
    width = {PEOPLE_ANSWERED: len(facts.measures), PEOPLE_INVITED: 1}
    found = {cell: np.zeros(width[cell.people], dtype=np.int64) for cell in cells}
    for people, leaves in ((PEOPLE_ANSWERED, facts.answered), (PEOPLE_INVITED, facts.invited)):
        for leaf, numbers in leaves.items():
            areas = (leaf.unit, facts.service_of[leaf.unit], ALL)
            for place in product(areas, *({value, ALL} for value in leaf[1:])):
                if (cell := Cell(people, *place)) in found:
                    found[cell] += numbers
    return found


def _areas(facts: Facts) -> dict[str, frozenset[str]]:
    areas: defaultdict[str, set[str]] = defaultdict(set)
    for unit, service in facts.service_of.items():
        for area in (unit, service, ALL):
            areas[area].add(unit)
    return {area: frozenset(units) for area, units in areas.items()}

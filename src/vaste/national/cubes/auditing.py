"""An attacker's audit of what is about to be published, from the files themselves and those of earlier deliveries. Pure.

It shares nothing with what chose the cells to hide but the arithmetic of the attack: which sums hold is worked out anew from the
rows of each table, every cell of every table stands for itself, and equal cells are tied to each other as an attacker would tie them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from vaste.national.cubes.groups import Numbers, is_sensitive
from vaste.national.cubes.levels import ALL
from vaste.national.cubes.plan import PEOPLE_ANSWERED, PEOPLE_INVITED, Cell
from vaste.national.disclosure.attack import Attacker
from vaste.national.disclosure.tables import Line, Table
from vaste.national.packages.forms import Cell as Value
from vaste.national.packages.layout import SHOWN, TABLES

Row = Mapping[str, Value]


@dataclass(frozen=True)
class Published:
    """What stands in one package: the rows of its tables. truth: what each cell really counts, which the attacker does not see.

    units: the OIDs of all units that it counts. items: the statements, in the order of the truth's numbers.
    """

    name: str
    tables: Mapping[str, Sequence[Row]]
    truth: Mapping[Cell, Numbers]
    units: frozenset[str]
    items: tuple[str, ...]


@dataclass(frozen=True)
class Audit:
    """What the attacker came to. narrowest: between the lowest and the highest count that a hidden cell may have; None with none hidden.

    lines, differences: how many sums with hidden parts, and pairs of a cell in two deliveries, were tried. failures: sentences.
    """

    hidden: int
    narrowest: int | None
    lines: int
    differences: int
    failures: tuple[str, ...]

    @property
    def has_passed(self) -> bool:
        """Whether nothing was found out."""
        return not self.failures


@dataclass
class _System:
    """Every published cell as an unknown or a known number, with the sums that hold.

    bystanders: numbers of invited that are hidden only because the row's respondents are; they are no secret.
    """

    k: int
    names: list[str] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    shown: list[Numbers | None] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    unpublished: set[int] = field(default_factory=set)
    bystanders: set[int] = field(default_factory=set)

    def add(self, name: str, count: int, shown: Numbers | None) -> int:
        self.names.append(name)
        self.counts.append(count)
        self.shown.append(shown)
        return len(self.counts) - 1

    def tie(self, total: int, parts: Sequence[int]) -> None:
        self.lines.append(Line(total, tuple(parts)))


def audit(packages: Sequence[Published], k: int) -> Audit:
    """Return what an attacker finds out of the last of some packages with all of them in hand."""
    system, places = _System(k), list[dict[tuple[str, Cell], int]]()
    for package in packages:
        places.append(_add_package(system, package))
    failures = [f"{system.names[cell]} is shown, and may not be." for cell in places[-1].values() if _is_wrongly_shown(system, cell)]
    lines = list(system.lines)
    failures += _telling_lines(system, lines)
    differences, telling = 0, list[str]()
    for package, place in zip(packages[:-1], places[:-1], strict=True):
        if package.units == packages[-1].units and package.items == packages[-1].items:
            tried, found = _compare(system, packages[-1], places[-1], package, place)
            differences += tried
            telling += found
    narrowest, narrow = _attack(system)
    hidden = sum(system.shown[cell] is None for cell in places[-1].values())
    return Audit(hidden, narrowest, len(lines), differences, (*failures, *telling, *narrow))


def _is_wrongly_shown(system: _System, cell: int) -> bool:
    shown = system.shown[cell]
    return shown is not None and is_sensitive(shown, system.k)


def cell_of(table: str, row: Row) -> Cell:
    """Return the cell that a row of a table shows or hides."""
    marks = {mark: str(row[mark]) for mark in TABLES[table].keys}
    area = marks.pop("unit", None) or marks.pop("service")
    return Cell(PEOPLE_INVITED if table == "invited" else PEOPLE_ANSWERED, area, **marks)


def _add_package(system: _System, package: Published) -> dict[tuple[str, Cell], int]:
    places: dict[tuple[str, Cell], int] = {}
    for table, rows in package.tables.items():
        counts = [name for name in TABLES[table].columns(package.items) if name not in (*TABLES[table].marks, "state", "nps_n")]
        if table == "invited":
            counts.remove("n")
        for row in rows:
            cell = cell_of(table, row)
            shown = np.array([row[name] for name in counts], dtype=np.int64) if row["state"] == SHOWN else None
            name = f"{package.name}, {table}: {' / '.join(cell[1:])}"
            places[table, cell] = system.add(name, int(package.truth[cell][0]), shown)
        for total, parts in _margins(table, [cell for own, cell in places if own == table]):
            system.tie(places[table, total], [places[table, part] for part in parts])
    _tie_tables(system, package, places)
    return places


def _margins(table: str, cells: Sequence[Cell]) -> Iterator[tuple[Cell, list[Cell]]]:
    """Yield each margin along each mark of a table with its parts."""
    for mark in ("area", *TABLES[table].keys[1:]):
        parts: defaultdict[Cell, list[Cell]] = defaultdict(list)
        for cell in cells:
            if getattr(cell, mark) != ALL:
                parts[cell._replace(**{mark: ALL})].append(cell)
        yield from ((total, own) for total, own in parts.items() if total in cells)


def _tie_tables(system: _System, package: Published, places: Mapping[tuple[str, Cell], int]) -> None:
    """Tie cells that stand in several tables, units to their service, and respondents to the invited."""
    tables: defaultdict[Cell, list[int]] = defaultdict(list)
    for (_, cell), place in places.items():
        tables[cell].append(place)
    for first, *others in tables.values():
        for other in others:
            system.tie(first, [other])
    of_service: defaultdict[Cell, list[int]] = defaultdict(list)
    for row in package.tables["units"]:
        cell = cell_of("units", row)
        of_service[cell._replace(area=str(row["service"]))].append(places["units", cell])
    for total, units in of_service.items():
        system.tie(places["services", total], units)
    for (table, cell), place in places.items():
        answered = places.get(("services", cell._replace(people=PEOPLE_ANSWERED)))
        if table != "invited" or answered is None:
            continue
        if system.shown[answered] is None and not is_sensitive(package.truth[cell], system.k):
            system.bystanders.add(place)
        if (silent := system.counts[place] - system.counts[answered]) >= 0:
            system.unpublished.add(rest := system.add("", silent, None))
            system.tie(place, [answered, rest])


def _telling_lines(system: _System, lines: Sequence[Line]) -> Iterator[str]:
    """Yield a sentence for each sum whose hidden parts together are a group that may not be shown."""
    for line in lines:
        total, parts = system.shown[line.total], [system.shown[part] for part in line.parts]
        if total is not None and None in [None if part is None else 0 for part in parts] and not system.unpublished & set(line.parts):
            rest = total - sum((part for part in parts if part is not None), np.zeros_like(total))
            if is_sensitive(rest, system.k):
                yield f"{system.names[line.total]} without its shown parts leaves a group that may not be shown."


def _compare(
    system: _System, package: Published, now: Mapping[tuple[str, Cell], int], earlier: Published, then: Mapping[tuple[str, Cell], int]
) -> tuple[int, list[str]]:
    """Tie the cells that stand in two packages, and return how many there are and what their differences tell."""
    found, tried = [], 0
    for key, place in now.items():
        before = then.get(key)
        if before is None:
            continue
        tried += 1
        shown, shown_then = system.shown[place], system.shown[before]
        if shown is not None and shown_then is not None and is_sensitive(shown - shown_then, system.k):
            found.append(f"{system.names[place]}, with {earlier.name} beside it, tells of those who answered in between.")
        more, less = (place, before) if system.counts[place] >= system.counts[before] else (before, place)
        # Where nothing changed an attacker may well think so; where something did, only that it was more or less.
        if np.array_equal(package.truth[key[1]], earlier.truth[key[1]]):
            system.tie(more, [less])
        else:
            system.unpublished.add(rest := system.add("", system.counts[more] - system.counts[less], None))
            system.tie(more, [less, rest])
    return tried, found


def _attack(system: _System) -> tuple[int | None, list[str]]:
    """Return how near the attacker comes to any hidden count, and a sentence for each cell where that is too near."""
    hidden = [cell for cell, shown in enumerate(system.shown) if shown is None]
    targets = [cell for cell in hidden if cell not in system.unpublished | system.bystanders]
    if not targets:
        return None, []
    attacker = Attacker(Table(tuple(system.counts), tuple(system.lines)), hidden)
    found = {cell: attacker.bounds(cell) for cell in targets}
    sentences = [
        f"{system.names[cell]} is hidden, and must be between {bounds.low} and {bounds.high}."
        for cell, bounds in found.items()
        if bounds.width < system.k - 1
    ]
    return min(bounds.width for bounds in found.values()), sentences

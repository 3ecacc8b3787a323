"""What a county delivered for a quarter, as the comparison reads it. Pure; rows are those of the tables of a delivery."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from vaste.indicators.measures import Tally
from vaste.indicators.standardised import ALL, Stratum

SERVICE, AGE, CHANNEL, UNIT, QUARTER = "service", "age", "channel", "unit", "quarter"
_NPS = ("promoters", "passives", "detractors")
_STEPS = range(1, 6)
_HIDDEN = "hidden"
# Who began by text message gave the score there, and what is asked where changes the score: so they are one group.
CHANNEL_GROUPS = {"sms": ("sms", "sms+link"), "link": ("link",)}
INVITED = frozenset(channel for group in CHANNEL_GROUPS.values() for channel in group)

_NO_STEPS = Tally((0,) * len(_STEPS))

Cell = str | int | None
Row = Mapping[str, Cell]


@dataclass(frozen=True)
class Method:
    """How a county asked and counted; only what is alike may be compared. channels: those that its answers came by."""

    version: str
    instrument: str
    instrument_version: str
    k: int
    channels: frozenset[str] = INVITED


@dataclass(frozen=True)
class Answers:
    """The answers of a cell that is shown: how many people, their scores by kind, and their statements by step."""

    n: int
    score: Tally
    statements: Mapping[str, Tally] = field(default_factory=dict)

    def plus(self, other: "Answers") -> "Answers":
        """Return the answers of both together."""
        items = sorted(self.statements.keys() | other.statements.keys())
        statements = {item: self.statement(item).plus(other.statement(item)) for item in items}
        return Answers(self.n + other.n, self.score.plus(other.score), statements)

    def minus(self, part: "Answers") -> "Answers":
        """Return the answers without a part of them."""
        statements = {item: tally.minus(part.statement(item)) for item, tally in self.statements.items()}
        return Answers(self.n - part.n, self.score.minus(part.score), statements)

    def statement(self, item: str) -> Tally:
        """Return how a statement was answered; nobody where it was not asked."""
        return self.statements.get(item, _NO_STEPS)


_NOBODY = Answers(0, Tally((0, 0, 0)))


@dataclass(frozen=True)
class UnitAnswers:
    """A unit with its service line; its answers are None where they are hidden."""

    unit: str
    service: str
    answers: Answers | None


@dataclass(frozen=True)
class Delivered:
    """A county's quarter. Hidden cells are None; `Stratum(ALL, ALL, ALL)` holds everybody. channels: responses by channel."""

    county: str
    quarter: str
    method: Method
    strata: Mapping[Stratum, Answers | None]
    units: tuple[UnitAnswers, ...] = ()
    invited: int | None = None
    channels: Mapping[str, int | None] = field(default_factory=dict)

    @property
    def everybody(self) -> Answers | None:
        """All its answers; None where they are hidden."""
        return self.strata.get(Stratum(ALL, ALL, ALL))


def delivered(county: str, method: Method, tables: Mapping[str, Iterable[Row]], quarter: str) -> Delivered:
    """Return the quarter of a delivery. tables: `strata`, `units`, `invited` and `channels`, each with its rows."""
    rows = {name: [row for row in table if row[QUARTER] == quarter] for name, table in tables.items()}
    channels = {str(row[CHANNEL]): _number(row["n"]) for row in rows["channels"] if row[SERVICE] == ALL and row[CHANNEL] != ALL}
    used = frozenset(channel for channel, n in channels.items() if n != 0)
    everybody = (row for row in rows["invited"] if (row[SERVICE], row[AGE], row["language"]) == (ALL, ALL, ALL))
    return Delivered(
        county=county,
        quarter=quarter,
        method=Method(method.version, method.instrument, method.instrument_version, method.k, used or method.channels),
        strata=_strata(rows["strata"]),
        units=tuple(UnitAnswers(str(row[UNIT]), str(row[SERVICE]), _answers(row)) for row in rows["units"] if row[UNIT] != ALL),
        invited=next((_number(row["invited"]) for row in everybody), None),
        channels=channels,
    )


def _strata(rows: Iterable[Row]) -> dict[Stratum, Answers | None]:
    """Return the cells by stratum, its channels the groups that are compared and `ALL`."""
    cells: defaultdict[tuple[str, str], dict[str, Answers | None]] = defaultdict(dict)
    for row in rows:
        cells[str(row[SERVICE]), str(row[AGE])][str(row[CHANNEL])] = _answers(row)
    return {
        Stratum(service, age, channel): answers
        for (service, age), by_channel in cells.items()
        for channel, answers in _grouped(by_channel).items()
    }


def _grouped(cells: Mapping[str, Answers | None]) -> dict[str, Answers | None]:
    """Return a line of channels by group; all are hidden where channels were given up.

    A group whose channels are hidden is what the shown channels leave of the total: that tells no more than stands there already.
    """
    absent = None if cells.keys() <= {ALL} else _NOBODY
    groups = {name: _plus_all(cells.get(channel, absent) for channel in members) for name, members in CHANNEL_GROUPS.items()}
    whole, hidden = cells.get(ALL), [name for name, answers in groups.items() if answers is None]
    others = _plus_all(answers for channel, answers in cells.items() if channel != ALL and not {channel} & set(_members(hidden)))
    if whole and others and len(hidden) == 1:
        groups[hidden[0]] = whole.minus(others)
    return {**groups, ALL: whole}


def _members(groups: Iterable[str]) -> Iterator[str]:
    return (channel for group in groups for channel in CHANNEL_GROUPS[group])


def _plus_all(parts: Iterable[Answers | None]) -> Answers | None:
    together: Answers | None = _NOBODY
    for part in parts:
        together = together.plus(part) if together and part else None
    return together


def _answers(row: Row) -> Answers | None:
    if row["state"] == _HIDDEN:
        return None
    items = [name.removesuffix("_1") for name in row if name.endswith("_1")]
    statements = {item: Tally(_number(row[f"{item}_{step}"]) or 0 for step in _STEPS) for item in items}
    return Answers(_number(row["n"]) or 0, Tally(_number(row[name]) or 0 for name in _NPS), statements)


def _number(value: Cell) -> int | None:
    return None if value in {None, ""} else int(str(value))

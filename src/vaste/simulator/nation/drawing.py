"""The answers of an invented county, drawn by chance, and the tables of counts that they make."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from vaste.indicators.standardised import ALL
from vaste.national.comparison.delivered import Cell
from vaste.simulator.nation.truth import ITEMS, County, Unit, level, score_shares, step_shares, who_answers

Ints = NDArray[np.int64]
Row = dict[str, Cell]
Group = tuple[Unit, str, str, str]

_ANSWERS_SCORE, _ANSWERS_STATEMENT = 0.98, 0.93
SHOWN, HIDDEN = "shown", "hidden"
COUNTS = ("n", "nps_n", "promoters", "passives", "detractors", *(f"{item}_{step}" for item in ITEMS for step in range(1, 6)))
_MARKS: Mapping[str, Callable[[Group], str]] = {
    "unit": lambda group: group[0].oid,
    "service": lambda group: group[0].service,
    "age": lambda group: group[1],
    "language": lambda group: group[2],
    "channel": lambda group: group[3],
}


@dataclass(frozen=True)
class Drawn:
    """The answers of a county in a quarter. counts: of each group of people who are alike, in the order of `COUNTS`."""

    county: County
    quarter: str
    groups: tuple[Group, ...]
    counts: Ints
    invited: Ints

    def table(self, marks: Sequence[str], margins: Sequence[str]) -> list[Row]:
        """Return a table of counts: every meeting of the values of its marks, and `all` for those that have margins."""
        found = _summed(
            [tuple(_MARKS[mark](group) for mark in marks) for group in self.groups], self.counts, [mark in margins for mark in marks]
        )
        return [self._row(marks, key, dict(zip(COUNTS, map(int, counts), strict=True))) for key, counts in found]

    def denominators(self) -> list[Row]:
        """Return how many were invited and answered, by service, age and language."""
        marks = ("service", "age", "language")
        both = np.column_stack([self.invited, self.counts[:, 0]])
        found = _summed([tuple(_MARKS[mark](group) for mark in marks) for group in self.groups], both, [True] * 3)
        return [self._row(marks, key, {"invited": int(invited), "n": int(n)}) for key, (invited, n) in found]

    def _row(self, marks: Sequence[str], key: Sequence[str], counts: Mapping[str, int]) -> Row:
        return {"quarter": self.quarter, **dict(zip(marks, key, strict=True)), "state": SHOWN, **counts}


def draw(county: County, quarter: str, answers: int, chance: np.random.Generator) -> Drawn:
    """Return the answers of so many people of a county."""
    groups, shares = who_answers(county)
    at = [level(county, unit, age, channel) for unit, age, _, channel in groups]
    n = chance.multinomial(answers, shares)
    parts = [n[:, None], *_answers(n, at, chance)]
    invited = n + chance.negative_binomial(np.maximum(n, 1), county.rate)
    return Drawn(county, quarter, tuple(groups), np.column_stack(parts), invited)


def _answers(n: Ints, at: Sequence[float], chance: np.random.Generator) -> Iterator[Ints]:
    """Yield how many scored, the kinds of their scores, and the steps of each statement."""
    scored = chance.binomial(n, _ANSWERS_SCORE)
    yield scored[:, None]
    yield chance.multinomial(scored, score_shares(at))
    for item in ITEMS:
        yield chance.multinomial(chance.binomial(n, _ANSWERS_STATEMENT), step_shares(at, item))


def tables(drawn: Drawn) -> dict[str, list[Row]]:
    """Return the tables of a delivery, with nothing hidden."""
    services_of = {unit.oid: unit.service for unit in drawn.county.units}
    units = [{**row, "service": services_of[str(row["unit"])]} for row in drawn.table(["unit"], [])]
    by_channel = drawn.table(["service", "channel"], ["service", "channel"])
    return {
        "services": drawn.table(["service", "age", "language"], ["service", "age", "language"]),
        "strata": strata(drawn),
        "units": units,
        "invited": drawn.denominators(),
        "channels": [{name: row[name] for name in ("quarter", "service", "channel", "state", "n")} for row in by_channel],
    }


def strata(drawn: Drawn) -> list[Row]:
    """Return the table of strata."""
    return drawn.table(["service", "age", "channel"], ["service", "age", "channel"])


def with_lines_hidden(rows: Iterable[Row], k: int) -> list[Row]:
    """Return strata with every line of channels hidden that holds a cell of 1 to k - 1 people, and every line of ages likewise.

    Coarser than what a delivery hides, and done at once: for rehearsals of very many counties.
    """
    given = list(rows)
    few = {(row["service"], row["age"], row["channel"]) for row in given if 0 < int(row["n"] or 0) < k}
    services = {service for service, age, channel in few if channel == ALL and age != ALL}
    lines = {(service, age) for service, age, channel in few if channel != ALL}
    hidden = [row["channel"] != ALL and (row["service"], row["age"]) in lines for row in given]
    hidden = [hides or (row["age"] != ALL and row["service"] in services) for hides, row in zip(hidden, given, strict=True)]
    hidden = [hides or (row["service"], row["age"], row["channel"]) in few for hides, row in zip(hidden, given, strict=True)]
    return [{**row, "state": HIDDEN, **dict.fromkeys(COUNTS)} if hides else row for hides, row in zip(hidden, given, strict=True)]


def _summed(keys: Sequence[tuple[str, ...]], counts: Ints, margins: Sequence[bool]) -> Iterator[tuple[tuple[str, ...], Ints]]:
    """Yield every meeting of the values that occur, zeros too, with the counts of those in it."""
    values = [sorted({key[place] for key in keys}) for place in range(len(margins))]
    columns = np.array(keys)
    for key in product(*([*each, ALL] if margin else each for each, margin in zip(values, margins, strict=True))):
        is_in = np.ones(len(keys), dtype=bool)
        for place, value in enumerate(key):
            if value != ALL:
                is_in &= columns[:, place] == value
        yield key, counts[is_in].sum(axis=0)

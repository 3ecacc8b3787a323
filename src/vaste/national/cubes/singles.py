"""Single answers under contract: which may go along, and with which marks. Pure.

A row's marks are those of the finest cell of the services table that it is counted in, and only rows of shown cells go along. So every
class of rows that share their marks is a cell that the package shows anyway: at least k respondents, not all alike; and no count can be
worked out from the rows that the tables hide. What the rows add is how one person's answers go together.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from vaste.national.cubes.levels import ALL
from vaste.national.cubes.plan import PEOPLE_ANSWERED, Cell, Leaf
from vaste.national.cubes.protecting import Protected
from vaste.national.packages.forms import Cell as Value

MARKS = ("service", "quarter", "age", "language")


@dataclass(frozen=True)
class Single:
    """One person's answers, and where they are counted. score, steps: None where the question was skipped."""

    leaf: Leaf
    score: int | None
    steps: tuple[int | None, ...]


@dataclass(frozen=True)
class Singles:
    """The rows that go along, in an order that tells nothing, and how many do not. smallest: class of rows with the same marks."""

    rows: tuple[dict[str, Value], ...]
    left_out: int
    smallest: int | None


def rows_under_contract(singles: Iterable[Single], protected: Protected) -> Singles:
    """Return the rows that may go along with protected tables."""
    items = protected.planned.facts.items
    rows: list[dict[str, Value]] = []
    left_out = 0
    for single in singles:
        cell = _cell(single.leaf, protected)
        if cell in protected.hidden:
            left_out += 1
            continue
        marks = dict(zip(MARKS, cell[1:5], strict=True))
        rows.append({**marks, "nps": single.score, **dict(zip(items, single.steps, strict=True))})
    classes = Counter(tuple(row[mark] for mark in MARKS) for row in rows)
    return Singles(tuple(sorted(rows, key=_in_order)), left_out, min(classes.values(), default=None))


def _cell(leaf: Leaf, protected: Protected) -> Cell:
    marks = protected.planned.coarseness.services
    age, language = (getattr(leaf, mark) if mark in marks else ALL for mark in ("age", "language"))
    return Cell(PEOPLE_ANSWERED, protected.planned.facts.service_of[leaf.unit], leaf.quarter, age, language)


def _in_order(row: dict[str, Value]) -> list[tuple[bool, str]]:
    """Sort by what a row says, so that its place says nothing else."""
    return [(value is not None, str(value)) for value in row.values()]

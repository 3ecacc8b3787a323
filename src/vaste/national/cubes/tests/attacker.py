"""An attacker of the tests' own, who has the tables of several deliveries and a solver that Vaste does not use."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import linprog

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]
Term = tuple[tuple[str, ...] | None, int]  # a hidden cell's name, or none and its number
_MARKS = ("quarter", "age", "language", "channel")


def narrowest(deliveries: Sequence[Tables], *, most: int) -> list[float]:
    """Return how far apart the least and the most respondents of each hidden cell can be. most: nobody thinks there are more."""
    sums = [each for tables in deliveries for each in [*margins(tables), *units(tables)]]
    unknown = {name: place for place, name in enumerate(sorted({name for total, parts in sums for name, _ in (total, *parts) if name}))}
    matrix, values = np.zeros((len(sums), len(unknown))), np.zeros(len(sums))
    for line, (total, parts) in enumerate(sums):
        for sign, (name, number) in [(1, total), *((-1, part) for part in parts)]:
            if name:
                matrix[line, unknown[name]] += sign
            values[line] -= sign * number
    return [width(cell, matrix, values, most) for cell in range(len(unknown))]


def width(cell: int, matrix: np.ndarray, values: np.ndarray, most: int) -> float:
    goal = np.zeros(matrix.shape[1])
    goal[cell] = 1
    low, high = (linprog(sign * goal, A_eq=matrix, b_eq=values, bounds=(0, most), method="highs") for sign in (1, -1))
    assert low.success
    assert high.success
    return float(-high.fun - low.fun)


def term(row: Row) -> Term:
    """Cells of the same name count the same people in every table, and in every delivery of the same record."""
    if row["state"] == "shown":
        return None, row["n"]
    return (row.get("unit") or row["service"], *(row.get(mark, "all") for mark in _MARKS)), 0


def margins(tables: Tables) -> Iterator[tuple[Term, list[Term]]]:
    """Yield each margin of each table with its parts."""
    for table in ("services", "strata", "channels"):
        rows = tables[table]
        keys = [key for key in ("service", *_MARKS) if key in rows[0]]
        for total in rows:
            for key in keys:
                others = [other for other in keys if other != key]
                parts = [row for row in rows if row[key] != "all" and all(row[other] == total[other] for other in others)]
                if total[key] == "all" and parts:
                    yield term(total), [term(part) for part in parts]


def units(tables: Tables) -> Iterator[tuple[Term, list[Term]]]:
    """Yield each service with its units."""
    for total in tables["services"]:
        parts = [row for row in tables["units"] if (row["service"], row["quarter"]) == (total["service"], total["quarter"])]
        if total["age"] == total["language"] == "all" and parts:
            yield term(total), [term(part) for part in parts]

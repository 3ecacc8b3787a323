"""Protected cells as the rows of a package's tables, and what a statement says of them. Pure."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from vaste.national.cubes.auditing import Audit, Published
from vaste.national.cubes.groups import RESPONDENTS
from vaste.national.cubes.linking import Release
from vaste.national.cubes.plan import INVITED, PEOPLE_ANSWERED, Cell
from vaste.national.cubes.protecting import Protected
from vaste.national.packages.forms import Cell as Value
from vaste.national.packages.layout import HIDDEN, SHOWN, TABLES

Row = dict[str, Value]


def rows_of(protected: Protected) -> dict[str, list[Row]]:
    """Return the rows of every table, hidden cells without a number."""
    return {name: [_row(protected, name, cell) for cell in protected.planned.tables.get(name, ())] for name in TABLES}


def _row(protected: Protected, table: str, cell: Cell) -> Row:
    layout, planned = TABLES[table], protected.planned
    area = {"unit": cell.area, "service": planned.facts.service_of.get(cell.area, cell.area)}
    marks: Row = {mark: area.get(mark) or getattr(cell, mark) for mark in layout.marks}
    columns = layout.columns(planned.facts.items)[len(layout.marks) + 1 :]
    if is_row_hidden(protected, table, cell):
        return {**marks, "state": HIDDEN, **dict.fromkeys(columns)}
    return {**marks, "state": SHOWN, **{name: value for name, value in _numbers(protected, table, cell).items() if name in columns}}


def is_row_hidden(protected: Protected, table: str, cell: Cell) -> bool:
    """Tell whether a row has no number: of the invited also where the respondents of the same group are hidden."""
    return cell in protected.hidden or (table == INVITED and cell._replace(people=PEOPLE_ANSWERED) in protected.hidden)


def _numbers(protected: Protected, table: str, cell: Cell) -> dict[str, int]:
    planned = protected.planned
    if table == INVITED:
        answered = planned.numbers[cell._replace(people=PEOPLE_ANSWERED)]
        return {"invited": int(planned.numbers[cell][RESPONDENTS]), "n": int(answered[RESPONDENTS])}
    counts = dict(zip(planned.facts.measures, map(int, planned.numbers[cell]), strict=True))
    return {**counts, "nps_n": counts["promoters"] + counts["passives"] + counts["detractors"]}


def release_of(name: str, protected: Protected) -> Release:
    """Return a delivery as later ones see it."""
    planned = protected.planned
    hidden = {cell for table, cells in planned.tables.items() for cell in cells if is_row_hidden(protected, table, cell)}
    facts = planned.facts
    return Release(name, planned.numbers, frozenset(hidden), planned.sums, planned.units_of, facts.quarters, facts.items)


def published(name: str, tables: dict[str, list[Row]], release: Release) -> Published:
    """Return what stands in a package for the audit, with what a release knows of it."""
    units = frozenset(unit for units in release.units_of.values() for unit in units)
    return Published(name, tables, release.numbers, units, release.items)


def facts_of(protected: Protected, tables: dict[str, list[Row]], audited: Audit, earlier: Sequence[Release]) -> dict[str, Any]:
    """Return what the statement of de-identification says of the tables, for machines."""
    shown = [int(row["n"]) for rows in tables.values() for row in rows if isinstance(row["n"], int) and row["n"] > 0]
    merges = [{"table": merge.table, "mark": merge.mark, "bits_lost": round(merge.loss)} for merge in protected.merges]
    return {
        "merges": merges,
        "tables": {name: {"cells": len(rows), "hidden": sum(row["state"] == HIDDEN for row in rows)} for name, rows in tables.items()},
        "smallest_shown": min(shown, default=None),
        "audit": {
            "passed": audited.has_passed,
            "hidden": audited.hidden,
            "narrowest": audited.narrowest,
            "sums": audited.lines,
            "comparisons": audited.differences,
        },
        "earlier": [_against(protected, release) for release in earlier if set(release.quarters) & set(protected.planned.facts.quarters)],
    }


def _against(protected: Protected, release: Release) -> dict[str, Any]:
    numbers = protected.planned.numbers
    same = [cell for cell in numbers if cell in release.numbers and len(numbers[cell]) == len(release.numbers[cell])]
    changed = [cell for cell in same if not np.array_equal(numbers[cell], release.numbers[cell])]
    return {"delivery": release.name, "changed": len(changed), "hidden": sum(cell in protected.hidden for cell in changed)}

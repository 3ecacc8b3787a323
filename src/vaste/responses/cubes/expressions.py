"""What is asked of the record and its cubes, as Ibis expressions: written once, compiled to the SQL of each engine.

Only counts: integers come out the same on every engine, to the last one. Values that change from question to question are
written as texts that begin with `$` and become parameters (`compiled`), so that each shape of a question is compiled once.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import ibis
from ibis.expr.types import BooleanValue, Table

MARKS = ("unit", "period_start", "period_kind", "instrument", "channel", "language", "respondent_role", "age_band")
ITEM = "item_"
_SCORES, _STEPS = range(11), range(1, 6)
_NARROW, _AGES = ("unit", "channel", "language"), ("unit", "channel", "age_band")
_PERIOD = ("period_start", "period_kind")
_PARAMETER = re.compile(r"'(\$[a-z_]+)'")


@dataclass(frozen=True)
class Cube:
    """A cube: what tells its cells apart beside the month, in which each of them lies."""

    name: str
    marks: tuple[str, ...]

    @property
    def is_narrow(self) -> bool:
        """Whether it is small enough for a process to keep it in memory."""
        return not set(self.marks) - {*_NARROW, *_PERIOD} or self.marks == _AGES

    @property
    def has_periods(self) -> bool:
        """Whether it tells weeks apart, not months alone."""
        return _PERIOD[0] in self.marks


# From the smallest to the finest; every one is rolled up from the last.
CUBES = (
    Cube("months", _NARROW),
    Cube("ages", _AGES),
    Cube("periods", (*_NARROW, *_PERIOD)),
    Cube("crossed-months", tuple(mark for mark in MARKS if mark not in _PERIOD)),
    Cube("crossed-periods", MARKS),
)
FINEST = CUBES[-1]


def measures(items: Sequence[str]) -> list[str]:
    """Return the names of a cube's counts: responses, each score, each step of each statement."""
    return ["responses", *(f"nps_{score}" for score in _SCORES), *(f"{ITEM}{item}_{step}" for item in items for step in _STEPS)]


def record(items: Sequence[str]) -> Table:
    """Return the copy's table, a row for each response."""
    texts: dict[str, Any] = dict.fromkeys(MARKS, "string")
    steps = dict.fromkeys(("nps", *(ITEM + item for item in items)), "int8")
    return ibis.table({**texts, "period_start": "date", **steps}, name="record")


@lru_cache(maxsize=64)
def finest_cube(items: tuple[str, ...]) -> Table:
    """Return the finest cube of the record: one row for each meeting of marks that has responses."""
    rows = record(items)
    scores = {f"nps_{score}": _times(rows, "nps", score) for score in _SCORES}
    steps = {f"{ITEM}{item}_{step}": _times(rows, ITEM + item, step) for item in items for step in _STEPS}
    return rows.group_by(MARKS).aggregate(responses=rows.count(), **scores, **steps)


def _times(rows: Table, column: str, value: int) -> Any:
    """Return how often a value was given: 0, not nothing, also where all left it out."""
    return rows.count(where=rows[column].notnull() & (rows[column] == value))


def histogram(by: Sequence[str]) -> Table:
    """Return how many gave each score, by some marks, from the record itself: the brick that cubes are made of."""
    rows = record(())
    return rows.group_by([*by, "nps"]).aggregate(times=rows.count())


def mean_score(by: Sequence[str]) -> Table:
    """Return the mean score by some marks: the one figure that is not a count, which engines must still agree on to 1e-9."""
    rows = record(())
    return rows.group_by(by).aggregate(mean=rows["nps"].mean(), answered=rows["nps"].count())


@lru_cache(maxsize=256)
def rolled_up(cube: Cube, items: tuple[str, ...]) -> Table:
    """Return a smaller cube from the finest one, which is called `cube`."""
    cells = _cells(FINEST, items)
    return _summed(cells, cube.marks, items)


def question(cube: Cube, items: Sequence[str], by: Sequence[str], only: Sequence[str], *, is_behind: bool) -> Table:
    """Return the counts of a cube's cells by some marks, of chosen units, days and marks, without what has changed since.

    The same marks may come more than once, and then add up. by: `month` or marks. only: marks of which some values are chosen,
    the parameter `$only_<mark>`. The units are in a table `wanted` (unit), what has changed in `changed` (unit, month). is_behind:
    whether anything has.
    """
    cells = _cells(cube, items)
    wanted = ibis.table({"unit": "string"}, name="wanted")
    changed = ibis.table({"unit": "string", "month": "date"}, name="changed")
    chosen = cells.filter(_in_span(cells, cube), *(_one_of(cells, mark) for mark in only)).semi_join(wanted, "unit")
    known = chosen.anti_join(changed, ["unit", "month"]) if is_behind else chosen
    return known.select(*by, *measures(items)) if _are_cells(cube, by) else _summed(known, by, items)


def _are_cells(cube: Cube, by: Sequence[str]) -> bool:
    """Tell whether a question tells apart so much that adding up in the engine would leave about as many rows; readers add up too."""
    return cube.is_narrow and not cube.has_periods and {"unit", "month"} <= set(by)


def _cells(cube: Cube, items: Sequence[str]) -> Table:
    marks: dict[str, Any] = dict.fromkeys(cube.marks, "string")
    counts: dict[str, Any] = dict.fromkeys(measures(items), "int64")
    days = {"month": "date"} | ({"period_start": "date"} if cube.has_periods else {})
    return ibis.table({**marks, **days, **counts}, name="cube")


def _summed(cells: Table, by: Sequence[str], items: Sequence[str]) -> Table:
    sums = {measure: cells[measure].sum() for measure in measures(items)}
    return cells.group_by(list(by)).aggregate(**sums) if by else cells.aggregate(**sums)


def _in_span(cells: Table, cube: Cube) -> BooleanValue:
    if not cube.has_periods:
        return (cells["month"] >= _day("months_from")) & (cells["month"] <= _day("to"))
    start, kind = cells["period_start"], cells["period_kind"]
    in_weeks = (kind == "week") & (start >= _day("weeks_from"))
    in_months = (kind == "month") & (start >= _day("months_from"))
    return (in_weeks | in_months) & (start <= _day("to"))


def _one_of(cells: Table, mark: str) -> BooleanValue:
    chosen: Any = ibis.literal(f"$only_{mark}").cast("array<string>")
    return cast("BooleanValue", chosen.contains(cells[mark]))


def _day(name: str) -> Any:
    return ibis.literal(f"${name}").cast("date")


@lru_cache(maxsize=512)
def compiled(expression: Table, dialect: str) -> str:
    """Return an expression in the SQL of an engine: `duckdb`, `pyspark` or `postgres`."""
    return _PARAMETER.sub(r"\1", str(ibis.to_sql(expression, dialect=dialect)))


@lru_cache(maxsize=512)
def question_sql(
    cube: Cube, items: tuple[str, ...], by: tuple[str, ...], only: tuple[str, ...], *, is_behind: bool, source: str = ""
) -> str:
    """Return the SQL of a question for DuckDB, complete with its parameters. source: the table that holds the cube, else files do.

    The parameters are `$units`, `$months_from`, `$to`, `$weeks_from` where the cube has periods, one for each of `only`; `$files`
    without a table, and `$changed_units` and `$changed_months` where it is behind.
    """
    tables = {"wanted": "SELECT unnest($units) AS unit"}
    if is_behind:
        tables["changed"] = "SELECT unnest($changed_units) AS unit, unnest($changed_months)::DATE AS month"
    tables["cube"] = f"SELECT * FROM {source or 'read_parquet($files, union_by_name = true)'}"  # noqa: S608
    given = ", ".join(f"{name} AS ({sql})" for name, sql in tables.items())
    asked = compiled(question(cube, items, by, only, is_behind=is_behind), "duckdb")
    # DuckDB's sums have 128 bits, which take Python longer to read than DuckDB to add up.
    marks = ", ".join(by)
    columns = f"{marks}, COLUMNS(* EXCLUDE ({marks}))::BIGINT" if by else "COLUMNS(*)::BIGINT"
    return f"WITH {given} SELECT {columns} FROM ({asked}) AS asked"  # noqa: S608

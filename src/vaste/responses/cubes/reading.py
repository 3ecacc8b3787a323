"""Read counts from the cubes. What has changed since they were made is left out, and told, so that it is counted in the database."""

import os
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from vaste.responses.changes import changes
from vaste.responses.copy.engine import connect
from vaste.responses.copy.state import Copy, Part, known_copy
from vaste.responses.cubes.asking import Asked, Counted, CubesUnreadable
from vaste.responses.cubes.expressions import CUBES, Cube, measures, question_sql
from vaste.responses.cubes.files import cube_file
from vaste.responses.periods import Span
from vaste.responses.tally import Tally

_SCORES, _STEPS = 11, 5
_OPEN = Span(date.min, date.min, date.max)


def count_in_cubes(asked: Asked) -> Counted | None:
    """Return the counts of a question, or None where there is no copy yet. Raises CubesUnreadable.

    First it is asked what has changed, then which edition holds the rest: whatever was copied in between is in both, and
    is taken from the database.
    """
    for last_try in (False, True):
        missing = _missing(asked)
        copy = known_copy()
        if copy is None:
            return None
        try:
            return Counted(_counted(copy, asked, missing), missing)
        except duckdb.Error as error:  # an edition ends while it is read, when the next one comes: once, not twice
            if last_try:
                raise CubesUnreadable(type(error).__name__) from error
    raise AssertionError("unreachable")


def _missing(asked: Asked) -> tuple[tuple[str, date], ...]:
    units = set(asked.units)
    return tuple((change.unit_oid, change.month) for change in changes() if change.unit_oid in units)


def _counted(copy: Copy, asked: Asked, missing: Collection[tuple[str, date]]) -> dict[tuple[Any, ...], Tally]:
    cube = _smallest(asked)
    parts = {month: part for month, part in copy.parts.items() if _may_hold(asked.span, month)}
    if not parts or not asked.units:
        return {}
    items = _items(parts)
    sql = question_sql(cube, items, asked.by, tuple(sorted(asked.only)))
    rows = _connection(os.getpid()).cursor().execute(sql, _parameters(copy, cube, parts, asked, missing)).fetchall()
    width = len(asked.by)
    return {row[:width]: _tally(row[width:], items) for row in rows if row[width]}


def _smallest(asked: Asked) -> Cube:
    """Return the smallest cube that tells apart everything the question does."""
    needed = {*asked.by, *asked.only} - {"month"}
    return next(cube for cube in CUBES if needed <= set(cube.marks) and (cube.has_periods or _is_whole_months(asked.span)))


def _is_whole_months(span: Span) -> bool:
    ends = span.to is None or span.to == date.max or (date.fromordinal(span.to.toordinal() + 1)).day == 1
    return span.weeks_from == span.months_from and ends


def _may_hold(span: Span, month: date) -> bool:
    first = min(span.weeks_from or date.min, span.months_from or date.min)
    return first.replace(day=1) <= month <= (span.to or date.max)


def _items(parts: Mapping[date, Part]) -> tuple[str, ...]:
    return tuple(sorted({item for part in parts.values() for item in part.items}))


def _parameters(copy: Copy, cube: Cube, parts: Mapping[date, Part], asked: Asked, missing: Collection[tuple[str, date]]) -> dict[str, Any]:
    span = {
        "weeks_from": asked.span.weeks_from or _OPEN.weeks_from,
        "months_from": asked.span.months_from or _OPEN.months_from,
        "to": asked.span.to or _OPEN.to,
    }
    return {
        "files": [str(cube_file(copy.folder, cube, month, part.edition)) for month, part in sorted(parts.items())],
        "units": list(asked.units),
        "changed_units": [unit for unit, _ in missing],
        "changed_months": [month.isoformat() for _, month in missing],
        **(span if cube.has_periods else {name: span[name] for name in ("months_from", "to")}),
        **{f"only_{mark}": list(values) for mark, values in asked.only.items()},
    }


def _tally(counts: Sequence[int | None], items: Sequence[str]) -> Tally:
    """Return one row of counts, in the order of `measures`; a statement that nobody answered is left out."""
    responses, *rest = (int(count or 0) for count in counts)
    assert len(rest) + 1 == len(measures(items))
    tally = Tally(responses, rest[:_SCORES])
    for number, item in enumerate(items):
        steps = rest[_SCORES + number * _STEPS : _SCORES + (number + 1) * _STEPS]
        if any(steps):
            tally.statements[item] = steps
    return tally


@cache
def _connection(_process: int) -> DuckDBPyConnection:
    """Return a process's own engine, made when it is first asked: one from before a fork would not answer after it."""
    return connect()

"""Read counts from the cubes. What has changed since they were made is left out, and told, so that it is counted in the database."""

import os
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache, lru_cache
from threading import Lock
from typing import Any

import duckdb
import numpy as np

from vaste.responses.cells import Cells, Numbers, width
from vaste.responses.changes import changes
from vaste.responses.copy.engine import connect, listed
from vaste.responses.copy.state import Copy, Part, editions, known_copy
from vaste.responses.cubes.asking import Asked, Counted, CubesUnreadable
from vaste.responses.cubes.expressions import CUBES, Cube, question_sql
from vaste.responses.cubes.files import cube_file
from vaste.responses.periods import Span

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
        except (duckdb.Error, _Older) as error:  # an edition ends while it is read, when the next one comes: once, not twice
            if last_try:
                raise CubesUnreadable(type(error).__name__) from error
    raise AssertionError("unreachable")


def _missing(asked: Asked) -> tuple[tuple[str, date], ...]:
    units = set(asked.units)
    return tuple((change.unit_oid, change.month) for change in changes() if change.unit_oid in units)


def _counted(copy: Copy, asked: Asked, missing: Collection[tuple[str, date]]) -> Cells:
    cube = _smallest(asked)
    parts = {month: part for month, part in copy.parts.items() if _may_hold(asked.span, month)}
    if not parts or not asked.units:
        return Cells((), (), np.zeros((0, width(())), dtype=np.int64))
    memory, items = _memory(os.getpid()), _items(copy.parts if cube.is_narrow else parts)
    source = memory.table(copy, cube, items) if cube.is_narrow else ""
    sql = question_sql(cube, items, asked.by, tuple(sorted(asked.only)), is_behind=bool(missing), source=source)
    files = {} if source else {"files": tuple(str(cube_file(copy.folder, cube, month, part.edition)) for month, part in parts.items())}
    parameters = tuple(
        (name, tuple(value) if isinstance(value, list) else value) for name, value in _parameters(cube, asked, missing).items()
    )
    keys, counts = _asked(os.getpid(), (copy.copy_id, copy.edition), sql, len(asked.by), (*files.items(), *parameters))
    return Cells(keys, items, counts)


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


def _parameters(cube: Cube, asked: Asked, missing: Collection[tuple[str, date]]) -> dict[str, Any]:
    span = {
        "weeks_from": asked.span.weeks_from or _OPEN.weeks_from,
        "months_from": asked.span.months_from or _OPEN.months_from,
        "to": asked.span.to or _OPEN.to,
    }
    changed = {"changed_units": [unit for unit, _ in missing], "changed_months": [month.isoformat() for _, month in missing]}
    return {
        "units": list(asked.units),
        **(changed if missing else {}),
        **(span if cube.has_periods else {name: span[name] for name in ("months_from", "to")}),
        **{f"only_{mark}": list(values) for mark, values in asked.only.items()},
    }


@lru_cache(maxsize=16)
def _asked(
    process: int, _edition: tuple[str, int], sql: str, marks: int, parameters: tuple[tuple[str, Any], ...]
) -> tuple[tuple[tuple[str, ...], ...], Numbers]:
    """Return the cells of a question by so many marks, and their counts; asked again of the same edition they are at hand."""
    given = {name: list(value) if isinstance(value, tuple) else value for name, value in parameters}
    columns = [np.ma.filled(column, 0) for column in _memory(process).ask(sql, given).values()]
    counts = np.column_stack(columns[marks:]).astype(np.int64)
    has_any = counts[:, 0] > 0  # without marks there is always a row
    keys = tuple(zip(*(_texts(column[has_any]) for column in columns[:marks]), strict=True)) if marks else ((),) * int(has_any.sum())
    return keys, counts[has_any]


def _texts(values: Any) -> list[str]:
    """Return values of a mark, or months as `2024-04`."""
    texts: list[str] = (np.datetime_as_string(values, unit="M") if values.dtype.kind == "M" else values).tolist()
    return texts


class _Older(RuntimeError):
    """The memory holds more than the database tells of: another thread was quicker, or the database was restored."""


class _Memory:
    """A process's own engine, with the narrow cubes in memory: reading the headings of their files would take longer than counting."""

    def __init__(self) -> None:
        self._con = connect()
        self._lock = Lock()
        self._held: dict[str, dict[date, int]] = {}

    def ask(self, sql: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the columns of a question as arrays, on a cursor of its own: threads ask side by side."""
        return self._con.cursor().execute(sql, parameters).fetchnumpy()

    def table(self, copy: Copy, cube: Cube, items: tuple[str, ...]) -> str:
        """Return the name of the table that holds a cube as it is in a copy."""
        name = f'"{cube.name} {copy.copy_id} {hash(items)}"'
        with self._lock:
            self._held[name] = self._bring(name, copy, cube, self._held.get(name))
            for other in [held for held in self._held if held != name and held.startswith(f'"{cube.name} ')]:
                self._con.execute(f"DROP TABLE {other}")
                del self._held[other]
        return name

    def _bring(self, name: str, copy: Copy, cube: Cube, held: Mapping[date, int] | None) -> dict[date, int]:
        """Bring a table to what a copy has, month by month, and return the edition of each. Raises _Older."""
        wanted = editions(copy)
        if held is None:
            self._con.execute(f"CREATE TABLE {name} AS FROM read_parquet({_files(copy, cube, wanted)}, union_by_name = true)")
            return wanted
        if any(edition < held.get(month, 0) for month, edition in wanted.items()):
            raise _Older
        newer = {month: edition for month, edition in wanted.items() if edition > held.get(month, 0)}
        gone = [month for month in held if month not in wanted]
        if newer or gone:
            self._replace(name, [*newer, *gone], _files(copy, cube, newer) if newer else "")
        return wanted

    def _replace(self, name: str, months: list[date], files: str) -> None:
        cursor = self._con.cursor()
        cursor.begin()
        try:
            cursor.execute(f"DELETE FROM {name} WHERE list_contains($1, month)", [months])  # noqa: S608
            if files:
                cursor.execute(f"INSERT INTO {name} BY NAME FROM read_parquet({files}, union_by_name = true)")
            cursor.commit()
        except duckdb.Error:
            cursor.rollback()
            raise


def _files(copy: Copy, cube: Cube, chosen: Mapping[date, int]) -> str:
    return listed([str(cube_file(copy.folder, cube, month, edition)) for month, edition in chosen.items()])


@cache
def _memory(_process: int) -> _Memory:
    """Return a process's engine, made when it is first asked: one from before a fork would not answer after it."""
    return _Memory()

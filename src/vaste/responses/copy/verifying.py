"""Prove that the copy says what the database says."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date

from duckdb import DuckDBPyConnection

from vaste.organisations.models import Unit
from vaste.responses.changes import changes
from vaste.responses.copy.engine import connect, faults_told, listed
from vaste.responses.copy.months import months_of_record
from vaste.responses.copy.rows import MARKS, load_responses, quoted
from vaste.responses.copy.state import Copy, editions, known_copy, only_writer
from vaste.responses.copy.table import RecordTable
from vaste.responses.cubes.expressions import FINEST, compiled, finest_cube, measures
from vaste.responses.cubes.files import cube_file, kept_cubes

Sums = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Proof:
    """How copy and database compare.

    waiting: units' months that have changed and are not copied yet; they are not compared. different: unit OID and month of
    those where number or checksum of the responses differ. different_cubes: months whose cubes are not those of the copy.
    stray_files: what lies beside the copy's own files.
    """

    responses: int
    waiting: int
    different: tuple[tuple[str, date], ...]
    different_cubes: tuple[date, ...]
    stray_files: int
    copy_bytes: int

    @property
    def is_equal(self) -> bool:
        """Whether everything that was compared is the same, and nothing else lies there."""
        return not (self.different or self.different_cubes or self.stray_files)


def verify_copy() -> Proof | None:
    """Compare every response and every cube of the copy with the database; None where there is no copy. Raises CopyFailed."""
    with faults_told(), only_writer(waits=True):
        copy = known_copy()
        return _verify(copy) if copy else None


def _verify(copy: Copy) -> Proof:
    table, units = RecordTable(copy.folder), list(Unit.objects.values_list("oid", flat=True))
    before = _waiting()
    different: list[tuple[str, date]] = []
    cubes: list[date] = []
    responses = 0
    with closing(connect(copy.folder / "spill")) as con:
        for month in sorted({*months_of_record(), *copy.parts}):
            load_responses(con, month=month, units=units)
            wanted, found = _sums_of_database(con), _sums_of_copy(con, table, month)
            responses += sum(count for count, _ in found.values())
            different += [(unit, month) for unit in sorted({*wanted, *found}) if wanted.get(unit) != found.get(unit)]
            cubes += [month] if month in copy.parts and not _are_cubes_right(con, copy, table, month) else []
    waiting = before | _waiting()
    return Proof(
        responses=responses,
        waiting=len(waiting),
        different=tuple(place for place in different if place not in waiting),
        different_cubes=tuple(cubes),
        stray_files=len(list(_strays(copy, table))),
        copy_bytes=table.bytes(),
    )


def _waiting() -> set[tuple[str, date]]:
    return {(change.unit_oid, change.month) for change in changes()}


def _sums_of_database(con: DuckDBPyConnection) -> Sums:
    return _sums(con, "loaded", "answers")


def _sums_of_copy(con: DuckDBPyConnection, table: RecordTable, month: date) -> Sums:
    """Write each row's statements as the database does, and sum up."""
    items = table.view(con, month)
    pairs = [f"'{item.replace(chr(39), chr(39) * 2)}=' || {quoted('item_' + item)}" for item in items]
    return _sums(con, "record", f"concat_ws(';', {', '.join(pairs)})" if pairs else "''")


def _sums(con: DuckDBPyConnection, source: str, line: str) -> Sums:
    """Return for each unit how many responses there are and a sum of hashes, which no order of rows changes."""
    marks = ", ".join([*MARKS, "nps"])
    rows = f"SELECT unit, hash(concat_ws('|', {marks.replace('nps', 'coalesce(nps, -1)')}, {line})) AS row_hash FROM {source}"  # noqa: S608
    return {
        unit: (count, checksum)
        for unit, count, checksum in con.execute(
            f"SELECT unit, count(*), sum(row_hash::HUGEINT) FROM ({rows}) GROUP BY unit"  # noqa: S608
        ).fetchall()
    }


def _are_cubes_right(con: DuckDBPyConnection, copy: Copy, table: RecordTable, month: date) -> bool:
    """Tell whether the finest cube is what the copy gives when it is counted now."""
    part = copy.parts[month]
    file = cube_file(copy.folder, FINEST, month, part.edition)
    if not file.exists():
        return False
    table.view(con, month)
    columns = ", ".join(quoted(name) for name in (*FINEST.marks, *measures(part.items)))
    now = f"SELECT {columns} FROM ({compiled(finest_cube(part.items), 'duckdb')})"  # noqa: S608
    kept = f"SELECT {columns} FROM read_parquet({listed([str(file)])})"  # noqa: S608
    both = f"(({now}) EXCEPT ALL ({kept})) UNION ALL (({kept}) EXCEPT ALL ({now}))"
    return not con.execute(f"SELECT 1 FROM ({both}) LIMIT 1").fetchall()  # noqa: S608


def _strays(copy: Copy, table: RecordTable) -> Iterator[str]:
    yield from map(str, table.stray_files())
    kept = kept_cubes(copy.folder, editions(copy))
    yield from (str(path) for path in (copy.folder / "cubes").glob("*") if path not in kept)

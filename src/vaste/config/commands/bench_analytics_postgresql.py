"""The same answers and the same question on PostgreSQL, in the bench's scratch database."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection
from ibis.expr.types import Table as Expression

from vaste.responses.copy.engine import connect, listed
from vaste.responses.copy.rows import MARKS
from vaste.responses.cubes.expressions import compiled

_TYPES = {"period_start": "date", "nps": "smallint"}
_COLUMNS = (*MARKS, "nps")
_OCTETS = 1 << 20


def scans_on_postgresql(files: Sequence[str], expression: Expression, usual: Callable[[Callable[[], object]], float]) -> float | None:
    """Return how long PostgreSQL takes for an expression over the same rows; None where the database is not PostgreSQL.

    Its table holds the marks and the score alone, which is kinder to it than the record's own with ids and texts.
    """
    if connection.vendor != "postgresql":
        return None
    sql = compiled(expression, "postgres")
    with connection.cursor() as cursor:
        columns = ", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in _COLUMNS)
        cursor.execute(f"CREATE UNLOGGED TABLE record ({columns})")
        for file in files:
            _copy_in(cursor.cursor, file)
        cursor.execute("VACUUM ANALYZE record")

        def ask() -> int:
            cursor.execute(sql)
            return len(cursor.fetchall())

        return usual(ask)


def _copy_in(cursor: object, file: str) -> None:
    with TemporaryDirectory(prefix="vaste-bench-") as folder, closing(connect()) as con:
        text = Path(folder) / "rows.csv"
        con.execute(f"COPY (SELECT {', '.join(_COLUMNS)} FROM read_parquet({listed([file])})) TO '{text}' (FORMAT csv, HEADER false)")  # noqa: S608
        with text.open("rb") as source, cursor.copy(f"COPY record ({', '.join(_COLUMNS)}) FROM STDIN (FORMAT csv)") as target:  # type: ignore[attr-defined]
            while octets := source.read(_OCTETS):
                target.write(octets)

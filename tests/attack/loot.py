"""What an attacker can take without the keys: copies of the database with the places of its rows, raw files, logs."""

import os
import re
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
from django.db import connection

Value = str | int | None
_LIKE_PLACES = 100_000
# PostgreSQL makes its files larger than it needs at once.
_EMPTY = re.compile(rb"\0{64,}")


@dataclass(frozen=True)
class Row:
    """A row as stored. place: where it stands (rowid, ctid); made: the transaction that wrote it (xmin; 0 on SQLite)."""

    place: int
    made: int
    values: Mapping[str, Value]

    def __getitem__(self, column: str) -> Value:
        return self.values[column]


@dataclass(frozen=True)
class Copy:
    """A copy of all tables, rows in the order of their places."""

    taken_on: date
    tables: Mapping[str, list[Row]]

    @property
    def record(self) -> list[Row]:
        return self.tables["responses_response"]

    @property
    def invitations(self) -> list[Row]:
        return self.tables["invitations_invitation"]


@dataclass(frozen=True)
class Loot:
    """copies: one a night, the last after the week; raw: bytes of the database's files by name; log: all lines at DEBUG."""

    copies: tuple[Copy, ...]
    raw: Mapping[str, bytes]
    log: str
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def final(self) -> Copy:
        return self.copies[-1]


def normal(value: Any) -> Value:
    """Return a value as text or number, the same for both databases: ids and bytes in hex, moments and days in ISO form."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def take_copy(today: date) -> Copy:
    """Copy every table as it stands."""
    tables = _postgresql_tables() if connection.vendor == "postgresql" else _sqlite_tables()
    return Copy(today, {name: sorted(rows, key=lambda row: row.place) for name, rows in tables})


def _postgresql_tables() -> Iterator[tuple[str, list[Row]]]:
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT ctid::text, xmin::text, * FROM {name}")
            columns = [column[0] for column in cursor.description[2:]]
            yield name, [_row(_place(found[0]), int(found[1]), columns, found[2:]) for found in cursor.fetchall()]


def _place(ctid: str) -> int:
    block, offset = ctid.strip("()").split(",")
    return int(block) * _LIKE_PLACES + int(offset)


def _sqlite_tables() -> list[tuple[str, list[Row]]]:
    """Read the tables from copied files, the write-ahead log among them, as a thief would."""
    with tempfile.TemporaryDirectory() as folder:
        stolen = Path(folder) / "stolen.sqlite3"
        for suffix, octets in sqlite_files().items():
            Path(f"{stolen}{suffix}").write_bytes(octets)
        with closing(sqlite3.connect(stolen)) as database:
            names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return [(name, _sqlite_rows(database, name)) for name in names]


def _sqlite_rows(database: sqlite3.Connection, name: str) -> list[Row]:
    found = database.execute(f"SELECT rowid, * FROM {name}")
    columns = [column[0] for column in found.description[1:]]
    return [_row(values[0], 0, columns, values[1:]) for values in found]


def _row(place: int, made: int, columns: list[str], values: tuple[Any, ...]) -> Row:
    return Row(place, made, {column: normal(value) for column, value in zip(columns, values, strict=True)})


def sqlite_files() -> dict[str, bytes]:
    """Return the bytes of the database's files by what their names end with."""
    paths = {suffix: Path(f"{connection.settings_dict['NAME']}{suffix}") for suffix in ("", "-wal", "-shm")}
    return {suffix: path.read_bytes() for suffix, path in paths.items() if path.exists()}


def raw_files(since: float) -> dict[str, bytes]:
    """Return the raw bytes of the database: SQLite's files, or PostgreSQL's heap and write-ahead log written since a moment.

    A PostgreSQL server elsewhere keeps its files to itself; then there is nothing.
    """
    if connection.vendor != "postgresql":
        return sqlite_files()
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()")
        folder, oid = cursor.fetchone()
    heap, log = Path(folder, "base", str(oid)), Path(folder, "pg_wal")
    if not os.access(heap, os.R_OK):
        return {}
    paths = [path for part in (heap, log) for path in part.iterdir() if path.is_file() and path.stat().st_mtime >= since]
    return {f"{path.parent.name}/{path.name}": _EMPTY.sub(b"\0", path.read_bytes()) for path in paths}


def rows_in(file: Path) -> list[tuple[Any, ...]]:
    """Return what a Parquet file of the columnar copy holds, in the order in which it stands there."""
    return duckdb.sql(f"FROM read_parquet('{file}', hive_partitioning = false)").fetchall()

"""The two forms of a table: CSV and Parquet, each read into the same columns and rows."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import duckdb

from vaste.national.packages.memory_files import memory_file
from vaste.national.packages.refusal import PackageRefused, Reason

Cell = str | int | None
MOST_ROWS = 1_000_000
_INTEGER = re.compile("0|[1-9][0-9]{0,17}")
_MAGIC, _LENGTH_BYTES = b"PAR1", 4
_MEMORY = "256MB"
_WHOLE = ("BIGINT", "INTEGER", "SMALLINT", "TINYINT")


@dataclass(frozen=True)
class Form:
    """A table as one of its forms gives it. Whole numbers are numbers; what is empty is None."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]


def read_csv(name: str, octets: bytes) -> Form:
    """Return what a CSV file holds: UTF-8, commas, one line feed after each row, nothing quoted. Raises PackageRefused."""
    if octets.count(b"\n") > MOST_ROWS:
        raise PackageRefused(Reason.TOO_LARGE, f"{name} has more than {MOST_ROWS} rows.")
    text = decoded(name, octets)
    if not text.endswith("\n") or '"' in text or "\r" in text or text.startswith("\ufeff"):
        raise PackageRefused(Reason.SCHEMA, f"{name} is not written as CSV files of a package are: no quotes, a line feed after each row.")
    head, *lines = text[:-1].split("\n")
    columns = tuple(head.split(","))
    rows = [tuple(_cell(value) for value in line.split(",")) for line in lines]
    number = next((number for number, row in enumerate(rows, start=2) if len(row) != len(columns)), None)
    if number:
        raise PackageRefused(Reason.SCHEMA, f"{name}, row {number}: not as many values as there are columns.")
    return Form(name, columns, rows)


def _cell(value: str) -> Cell:
    if not value:
        return None
    return int(value) if _INTEGER.fullmatch(value) else value


def decoded(name: str, octets: bytes) -> str:
    """Return the text in UTF-8. Raises PackageRefused."""
    try:
        return octets.decode()
    except UnicodeDecodeError as error:
        raise PackageRefused(Reason.SCHEMA, f"{name} is not text in UTF-8.") from error


def parquet_footer(name: str, octets: bytes) -> bytes:
    """Return the footer of a Parquet file, where all is written that is not a value. Raises PackageRefused."""
    length = int.from_bytes(octets[-len(_MAGIC) - _LENGTH_BYTES : -len(_MAGIC)], "little")
    tail = length + _LENGTH_BYTES + len(_MAGIC)
    if not (octets.startswith(_MAGIC) and octets.endswith(_MAGIC)) or tail + len(_MAGIC) > len(octets):
        raise PackageRefused(Reason.SCHEMA, f"{name} is no Parquet file.")
    return octets[-tail : -_LENGTH_BYTES - len(_MAGIC)]


@contextmanager
def parquet_reader() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give what reads Parquet files, within bounds; opening it takes longer than reading a table."""
    # No cache of files: one table after another is read under the same name.
    bounds: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": _MEMORY,
        "temp_directory": "",
        "enable_external_file_cache": "false",
    }
    with closing(duckdb.connect(config=bounds)) as con:
        yield con


def read_parquet(con: duckdb.DuckDBPyConnection, name: str, octets: bytes, *, rows: int) -> Form:
    """Return what a Parquet file holds: texts and whole numbers, and nothing beside them. Raises PackageRefused.

    rows: as many as it must have, which is looked at before any is read.
    """
    footer = parquet_footer(name, octets)
    try:
        with memory_file(octets) as path:
            _check_parts(con, name, path, len(octets) - len(footer))
            if con.execute("SELECT num_rows FROM parquet_file_metadata(?)", [path]).fetchall() != [(rows,)]:
                raise PackageRefused(Reason.FORMS_DIFFER, f"{name} has not as many rows as the CSV file beside it.")
            read = con.execute("SELECT * FROM read_parquet(?, hive_partitioning = false)", [path])
            columns = [(column[0], str(column[1])) for column in read.description or ()]
            if any(kind != "VARCHAR" and kind not in _WHOLE for _, kind in columns):
                raise PackageRefused(Reason.SCHEMA, f"{name} has a column that is neither text nor whole numbers.")
            return Form(name, tuple(column for column, _ in columns), read.fetchall())
    except duckdb.Error as error:
        raise PackageRefused(Reason.SCHEMA, f"{name} is no Parquet file that can be read.") from error


def _check_parts(con: duckdb.DuckDBPyConnection, name: str, path: str, without_footer: int) -> None:
    """Refuse remarks of the writer, and bytes that belong to no column: nobody would see what lies there."""
    remarks = "SELECT 1 FROM parquet_kv_metadata($1) UNION ALL SELECT 1 FROM parquet_metadata($1) WHERE cardinality(key_value_metadata) > 0"
    if con.execute(remarks, [path]).fetchall():
        raise PackageRefused(Reason.SCHEMA, f"{name} carries remarks beside its columns (key-value metadata).")
    parts = "SELECT coalesce(sum(total_compressed_size + coalesce(bloom_filter_length, 0)), 0)::BIGINT FROM parquet_metadata(?)"
    (used,) = con.execute(parts, [path]).fetchall()[0]
    if used + _LENGTH_BYTES + 2 * len(_MAGIC) != without_footer:
        raise PackageRefused(Reason.SCHEMA, f"{name} holds bytes that belong to none of its columns.")

"""The Delta table that holds the copy: one part for each month, replaced whole or by unit in one commit."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake
from deltalake.exceptions import TableNotFoundError
from duckdb import DuckDBPyConnection

from vaste.responses.copy.engine import listed
from vaste.responses.copy.rows import ITEM, MARKS, order, quoted

_APP = "vaste"
_NOTHING_KEPT = "interval 0 seconds"
# Old files and log entries go at once: a month before and after a batch, side by side, would tell which answers came together.
# Statistics of units alone: the least and greatest of an answer, kept in the log, would tell as much.
_SETTINGS = {
    "delta.logRetentionDuration": _NOTHING_KEPT,
    "delta.deletedFileRetentionDuration": _NOTHING_KEPT,
    "delta.dataSkippingStatsColumns": "unit",
}
_WRITER = WriterProperties(compression="ZSTD", compression_level=9, max_row_group_size=1_048_576)


class RecordTable:
    """The copy's table in a folder. Every process that touches it starts by spawn or touches it first after a fork."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "record"

    def attempt(self) -> int | None:
        """Return the number of the attempt that wrote last, or None when there is no table."""
        table = self._open()
        return table.transaction_version(_APP) if table else None

    def replace(self, rows: Any, *, month: date, units: Sequence[str] | None, attempt: int) -> None:
        """Put rows in the place of what a month has, of some units or of all, in one commit.

        rows: Arrow, already sorted. Doing it again changes nothing, so that a crash at any point needs no other mending.
        """
        commit = CommitProperties(app_transactions=[Transaction(_APP, attempt)])
        if self._open() is None:
            write_deltalake(
                self._folder, rows, partition_by="month", configuration=_SETTINGS, writer_properties=_WRITER, commit_properties=commit
            )
            return
        write_deltalake(
            self._folder,
            rows,
            mode="overwrite",
            schema_mode="merge",
            predicate=_where(month, units),
            writer_properties=_WRITER,
            commit_properties=commit,
        )

    def forget(self) -> None:
        """Take what is no longer part of the table off the disk: files, and log entries that tell of them."""
        table = self._open()
        if table is None:
            return
        table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False, full=True)
        table = DeltaTable(self._folder)
        table.create_checkpoint()
        table.cleanup_metadata()

    def files(self, month: date | None = None) -> list[str]:
        """Return the files that hold the table, or one month of it, sorted."""
        table = self._open()
        if table is None:
            return []
        chosen = [("month", "=", f"{month:%Y-%m}")] if month else None
        return sorted(table.file_uris(file_pruning_predicate=chosen))

    def items(self) -> list[str]:
        """Return the statements that have a column, sorted."""
        table = self._open()
        names = [column.name for column in table.schema().fields] if table else []
        return sorted(name.removeprefix(ITEM) for name in names if name.startswith(ITEM))

    def view(self, con: DuckDBPyConnection, month: date | None = None) -> list[str]:
        """Let the name `record` mean the table, or one month of it; return its statements. Every statement has a column."""
        items = self.items()
        con.execute(f"CREATE OR REPLACE TEMP VIEW record AS {self._select(items, month)}")
        return items

    def _select(self, items: Sequence[str], month: date | None) -> str:
        texts = [f"NULL::{'DATE' if mark == 'period_start' else 'VARCHAR'} AS {mark}" for mark in MARKS]
        steps = [f"NULL::TINYINT AS {quoted(name)}" for name in ("nps", *(ITEM + item for item in items))]
        shape = f"SELECT {', '.join([*texts, *steps])} WHERE false"
        files = self.files(month)
        if not files:
            return shape
        # The shape alone gives a column to a statement that no file of the month has.
        return f"{shape} UNION ALL BY NAME FROM read_parquet({listed(files)}, union_by_name = true, hive_partitioning = false)"

    def stray_files(self) -> list[Path]:
        """Return data files in the folder that are no part of the table."""
        live = set(self.files())
        return [path for path in self._folder.rglob("*.parquet") if path.parent.name != "_delta_log" and str(path) not in live]

    def bytes(self) -> int:
        """Return how much its files hold."""
        return sum(Path(name).stat().st_size for name in self.files())

    def _open(self) -> DeltaTable | None:
        try:
            return DeltaTable(self._folder)
        except TableNotFoundError:
            return None


def _where(month: date, units: Sequence[str] | None) -> str:
    of_month = f"month = '{month:%Y-%m}'"
    if units is None:
        return of_month
    return f"{of_month} AND unit IN ({', '.join(_text(unit) for unit in units)})"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def sorted_month(items: Sequence[str], month: date) -> str:
    """Return the SQL that gives a month from the view `record`, sorted again."""
    return f"SELECT '{month:%Y-%m}' AS month, * FROM record ORDER BY {order(items)}"  # noqa: S608

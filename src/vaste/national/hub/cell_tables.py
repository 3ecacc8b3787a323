"""The Delta tables that hold the counts of every delivery, cell by cell: one part for each delivery, replaced whole in one commit."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arro3.core import Array, DataType, Table
from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake
from deltalake.exceptions import TableNotFoundError
from django.conf import settings

from vaste.national.packages.cells import Row
from vaste.national.packages.layout import TABLES, TableLayout
from vaste.responses.copy.engine import connect, listed

# Beside a table's own columns: whose cells they are, and which delivery they came in (the SHA-256 of its package).
ORIGIN = ("county", "campaign", "delivery")
_WRITER = WriterProperties(compression="ZSTD", compression_level=9)


@dataclass(frozen=True)
class CellsOfDelivery:
    """The cells of one delivery in one table. delivery: the SHA-256 of its package."""

    county: str
    campaign: str
    delivery: str
    rows: Sequence[Row]


class CellTable:
    """One of the five tables. Every process that touches it starts by spawn, or touches it first after a fork."""

    def __init__(self, layout: TableLayout) -> None:
        self._layout = layout
        self._folder = Path(settings.HUB_DIR) / "tables" / layout.name

    def put(self, deliveries: Sequence[CellsOfDelivery]) -> int:
        """Append the cells of those deliveries that are not there already, in one commit; return of how many.

        The commit carries each delivery's name as a Delta transaction. The log knows it from then on; and of two processes that
        append the same delivery at one time, Delta lets only one commit.
        """
        table = self._open()
        new = [each for each in deliveries if table is None or table.transaction_version(each.delivery) is None]
        if new:
            write_deltalake(
                self._folder,
                _arrow(new, self._layout),
                mode="append",
                schema_mode="merge" if table else None,
                partition_by="delivery",
                writer_properties=_WRITER,
                commit_properties=CommitProperties(app_transactions=[Transaction(each.delivery, 1) for each in new]),
            )
        return len(new)

    def files(self, deliveries: Iterable[str] | None) -> list[str]:
        """Return the files that hold the cells of some deliveries, or of all, sorted."""
        table = self._open()
        if table is None or (wanted := None if deliveries is None else sorted(deliveries)) == []:
            return []
        return sorted(table.file_uris(file_pruning_predicate=[("delivery", "in", wanted)] if wanted else None))

    def items(self) -> tuple[str, ...]:
        """Return the statements that have columns, sorted."""
        table = self._open()
        names = [column.name for column in table.schema().fields] if table else []
        return tuple(sorted(name.removesuffix("_1") for name in names if name.endswith("_1")))

    def cells_of_deliveries(self) -> dict[str, int]:
        """Return how many cells the table has of each delivery, counted in its files."""
        files = self.files(None)
        if not files:
            return {}
        source = f"read_parquet({listed(files)}, hive_partitioning = true, union_by_name = true)"
        with closing(connect()) as con:
            return dict(con.execute(f"SELECT delivery, count(*) FROM {source} GROUP BY delivery").fetchall())  # noqa: S608

    def _open(self) -> DeltaTable | None:
        try:
            return DeltaTable(self._folder)
        except TableNotFoundError:
            return None


def _arrow(deliveries: Sequence[CellsOfDelivery], layout: TableLayout) -> Table:
    """Return the cells of some deliveries as one table; a statement that one of them did not ask is missing there."""
    rows = [(each, row) for each in deliveries for row in each.rows]
    numbers = dict.fromkeys(name for each in deliveries if each.rows for name in each.rows[0])
    texts = {*layout.marks, "state"}
    columns: dict[str, Any] = {name: Array([getattr(each, name) for each, _ in rows], DataType.utf8()) for name in ORIGIN}
    for name in numbers or dict.fromkeys((*layout.marks, "state", *layout.counts)):
        columns[name] = Array([row.get(name) for _, row in rows], DataType.utf8() if name in texts else DataType.int64())
    return Table.from_pydict(columns)


def cell_tables() -> dict[str, CellTable]:
    """Return every table by its name."""
    return {name: CellTable(layout) for name, layout in TABLES.items()}

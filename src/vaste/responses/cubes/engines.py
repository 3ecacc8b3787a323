"""The engines that can count the record: DuckDB inside the process, or a Spark cluster where one machine no longer serves."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from arro3.core import Array, DataType, Table
from duckdb import DuckDBPyConnection
from ibis.expr.types import Table as Expression

from vaste.responses.copy.engine import EngineMissing, listed
from vaste.responses.cubes.expressions import compiled

_ARROW = {"string": DataType.utf8(), "date": DataType.utf8(), "float64": DataType.float64()}


class Engine(Protocol):
    """Runs an expression over a table that lies in Parquet files."""

    def run(self, expression: Expression, *, table: str, files: Sequence[str]) -> Any:
        """Return the rows that an expression gives, as something DuckDB and Delta read (Arrow).

        table: the name by which the expression calls the files. files: of one month, perhaps some without columns that
        others have.
        """


class DuckDbEngine:
    """Counts inside the process."""

    def __init__(self, con: DuckDBPyConnection) -> None:
        self._con = con

    def run(self, expression: Expression, *, table: str, files: Sequence[str]) -> Any:
        """Return the rows as a relation, counted when it is read."""
        self._con.execute(f"CREATE OR REPLACE TEMP VIEW {table} AS {_shaped(expression, table, files)}")
        return self._con.sql(compiled(expression, "duckdb"))


def _shaped(expression: Expression, table: str, files: Sequence[str]) -> str:
    """Return the SQL of a table that has every column the expression names, also those that no file has."""
    columns = ", ".join(f'NULL::{_DUCKDB[str(kind)]} AS "{name}"' for name, kind in _schema(expression, table))
    shape = f"SELECT {columns} WHERE false"
    if not files:
        return shape
    return f"{shape} UNION ALL BY NAME FROM read_parquet({listed(files)}, union_by_name = true, hive_partitioning = false)"


_DUCKDB = {"string": "VARCHAR", "date": "DATE", "int8": "TINYINT", "int64": "BIGINT"}
_SPARK = {"string": "string", "date": "date", "int8": "tinyint", "int64": "bigint"}


def _schema(expression: Expression, table: str) -> list[tuple[str, Any]]:
    from ibis.expr.operations import UnboundTable

    found = next(node for node in expression.op().find(UnboundTable) if node.name == table)
    return list(found.schema.items())


class SparkEngine:
    """Counts on Spark: a cluster, or local threads for a trial.

    master: as Spark calls it, `spark://host:7077` or `local[2]`. The files must lie where the cluster can read them.
    """

    def __init__(self, master: str) -> None:
        try:
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise EngineMissing("VASTE_ANALYTICS names Spark, but PySpark is not installed. Run: pip install pyspark") from error
        builder = SparkSession.builder.master(master).appName("vaste")
        for name, value in (_SPARK_SETTINGS | (_SPARK_LOCAL if master.startswith("local") else {})).items():
            builder = builder.config(name, value)
        self._session = builder.getOrCreate()

    def run(self, expression: Expression, *, table: str, files: Sequence[str]) -> Any:
        """Return the rows as a table in memory: a cube's month, not the record."""
        schema = ", ".join(f"`{name}` {_SPARK[str(kind)]}" for name, kind in _schema(expression, table))
        reader = self._session.read.schema(schema)
        frame = reader.parquet(*files) if files else self._session.createDataFrame([], schema)
        frame.createOrReplaceTempView(table)
        rows = [tuple(row) for row in self._session.sql(compiled(expression, "pyspark")).collect()]
        return _arrow(expression, rows)

    def stop(self) -> None:
        """Let go of the cluster."""
        self._session.stop()


_SPARK_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
}
_SPARK_LOCAL = {"spark.sql.shuffle.partitions": "1", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}


def _arrow(expression: Expression, rows: list[tuple[Any, ...]]) -> Table:
    names = list(expression.columns)
    columns: list[list[Any]] = [list(values) for values in zip(*rows, strict=True)] if rows else [[] for _ in names]
    made: dict[str, Any] = {}
    for name, values in zip(names, columns, strict=True):
        kind = str(expression[name].type())
        # Days as text, of which DuckDB makes days again: arro3 makes none from Python's.
        plain = [value.isoformat() for value in values] if kind == "date" else values
        made[name] = Array(plain, _ARROW.get(kind, DataType.int64()))
    return Table.from_pydict(made)


def spark_master(url: str) -> str:
    """Return what Spark calls the place that a `spark://` address names; `spark://local[2]` is two threads of this machine."""
    return url.removeprefix("spark://") if url.startswith("spark://local") else url


def engine_from_url(url: str, con: Callable[[], DuckDBPyConnection]) -> Engine:
    """Return the engine that an address names. Raises EngineMissing."""
    return SparkEngine(spark_master(url)) if url.startswith("spark:") else DuckDbEngine(con())

"""The same expressions give the same counts on DuckDB and on Spark, and Spark can make the whole copy's cubes."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from arro3.core import RecordBatchReader

from tests.copy.record import figures_are_those_of_the_database, publish
from vaste.responses.copy.actions import follow_record, rebuild_copy
from vaste.responses.copy.state import CopyFailed, known_copy
from vaste.responses.copy.table import RecordTable
from vaste.responses.copy.verifying import verify_copy
from vaste.responses.cubes.engines import DuckDbEngine, Engine, SparkEngine, spark_master
from vaste.responses.cubes.expressions import CUBES, FINEST, finest_cube, histogram, mean_score, rolled_up

ITEMS = ("access", "benefit", "own-language")
SPARK = "spark://local"


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkEngine]:
    engine = SparkEngine(spark_master(SPARK))
    yield engine
    engine.stop()


@pytest.fixture
def engines(spark: SparkEngine) -> tuple[Engine, Engine]:
    return DuckDbEngine(duckdb.connect()), spark


def rows(counted: Any) -> list[tuple[object, ...]]:
    """Return an engine's rows in an order of their own, days as text."""
    con = duckdb.connect()
    con.register("counted", RecordBatchReader.from_stream(counted).read_all())
    return sorted(tuple(str(value) if isinstance(value, date) else value for value in row) for row in con.sql("FROM counted").fetchall())


def histogram_rows(counted: Any) -> dict[tuple[object, ...], object]:
    """Return how often each score was given, by place; those who gave none have a score of None, which has no order."""
    con = duckdb.connect()
    con.register("counted", RecordBatchReader.from_stream(counted).read_all())
    return {row[:-1]: row[-1] for row in con.sql("FROM counted").fetchall()}


@pytest.fixture
def copied(chance: random.Random) -> list[str]:
    """Return the files of a record of a few hundred responses, of which the last month alone has one of the statements."""
    publish(chance, 150, items=ITEMS[:2])
    publish(chance, 150, items=ITEMS)
    follow_record()
    copy = known_copy()
    assert copy
    return RecordTable(copy.folder).files()


@pytest.mark.spark
def test_every_cube_is_the_same_to_the_last_count(engines, copied, tmp_path):
    counted = [rows(engine.run(finest_cube(ITEMS), table="record", files=copied)) for engine in engines]
    assert counted[0] == counted[1]
    assert sum(row[len(FINEST.marks)] for row in counted[0]) == 300
    duck = duckdb.connect()
    duck.register("finest", RecordBatchReader.from_stream(engines[0].run(finest_cube(ITEMS), table="record", files=copied)).read_all())
    file = tmp_path / "finest.parquet"
    duck.execute(f"COPY (SELECT DATE '2026-01-01' AS month, * FROM finest) TO '{file}' (FORMAT parquet)")
    for cube in CUBES[:-1]:
        first, second = (rows(engine.run(rolled_up(cube, ITEMS), table="cube", files=[str(file)])) for engine in engines)
        assert first == second, cube.name
        assert sum(row[len(cube.marks)] for row in first) == 300


@pytest.mark.spark
def test_histograms_are_equal_and_means_to_a_billionth(engines, copied):
    by = ("unit", "channel")
    first, second = (histogram_rows(engine.run(histogram(by), table="record", files=copied)) for engine in engines)
    assert first == second
    assert sum(first.values()) == 300
    means = [{row[:2]: row[2] for row in rows(engine.run(mean_score(by), table="record", files=copied))} for engine in engines]
    assert means[0].keys() == means[1].keys()
    assert all(means[0][place] == pytest.approx(means[1][place], abs=1e-9) for place in means[0])


@pytest.mark.spark
def test_an_engine_counts_nothing_in_no_files(engines):
    for engine in engines:
        assert rows(engine.run(finest_cube(ITEMS), table="record", files=[])) == []


@pytest.mark.spark
def test_spark_makes_the_cubes_that_pages_read(spark, chance, settings):
    settings.ANALYTICS_URL = SPARK
    publish(chance, 30, days=20)
    rebuild_copy(actor="test")
    assert figures_are_those_of_the_database()
    assert verify_copy().is_equal


def test_the_copy_says_what_is_missing_when_the_engine_is(chance, settings, copy_dir: Path, monkeypatch):
    settings.ANALYTICS_URL = SPARK
    monkeypatch.setitem(__import__("sys").modules, "pyspark.sql", None)
    publish(chance, 5)
    with pytest.raises(CopyFailed, match="pip install pyspark"):
        follow_record()
    assert figures_are_those_of_the_database()

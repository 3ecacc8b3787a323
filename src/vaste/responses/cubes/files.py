"""Where cubes lie, and how those of a month are made from the copy."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from vaste.responses.cubes.engines import Engine
from vaste.responses.cubes.expressions import CUBES, FINEST, Cube, finest_cube, measures, rolled_up


def cube_file(folder: Path, cube: Cube, month: date, edition: int) -> Path:
    """Return the file that holds a cube's month as it was in an edition."""
    return folder / "cubes" / f"{cube.name}.{month:%Y-%m}.{edition}.parquet"


def make_cubes(
    con: DuckDBPyConnection, engine: Engine, *, folder: Path, month: date, edition: int, items: tuple[str, ...], files: Sequence[str]
) -> None:
    """Make the cubes of a month from the copy's files of it: the finest by the engine, the others rolled up from that."""
    finest = cube_file(folder, FINEST, month, edition)
    finest.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(con, engine.run(finest_cube(items), table="record", files=files), FINEST, items, month, finest)
    for cube in CUBES[:-1]:
        counted = engine.run(rolled_up(cube, items), table="cube", files=[str(finest)])
        _write(con, counted, cube, items, month, cube_file(folder, cube, month, edition))


def _write(con: DuckDBPyConnection, counted: Any, cube: Cube, items: Sequence[str], month: date, file: Path) -> None:
    con.register("counted", counted)
    marks = ", ".join(_mark(mark) for mark in cube.marks)
    # Engines give sums in types of their own.
    counts = ", ".join(f'coalesce("{measure}", 0)::INTEGER AS "{measure}"' for measure in measures(items))
    rows = f"SELECT DATE '{month}' AS month, {marks}, {counts} FROM counted ORDER BY {', '.join(cube.marks)}"  # noqa: S608
    con.execute(f"COPY ({rows}) TO '{str(file).replace(chr(39), chr(39) * 2)}' (FORMAT parquet, COMPRESSION zstd)")
    con.unregister("counted")


def _mark(mark: str) -> str:
    return "period_start::DATE AS period_start" if mark == "period_start" else mark


def kept_cubes(folder: Path, editions: Mapping[date, int]) -> set[Path]:
    """Return the files that hold the cubes of some months, each as it was in an edition."""
    return {cube_file(folder, cube, month, edition) for month, edition in editions.items() for cube in CUBES}


def remove_old_cubes(folder: Path, editions: Mapping[date, int]) -> None:
    """Take cubes of other editions off the disk: two side by side would tell which answers came between."""
    kept = kept_cubes(folder, editions)
    for path in (folder / "cubes").glob("*"):
        if path not in kept:
            path.unlink(missing_ok=True)

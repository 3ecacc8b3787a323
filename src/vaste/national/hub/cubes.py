"""The country's tables, counted from the cells of every county by expressions that DuckDB and Spark both run.

Only whole numbers are added up, so every engine gives the same. A hidden cell adds nothing, and is counted as hidden.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
from duckdb import DuckDBPyConnection
from ibis.expr.types import Table

from vaste.national.hub.cell_tables import cell_tables
from vaste.national.packages.layout import HIDDEN, SHOWN, TABLES
from vaste.responses.copy.engine import connect, listed
from vaste.responses.cubes.engines import Engine, engine_from_url

_COUNTS = ("shown", "hidden")


@dataclass(frozen=True)
class NationalCube:
    """One of the country's tables. table: whose cells it adds up; by: what tells its rows apart."""

    name: str
    table: str
    by: tuple[str, ...]


CUBES = (
    NationalCube("strata", "strata", ("county", "service", "quarter", "age", "channel")),
    NationalCube("units", "units", ("county", "unit", "service", "quarter")),
    NationalCube("services", "services", ("county", "service", "quarter", "age", "language")),
    NationalCube("country", "services", ("service", "quarter", "age", "language")),
    NationalCube("invited", "invited", ("county", "service", "quarter", "age", "language")),
    NationalCube("channels", "channels", ("county", "service", "quarter", "channel")),
)


def numbers(cube: NationalCube, items: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of a cube that add up."""
    layout = TABLES[cube.table]
    return layout.columns(items)[len(layout.marks) + 1 :]


def cells(cube: NationalCube, items: Sequence[str]) -> Table:
    """Return the table of cells that a cube adds up."""
    marks = ("county", *TABLES[cube.table].marks, "state")
    return ibis.table({**dict.fromkeys(marks, "string"), **dict.fromkeys(numbers(cube, items), "int64")}, name="cells")


def added_up(cube: NationalCube, items: Sequence[str]) -> Table:
    """Return a cube: a row for each meeting of its marks, with how many cells were shown and hidden and the sums of the shown ones."""
    rows = cells(cube, items)
    how_many: dict[str, Any] = {state: rows.count(where=rows["state"] == state) for state in (SHOWN, HIDDEN)}
    sums = {name: rows[name].sum(where=rows["state"] == SHOWN).coalesce(0) for name in numbers(cube, items)}
    return rows.group_by(list(cube.by)).aggregate(**how_many, **sums)


def make_national_cubes(folder: Path, deliveries: Sequence[str], url: str, cubes: Sequence[NationalCube] = CUBES) -> None:
    """Count cubes of some deliveries into a folder. url: the engine, as VASTE_ANALYTICS names it. Raises EngineMissing."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    tables = cell_tables()
    with closing(connect(folder / "spill")) as con:
        engine = engine_from_url(url, lambda: con)
        for cube in cubes:
            table = tables[cube.table]
            items = table.items() if TABLES[cube.table].has_answers else ()
            _write(con, engine, cube, items, table.files(deliveries), cube_file(folder, cube))


def _write(con: DuckDBPyConnection, engine: Engine, cube: NationalCube, items: Sequence[str], files: Sequence[str], file: Path) -> None:
    con.register("counted", engine.run(added_up(cube, items), table="cells", files=files))
    # Engines give sums in types of their own.
    counts = ", ".join(f'"{name}"::BIGINT AS "{name}"' for name in (*_COUNTS, *numbers(cube, items)))
    rows = f"SELECT {', '.join(cube.by)}, {counts} FROM counted ORDER BY {', '.join(cube.by)}"  # noqa: S608
    con.execute(f"COPY ({rows}) TO '{str(file).replace(chr(39), chr(39) * 2)}' (FORMAT parquet, COMPRESSION zstd)")
    con.unregister("counted")


def cube_file(folder: Path, cube: NationalCube) -> Path:
    """Return the file that holds a cube."""
    return folder / f"{cube.name}.parquet"


def read_cube(folder: Path, cube: NationalCube, quarters: Sequence[str]) -> list[dict[str, Any]]:
    """Return a cube's rows of some quarters, in the order of its marks."""
    with closing(connect()) as con:
        read = con.execute(
            f"SELECT * FROM read_parquet({listed([str(cube_file(folder, cube))])}) "  # noqa: S608
            f"WHERE list_contains($quarters, quarter) ORDER BY {', '.join(cube.by)}",
            {"quarters": list(quarters)},
        )
        names = [column[0] for column in read.description or ()]
        return [dict(zip(names, row, strict=True)) for row in read.fetchall()]

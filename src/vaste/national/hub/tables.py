"""What the country's comparison reads: the newest version of every county and campaign, and nothing of what it replaced."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from vaste.national.hub.cell_tables import ORIGIN, cell_tables
from vaste.national.hub.cubes import CUBES, NationalCube, read_cube
from vaste.national.hub.following import edition_folder, newest_deliveries
from vaste.national.hub.models import NationalEdition, ReceivedDelivery
from vaste.national.packages.cells import Row, is_item_column
from vaste.national.packages.layout import MANIFESTS, Manifest, Period
from vaste.national.packages.layout import quarters as quarters_of
from vaste.responses.copy.engine import connect, listed

_BY_NAME = {cube.name: cube for cube in CUBES}


@dataclass(frozen=True)
class Delivered:
    """A delivery as it counts. tables: by name, its cells of one quarter, columns as in the package."""

    manifest: Manifest
    tables: dict[str, list[Row]]


def quarters() -> list[str]:
    """Return the quarters of which anything was delivered, in order."""
    found = {quarter for delivery in newest_deliveries() for quarter in quarters_of(_manifest(delivery).period)}
    return sorted(found)


def deliveries(quarter: str) -> Iterator[Delivered]:
    """Return every newest delivery whose period holds a quarter, with its cells of that quarter, by county and campaign."""
    with closing(connect()) as con:
        for delivery in newest_deliveries():
            manifest = _manifest(delivery)
            if quarter in quarters_of(manifest.period):
                names = cell_tables()
                files = {name: names[name].files([delivery.package_sha256]) for name in names}
                yield Delivered(manifest, {name: _cells(con, files[name], quarter) for name in names})


def _manifest(delivery: ReceivedDelivery) -> Manifest:
    return MANIFESTS.decode(delivery.manifest)


def _cells(con: DuckDBPyConnection, files: Sequence[str], quarter: str) -> list[Row]:
    if not files:  # a delivery may have no row in a table: of too few answers no unit is told apart
        return []
    source = f"read_parquet({listed(files)}, hive_partitioning = false, file_row_number = true)"
    read = con.execute(
        f"SELECT * EXCLUDE ({', '.join(ORIGIN[:2])}) FROM {source} WHERE quarter = $quarter ORDER BY file_row_number",  # noqa: S608
        {"quarter": quarter},
    )
    names = [column[0] for column in read.description or ()][:-1]
    rows = [dict(zip(names, row[:-1], strict=True)) for row in read.fetchall()]
    # The tables have a column for every statement that anybody asked; what this delivery did not ask is missing in every row.
    asked = [name for name in names if not is_item_column(name) or any(row[name] is not None for row in rows)]
    return [{name: row[name] for name in asked} for row in rows]


@dataclass(frozen=True)
class Counts:
    """A row of the country's tables. marks: by name, `all` where it is a margin. numbers: sums over the county's campaigns.

    shown, hidden: of how many cells it is made. Where one is hidden, the numbers lack it.
    """

    county: str
    marks: dict[str, str]
    shown: int
    hidden: int
    numbers: dict[str, int]


def strata(period: Period) -> Iterator[Counts]:
    """Return counts by county, service, quarter, age and channel, margins too."""
    return _counts(_BY_NAME["strata"], period)


def units(period: Period) -> Iterator[Counts]:
    """Return counts by county, unit and quarter."""
    return _counts(_BY_NAME["units"], period)


def _counts(cube: NationalCube, period: Period) -> Iterator[Counts]:
    edition = NationalEdition.objects.first()
    rows = read_cube(edition_folder(edition.edition), cube, quarters_of(period)) if edition else []
    for row in rows:
        told = {*cube.by, "shown", "hidden"}
        marks = {mark: row[mark] for mark in cube.by if mark != "county"}
        numbers = {name: value for name, value in row.items() if name not in told}
        yield Counts(row["county"], marks, row["shown"], row["hidden"], numbers)

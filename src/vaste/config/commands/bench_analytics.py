"""`vaste bench analytics`: figures from cubes, full scans and the copy itself, each beside its limit, over answers drawn at random."""

import json
import os
import platform
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from django.db import connection

from vaste.config.commands.bench_analytics_postgresql import scans_on_postgresql
from vaste.config.commands.bench_analytics_world import UNITS, YEAR, bring_batch, make_copy, make_county, note_copy
from vaste.config.commands.bench_pages import make_reader, show_page
from vaste.config.commands.bench_results import scratch_database
from vaste.organisations.models import County, Unit
from vaste.responses.changes import note_changes
from vaste.responses.copy.actions import follow_record
from vaste.responses.copy.engine import connect, listed
from vaste.responses.copy.state import Copy
from vaste.responses.copy.table import RecordTable
from vaste.responses.cubes.engines import DuckDbEngine
from vaste.responses.cubes.expressions import histogram
from vaste.results.latest import latest_answers

_NOW = datetime(YEAR + 1, 1, 15, tzinfo=UTC)
SCAN_BY = ("unit", "channel")
PAGE_LIMIT_MS, SERVER_LIMIT_MS, SCAN_LIMIT, POSTGRESQL_LIMIT, BYTES_LIMIT, VISIBLE_LIMIT_SECONDS = 50, 150, 3.0, 2.5, 6.0, 60


@click.command("analytics")
@click.option("--answers", default=10_000_000, show_default=True, type=click.IntRange(10_000, 100_000_000))
@click.option("--runs", default=60, show_default=True, type=click.IntRange(20, 1000), help="Pages asked for.")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="Keep what was drawn here, for the next time.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def bench_analytics(*, answers: int, runs: int, folder: Path | None, as_json: bool) -> None:
    """Measure pages, scans and the copy over answers drawn at random, in a scratch database and a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="vaste-bench-") as scratch, scratch_database():
        place = folder or Path(scratch)
        place.mkdir(parents=True, exist_ok=True)
        facts = _measure(place, answers, runs)
        note_copy(place, answers)
    click.echo(json.dumps(facts) if as_json else "\n".join(f"{name:<26}{value}" for name, value in facts.items()))


def _measure(folder: Path, answers: int, runs: int) -> dict[str, Any]:
    county = make_county()
    began = time.monotonic()
    copy = make_copy(folder, answers)
    table = RecordTable(copy.folder)
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {connection.vendor}",
        "answers": answers,
        "drawn_seconds": round(time.monotonic() - began, 1),
        "bytes_an_answer": round(table.bytes() / answers, 2),
        "bytes_limit": BYTES_LIMIT,
        **_pages(county, runs),
        **_scans(table),
        **_one_batch(county, copy),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _pages(county: County, runs: int) -> dict[str, Any]:
    """Ask what the page of a reader asks, of all units but one or of one unit, another each time, then the same again; and after a mix."""
    chance = random.Random(3)  # noqa: S311  the same pages at every run
    units = tuple(county.units.order_by("oid"))
    reaches = [_all_but(chance.choice(units), units) if number % 2 else (chance.choice(units),) for number in range(runs)]
    _ask_page(county, units)  # compiles each shape once and brings the cubes into memory, as a server's first page does
    times = [(_timed(_ask_page, county, reach), _timed(_ask_page, county, reach)) for reach in reaches]
    first, again = ([1000 * pair[turn] for pair in times] for turn in (0, 1))
    return {
        "page_queries": 2,
        "page_median_ms": round(statistics.median(first), 1),
        "page_p95_ms": round(_p95(first), 1),
        "page_again_p95_ms": round(_p95(again), 1),
        "page_after_mix_ms": round(1000 * statistics.median(_after_mix(county, units, unit) for unit in units[:7]), 1),
        "page_limit_ms": PAGE_LIMIT_MS,
        "page_ratio": round(_p95(first) / PAGE_LIMIT_MS, 2),
        **_server_time(county, units),
    }


def _all_but(one: Unit, units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    return tuple(unit for unit in units if unit != one)


def _ask_page(county: County, units: tuple[Unit, ...]) -> None:
    latest_answers(county, units, _NOW)


def _after_mix(county: County, units: tuple[Unit, ...], changed: Unit) -> float:
    """Return how long the first page takes after a unit's answers changed, for which all counts are read anew."""
    note_changes([(changed.oid, date(YEAR, 12, 1))])
    return _timed(_ask_page, county, units)


def _server_time(county: County, units: tuple[Unit, ...]) -> dict[str, Any]:
    """Ask for the pages of somebody of the whole county: all units and each of some, over the year, its quarters and months."""
    reader = make_reader(county)
    periods = [str(YEAR), *(f"{YEAR}-Q{quarter}" for quarter in range(1, 5)), *(f"{YEAR}-{month:02}" for month in range(1, 13))]
    pages = [f"unit={unit}&period={period}" for unit in ("", *(unit.oid for unit in units[:5])) for period in periods]
    cold = 1000 * _timed(show_page, reader, pages[0])
    times = [1000 * _timed(show_page, reader, page) for page in pages]
    return {
        "server_first_ms": round(cold, 1),
        "server_p95_ms": round(_p95(times), 1),
        "server_limit_ms": SERVER_LIMIT_MS,
        "server_ratio": round(_p95(times) / SERVER_LIMIT_MS, 2),
    }


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _scans(table: RecordTable) -> dict[str, Any]:
    """Count every answer's score by unit and channel, beside decoding the same columns, and beside PostgreSQL."""
    files = table.files()
    with closing(connect()) as con:
        engine = DuckDbEngine(con)
        scan = _usual(lambda: len(engine.run(histogram(SCAN_BY), table="record", files=files).fetchall()))
        # Reads every value and does next to nothing with it, in a way that no statistics of the file can answer.
        decode_sql = f"SELECT sum(strlen(unit)), sum(strlen(channel)), sum(nps) FROM read_parquet({listed(files)})"  # noqa: S608
        decode = _usual(lambda: con.execute(decode_sql).fetchall())
    facts = {
        "scan_ms": round(1000 * scan, 1),
        "decode_ms": round(1000 * decode, 1),
        "scan_to_decode": round(scan / decode, 2),
        "scan_limit": SCAN_LIMIT,
    }
    beside = scans_on_postgresql(files, histogram(SCAN_BY), _usual)
    if beside is None:
        return {**facts, "postgresql": "not measured: VASTE_DATABASE_URL names SQLite"}
    return {
        **facts,
        "postgresql_ms": round(1000 * beside, 1),
        "postgresql_to_scan": round(beside / scan, 1),
        "postgresql_at_least": POSTGRESQL_LIMIT,
    }


def _one_batch(county: County, copy: Copy) -> dict[str, Any]:
    """Bring five answers to each of eight units, and see when they are in the figures and when in the copy."""
    units = tuple(county.units.filter(oid__in=bring_batch(copy)))
    return {
        "units": UNITS,
        "visible_seconds": round(_timed(_ask_page, county, units), 2),
        "copied_seconds": round(_timed(follow_record), 2),
        "visible_limit_seconds": VISIBLE_LIMIT_SECONDS,
    }


def _timed(do: Callable[..., object], *arguments: object) -> float:
    began = time.perf_counter()
    do(*arguments)
    return time.perf_counter() - began


def _usual(do: Callable[[], object], times: int = 7) -> float:
    """Return the median of some runs, after one to warm up."""
    do()
    return statistics.median(_timed(do) for _ in range(times))

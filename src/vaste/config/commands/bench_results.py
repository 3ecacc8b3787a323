"""`vaste bench results`: how long the figures of one county and year take over 100,000 responses, and how long their page."""

import json
import os
import platform
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import click
from django.conf import settings
from django.db import connection
from django.db.utils import DatabaseError

from vaste.config.commands.bench_pages import make_reader, show_page
from vaste.core import clock
from vaste.core.ids import new_id
from vaste.invitations.models import InvitedCount
from vaste.organisations.actions import save_county, save_units
from vaste.organisations.models import County
from vaste.organisations.rules import CountySettings, UnitRow
from vaste.responses.changes import note_changes
from vaste.responses.models import Response
from vaste.responses.rules import Channel, age_band, coarse_period, write_answers
from vaste.results.results import Question, answer_question, statement_ids
from vaste.results.results_json import as_json

LIMIT_SECONDS, PAGE_LIMIT_SECONDS = 0.3, 0.15
_YEAR = 2024
_UNITS, _SMALL_UNITS = 12, 3
_BATCH = 2000
# How often each score and step is given, roughly as public figures tell: a score about 70, statement means about 4.4.
_SCORES = (1, 1, 1, 1, 1, 2, 2, 8, 12, 21, 50)
_STEPS = (2, 3, 8, 25, 62)
_COMMENT = "Sain apua nopeasti ja minua kuunneltiin, mutta odotustila oli levoton. "


@click.command("results")
@click.option("--responses", default=100_000, show_default=True, type=click.IntRange(1, 5_000_000))
@click.option("--runs", default=25, show_default=True, type=click.IntRange(20, 1000))
@click.option("--json", "as_json_text", is_flag=True, help="Print JSON instead of text.")
def bench_results(*, responses: int, runs: int, as_json_text: bool) -> None:
    """Measure `vaste results` and the results page for one county and year in a scratch database, which is removed afterwards."""
    with scratch_database():
        county = _make_county()
        _make_responses(county, responses)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # a server in use has done so by itself
        times = _measure(county, runs)
        pages = _measure_pages(county, runs)
    median = statistics.median(times)
    facts = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {connection.vendor}",
        "responses": responses,
        "runs": runs,
        "median_ms": round(1000 * median, 1),
        "slowest_ms": round(1000 * max(times), 1),
        "limit_ms": round(1000 * LIMIT_SECONDS),
        "ratio": round(median / LIMIT_SECONDS, 2),
        **pages,
    }
    click.echo(json.dumps(facts) if as_json_text else "\n".join(f"{name:<15}{value}" for name, value in facts.items()))


@contextmanager
def scratch_database() -> Iterator[None]:
    """Put an empty database with all tables in the place of the configured one, and remove it at the end.

    On SQLite it is a file in a temporary folder; on PostgreSQL a database of its own beside the real one.
    """
    real_name = connection.settings_dict["NAME"]
    with tempfile.TemporaryDirectory(prefix="vaste-bench-") as folder:
        name = f"vaste_bench_{new_id().hex}"
        connection.settings_dict["TEST"]["NAME"] = str(Path(folder) / name) if connection.vendor == "sqlite" else name
        try:
            connection.creation.create_test_db(verbosity=0, autoclobber=True)
        except (DatabaseError, SystemExit) as error:
            raise click.ClickException(
                "The scratch database could not be made; the database user must be allowed to create one."
            ) from error
        try:
            yield
        finally:
            connection.creation.destroy_test_db(real_name, verbosity=0)


def _make_county() -> County:
    settings = CountySettings(
        code="99", name={"fi": "Mitta", "sv": "Mått", "en": "Bench"}, sender_number="+358400000001", sender_name="Bench"
    )
    county = save_county(settings=settings, actor="command", now=clock.now())
    units = [
        UnitRow(
            oid=f"1.2.246.10.99999999.10.{number}",
            name_fi=f"Yksikkö {number}",
            name_sv=f"Enhet {number}",
            name_en=f"Unit {number}",
            service="primary_care_reception",
            branch="health",
            participates_from=date(_YEAR, 1, 1),
            small=number > _UNITS,
        )
        for number in range(1, _UNITS + _SMALL_UNITS + 1)
    ]
    save_units(county=county, units=units, actor="command")
    return county


def _make_responses(county: County, count: int) -> None:
    chance = random.Random(1)  # noqa: S311  the same answers at every run
    units = list(county.units.all())
    items = statement_ids(county.settings)
    for start in range(0, count, _BATCH):
        batch = []
        for _ in range(min(_BATCH, count - start)):
            unit = chance.choice(units)
            period_start, kind = coarse_period(date(_YEAR, 1, 1) + timedelta(days=chance.randrange(366)), is_small=unit.small)
            channel = chance.choice((Channel.SMS, Channel.LINK))
            asked = items if channel is Channel.LINK else items[:2]
            batch.append(
                Response(
                    unit=unit,
                    instrument="national-adult/2024-1",
                    channel=channel,
                    language=chance.choice(("fi", "fi", "sv", "en")),
                    respondent_role="client",
                    age_band=age_band(chance.randrange(18, 95), is_small=unit.small),
                    period_start=period_start,
                    period_kind=kind,
                    nps=chance.choices(range(11), _SCORES)[0],
                    answers=write_answers({item: chance.choices(range(1, 6), _STEPS)[0] for item in asked}),
                    free_text=_COMMENT * chance.randrange(4),
                )
            )
        Response.objects.bulk_create(batch)
    for unit in units:
        period_start, kind = coarse_period(date(_YEAR, 6, 1), is_small=unit.small)
        InvitedCount.objects.create(
            unit=unit, period_start=period_start, period_kind=kind, language="fi", age_band="unknown", invited=4 * count // len(units)
        )


def _measure(county: County, runs: int) -> list[float]:
    """Return how many seconds each run took, after one that is not counted."""
    units = tuple(county.units.values_list("oid", flat=True))
    question = Question(county, units, reach=units, first=date(_YEAR, 1, 1), last=date(_YEAR, 12, 31))
    times = []
    for _ in range(runs + 1):
        begun = time.perf_counter()
        json.dumps(as_json(answer_question(question)))
        times.append(time.perf_counter() - begun)
    return times[1:]


def _measure_pages(county: County, runs: int) -> dict[str, float]:
    """Return how long the server takes over the year's page with its comments: at first, with a copy just made, and then."""
    from vaste.responses.copy.actions import rebuild_copy  # loads the engines

    reader, words = make_reader(county), f"period={_YEAR}"
    with tempfile.TemporaryDirectory(prefix="vaste-bench-") as folder:
        settings.COPY_DIR = Path(folder)
        rebuild_copy(actor="command")
        show_page(reader, "period=all")
        _change_something(county)
        times = [_seconds(lambda: show_page(reader, words)) for _ in range(runs + 1)]
    return {
        "page_first_ms": round(1000 * times[0], 1),
        "page_median_ms": round(1000 * statistics.median(times[1:]), 1),
        "page_p95_ms": round(1000 * statistics.quantiles(times[1:], n=20)[-1], 1),
        "page_limit_ms": round(1000 * PAGE_LIMIT_SECONDS),
    }


def _change_something(county: County) -> None:
    """Change a month of one unit, as a mix does, so that the next page is made from the record anew."""
    unit = county.units.order_by("oid")[0]
    note_changes([(unit.oid, date(_YEAR, 12, 1))])


def _seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began

"""`vaste bench hub`: all counties deliver at once, again and again, while the hub is killed at random moments."""

import json
import os
import platform
import random
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
import msgspec
from django.conf import settings
from django.db import connection

from vaste.config.commands.bench_county_world import kill_county
from vaste.config.commands.bench_hub_world import County, Hub, found, made_counties, random_kills, running, send_at_once, wait_until_tabled
from vaste.config.commands.bench_results import scratch_database
from vaste.config.server import free_port
from vaste.core import clock
from vaste.core.ids import new_id
from vaste.national.hub.actions import note_delivery
from vaste.national.hub.models import HubCounty
from vaste.national.packages.reading import read_package

_ROWS = 500


@click.command("hub")
@click.option("--counties", default=23, show_default=True, type=click.IntRange(1, 23))
@click.option("--kills", default=50, show_default=True, type=click.IntRange(0, 1000), help="How often the hub is killed.")
@click.option("--county-kills", default=0, show_default=True, type=click.IntRange(0, 400), help="How often a county's command is killed.")
@click.option("--seed", default=1, show_default=True, help="Draws the moments.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def bench_hub(*, counties: int, kills: int, county_kills: int, seed: int, as_json: bool) -> None:
    """Deliver to a hub that is killed at random moments, and count what it holds; then measure how fast it takes deliveries in.

    With --county-kills a county's `vaste deliver` is killed too, while it makes and sends deliveries, and started anew each time.
    """
    with tempfile.TemporaryDirectory(prefix="vaste-bench-") as folder, scratch_database():
        settings.HUB_DIR = Path(folder) / "hub"
        facts = _measure(Path(folder), counties, kills, county_kills, random.Random(seed))  # noqa: S311  a draw that can be drawn again
    click.echo(json.dumps(facts) if as_json else "\n".join(f"{name:<30}{value}" for name, value in facts.items()))


def _measure(folder: Path, count: int, kills: int, county_kills: int, chance: random.Random) -> dict[str, Any]:
    counties = made_counties(count)
    with running(Hub(free_port(0), folder / "hub.log")) as hub:
        seconds, tabled = _one_campaign(hub, counties)
        # Half as long again as a campaign takes, so that some kills come when all is answered and not all is in the tables.
        random_kills(hub, counties, kills, chance=chance, longest=1.5 * (seconds + tabled))
        wait_until_tabled()
        facts = found(counties)
        if county_kills:
            county = kill_county(folder / "county", hub.address, county_kills, chance=chance)
            facts |= {f"county_{name}": value for name, value in asdict(county).items()}
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {connection.vendor}",
        "counties": count,
        "kills": kills,
        **facts,
        "deliveries_per_second": round(count / seconds, 1),
        "tabled_after_seconds": round(tabled, 1),
        "release_rows_per_second": round(_release_rows(counties[0])),
    }


def _one_campaign(hub: Hub, counties: list[County]) -> tuple[float, float]:
    """Let all deliver once; return in how many seconds all had receipts, and after how many more all was in the tables."""
    packages = [county.package("undisturbed") for county in counties]
    began = time.monotonic()
    send_at_once(counties, packages, hub).shutdown(wait=True)
    answered = time.monotonic()
    wait_until_tabled()
    return answered - began, time.monotonic() - answered


def _release_rows(county: County) -> float:
    """Return how many deliveries a second the release database alone notes, each in a transaction of its own, with its receipt."""
    sender, packed = HubCounty.objects.get(code=county.code), county.package("rows")
    package = read_package(packed, [county.key.public_key()])
    began = time.monotonic()
    for number in range(_ROWS):
        manifest = msgspec.structs.replace(package.manifest, campaign=f"rows-{number}")
        unlike = replace(package, manifest=manifest, manifest_sha256=new_id().hex)
        note_delivery(sender, unlike, size=len(packed), sha256=new_id().hex, now=clock.now())
    return _ROWS / (time.monotonic() - began)

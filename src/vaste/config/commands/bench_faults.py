"""`vaste bench faults`: twenty faults of operators and a worker killed at random, and what became of the messages."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from django.db import connection

from vaste.config.commands.bench_results import scratch_database
from vaste.config.commands.bench_survey import database_url, key_settings

_CHECKOUT = Path(__file__).parents[4]
# Of the messages and the deliveries that belong to them, so many meet a chance of a fault each.
_CHANCES_A_MESSAGE = 1.2
_WRONGS = ("lost", "doubled", "unread", "read_twice", "stops_not_honoured", "without_receipt_request")


@click.command("faults")
@click.option("--messages", default=20_000, show_default=True, type=click.IntRange(100, 1_000_000))
@click.option("--faults", default=1000, show_default=True, type=click.IntRange(10, 100_000), help="At least about so many.")
@click.option("--kills", default=100, show_default=True, type=click.IntRange(0, 1000), help="kill -9 of the worker, so often.")
@click.option("--seed", default=20260401, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bench_faults(*, messages: int, faults: int, kills: int, seed: int, as_json: bool) -> None:
    """Measure in a scratch database what is lost, doubled, read twice or sent after a STOP; exit with 1 unless it is nothing."""
    if not (_CHECKOUT / "tests" / "faults" / "measure.py").exists():
        raise click.ClickException("The measure needs a checkout of Vaste and Node.js; run `make test` there once.")
    share = min(0.5, _CHANCES_A_MESSAGE * faults / messages)
    command = [sys.executable, "-m", "tests.faults.measure", "--messages", str(messages), "--kills", str(kills)]
    command += ["--share", str(share), "--seed", str(seed)]
    with scratch_database(), tempfile.TemporaryDirectory(prefix="vaste-bench-") as folder:
        environment = {**os.environ, **key_settings(), "VASTE_DATA_DIR": folder, "VASTE_DATABASE_URL": database_url()}
        environment["DJANGO_SETTINGS_MODULE"] = "vaste.config.settings"
        connection.close()
        done = subprocess.run(command, cwd=_CHECKOUT, env=environment, stdout=subprocess.PIPE, check=False)  # noqa: S603
    if not done.stdout:
        raise click.ClickException("The measure broke off; its own message stands above.")
    found = json.loads(done.stdout)
    click.echo(json.dumps(found) if as_json else _as_text(found))
    sys.exit(done.returncode)


def _number_of(fault: str) -> int:
    """Return a fault's number among the twenty."""
    return int(fault.partition(" ")[0])


def _as_text(found: Mapping[str, Any]) -> str:
    injected = found["injected"]
    lines = [f"{fault:<46}{injected[fault]:>6}" for fault in sorted(injected, key=lambda fault: (_number_of(fault), fault))]
    lines.append(f"{'all faults':<46}{sum(injected.values()):>6}")
    lines.append(f"{'of the twenty kinds':<46}{len({_number_of(fault) for fault in injected}):>6}")
    counts = ("invitations", "replies", "stops", "repeated", "refused", "given_up", "connections", "unfinished")
    lines += [f"{name:<46}{found[name]:>6}" for name in counts]
    lines += [f"{name.replace('_', ' '):<46}{len(found[name]):>6}  {' '.join(found[name][:5])}".rstrip() for name in _WRONGS]
    return "\n".join(lines)

"""`vaste bench survey`: how many answers a second the real server takes by link, beside this machine's own limit."""

import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from django.conf import settings
from django.db import connection

from vaste.cases.models import ContactRequest
from vaste.config.commands.bench_results import scratch_database
from vaste.config.commands.bench_survey_load import FORMS, Seen
from vaste.config.commands.bench_survey_world import make_open_links
from vaste.config.server import free_port
from vaste.core.database import is_postgresql
from vaste.core.keys import Purpose, ring
from vaste.invitations.models import Invitation
from vaste.responses.mailbox import mailbox_hash
from vaste.responses.models import MailboxAnswer

_PACKAGE = "vaste.config.commands"
_TURNS = 4
_COMMITS_A_TURN = 1000
# More links than any machine here has answered in a second, so that the time ends before the links do.
_LINKS_A_SECOND = 3000
_WARM_LINKS = 300
_PATIENCE_SECONDS = 20.0


@click.command("survey")
@click.option("--connections", default=32, show_default=True, type=click.IntRange(1, 500))
@click.option("--seconds", default=8.0, show_default=True, type=click.FloatRange(1, 120))
@click.option("--processes", default=2, show_default=True, type=click.IntRange(1, 64), help="Server processes.")
@click.option("--mixed", is_flag=True, help="Send half answers, and answers with contact details, as often as plain ones.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bench_survey(*, connections: int, seconds: float, processes: int, mixed: bool, as_json: bool) -> None:
    """Measure answers by link (open the page, send it, durably) in a scratch database, which is removed afterwards.

    The load and the machine's own limit take turns, so that whatever else the machine does weighs on both alike.
    """
    links, forms = int(seconds * _LINKS_A_SECOND) + 2 * _WARM_LINKS, list(FORMS) if mixed else ["post"]
    with _limit(links) as limit, scratch_database(), tempfile.TemporaryDirectory(prefix="vaste-bench-") as folder:
        tokens = make_open_links(links)
        connection.close()
        with _server(Path(folder), processes) as port:
            alone = _load(port, tokens[:_WARM_LINKS], connections=1, seconds=seconds, forms=["post"])
            _load(port, tokens[_WARM_LINKS : 2 * _WARM_LINKS], connections=connections, seconds=seconds, forms=forms)
            seen, limit_seconds = Seen(), 0.0
            for turn in range(_TURNS):
                share = tokens[2 * _WARM_LINKS + turn :: _TURNS]
                seen.add(_load(port, share, connections=connections, seconds=seconds / _TURNS, forms=forms))
                limit_seconds += limit()
        _verify(seen)
    facts = _facts(seen, alone, limit=_TURNS * _COMMITS_A_TURN / limit_seconds, connections=connections)
    click.echo(json.dumps(facts) if as_json else "\n".join(f"{name:<24}{value}" for name, value in facts.items()))


@contextmanager
def _limit(links: int) -> Iterator[Callable[[], float]]:
    """Give a function that returns how many seconds this machine's next `_COMMITS_A_TURN` bare commits took."""
    with tempfile.TemporaryDirectory(prefix="vaste-bench-") as folder:
        environment = {**os.environ, **key_settings(), "VASTE_DATA_DIR": folder, "VASTE_DATABASE_URL": f"sqlite:///{folder}/limit.sqlite3"}
        environment["DJANGO_SETTINGS_MODULE"] = "vaste.config.settings"
        start = f"import django; django.setup(); from {_PACKAGE}.bench_survey_limit import main; main({links}, {_TURNS}, {_COMMITS_A_TURN})"
        command = [sys.executable, "-c", start]
        with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:  # noqa: S603
            told, asked = program.stdout, program.stdin
            assert told and asked  # noqa: PT018 - both are pipes
            told.readline()

            def seconds() -> float:
                asked.write("go\n")
                asked.flush()
                return float(told.readline())

            yield seconds
            asked.close()


def key_settings() -> dict[str, str]:
    """Return the keys in use as a program of its own reads them."""
    return {"VASTE_SECRET_KEY": settings.SECRET_KEY, "VASTE_IDENTITY_KEY": " ".join(settings.IDENTITY_KEYS)}


@contextmanager
def _server(folder: Path, processes: int) -> Iterator[int]:
    """Run the real server over the scratch database, and give its port."""
    port = free_port(0)
    environment = {**os.environ, **key_settings(), "VASTE_DATA_DIR": str(folder), "VASTE_DATABASE_URL": database_url()}
    command = [sys.executable, "-c", "from vaste.config.command import main; main()", "serve"]
    command += ["--port", str(port), "--processes", str(processes)]
    server = subprocess.Popen(command, env=environment)  # noqa: S603
    try:
        wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(_PATIENCE_SECONDS)


def database_url() -> str:
    """Return the address of the scratch database, for programs of their own."""
    name = connection.settings_dict["NAME"]
    if not is_postgresql():
        return f"sqlite:///{name}"
    return urlsplit(os.environ["VASTE_DATABASE_URL"])._replace(path=f"/{name}").geturl()


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Return when a server takes connections. Raises ClickException when it does not in time."""
    ends_at = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < ends_at and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise click.ClickException("The server did not start; its own message stands above.")


def _load(port: int, tokens: list[str], *, connections: int, seconds: float, forms: list[str]) -> Seen:
    orders = json.dumps({"port": port, "tokens": tokens, "connections": connections, "seconds": seconds, "forms": forms})
    command = [sys.executable, "-m", f"{_PACKAGE}.bench_survey_load"]
    told = subprocess.run(command, input=orders.encode(), stdout=subprocess.PIPE, check=True)  # noqa: S603
    return Seen(**json.loads(told.stdout))


def _verify(seen: Seen) -> None:
    """Raise ClickException unless every answer that was thanked for is in the mailbox exactly once, and all else was kept too."""
    if seen.failures:
        raise click.ClickException(f"{seen.failures} requests failed, so the figures would mean nothing.")
    stored = Counter(bytes(value) for value in MailboxAnswer.objects.values_list("withdrawal_hash", flat=True))
    keys = ring()
    wrong = sum(stored[mailbox_hash(keys.keyed_hash(Purpose.WITHDRAWAL, code))] != 1 for code in seen.codes)
    if wrong:
        raise click.ClickException(f"{wrong} of {len(seen.codes)} answers that were thanked for are not in the mailbox exactly once.")
    if Invitation.objects.exclude(sealed_answers=None).count() < len(seen.half) or ContactRequest.objects.count() < len(seen.contact):
        raise click.ClickException("Not every half answer, or not every contact request, was kept.")


def _facts(seen: Seen, alone: Seen, *, limit: float, connections: int) -> Mapping[str, Any]:
    answers = len(seen.codes) / seen.seconds
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {connection.vendor}",
        "connections": connections,
        "answers": len(seen.codes),
        "answers_a_second": round(answers),
        "limit_a_second": round(limit),
        "ratio": round(answers / limit, 2),
        "page_p50_ms": milliseconds(seen.get, 50),
        "page_p99_ms": milliseconds(seen.get, 99),
        "answer_p50_ms": milliseconds(seen.post, 50),
        "answer_p99_ms": milliseconds(seen.post, 99),
        **_times_of_rarer(seen),
        "page_p50_alone_ms": milliseconds(alone.get, 50),
        "answer_p50_alone_ms": milliseconds(alone.post, 50),
        "page_bytes_compressed": seen.page_bytes,
        "all_answers_stored": True,
    }


def _times_of_rarer(seen: Seen) -> Mapping[str, float]:
    times = {"half": seen.half, "contact": seen.contact} if seen.half else {}
    return {f"{name}_p{percent}_ms": milliseconds(took, percent) for name, took in times.items() for percent in (50, 99)}


def milliseconds(seconds: list[float], percent: int) -> float:
    """Return a percentile of times, in milliseconds."""
    return round(1000 * statistics.quantiles(seconds, n=100)[percent - 1], 2)

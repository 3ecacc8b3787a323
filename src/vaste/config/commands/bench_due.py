"""`vaste bench due`: very many invitations due in one minute, handed over by the real processes while people open survey pages."""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from django.db import connection
from django.db.models import F

from vaste.config.commands.bench_due_order import Order, order_of
from vaste.config.commands.bench_due_visitors import Visitors
from vaste.config.commands.bench_results import scratch_database
from vaste.config.commands.bench_sms import smsc
from vaste.config.commands.bench_survey import database_url, key_settings, milliseconds, wait_for
from vaste.config.commands.bench_survey_world import make_open_links
from vaste.config.server import free_port
from vaste.core import clock
from vaste.core.database import is_postgresql
from vaste.messaging.models import OutboundMessage
from vaste.messaging.queue import TURNS_A_MINUTE, turn_of
from vaste.messaging.rules import MessageState

# Within this time the processes have begun and loaded everything; so do all invitations become due while they stand by.
_BEGIN = timedelta(seconds=20)
_PATIENCE_SECONDS = 1800.0
# For how long there are links to open, so that each is opened once.
_SECONDS, _SLOWEST_A_SECOND = 30, 500
_LEAVE_SECONDS = 30.0


@click.command("due")
@click.option("--messages", default=100_000, show_default=True, type=click.IntRange(1000, 1_000_000))
@click.option("--window", default=200, show_default=True, type=click.IntRange(1, 1000), help="Unanswered messages at once.")
@click.option("--visits", default=20, show_default=True, type=click.IntRange(1, 500), help="Survey pages opened and answered a second.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bench_due(*, messages: int, window: int, visits: int, as_json: bool) -> None:
    """Measure order, memory and survey pages while very many invitations, due in one minute, are handed over.

    The processes are those of a real installation: `vaste run` on SQLite, `vaste serve` and `vaste work` on PostgreSQL.
    """
    with smsc() as meter, scratch_database(), tempfile.TemporaryDirectory(prefix="vaste-bench-") as folder:
        links = visits * (_SECONDS + messages // _SLOWEST_A_SECOND)
        visitors = Visitors(make_open_links(links), a_second=visits)
        OutboundMessage.objects.all().delete()
        make_open_links(messages, first=links)
        due_at = clock.now().replace(microsecond=0) + _BEGIN
        OutboundMessage.objects.update(due_at=due_at, turn=turn_of(due_at, 0) + F("turn") % TURNS_A_MINUTE)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # a server in use has done so by itself
        connection.close()
        with _processes(Path(folder), meter.port, window) as (port, worker):
            _sleep_until(due_at.timestamp())
            with visitors.at(port):
                megabytes = _memory_while_waiting(worker)
        told = meter.report(order=True)
    facts = _facts(told, order_of(told["order"]), megabytes, visitors, began=due_at.timestamp())
    click.echo(json.dumps(facts) if as_json else "\n".join(f"{name:<28}{value}" for name, value in facts.items()))


@contextmanager
def _processes(folder: Path, smsc_port: int, window: int) -> Iterator[tuple[int, int]]:
    """Run the real processes over the scratch database; give the port of the pages and the id of the process that works."""
    port = free_port(0)
    environment = {**os.environ, **key_settings(), "VASTE_DATA_DIR": str(folder), "VASTE_DATABASE_URL": database_url()}
    environment["VASTE_SMS_URL"] = f"smpp://vaste:secret@127.0.0.1:{smsc_port}?window={window}"
    commands = [["serve"], ["work"]] if is_postgresql() else [["run"]]
    started = []
    with ExitStack() as stack:
        for command in commands:
            words = [*command, "--port", str(port)] if command != ["work"] else command
            start = [sys.executable, "-c", "from vaste.config.command import main; main()", *words]
            started.append(subprocess.Popen(start, env=environment, stdout=subprocess.DEVNULL))  # noqa: S603
            stack.callback(_end, started[-1])
        wait_for(port, started[0])
        yield port, started[-1].pid


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(_LEAVE_SECONDS)


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.time()))


def _memory_while_waiting(worker: int) -> list[int]:
    """Return the memory in MB of the process that works, every second until the operator has everything."""
    megabytes, ends_at = [], time.monotonic() + _PATIENCE_SECONDS
    waiting = OutboundMessage.objects.filter(state__in=[MessageState.QUEUED, MessageState.SUBMITTING])
    while time.monotonic() < ends_at:
        megabytes.append(sum(_resident(process) for process in _family(worker)))
        time.sleep(1)
        if not waiting.exists():
            return megabytes
    raise click.ClickException("The messages were not handed over in half an hour.")


def _family(pid: int) -> list[int]:
    """Return a process and its children: the server that `vaste run` starts works in a child."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def _facts(told: Mapping[str, Any], order: Order, megabytes: Sequence[int], visitors: Visitors, *, began: float) -> dict[str, Any]:
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {connection.vendor}",
        "handed_over": told["submits"],
        "doubled": told["doubled"],
        "handed_over_a_second": round(told["submits"] / (told["last_submit_at"] / 1000 - began), 1),
        "units": order.units,
        "most_ahead_of_another_unit": order.most_ahead,
        "small_units_done_after": order.small_done_after,
        "by_strict_turns_after": order.by_strict_turns,
        "memory_mb_begin_middle_end": [megabytes[0], megabytes[len(megabytes) // 2], megabytes[-1]],
        "pages_opened": len(visitors.opened),
        "pages_failed": visitors.failures,
        "page_p50_ms": milliseconds(visitors.opened, 50),
        "page_p99_ms": milliseconds(visitors.opened, 99),
        "answer_p50_ms": milliseconds(visitors.answered, 50),
        "answer_p99_ms": milliseconds(visitors.answered, 99),
    }

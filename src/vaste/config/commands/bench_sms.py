"""`vaste bench sms`: how many planned messages a second one worker hands over, ledger and receipts and all."""

import json
import os
import platform
import resource
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from django.db import connection

from vaste.config.commands.bench_results import scratch_database
from vaste.config.commands.bench_sms_raw import raw_rate
from vaste.config.commands.bench_survey_world import make_open_links
from vaste.config.working import hooks
from vaste.messaging.models import OutboundMessage
from vaste.messaging.smpp.gateway import SmppGateway
from vaste.messaging.smpp.settings import SmppSettings
from vaste.messaging.worker import Worker

_SMSC = Path(__file__).parents[4] / "tests" / "smsc" / "node_smsc"


@click.command("sms")
@click.option("--messages", default=20_000, show_default=True, type=click.IntRange(100, 1_000_000))
@click.option("--window", default=200, show_default=True, type=click.IntRange(1, 1000), help="Unanswered messages at once.")
@click.option("--rate", default=0.0, help="The contracted rate in messages a second; 0 for none.")
@click.option("--reply-every", default=0, help="Every so manieth person answers at once; how long the next question takes is told.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bench_sms(*, messages: int, window: int, rate: float, reply_every: int, as_json: bool) -> None:
    """Measure planned → accepted → delivered in a scratch database, against the SMSC of the npm package smpp on loopback."""
    with smsc() as meter, scratch_database():
        raw = raw_rate(meter.port, window=window, messages=messages)
        meter.report()
        make_open_links(messages)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # a server in use has done so by itself
        meter.do("behave", reply_every=reply_every)
        facts = _measure(meter, messages, window, rate)
    facts = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {connection.vendor}",
        **facts,
        "raw_a_second": round(raw),
        "ratio": round(facts["handed_over_a_second"] / raw, 2),
    }
    click.echo(json.dumps(facts) if as_json else "\n".join(f"{name:<28}{value}" for name, value in facts.items()))


class Meter:
    """The running SMSC."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.port: int = self._told("listening")["port"]

    def report(self, **options: Any) -> dict[str, Any]:
        """Return what came since the last report."""
        self.do("report", **options)
        return self._told("report")

    def do(self, what: str, **options: Any) -> None:
        """Order something."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"do": what, **options}) + "\n")
        self._process.stdin.flush()

    def _told(self, event: str) -> dict[str, Any]:
        assert self._process.stdout
        for line in self._process.stdout:
            told: dict[str, Any] = json.loads(line)
            if told["event"] == event:
                return told
        raise click.ClickException("The SMSC ended by itself; its own message stands above.")


@contextmanager
def smsc() -> Iterator[Meter]:
    if not (_SMSC / "node_modules" / "smpp").exists():
        raise click.ClickException(
            "The measure needs a checkout of Vaste and Node.js with the npm package smpp; run `npm ci` in tests/smsc/node_smsc."
        )
    command = ["node", "meter.js"]
    with subprocess.Popen(command, cwd=_SMSC, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            yield Meter(process)
        finally:
            process.kill()


def _measure(meter: Meter, messages: int, window: int, rate: float) -> dict[str, Any]:
    address = f"smpp://vaste:secret@127.0.0.1:{meter.port}?window={window}" + (f"&rate={rate}" if rate else "")
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.time()
    with _memory() as megabytes:
        Worker(SmppGateway(SmppSettings.from_url(address)), hooks=hooks()).run_once(wait_seconds=24 * 3600, quiet_seconds=1)
    after, told = resource.getrusage(resource.RUSAGE_SELF), meter.report()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    waits = sorted(told["waits"])
    return {
        "messages": messages,
        "window": window,
        "handed_over": told["submits"],
        "delivered": OutboundMessage.objects.filter(state="delivered").count(),
        "handed_over_a_second": round(told["submits"] / (told["last_submit_at"] / 1000 - began), 1),
        "receipts_a_second": round(told["receipts"] / (told["last_receipt_at"] / 1000 - began), 1),
        "average_a_second": round(1000 * (told["submits"] - 1) / (told["last_submit_at"] - told["first_at"]), 2),
        "most_in_a_second": told["most_in_a_second"],
        "worker_cpu_ms_each": round(1000 * cpu / messages, 3),
        "memory_mb_begin_middle_end": [megabytes[0], megabytes[len(megabytes) // 2], megabytes[-1]],
        "replies_answered": len(waits),
        "replies_unanswered": told["unanswered"],
        "reply_to_question_p50_ms": round(waits[len(waits) // 2]) if waits else None,
        "reply_to_question_p99_ms": round(waits[len(waits) * 99 // 100]) if waits else None,
    }


@contextmanager
def _memory() -> Iterator[list[int]]:
    """Note the memory of this process, in MB, every half second while something runs."""
    ended, megabytes = threading.Event(), [_resident()]

    def note() -> None:
        while not ended.wait(0.5):
            megabytes.append(_resident())

    thread = threading.Thread(target=note)
    thread.start()
    try:
        yield megabytes
    finally:
        ended.set()
        thread.join()


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 2**20

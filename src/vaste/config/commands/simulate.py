"""`vaste simulate`: rehearse with an operator that makes on purpose the mistakes of real ones."""

import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from math import inf
from time import monotonic

import click
from django.conf import settings
from django.db.models import Count

from vaste.config.commands.outcome import print_json, refuse
from vaste.config.commands.simulate_alerts import simulate_alerts
from vaste.config.commands.simulate_nation import simulate_nation
from vaste.config.working import Workers
from vaste.messaging.gateway import GatewayError
from vaste.messaging.models import OutboundMessage
from vaste.simulator.faults import LEVELS, Entry, Fault, Faults, entries
from vaste.simulator.operator import SimulatedOperator
from vaste.simulator.people import SimulatedSettings

_LOOK_SECONDS = 0.2


@click.group()
def simulate() -> None:
    """Rehearse with the simulated operator, or try out the early warning or a whole country; nothing leaves this machine."""


simulate.add_command(simulate_alerts)
simulate.add_command(simulate_nation)


@simulate.command("faults")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_faults(as_json: bool) -> None:
    """List the faults of operators, each with the share of messages that meet it at each level of rehearsal."""
    if as_json:
        print_json([_facts(entry) for entry in entries()])
        return
    click.echo(f"{'':<25}{''.join(f'{level:>9}' for level in LEVELS)}")
    for entry in entries():
        shares = "".join(f"{share:>9.1%}" for share in _shares(entry).values())
        click.echo(f"{entry.number:>2}  {entry.name:<21}{shares or f'  only on a real wire: {entry.tested_by}'}")
        click.echo(f"    {entry.said['en']}.")


def _shares(entry: Entry) -> dict[str, float]:
    """Return the share of a fault by level; empty for one that the simulated operator cannot make."""
    return {} if entry.tested_by else {name: level.share(Fault(entry.name)) for name, level in LEVELS.items()}


def _facts(entry: Entry) -> dict[str, object]:
    return {"number": entry.number, "name": entry.name, "what": entry.said["en"], "levels": _shares(entry), "tested_by": entry.tested_by}


@simulate.command("operator")
@click.option("--faults", "text", default="stormy", show_default=True, help="A level, or faults with their shares: stormy,phone_off:0.")
@click.option("--minutes", type=click.FloatRange(0, 10_000, min_open=True), help="End after so long; until ended when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def operate(*, text: str, minutes: float | None, as_json: bool) -> None:
    """Work like `vaste work`, with an operator that makes faults, and say at the end which it made and how every message stands."""
    operator = _operator(text)
    workers = Workers([operator])
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    until = monotonic() + minutes * 60 if minutes else inf
    workers.start()
    click.echo("Rehearsing. Press Ctrl+C to end.", err=True)
    while workers.is_working() and monotonic() < until and not ended.wait(_LOOK_SECONDS):
        pass
    is_whole = workers.is_working()
    workers.stop()
    if not is_whole:
        refuse(str(workers.failure or "A worker ended by itself. The log says why; what is due stays in the queue."))
    _tell(operator, as_json=as_json)


def _operator(text: str) -> SimulatedOperator:
    url = settings.SMS_URLS[0]
    if len(settings.SMS_URLS) > 1 or not url.startswith("simulated:"):
        refuse(
            "VASTE_SMS_URL names a real operator: messages that are meant for people must not go to a simulated one. Nothing was sent. "
            "Rehearse with a data folder of its own, and VASTE_SMS_URL not set."
        )
    try:
        faults = Faults.from_text(text)
        return SimulatedOperator(replace(SimulatedSettings.from_url(url), faults=faults), base_url=settings.BASE_URL)
    except (ValueError, GatewayError) as error:
        refuse(str(error))


def _tell(operator: SimulatedOperator, *, as_json: bool) -> None:
    facts = {
        "faults": {fault.value: count for fault, count in operator.injected.most_common()},
        "messages": dict(OutboundMessage.objects.values_list("state").annotate(Count("id")).order_by("state")),
        "people": dict(operator.happened),
    }
    if as_json:
        print_json(facts)
    else:
        click.echo("\n".join(_lines(facts)))


def _lines(facts: dict[str, dict[str, int]]) -> Iterator[str]:
    for title, counts in facts.items():
        yield f"{title} {sum(counts.values())}"
        yield from (f"  {name:<20}{count:>7}" for name, count in counts.items())

"""`vaste work`: send what is due, read what comes in, mix, erase."""

import signal
import threading

import click
from django.conf import settings

from vaste.config.commands.outcome import refuse
from vaste.config.commands.own_keys import require_own_keys
from vaste.config.gateways import gateways_from_urls
from vaste.config.upkeep import do_chores
from vaste.config.working import Workers, hooks
from vaste.core.collector import keep_what_is_loaded
from vaste.messaging.gateway import GatewayError
from vaste.messaging.worker import Worker


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, wait a moment for receipts and replies, and end.")
def work(once: bool) -> None:
    """Work until ended. One process works for all accounts; run only one, or two would take over each other's messages."""
    require_own_keys()
    gateways = gateways_from_urls(settings.SMS_URLS, base_url=settings.BASE_URL)
    if not once:
        _work_until_ended(Workers(gateways))
        return
    for gateway in gateways:
        try:
            Worker(gateway, hooks=hooks()).run_once()
        except GatewayError as error:
            refuse(str(error))
    do_chores()


def _work_until_ended(workers: Workers) -> None:
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    keep_what_is_loaded()
    workers.start()
    click.echo("Working. Press Ctrl+C to end.")
    while not ended.wait(0.5):
        if not workers.is_working():
            workers.stop()
            refuse(str(workers.failure or "A worker ended by itself. The log says why; what is due stays in the queue."))
    workers.stop()

"""`vaste run`: everything in one process; with a demo county where no other has been loaded."""

import os
import sys
from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command

from vaste.config import server
from vaste.config.commands.own_keys import require_own_keys
from vaste.config.embedded import DEMO, WORK
from vaste.config.environment import read_environment
from vaste.core import clock
from vaste.simulator.demo.actions import DemoRefused, prepare_demo_county


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; VASTE_PORT when left out.")
def run(host: str, port: int | None) -> None:
    """Serve and work in one process; with the demo county where no real one has been loaded."""
    if port is not None:
        _name_port(port)
    server.check_port(host, settings.PORT)
    call_command("migrate", interactive=False, verbosity=0)
    require_own_keys()
    server.serve(host=host, port=settings.PORT, embedded=_how())
    sys.exit(0)


def _name_port(port: int) -> None:
    """Let links and addresses name the port that was asked for, here and in the processes that the server starts."""
    os.environ["VASTE_PORT"] = str(port)
    asked = read_environment(os.environ)
    settings.PORT, settings.BASE_URL, settings.CSRF_TRUSTED_ORIGINS = asked.port, asked.base_url, [asked.base_url]


def _how() -> str:
    """Return DEMO when messages go to the simulator and the only county is the demo's, else WORK."""
    if not any(url.startswith("simulated:") for url in settings.SMS_URLS):
        return WORK
    try:
        prepare_demo_county(data_dir=Path(settings.DATA_DIR), now=clock.now())
    except DemoRefused:
        return WORK
    return DEMO

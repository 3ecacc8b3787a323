"""`vaste serve`: the pages and the API, without working."""

from contextlib import suppress

import click
from django.conf import settings
from django.db import OperationalError

from vaste.config import server
from vaste.config.commands.own_keys import require_own_keys


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; VASTE_PORT when left out.")
@click.option("--processes", type=click.IntRange(1, 64), help="How many processes; two when left out.")
def serve(host: str, port: int | None, processes: int | None) -> None:
    """Serve pages and API; run `vaste work` beside it."""
    chosen = port or settings.PORT
    server.check_port(host, chosen)
    with suppress(OperationalError):  # a database that comes up after us is no reason to stay away
        require_own_keys()
    click.echo(f"Serving on port {chosen} of {host}. Press Ctrl+C to end.")
    server.serve(host=host, port=chosen, processes=processes)

"""`vaste mix`: publish waiting answers."""

import click

from vaste.config.commands.outcome import print_json
from vaste.core import clock
from vaste.responses.actions import mix as publish


@click.command()
@click.option("--now", "publish_all", is_flag=True, help="Publish every waiting answer, however few: for rehearsals; noted in the audit.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def mix(publish_all: bool, as_json: bool) -> None:
    """Move waiting answers to the record in shuffled batches, as far as the county's rule lets them go."""
    published = publish(today=clock.now().date(), actor="command", publish_all=publish_all)
    if as_json:
        print_json({"published": published})
    else:
        click.echo(f"{published} answers were published.")

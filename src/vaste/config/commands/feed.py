"""`vaste feed`: which systems may send visits."""

import click

from vaste.config.commands.county import chosen_county
from vaste.config.commands.outcome import refuse
from vaste.config.commands.own_keys import require_own_keys
from vaste.core import clock
from vaste.visits.actions import open_feed, revoke_feed


@click.group()
def feed() -> None:
    """Systems that may send visits to /api/v1/visits."""


@feed.command("add")
@click.argument("name")
@click.option("--county", "code", help="The county's code, where there are several.")
def add(name: str, code: str | None) -> None:
    """Let the system NAME send visits, or give it a new token; the token is printed once and stored only as a keyed hash."""
    if not 0 < len(name) <= 60:
        refuse("A feed's name must have 1 to 60 characters. Nothing was changed.")
    require_own_keys()
    token = open_feed(county=chosen_county(code), name=name, actor="command", today=clock.now().date())
    click.echo(token)


@feed.command("revoke")
@click.argument("name")
@click.option("--county", "code", help="The county's code, where there are several.")
def revoke(name: str, code: str | None) -> None:
    """Take the system NAME's right back."""
    if not revoke_feed(county=chosen_county(code), name=name, actor="command", today=clock.now().date()):
        refuse(f"There is no open feed named {name}. Nothing was changed.")
    click.echo(f"The feed {name} can send no more visits.")

"""`vaste keys new`: make a secret for the environment."""

import click

from vaste.core.ids import new_secret


@click.group()
def keys() -> None:
    """Secrets that Vaste needs from outside the database."""


@keys.command("new")
def new() -> None:
    """Print a new random secret for VASTE_SECRET_KEY or VASTE_IDENTITY_KEY; it is stored nowhere."""
    click.echo(new_secret())

"""`vaste keys`: make a secret for the environment; and go on where the key of a database is lost."""

import click

from vaste.config.commands.outcome import refuse
from vaste.config.commands.setting_up import set_up
from vaste.core.ids import new_secret


@click.group()
def keys() -> None:
    """Secrets that Vaste needs from outside the database."""


@keys.command("new")
def new() -> None:
    """Print a new random secret for VASTE_SECRET_KEY or VASTE_IDENTITY_KEY; it is stored nowhere."""
    click.echo(new_secret())


@keys.command("accept")
def accept() -> None:
    """Go on with the present VASTE_IDENTITY_KEY where the database's own is lost; noted in the audit.

    Whoever refused surveys may then be asked again, and what the lost key sealed stays closed.
    """
    set_up()
    from vaste.core import clock
    from vaste.core.used_keys import accept_keys

    if not accept_keys(today=clock.now().date(), actor="command"):
        refuse("The present VASTE_IDENTITY_KEY counts as the database's own already. Nothing was changed.")
    click.echo(
        "The present VASTE_IDENTITY_KEY counts as the database's own now. Opt-outs under the lost one are lost: tell who refused of late."
    )

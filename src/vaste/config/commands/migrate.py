"""`vaste migrate`: bring the database to the shape that this version needs."""

import click
from django.core.management import call_command


@click.command()
def migrate() -> None:
    """Make or update the database's tables; safe to run again."""
    call_command("migrate", interactive=False, verbosity=0)
    click.echo("The database is up to date.")

"""`vaste user add`: give a member of staff an account and a role."""

import click
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from vaste.config.commands.county import chosen_county
from vaste.config.commands.outcome import refuse
from vaste.organisations.actions import let_export, make_account
from vaste.organisations.models import User


@click.group()
def user() -> None:
    """Members of staff."""


@user.command("add")
@click.argument("email")
@click.option("--unit", "oid", help="Let them see this unit only; without it the whole county.")
@click.option("--export", "may_export", is_flag=True, help="Let them export the county's rows too; each export is audited.")
@click.option("--county", "code", help="The county's code, where there are several.")
@click.option("--language", type=click.Choice(["fi", "sv", "en"]), default="fi", show_default=True)
def add(*, email: str, oid: str | None, may_export: bool, code: str | None, language: str) -> None:
    """Make an account for EMAIL, or give it another role; prints a new password once."""
    try:
        validate_email(email)
    except ValidationError:
        refuse("This is not an e-mail address. Nothing was changed.")
    county = chosen_county(code)
    unit = next((unit for unit in county.units.all() if unit.oid == oid), None) if oid else None
    if oid and unit is None:
        refuse(f"County {county.code} has no unit {oid}. Nothing was changed.")
    password = make_account(email=email, language=language, county=county, unit=unit, actor="command")
    if may_export:
        let_export(user=User.objects.get(email__iexact=email), county=county, actor="command")
    click.echo(f"password: {password}" if password else "The account had a password already; it has the new role now.")

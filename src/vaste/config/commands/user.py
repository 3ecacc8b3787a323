"""`vaste user`: who of staff may sign in and what they see; a new password; and the end of an account."""

import click
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from vaste.config.commands.county import chosen_county
from vaste.config.commands.outcome import print_json, refuse
from vaste.organisations.actions import close_account, let_export, make_account, renew_password
from vaste.organisations.models import Role, User


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


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_users(as_json: bool) -> None:
    """Print who may sign in, and what each sees."""
    people = User.objects.filter(is_active=True).prefetch_related("roles").order_by("email")
    rows = [{"email": person.email, "roles": [_reach(role) for role in person.roles.all()]} for person in people]
    if as_json:
        print_json(rows)
        return
    if not rows:
        click.echo("Nobody can sign in yet: vaste user add EMAIL")
    for row in rows:
        click.echo(f"{row['email']}  {', '.join(row['roles']) or 'sees nothing'}")


def _reach(role: Role) -> str:
    return f"unit {role.unit_id}" if role.kind == Role.Kind.UNIT else f"{role.kind} {role.county_id}"


@user.command("password")
@click.argument("email")
def password(email: str) -> None:
    """Give EMAIL a new password and print it once. Whoever is signed in under the old one is signed out."""
    click.echo(f"password: {renew_password(user=_open_account(email), actor='command')}")


@user.command("remove")
@click.argument("email")
def remove(email: str) -> None:
    """Close the account of EMAIL, take its roles back and sign it out. What the person did stays; `user add` opens it again."""
    person = _open_account(email)
    close_account(user=person, actor="command")
    click.echo(f"{person.email} can sign in no more.")


def _open_account(email: str) -> User:
    # Compared here, not in the database: PostgreSQL refuses to look for text with a zero octet.
    found = next((person for person in User.objects.filter(is_active=True) if person.email.lower() == email.strip().lower()), None)
    return found or refuse(f"There is no account of {email}: vaste user list. Nothing was changed.")

"""`vaste county load` and `vaste units load`: a county's settings and units from files."""

import click

from vaste.config.commands.files import read_text
from vaste.config.commands.outcome import print_json, refuse
from vaste.core import clock
from vaste.invitations.wording import why_settings_cannot_be_used
from vaste.organisations.actions import save_county, save_units
from vaste.organisations.models import County
from vaste.organisations.rules import SettingsRefused, parse_county, parse_units


@click.group()
def county() -> None:
    """Settings of a county."""


@county.command("load")
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def load_county(file: str, as_json: bool) -> None:
    """Load the settings of a county from a TOML FILE; what was there is replaced."""
    try:
        settings = parse_county(read_text(file))
    except SettingsRefused as refused:
        refuse(str(refused))
    problem = why_settings_cannot_be_used(settings)
    if problem:
        refuse(f"{problem} Nothing was changed.")
    save_county(settings=settings, actor="command", now=clock.now())
    if as_json:
        print_json({"county": settings.code})
    else:
        click.echo(f"The settings of county {settings.code} were loaded. Load its units next: vaste units load FILE")


@click.group()
def units() -> None:
    """Units of a county."""


@units.command("load")
@click.argument("file")
@click.option("--county", "code", help="The county's code, where there are several.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def load_units(file: str, code: str | None, as_json: bool) -> None:
    """Load units from a CSV FILE; units that it does not name stay as they were."""
    owner = chosen_county(code)
    try:
        rows = parse_units(read_text(file))
        save_units(county=owner, units=rows, actor="command")
    except SettingsRefused as refused:
        refuse(str(refused))
    if as_json:
        print_json({"county": owner.code, "units": len(rows)})
    else:
        click.echo(f"{len(rows)} units of county {owner.code} were loaded.")


def chosen_county(code: str | None) -> County:
    """Return the county of a code, or the only one there is. Ends the command when there is none, or none was chosen of several."""
    if code:
        # Compared here, not in the database: PostgreSQL refuses to look for text with a zero octet.
        found = next((county for county in County.objects.all() if county.code == code), None)
        return found or refuse(f"There is no county {code}. Load its settings first: vaste county load FILE")
    counties = list(County.objects.all()[:2])
    if not counties:
        refuse("There is no county yet. Load its settings first: vaste county load FILE")
    if len(counties) > 1:
        refuse("There are several counties. Name one with --county CODE.")
    return counties[0]

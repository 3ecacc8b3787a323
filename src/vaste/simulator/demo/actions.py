"""Make the demo county and the people of its staff, once; never in a database that is somebody's already."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from vaste.core.ids import new_token
from vaste.invitations.campaigns.actions import create_campaign
from vaste.invitations.campaigns.rules import Afterwards, CampaignPlan, month_span, usual_deadline
from vaste.organisations.actions import give_role, save_county, save_units
from vaste.organisations.models import County, Unit, User
from vaste.organisations.rules import parse_county, parse_units
from vaste.responses.rules import HISTORY_CHANNELS
from vaste.results.goal_actions import save_goals
from vaste.results.goal_rules import GoalsFile, parse_goals
from vaste.simulator.demo.progress import first_day

_HERE = Path(__file__).parent
_ACTOR = "demo"
_UNIT_OF_ACCOUNT = "1.2.246.10.99999999.10.2"
_ACCOUNTS_FILE = "demo-accounts.txt"
_MARK = "demo-county"
PILOT, SEES_COUNTY = "pilot", "county@demo.example"
# Of about 75 and 30 answers a day: the one is there after some minutes, the other after weeks of the demo.
_NEEDED_SOON, _NEEDED_LATER = 300, 3000


class DemoRefused(ValueError):
    """The demo may not live here; the message says why, and what to do."""


@dataclass(frozen=True)
class DemoAccount:
    """Somebody to sign in as. sees: what, in words."""

    email: str
    password: str
    sees: str


@transaction.atomic
def prepare_demo_county(*, data_dir: Path, now: datetime) -> County:
    """Return the demo county, loading it and its units where there is none yet. Raises DemoRefused where a real county lives."""
    mark = data_dir / _MARK
    counties = list(County.objects.all())
    if counties and not mark.exists():
        raise DemoRefused(
            "This database has a county that is not the demo's. The demo was not started; set VASTE_DATA_DIR to an empty folder."
        )
    settings = parse_county((_HERE / "county.toml").read_text(encoding="utf-8"))
    found = next((county for county in counties if county.code == settings.code), None)
    if found:
        return found
    county = save_county(settings=settings, actor=_ACTOR, now=now)
    save_units(county=county, units=parse_units((_HERE / "units.csv").read_text(encoding="utf-8")), actor=_ACTOR)
    save_goals(county=county, file=_goals(county), actor=_ACTOR)
    _begin_campaigns(county, now.astimezone(settings.zone).date())
    mark.write_text("This data folder belongs to the demo county.\n", encoding="utf-8")
    return county


def _begin_campaigns(county: County, today: date) -> None:
    """Begin a campaign that is over in some minutes, and one that goes on, so that both can be seen. Sending goes on after both."""
    emergency = frozenset(county.units.filter(service="emergency").values_list("oid", flat=True))
    others = frozenset(county.units.exclude(service="emergency").values_list("oid", flat=True))
    ends_in = today.month - (today.month - 1) % 3 + 2
    first_on, last_on = month_span(f"{first_day(today):%Y-%m}", f"{today.year:04}-{ends_in:02}")
    for key, name, units, needed in (
        (PILOT, "Pilotti · Pilot", others, _NEEDED_SOON),
        ("emergency", "Päivystys · Jour", emergency, _NEEDED_LATER),
    ):
        plan = CampaignPlan(
            key=key,
            name=name,
            unit_oids=units,
            first_on=first_on,
            last_on=last_on,
            needed=needed,
            deadline=usual_deadline(last_on),
            afterwards=Afterwards.CONTINUE,
        )
        create_campaign(county=county, plan=plan, today=today, actor=_ACTOR)


def _goals(county: County) -> GoalsFile:
    units = list(county.units.all())
    return parse_goals(
        (_HERE / "goals.toml").read_text(encoding="utf-8"),
        units=[unit.oid for unit in units],
        services=[unit.service for unit in units],
        statements=county.settings.own_statements,
        channels=HISTORY_CHANNELS,
    )


@transaction.atomic
def prepare_demo_accounts(*, county: County, data_dir: Path) -> list[DemoAccount]:
    """Return the accounts to try the demo with; passwords are drawn once and kept in the data folder for its owner alone."""
    file = data_dir / _ACCOUNTS_FILE
    kept = _read_accounts(file)
    unit = Unit.objects.get(oid=_UNIT_OF_ACCOUNT)
    accounts = [
        _account(SEES_COUNTY, kept, county=county, unit=None),
        _account("unit@demo.example", kept, county=county, unit=unit),
    ]
    if any(account.email not in kept for account in accounts):
        _write_accounts(file, accounts)
    return accounts


def _account(email: str, kept: Mapping[str, str], *, county: County, unit: Unit | None) -> DemoAccount:
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name="Demo", language="fi")
    password = kept.get(email) or new_token()
    if email not in kept or not user.has_usable_password():
        user.set_password(password)
        user.save()
    give_role(user=user, county=county, unit=unit, actor=_ACTOR)
    return DemoAccount(email, password, sees=f"only {unit.name('en')}" if unit else "the whole county")


def _read_accounts(file: Path) -> dict[str, str]:
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return dict(line.split(maxsplit=1) for line in lines if " " in line)


def _write_accounts(file: Path, accounts: list[DemoAccount]) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.writelines(f"{account.email} {account.password}\n" for account in accounts)

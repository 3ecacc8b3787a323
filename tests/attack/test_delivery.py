"""What a delivery's package gives away: every value that ever stood in a private table is looked for in its bytes."""

import re
from collections.abc import Mapping

import pytest
from tests.attack.attacks import private_tables, traces
from tests.attack.loot import Loot
from tests.attack.people import EVENT, MARK, UNITS
from tests.attack.week import Truth, Week

from vaste.national.packages.archive import unpack

pytestmark = pytest.mark.django_db

# What a package may say, though it also stands in a private table: which units there are, and what instruments and channels are called.
_KNOWN = {*UNITS, "national-adult/2024-1"}
_WORD = re.compile("[a-z_]+")  # states, kinds and names of tables: words of the program, not of people
_LONG_ENOUGH = 8


@pytest.fixture(scope="module")
def members(week_and_log: tuple[Week, str]) -> Mapping[str, bytes]:
    found = unpack(week_and_log[0].package)
    assert len(found) > 15
    return found


def test_the_package_holds_the_weeks_answers(members: Mapping[str, bytes], loot: Loot):
    rows = members["data/services.csv"].decode().splitlines()
    everybody = next(row.split(",") for row in rows if row.startswith("all,2026-Q1,all,all,"))
    assert everybody[4] == "shown"
    assert int(everybody[5]) == len(loot.final.record)


def test_nothing_that_people_are_known_by_or_wrote_stands_in_it(members: Mapping[str, bytes], truth: Truth):
    people = truth.people.values()
    needles = [
        *(person.phone for person in people),
        *(person.phone[-9:] for person in people),
        *(person.event_id for person in people),
        *(person.comment for person in people if person.comment),
        *truth.tokens.values(),
        *truth.codes.values(),
    ]
    assert len(needles) > 1500
    assert traces(members, [*needles, MARK, MARK.lower(), EVENT]) == []


def test_no_value_that_ever_stood_in_a_private_table_stands_in_it(members: Mapping[str, bytes], loot: Loot):
    values = {
        value
        for copy in loot.copies
        for rows in private_tables(copy).values()
        for row in rows
        for value in row.values.values()
        if isinstance(value, str) and len(value) >= _LONG_ENOUGH and value not in _KNOWN and not _WORD.fullmatch(value)
    }
    octets = [bytes.fromhex(value) for value in values if len(value) % 2 == 0 and all(digit in "0123456789abcdef" for digit in value)]
    assert len(values) > 1000
    assert traces(members, values) == []
    assert [name for name, held in members.items() for value in octets if len(value) >= _LONG_ENOUGH and value in held] == []


def test_no_id_comment_or_week_of_the_record_stands_in_it(members: Mapping[str, bytes], loot: Loot):
    rows = loot.final.record
    kept = {str(row[column]) for row in rows for column in ("id", "free_text", "period_start", "withdrawal_hash") if row[column]}
    assert traces(members, kept) == []


def test_it_tells_no_moment(members: Mapping[str, bytes]):
    assert traces(members, [f"2026-03-{day:02}" for day in range(1, 32)]) == []

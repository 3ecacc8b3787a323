"""What somebody learns who has the keys or the patient system as well: the limits that docs/privacy.md tells."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from tests.attack.attacks import come_between, gone_between, match
from tests.attack.leaks import with_values
from tests.attack.loot import Loot, Row, Value
from tests.attack.people import SMALL_UNIT, Person
from tests.attack.scoring import is_guessing
from tests.attack.week import MONDAY, Truth

from vaste.core.keys import Purpose, ring
from vaste.invitations.context import Context, open_context
from vaste.responses.models import Response
from vaste.responses.rules import age_band, coarse_period

pytestmark = pytest.mark.django_db


def opened(row: Row) -> Context:
    return open_context(UUID(str(row["id"])), bytes.fromhex(str(row["sealed"])))


def test_the_keys_open_the_invitations_that_are_still_open(loot: Loot, truth: Truth):
    known = {context.phone: context.unit_oid for context in map(opened, loot.final.invitations)}
    assert known
    assert known == {phone: truth.people[phone].unit_oid for phone in known}


def test_the_keys_tell_by_trying_every_number_who_was_asked_of_late(loot: Loot, truth: Truth):
    asked = {row["person_hash"] for row in loot.final.tables["invitations_quarantine"]}
    nobody = "+358400999999"
    found = [phone for phone in [*truth.people, nobody] if ring().keyed_hash(Purpose.PERSON, phone).hex() in asked]
    assert found == list(truth.people)


def test_the_keys_open_nothing_in_the_record(loot: Loot):
    sealed = [column for column in loot.final.record[0].values if column.startswith("sealed")]
    assert sealed == []
    assert {field.get_internal_type() for field in Response._meta.fields if field.name != "withdrawal_hash"}.isdisjoint({"BinaryField"})


def test_with_one_copy_the_keys_do_not_tie_a_mixed_answer_to_a_phone(loot: Loot, truth: Truth):
    asked = [
        with_values(row, period_start="2026-03-02")  # what the planned day tells
        for row in loot.final.tables["invitations_quarantine"]
    ]
    guesses = match(asked, loot.final.record)
    assert is_guessing(*score(guesses, loot, truth, ("unit_id", "period_start")))


def with_copies(loot: Loot) -> dict[str, str]:
    """Match who ended each night, with what the opened invitation says of the visit, and what came that night."""
    guesses: dict[str, str] = {}
    for before, after in zip(loot.copies, loot.copies[1:], strict=False):
        people = [told(row) for row in gone_between(before, after)]
        guesses |= match(people, come_between(before, after))
    return guesses


def told(row: Row) -> Row:
    context = opened(row)
    period = context.period_start.isoformat()
    return with_values(row, unit_id=context.unit_oid, language=context.language, age_band=context.age_band, period_start=period)


def score(guesses: dict[str, str], loot: Loot, truth: Truth, known: tuple[str, ...]) -> tuple[int, list[float]]:
    """Return how many guesses are right, and the chance of each for one who knew some columns of the answer and guessed."""
    cells = Counter(tuple(row[column] for column in known) for row in loot.final.record)
    own = {truth.author(row["free_text"]).phone: row for row in loot.final.record}
    hits, chances = 0, []
    for person_hash, text in guesses.items():
        person = truth.person_of_hash(person_hash)
        hits += text == person.comment
        row = own.get(person.phone)
        chances.append(1 / cells[tuple(row[column] for column in known)] if row else 0.0)
    return hits, chances


def test_with_a_copy_of_every_night_the_keys_do_tie_answers_of_small_groups(loot: Loot, truth: Truth):
    guesses = with_copies(loot)
    assert not is_guessing(*score(guesses, loot, truth, ("unit_id", "period_start")))


def test_even_then_an_answer_is_tied_to_its_group_of_unit_period_language_age_and_night_at_best(loot: Loot, truth: Truth):
    hits, chances = 0, []
    for before, after in zip(loot.copies, loot.copies[1:], strict=False):
        came = come_between(before, after)
        groups = Counter(group(row) for row in came)
        known = {str(row["person_hash"]): group(told(row)) for row in gone_between(before, after)}
        for person_hash, text in match([told(row) for row in gone_between(before, after)], came).items():
            hits += text == truth.person_of_hash(person_hash).comment
            chances.append(1 / groups[known[person_hash]])
    assert is_guessing(hits, chances)


def group(row: Row) -> tuple[Value, ...]:
    return tuple(row[column] for column in ("unit_id", "period_start", "language", "age_band"))


def test_the_patient_system_and_the_record_together_tie_answers_of_small_groups(loot: Loot, truth: Truth):
    """Everybody's unit, week, language and age are known, and nothing of who answered."""
    asked = [with_values(row, **visit_of(truth.person_of_hash(row["person_hash"]))) for row in loot.final.tables["invitations_quarantine"]]
    guesses = match(asked, loot.final.record)
    assert not is_guessing(*score(guesses, loot, truth, ("unit_id", "period_start")))


def visit_of(person: Person) -> dict[str, Value]:
    is_small = person.unit_oid == SMALL_UNIT
    start, _ = coarse_period((MONDAY + timedelta(days=person.visit_day)).date(), is_small=is_small)
    band = age_band(person.age, is_small=is_small)
    return {"unit_id": person.unit_oid, "period_start": start.isoformat(), "language": person.language, "age_band": band}

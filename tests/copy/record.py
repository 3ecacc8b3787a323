"""Answers on their way into the record, as the mix and the withdrawal bring them and take them."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

from tests.factories import HEALTH_STATION, SMALL_UNIT, SOCIAL_UNIT
from vaste.core.ids import new_code, new_id
from vaste.core.keys import Purpose, ring
from vaste.organisations.models import Unit
from vaste.responses.actions import mix
from vaste.responses.mailbox import SealedAnswer, mailbox_hash, seal_answer
from vaste.responses.models import MailboxAnswer
from vaste.responses.periods import span
from vaste.responses.queries import Dimension, Selection, count_in_database, count_responses
from vaste.responses.rules import Channel, age_band, coarse_period, write_answers

UNITS = (HEALTH_STATION, SMALL_UNIT, SOCIAL_UNIT)
FIRST_DAY = date(2026, 1, 1)
ITEMS = ("access", "benefit", "own-language")
# Whole months and others, all units and one, and every dimension.
QUESTIONS = (
    (UNITS, span(None, None), ()),
    (UNITS, span(date(2026, 2, 1), date(2026, 3, 31)), (Dimension.UNIT, Dimension.CHANNEL)),
    (UNITS, span(date(2026, 1, 14), date(2026, 3, 9)), (Dimension.MONTH, Dimension.LANGUAGE)),
    ((SMALL_UNIT,), span(date(2026, 1, 14), None), (Dimension.CHANNEL,)),
    (UNITS, span(None, None), (Dimension.UNIT, Dimension.MONTH, Dimension.AGE)),
)


def answer(
    chance: random.Random, *, unit: str | None = None, code: str | None = None, items: Sequence[str] = ITEMS, days: int = 90
) -> None:
    """Put an answer drawn at random into the mailbox. days: so many days from the first of the year on."""
    oid = unit or chance.choice(UNITS)
    is_small = Unit.objects.get(oid=oid).small
    period_start, kind = coarse_period(FIRST_DAY + timedelta(days=chance.randrange(days)), is_small=is_small)
    given = {item: chance.randrange(1, 6) for item in items if chance.random() < 0.8}
    sealed = SealedAnswer(
        unit_id=oid,
        instrument=chance.choice(("national-adult/2024-1", "national-adult/2024-2")),
        channel=chance.choice((Channel.SMS, Channel.LINK)),
        language=chance.choice(("fi", "fi", "sv")),
        respondent_role="client",
        age_band=age_band(chance.randrange(18, 90), is_small=is_small),
        period_start=period_start,
        period_kind=kind,
        nps=chance.choice((None, *range(11))),
        answers=write_answers(given),
        free_text=f"sana{chance.randrange(10_000)}",
        withdrawal_hash=ring().keyed_hash(Purpose.WITHDRAWAL, code) if code else None,
        arrived_on=FIRST_DAY,
    )
    row_id = new_id()
    MailboxAnswer.objects.create(id=row_id, sealed=seal_answer(row_id, sealed), withdrawal_hash=mailbox_hash(sealed.withdrawal_hash))


def publish(chance: random.Random, count: int, *, unit: str | None = None, items: Sequence[str] = ITEMS, days: int = 90) -> list[str]:
    """Put answers into the record, and return the codes by which they can be withdrawn."""
    codes = [new_code() for _ in range(count)]
    for code in codes:
        answer(chance, unit=unit, code=code, items=items, days=days)
    mix(today=FIRST_DAY, publish_all=True)
    return codes


def figures_are_those_of_the_database() -> bool:
    """Tell whether readers get for every question what counting in the database alone gives."""
    selections = [(Selection(units, days), by) for units, days, by in QUESTIONS]
    return all(count_responses(selection, by) == count_in_database(selection, by) for selection, by in selections)

"""Who goes first of those that are due together: answers, then the units in turn."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.core.ids import new_id
from vaste.messaging.actions import NewMessage, enqueue
from vaste.messaging.queue import put_off, take_due, turn_of
from vaste.messaging.rules import MessageClass

NOON = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)


def message(number: int, unit: str, *, due_at: datetime = NOON, message_class: MessageClass = MessageClass.INVITATION) -> NewMessage:
    return NewMessage(
        conversation=new_id(),
        step="ask",
        message_class=message_class,
        to=f"+35840{number:07}",
        text=unit,
        sender=unit,
        due_at=due_at,
        expires_at=due_at + timedelta(days=1),
        unit=unit,
    )


def order(limit: int, now: datetime) -> list[str]:
    """Return whose messages go, in their order; the sender names the unit here."""
    return [due.sender for due in take_due("a", limit, now)]


@pytest.mark.django_db
def test_a_large_unit_does_not_hold_up_the_small_ones() -> None:
    large = [message(number, "large") for number in range(100)]
    small = [message(100 + number, "small") for number in range(3)]
    enqueue([*large, *small], now=NOON - timedelta(hours=5))

    assert sorted(order(6, NOON)) == ["large"] * 3 + ["small"] * 3
    assert order(1000, NOON).count("large") == 100


@pytest.mark.django_db
def test_an_earlier_minute_goes_before_any_turn() -> None:
    early = [message(number, "early", due_at=NOON - timedelta(minutes=1)) for number in range(10)]
    enqueue([message(100, "late"), *early], now=NOON - timedelta(hours=5))

    assert order(100, NOON) == ["early"] * 10 + ["late"]


@pytest.mark.django_db
def test_an_answer_goes_before_invitations_that_waited_longer() -> None:
    waits = message(1, "waits", due_at=NOON, message_class=MessageClass.QUESTION)
    enqueue([message(2, "invited", due_at=NOON - timedelta(hours=1)), waits], now=NOON - timedelta(hours=5))

    assert order(100, NOON) == ["waits", "invited"]


@pytest.mark.django_db
def test_what_is_put_off_keeps_its_turn_and_does_not_go_before() -> None:
    enqueue([message(number, "put off") for number in range(3)], now=NOON - timedelta(hours=5))
    morning = NOON + timedelta(hours=21)
    put_off([due.id for due in take_due("a", 10, NOON)], morning)
    enqueue([message(100, "another", due_at=morning)], now=NOON)

    assert order(10, morning - timedelta(minutes=1)) == []
    assert sorted(order(2, morning)) == ["another", "put off"]


@given(st.integers(0, 40_000_000).map(lambda minutes: NOON + timedelta(minutes=minutes)), st.integers(0, 5_000_000))
def test_no_turn_reaches_into_the_next_minute(due_at: datetime, number: int) -> None:
    assert turn_of(due_at, 0) <= turn_of(due_at, number) < turn_of(due_at + timedelta(minutes=1), 0)

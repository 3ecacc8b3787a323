"""A text that an operator brings twice is one text; the same word to the next question is another."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from vaste.messaging import inbox
from vaste.messaging.gateway import Concat, Incoming
from vaste.messaging.rules import MessageClass, is_new_text
from vaste.messaging.tests.outbox import NOW, lease_one, plan

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("same_connection", "answered", "heard", "is_new"),
    [
        (True, None, 30, False),  # we have said nothing that could be answered
        (True, 1, 0.5, False),  # it lay unread while we wrote
        (True, 1, 3.9, False),  # nobody reads and answers a text message in under three seconds
        (True, 1, 4, True),
        (True, 1, 59, True),
        (True, None, 59.9, False),
        (True, None, 60, True),  # nobody brings a text again so late on a connection that lives
        (False, 1, 30, False),  # an operator whose connection was cut brings again what it has no acknowledgement of,
        (False, 1, 3600, False),  # however long that takes
    ],
)
def test_the_same_text_again_is_an_answer_where_the_person_can_have_read_what_we_wrote(
    same_connection: bool, answered: float | None, heard: float, is_new: bool
) -> None:
    found = is_new_text(
        same_connection=same_connection,
        seen_at=NOW,
        answered_at=None if answered is None else NOW + answered * SECOND,
        heard_at=NOW + heard * SECOND,
        soonest_answer=3 * SECOND,
    )

    assert found is is_new


def incoming(text: str = "5", *, provider_id: str = "", bind: str = "", heard: float = 0, **facts: str) -> Incoming:
    sender = facts.get("sender", "358400000001")
    return Incoming("a", sender, "18588", text.encode(), provider_id=provider_id, bind=bind, heard_at=NOW + heard * SECOND)


def kept(*parts: Incoming, now: datetime = NOW) -> int:
    """Store parts; return how many replies that is, and let them be read."""
    inbox.store(parts, now=now)
    return inbox.handle(on_reply=lambda _reply: None, now=now)


def ask(*, at: float) -> None:
    """Write a question to the phone."""
    plan(message_class=MessageClass.QUESTION)
    lease_one(now=NOW + at * SECOND)


@pytest.mark.django_db
@pytest.mark.parametrize("ids", [("", ""), ("in-1", "in-1"), ("in-1", "in-2")], ids=["without ids", "the same id", "another id"])
def test_a_text_brought_twice_at_once_is_one(ids: Sequence[str]) -> None:
    first, again = (incoming(provider_id=one) for one in ids)

    assert kept(first, again) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("ids", [("", ""), ("in-1", "in-1"), ("in-1", "in-2")], ids=["without ids", "the same id", "another id"])
def test_a_text_brought_again_is_one_though_we_have_begun_to_answer_it(ids: Sequence[str]) -> None:
    first, again = ids
    assert kept(incoming(provider_id=first)) == 1
    ask(at=1)

    # The first had been read off the connection before the second, and the machine was slow to store it.
    assert kept(incoming(provider_id=again, heard=0.1), now=NOW + 20 * SECOND) == 0
    assert kept(incoming(provider_id=again, heard=3), now=NOW + 3 * SECOND) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("ids", [("", ""), ("in-1", "in-2")], ids=["without ids", "under ids"])
def test_five_and_five_again_to_the_next_question_are_two_answers(ids: Sequence[str]) -> None:
    first, second = ids
    assert kept(incoming(provider_id=first)) == 1
    ask(at=1)

    assert kept(incoming(provider_id=second, heard=5), now=NOW + 5 * SECOND) == 1
    # This one is no answer to anything.
    assert kept(incoming(provider_id=f"{second}!", heard=6), now=NOW + 6 * SECOND) == 0


@pytest.mark.django_db
def test_what_comes_again_under_its_own_id_is_a_repeat_for_a_day_whatever_we_wrote() -> None:
    assert kept(incoming(provider_id="in-1")) == 1
    ask(at=1)

    assert kept(incoming(provider_id="in-1", heard=3600), now=NOW + timedelta(hours=1)) == 0
    assert kept(incoming(provider_id="in-2", heard=3600), now=NOW + timedelta(hours=1)) == 1


@pytest.mark.django_db
def test_a_minute_later_the_same_text_is_another_one() -> None:
    assert kept(incoming()) == 1

    assert kept(incoming(heard=59), now=NOW + 59 * SECOND) == 0
    assert kept(incoming(heard=61), now=NOW + 61 * SECOND) == 1


@pytest.mark.django_db
def test_a_text_brought_again_on_the_next_connection_is_one_though_we_wrote_long_before() -> None:
    assert kept(incoming(bind="one")) == 1
    ask(at=1)

    assert kept(incoming(bind="two", heard=30), now=NOW + 30 * SECOND) == 0


def connection(bind: str, *, since: float) -> inbox.Connection:
    return inbox.Connection("a", bind, NOW + since * SECOND)


@pytest.mark.django_db
def test_a_text_brought_again_after_a_long_break_is_one() -> None:
    assert kept(incoming(bind="one")) == 1

    for minutes in range(1, 120, 10):
        inbox.forget(None, now=NOW + timedelta(minutes=minutes))
    inbox.forget(connection("two", since=7200), now=NOW + 7230 * SECOND)

    assert kept(incoming(bind="two", heard=7240), now=NOW + 7240 * SECOND) == 0


@pytest.mark.django_db
def test_what_was_brought_long_before_the_connection_broke_was_acknowledged_and_comes_again_as_another() -> None:
    assert kept(incoming(bind="one")) == 1

    inbox.forget(connection("one", since=-60), now=NOW + 61 * SECOND)

    assert kept(incoming(bind="two", heard=70), now=NOW + 70 * SECOND) == 1


@pytest.mark.django_db
def test_once_the_next_connection_has_stood_for_a_while_nothing_of_the_last_comes_again() -> None:
    assert kept(incoming(bind="one")) == 1

    inbox.forget(connection("two", since=10), now=NOW + 311 * SECOND)

    assert kept(incoming(bind="two", heard=312), now=NOW + 312 * SECOND) == 1


@pytest.mark.django_db
def test_an_account_that_stands_forgets_nothing_of_another() -> None:
    assert kept(incoming(bind="one")) == 1

    inbox.forget(inbox.Connection("b", "other", NOW - timedelta(hours=1)), now=NOW + timedelta(hours=1))

    assert kept(incoming(bind="two", heard=3601), now=NOW + 3601 * SECOND) == 0


@pytest.mark.django_db
def test_a_phone_is_the_same_however_the_operator_spells_it_the_second_time() -> None:
    assert kept(incoming(), incoming(sender="+358400000001"), incoming(sender="0400000001")) == 1


@pytest.mark.django_db
def test_the_same_words_in_another_part_of_a_long_text_are_another_part() -> None:
    parts = [Incoming("a", "358400000001", "18588", b"ja ", concat=Concat(0, number, 2)) for number in (1, 2)]
    read: list[str] = []
    inbox.store([*parts, *parts], now=NOW)

    assert inbox.handle(on_reply=lambda reply: read.append(reply.text), now=NOW) == 1
    assert read == ["ja ja "]


def in_parts(text: str) -> list[Incoming]:
    """Cut a text in two under the reference that every text of a simple phone bears, the second part first."""
    halves = (text[: len(text) // 2], text[len(text) // 2 :])
    parts = [Incoming("a", "358400000001", "18588", half.encode(), concat=Concat(0, number, 2)) for number, half in enumerate(halves, 1)]
    return parts[::-1]


@pytest.mark.django_db
@pytest.mark.parametrize("batches", [1, 2], ids=["stored together", "stored one after the other"])
def test_two_long_texts_of_one_phone_under_one_reference_are_both_read(batches: int) -> None:
    read: list[str] = []
    both = [in_parts("Stop. Kiitos!"), in_parts("Ja")]
    for parts in [both[0] + both[1]] if batches == 1 else both:
        inbox.store([*parts, *parts], now=NOW)

    inbox.handle(on_reply=lambda reply: read.append(reply.text), now=NOW)

    assert read == ["Stop. Kiitos!", "Ja"]


@pytest.mark.django_db
def test_a_part_that_comes_again_while_the_other_is_missing_waits_once() -> None:
    second, first = in_parts("Kaikki sujui hyvin.")
    read: list[str] = []
    for hours in (0, 1):  # no repeat by its time, but its place is taken by the same words
        inbox.store([replace(second, heard_at=NOW + timedelta(hours=hours))], now=NOW + timedelta(hours=hours))
    inbox.store([first], now=NOW + timedelta(hours=1))

    later = NOW + timedelta(days=2)
    inbox.handle(on_reply=lambda reply: read.append(reply.text), now=later)

    assert read == ["Kaikki sujui hyvin."]

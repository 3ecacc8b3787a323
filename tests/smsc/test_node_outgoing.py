"""Messages to the SMSC of the npm package `smpp`: what it reads is what we meant, and what it answers is what we know."""

from datetime import timedelta

import pytest
from tests.smsc.house import PHONE, House, gateway, plan, state_of, until, working
from tests.smsc.peers import PATIENCE, Smsc

from vaste.core import clock
from vaste.messaging.actions import cancel_all_to
from vaste.messaging.hooks import Timing
from vaste.messaging.models import OutboundMessage
from vaste.messaging.rules import MessageClass, MessageState
from vaste.messaging.worker import Worker

pytestmark = [pytest.mark.smsc, pytest.mark.django_db(transaction=True)]

IMPATIENT = Timing(poll_seconds=0.05, settle_seconds=0.2, hold=timedelta(seconds=1))


def test_a_message_goes_out_and_its_receipt_comes_in(smsc: Smsc) -> None:
    house, conversation = House(), plan("Hyvää päivää, vastaa 0–10")

    with working(smsc, house):
        submit = smsc.wait_for("submit")
        until(lambda: state_of(conversation) is MessageState.DELIVERED)

    assert (submit["from"], submit["to"]) == ("3584573960275", "358400000001")
    assert submit["text"] == "Hyvää päivää, vastaa 0-10"
    assert submit["receipt"] == 1
    assert house.sent == [(conversation, "ask")]
    row = OutboundMessage.objects.get(conversation=conversation)
    assert (row.sealed, row.person_hash) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "Kiitos " + "å" * 151 + " € ja hyvää jatkoa [" + "ö" * 150,
        "Giitu, dat lea buorre. Čállit vel: " + "š" * 40,
        "Kiitos palautteestasi! " * 6 + "😀" * 20,
    ],
    ids=["gsm with letters of two septets", "sámi letters", "emoji"],
)
def test_a_long_text_is_joined_by_the_receiver_as_it_was_written(smsc: Smsc, text: str) -> None:
    plan(text)

    with working(smsc, House()):
        parts = [smsc.wait_for("submit")]
        total = int(parts[0]["concat"][0][6:8], 16)
        parts += [smsc.wait_for("submit") for _ in range(total - 1)]

    by_number = sorted(parts, key=lambda part: str(part["concat"][0][8:10]))
    assert "".join(part["text"] for part in by_number) == text
    assert len({part["concat"][0][4:6] for part in parts}) == 1


def test_a_long_message_is_delivered_when_every_part_is(smsc: Smsc) -> None:
    conversation = plan("Hyvä asiakas. " * 30)

    with working(smsc, House()):
        until(lambda: state_of(conversation) is MessageState.DELIVERED)

    assert OutboundMessage.objects.get().parts.count() == 3


@pytest.mark.parametrize(("given", "in_receipt"), [("hex", "decimal"), ("decimal", "hex"), ("zeros", "hex"), ("hex", "zeros")])
def test_a_receipt_finds_its_message_however_the_operator_spells_the_id(smsc: Smsc, given: str, in_receipt: str) -> None:
    smsc.do("behave", id=given, receiptId=in_receipt)
    conversation = plan()

    with working(smsc, House()):
        until(lambda: state_of(conversation) is MessageState.DELIVERED)


def test_a_receipt_may_come_before_the_answer_to_the_submit(smsc: Smsc) -> None:
    smsc.do("behave", early=True)
    conversation = plan()

    with working(smsc, House()):
        until(lambda: state_of(conversation) is MessageState.DELIVERED)


@pytest.mark.parametrize(("word", "state"), [("UNDELIV", "undelivered"), ("EXPIRED", "expired"), ("REJECTD", "undelivered")])
def test_what_a_receipt_says_is_kept(smsc: Smsc, word: str, state: str) -> None:
    smsc.do("behave", receipt=word)
    conversation = plan()

    with working(smsc, House()):
        until(lambda: state_of(conversation) == state)


def test_a_throttled_message_goes_later_with_its_receipt_request(smsc: Smsc) -> None:
    smsc.do("behave", status=0x58, times=1)
    conversation = plan()

    with working(smsc, House()):
        until(lambda: state_of(conversation) is MessageState.DELIVERED)

    assert [submit["receipt"] for submit in smsc.heard("submit")] == [1, 1]


def test_a_status_that_no_standard_knows_fails_its_message_and_not_the_next(smsc: Smsc) -> None:
    smsc.do("behave", status=0x4321, times=1)
    refused = plan(to="+358400000002")

    with working(smsc, House()):
        until(lambda: state_of(refused) is MessageState.FAILED)
        taken = plan()
        until(lambda: state_of(taken) is MessageState.DELIVERED)

    assert OutboundMessage.objects.get(conversation=refused).reason == "status_0x4321"
    assert len(smsc.heard("bound")) == 1


def test_an_invitation_whose_answer_was_lost_is_not_sent_again(smsc: Smsc) -> None:
    smsc.do("behave", answer="cut", times=1)
    conversation = plan()

    with working(smsc, House(), timing=IMPATIENT):
        until(lambda: state_of(conversation) is MessageState.ABANDONED)

    assert len(smsc.heard("submit")) == 1
    assert OutboundMessage.objects.get().reason == "outcome_unknown"


def test_a_question_whose_answer_was_lost_is_sent_once_more_and_then_no_more(smsc: Smsc) -> None:
    smsc.do("behave", answer="cut", times=2)
    conversation = plan(message_class=MessageClass.QUESTION)

    with working(smsc, House(), timing=IMPATIENT):
        until(lambda: state_of(conversation) is MessageState.ABANDONED)

    assert len(smsc.heard("submit")) == 2


def test_a_receipt_proves_that_a_message_of_unknown_outcome_was_taken(smsc: Smsc) -> None:
    smsc.do("behave", answer="cut", times=1)
    house, conversation = House(), plan(message_class=MessageClass.QUESTION)

    with working(smsc, house, timing=Timing(poll_seconds=0.05, settle_seconds=0.2)):
        until(lambda: state_of(conversation) is MessageState.UNKNOWN)
        smsc.wait_for("bound")
        smsc.do("receipt", id="FA0", number="358400000001", state="DELIVRD")
        until(lambda: state_of(conversation) is MessageState.DELIVERED)

    assert len(smsc.heard("submit")) == 1
    assert house.sent == [(conversation, "ask")]


def test_an_answer_that_comes_late_settles_what_was_unknown(smsc: Smsc) -> None:
    smsc.do("behave", answer="held", receipt=None, times=1)
    conversation = plan()

    with working(smsc, House(), "&answer_seconds=1"):
        until(lambda: state_of(conversation) is MessageState.UNKNOWN)
        smsc.do("answer_held")
        until(lambda: state_of(conversation) is MessageState.ACCEPTED)


def test_a_person_has_one_outstanding_message_at_a_time(smsc: Smsc) -> None:
    smsc.do("behave", answer="held", times=1)
    first, second = plan("ensimmäinen"), plan("toinen")

    with working(smsc, House()):
        smsc.wait_for("submit", text="ensimmäinen")
        assert state_of(second) is MessageState.QUEUED
        smsc.do("answer_held")
        until(lambda: state_of(second) is MessageState.DELIVERED)

    assert state_of(first) is MessageState.DELIVERED


def test_who_must_not_be_written_to_any_more_is_not(smsc: Smsc) -> None:
    house, silenced, other = House(), plan(), plan(to="+358400000003")
    plan(to="+358400000002")
    house.silenced[silenced] = "opted_out"
    cancel_all_to("+358400000002")

    with working(smsc, house):
        until(lambda: state_of(other) is MessageState.DELIVERED)

    assert [submit["to"] for submit in smsc.heard("submit")] == ["358400000003"]
    assert OutboundMessage.objects.get(conversation=silenced).reason == "opted_out"
    assert not OutboundMessage.objects.exclude(sealed=None).exists()


def test_a_single_run_sends_what_is_due_takes_in_what_comes_and_ends(smsc: Smsc) -> None:
    smsc.do("behave", reply="8")
    house = House()
    conversations = [plan(to=f"+3584000000{number:02}") for number in range(30)]
    later = plan(to=PHONE, due_at=clock.now() + timedelta(hours=1))

    Worker(gateway(smsc), hooks=house.hooks()).run_once(wait_seconds=PATIENCE)

    assert {state_of(one) for one in conversations} == {MessageState.DELIVERED}
    assert len(house.replies) == 30
    assert state_of(later) is MessageState.QUEUED

"""Replies from the SMSC of the npm package `smpp`: read whole, once, and in every way that phones write them."""

from typing import Any

import pytest
from tests.smsc.house import PHONE, SENDER, House, plan, state_of, until, working
from tests.smsc.peers import Smsc

from vaste.core import clock
from vaste.messaging.gateway import Reply
from vaste.messaging.models import InboundPart
from vaste.messaging.rules import SOONEST_ANSWER, MessageClass, MessageState

pytestmark = [pytest.mark.smsc, pytest.mark.django_db(transaction=True)]


def say(smsc: Smsc, text: str | None = None, *, phone: str = PHONE, **order: Any) -> dict[str, Any]:
    """Let a phone send a text; return how we acknowledged it."""
    smsc.do("reply", **{"from": phone.lstrip("+"), "to": SENDER, "text": text, **order})
    return smsc.wait_for("acknowledged")


def texts(house: House) -> list[str]:
    return [reply.text for reply in house.replies]


def test_a_reply_comes_in_whole_is_handed_over_once_and_leaves_nothing_behind(smsc: Smsc) -> None:
    house = House()

    with working(smsc, house):
        answer = say(smsc, "9, hyvää työtä")
        until(lambda: bool(house.replies))

    assert answer["status"] == 0
    assert [(reply.from_number, reply.to, reply.text) for reply in house.replies] == [(PHONE, SENDER, "9, hyvää työtä")]
    assert InboundPart.objects.count() == 0


@pytest.mark.parametrize("written", ["358400000001", "+358400000001", "0400000001", "00358400000001"])
def test_a_phone_is_known_however_the_operator_writes_its_number(smsc: Smsc, written: str) -> None:
    house = House()

    with working(smsc, house):
        say(smsc, f"9 {written}", phone=written)
        until(lambda: bool(house.replies))

    assert house.replies[0].from_number == PHONE


@pytest.mark.parametrize(
    ("coding", "octets", "text"),
    [
        (0, "6879767b7b201b65", "hyvää €"),
        (1, "6879767b7b", "hyvää"),
        (1, b"maija@example.fi".hex(), "maija@example.fi"),
        (3, "hyvää".encode("latin-1").hex(), "hyvää"),
        (8, "buorre, čáppa 😀".encode("utf-16-be").hex(), "buorre, čáppa 😀"),
        (8, "9".encode("utf-16").hex(), "9"),
    ],
    ids=["gsm", "gsm said to be ascii", "ascii", "latin-1", "ucs-2", "ucs-2 of the wrong end"],
)
def test_every_alphabet_of_phones_is_read(smsc: Smsc, coding: int, octets: str, text: str) -> None:
    house = House()

    with working(smsc, house):
        say(smsc, octets=octets, coding=coding)
        until(lambda: bool(house.replies))

    assert texts(house) == [text]


def parts_with_header_8(reference: int = 0) -> list[dict[str, Any]]:
    return [{"esm": 0x40, "octets": f"050003{reference:02x}02{number:02x}" + piece.encode().hex()} for number, piece in PIECES]


def parts_with_header_16() -> list[dict[str, Any]]:
    return [{"esm": 0x40, "octets": f"060804abcd02{number:02x}" + piece.encode().hex()} for number, piece in PIECES]


def parts_with_options() -> list[dict[str, Any]]:
    return [
        {"octets": piece.encode().hex(), "options": {"sar_msg_ref_num": 7, "sar_total_segments": 2, "sar_segment_seqnum": number}}
        for number, piece in PIECES
    ]


PIECES = [(1, "Ystävällinen palvelu, ".replace("ä", "a")), (2, "kiitos")]


@pytest.mark.parametrize("parts", [parts_with_header_8(), parts_with_header_16(), parts_with_options()], ids=["8 bit", "16 bit", "options"])
@pytest.mark.parametrize("order", [(0, 1), (1, 0), (1, 1, 0)], ids=["in order", "out of order", "one twice"])
def test_the_parts_of_a_long_reply_are_one_reply(smsc: Smsc, parts: list[dict[str, Any]], order: tuple[int, ...]) -> None:
    house = House()

    with working(smsc, house):
        for position in order:
            say(smsc, coding=0, **parts[position])
        until(lambda: bool(house.replies))

    assert texts(house) == ["Ystavallinen palvelu, kiitos"]
    assert house.replies[0].complete


def test_a_text_that_comes_as_payload_is_read(smsc: Smsc) -> None:
    house, long = House(), "kiitos " * 100

    with working(smsc, house):
        say(smsc, "", coding=0, options={"message_payload": {"hex": long.encode().hex()}})
        until(lambda: bool(house.replies))

    assert texts(house) == [long]


def test_two_phones_may_use_the_same_reference(smsc: Smsc) -> None:
    house, parts = House(), parts_with_header_8(reference=0)

    with working(smsc, house):
        for part in parts:
            say(smsc, coding=0, **part)
            say(smsc, coding=0, phone="+358400000002", **part)
        until(lambda: len(house.replies) == 2)

    assert {reply.from_number for reply in house.replies} == {PHONE, "+358400000002"}
    assert set(texts(house)) == {"Ystavallinen palvelu, kiitos"}


def test_a_reply_that_the_operator_repeats_is_one_reply(smsc: Smsc) -> None:
    house = House()

    with working(smsc, house):
        assert say(smsc, "9")["status"] == 0
        assert say(smsc, "9")["status"] == 0
        say(smsc, "loppu", phone="+358400000002")
        until(lambda: "loppu" in texts(house))

    assert texts(house) == ["9", "loppu"]


def test_the_same_answer_to_the_next_question_is_another_answer(smsc: Smsc) -> None:
    house = House()

    with working(smsc, house):
        say(smsc, "5")
        until(lambda: len(house.replies) == 1)
        question = plan("Entä turvallisuus, 1-5?", message_class=MessageClass.QUESTION)
        until(lambda: state_of(question) is MessageState.DELIVERED)
        house.clock = lambda: clock.now() + SOONEST_ANSWER
        say(smsc, "5")
        until(lambda: len(house.replies) == 2)

    assert texts(house) == ["5", "5"]


def test_a_reply_repeated_on_the_same_connection_is_one_reply_where_nobody_can_have_read_the_next_question(smsc: Smsc) -> None:
    house = House()

    with working(smsc, house):
        say(smsc, "5")
        until(lambda: len(house.replies) == 1)
        question = plan("Entä turvallisuus, 1-5?", message_class=MessageClass.QUESTION)
        now = clock.now()
        house.clock = lambda: now  # however long this machine takes
        until(lambda: state_of(question) is MessageState.DELIVERED)
        say(smsc, "5")
        say(smsc, "loppu", phone="+358400000002")
        until(lambda: "loppu" in texts(house))

    assert texts(house) == ["5", "loppu"]


def test_a_reply_repeated_on_the_next_connection_is_one_reply_even_after_we_wrote(smsc: Smsc) -> None:
    house = House()

    with working(smsc, house):
        say(smsc, "5")
        question = plan("Entä turvallisuus, 1-5?", message_class=MessageClass.QUESTION)
        until(lambda: state_of(question) is MessageState.DELIVERED)
        smsc.do("cut")
        smsc.wait_for("bound")
        say(smsc, "5")
        say(smsc, "loppu", phone="+358400000002")
        until(lambda: "loppu" in texts(house))

    assert texts(house) == ["5", "loppu"]


def test_a_reply_that_cannot_be_handled_holds_up_no_other_and_is_tried_again(smsc: Smsc) -> None:
    house = House()
    house.stumbles_over = "kivi"

    with working(smsc, house):
        assert say(smsc, "kivi")["status"] == 0
        say(smsc, "8", phone="+358400000002")
        until(lambda: "8" in texts(house) and InboundPart.objects.count() == 1)
        house.stumbles_over = ""
        until(lambda: "kivi" in texts(house))

    assert InboundPart.objects.count() == 0


def test_an_unreadable_delivery_is_refused_for_good_and_the_next_is_read(smsc: Smsc) -> None:
    house = House()

    with working(smsc, house):
        # A deliver_sm that ends in the middle of its source address.
        smsc.do("raw", octets="0000001400000005000000000000002a00010131")
        smsc.wait_for("acknowledged_raw", sequence=0x2A, status=0x65)
        say(smsc, "9")
        until(lambda: bool(house.replies))


def test_a_frame_in_pieces_is_one_frame(smsc: Smsc) -> None:
    with working(smsc, House()):
        for octet in ["00", "00", "00", "10", "00", "00", "00", "15", "00", "00", "00", "00", "00", "00", "00", "2b"]:
            smsc.do("raw", octets=octet)
        smsc.wait_for("enquire_answered")


def test_a_frame_of_impossible_length_ends_the_connection_and_we_come_back(smsc: Smsc) -> None:
    house = House()

    with working(smsc, house):
        smsc.do("raw", octets="ffffffff00000005000000000000002c")
        smsc.wait_for("closed")
        smsc.wait_for("bound")
        say(smsc, "9")
        until(lambda: bool(house.replies))

    assert isinstance(house.replies[0], Reply)

"""The same conversation with SMSCs of other makers: in Perl (Net::SMPP) and in Rust (smpp34)."""

import threading
from collections.abc import Iterator

import pytest
from tests.smsc.house import PHONE, SENDER, House, gateway, plan, state_of, until, working
from tests.smsc.peers import Smsc, perl_smsc, rust_smsc

from vaste.messaging import gsm7
from vaste.messaging.gateway import GatewayError
from vaste.messaging.models import InboundPart, OutboundMessage
from vaste.messaging.rules import MessageState
from vaste.messaging.worker import Worker

pytestmark = [pytest.mark.smsc, pytest.mark.django_db(transaction=True)]

THROTTLED, INVALID_DESTINATION = 0x58, 0x0B


@pytest.fixture(scope="module", params=[perl_smsc, rust_smsc], ids=["perl", "rust"])
def shared_other(request: pytest.FixtureRequest) -> Iterator[Smsc]:
    with request.param() as running:
        yield running


@pytest.fixture
def other(shared_other: Smsc) -> Smsc:
    shared_other.do("behave")
    shared_other.forget()
    return shared_other


def text_of(submit: dict[str, str]) -> str:
    octets = bytes.fromhex(submit["octets"])
    octets = octets[6:] if int(submit["esm"]) & 0x40 else octets
    return octets.decode("utf-16-be") if submit["coding"] == 8 else gsm7.decode(octets)


def test_a_message_goes_out_and_its_receipt_comes_in(other: Smsc) -> None:
    house, conversation = House(), plan("Hyvää päivää, 5 € [kiitos]")

    with working(other, house):
        submit = other.wait_for("submit")
        until(lambda: state_of(conversation) is MessageState.DELIVERED)

    assert (submit["from"], submit["to"], text_of(submit)) == (SENDER, PHONE.lstrip("+"), "Hyvää päivää, 5 € [kiitos]")
    assert house.sent == [(conversation, "ask")]
    assert {one["status"] for one in other.heard("acknowledged")} == {0}


def test_a_failed_delivery_is_known_as_one(other: Smsc) -> None:
    other.do("behave", receipt="UNDELIV")
    conversation = plan()

    with working(other, House()):
        until(lambda: state_of(conversation) is MessageState.UNDELIVERED)


@pytest.mark.parametrize("text", ["Kiitos palautteesta! " * 20, "Giitu, dat lea buorre. " * 10 + "Čáppa 😀"], ids=["gsm", "ucs-2"])
def test_the_parts_of_a_long_text_are_the_whole_text(other: Smsc, text: str) -> None:
    conversation = plan(text)

    with working(other, House()):
        first = other.wait_for("submit")
        total = bytes.fromhex(first["octets"])[4]
        parts = [first, *(other.wait_for("submit") for _ in range(total - 1))]
        until(lambda: state_of(conversation) is MessageState.DELIVERED)

    assert "".join(text_of(part) for part in sorted(parts, key=lambda part: bytes.fromhex(part["octets"])[5])) == text


@pytest.mark.parametrize(
    ("coding", "octets", "text"),
    [(0, gsm7.encode("9, hyvää €"), "9, hyvää €"), (8, "9, čáppa 😀".encode("utf-16-be"), "9, čáppa 😀")],
    ids=["gsm", "ucs-2"],
)
def test_a_reply_comes_in_and_is_acknowledged(other: Smsc, coding: int, octets: bytes, text: str) -> None:
    house = House()

    with working(other, house):
        other.do("reply", **{"from": PHONE.lstrip("+"), "to": SENDER, "octets": octets.hex(), "coding": coding})
        acknowledged = other.wait_for("acknowledged")
        until(lambda: bool(house.replies))

    assert acknowledged["status"] == 0
    assert [(reply.from_number, reply.to, reply.text) for reply in house.replies] == [(PHONE, SENDER, text)]
    assert not InboundPart.objects.exists()


def test_the_parts_of_a_long_reply_are_one_reply(other: Smsc) -> None:
    house = House()

    with working(other, house):
        for number, piece in ((2, "loppu"), (1, "alku ja ")):
            octets = bytes([5, 0, 3, 9, 2, number]) + gsm7.encode(piece)
            other.do("reply", **{"from": PHONE.lstrip("+"), "to": SENDER, "octets": octets.hex(), "esm": 0x40})
        until(lambda: bool(house.replies))

    assert [reply.text for reply in house.replies] == ["alku ja loppu"]


def test_a_throttled_message_waits_and_a_refused_one_fails(other: Smsc) -> None:
    other.do("behave", status=INVALID_DESTINATION)
    refused = plan(to="+358400000002")
    with working(other, House()):
        until(lambda: state_of(refused) is MessageState.FAILED)

    other.do("behave", status=THROTTLED)
    throttled = plan()
    with working(other, House()):
        other.wait_for("submit", to=PHONE.lstrip("+"))
        other.do("behave")
        until(lambda: state_of(throttled) is MessageState.DELIVERED)

    assert OutboundMessage.objects.get(conversation=refused).reason == "wrong_recipient"


def test_the_operator_may_unbind_and_we_come_back(other: Smsc) -> None:
    with working(other, House()):
        other.do("unbind")
        other.wait_for("bound")
        conversation = plan()
        until(lambda: state_of(conversation) is MessageState.DELIVERED)


def test_leaving_says_goodbye(other: Smsc) -> None:
    with working(other, House()):
        pass

    other.wait_for("unbound")


def test_a_hundred_messages_are_each_delivered_once(other: Smsc) -> None:
    conversations = [plan(to=f"+3584000000{number:02}") for number in range(100)]

    with working(other, House()):
        until(lambda: {state_of(one) for one in conversations} == {MessageState.DELIVERED})

    assert len({submit["to"] for submit in other.heard("submit")}) == len(other.heard("submit")) == 100


def test_a_refused_password_stops_the_worker() -> None:
    with perl_smsc() as smsc, pytest.raises(GatewayError, match="refuses the user or the password"):
        Worker(gateway(smsc, password="wrong-one"), hooks=House().hooks()).run_forever(threading.Event())

"""Through Debian's Kannel to an SMSC that nobody here wrote: what goes in at one end comes out whole at the other."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from tests.smsc.house import PHONE, SENDER, House, plan, state_of, until
from tests.smsc.kannel import RunningKannel, kannel, to_smpp
from tests.smsc.peers import PATIENCE, Smsc

from vaste.messaging.gateway import GatewayError
from vaste.messaging.hooks import Timing
from vaste.messaging.http.gateway import HttpGateway
from vaste.messaging.models import InboundPart, OutboundMessage
from vaste.messaging.rules import MessageState
from vaste.messaging.worker import Worker

pytestmark = [pytest.mark.smsc, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def running(shared_smsc: Smsc, live_server: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningKannel]:
    folder = tmp_path_factory.mktemp("kannel")
    with kannel(folder, smsc=to_smpp(shared_smsc.port), base_url=live_server.url) as started:
        shared_smsc.wait_for("bound")
        yield started


@pytest.fixture
def gateway(running: RunningKannel, smsc: Smsc, live_server: LiveServer, settings: Settings) -> HttpGateway:
    settings.BASE_URL = live_server.url
    settings.SMS_URLS = [f"kannel://vaste:secret@127.0.0.1:{running.sendsms_port}?secret=a-secret-for-kannel"]
    return running.gateway(base_url=live_server.url)


@contextmanager
def working(gateway: HttpGateway, house: House) -> Iterator[None]:
    stop = threading.Event()
    worker = Worker(gateway, hooks=house.hooks(), timing=Timing(poll_seconds=0.05))
    thread = threading.Thread(target=worker.run_forever, args=[stop])
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_a_message_goes_out_and_its_receipt_comes_in(gateway: HttpGateway, smsc: Smsc) -> None:
    house, conversation = House(), plan("Hyvää päivää, vastaa 0–10")

    with working(gateway, house):
        submit = smsc.wait_for("submit")
        until(lambda: state_of(conversation) is MessageState.DELIVERED)

    assert (submit["from"], submit["to"], submit["text"]) == (SENDER, PHONE.lstrip("+"), "Hyvää päivää, vastaa 0-10")
    assert house.sent == [(conversation, "ask")]
    assert not OutboundMessage.objects.exclude(sealed=None, person_hash=None).exists()


def test_a_message_that_the_operator_cannot_deliver_is_undelivered(gateway: HttpGateway, smsc: Smsc) -> None:
    smsc.do("behave", receipt="UNDELIV")
    conversation = plan()

    with working(gateway, House()):
        until(lambda: state_of(conversation) is MessageState.UNDELIVERED)


@pytest.mark.parametrize(
    "text",
    [
        "Kiitos " + "å" * 151 + " € ja hyvää jatkoa [" + "ö" * 150,
        "Giitu, dat lea buorre. Čállit vel: " + "š" * 40,
        "Kiitos palautteestasi! " * 6 + "😀" * 20,
    ],
    ids=["gsm with letters of two septets", "sámi letters", "emoji"],
)
def test_a_long_text_is_joined_by_the_receiver_as_it_was_written_and_has_one_receipt(gateway: HttpGateway, smsc: Smsc, text: str) -> None:
    conversation = plan(text)

    with working(gateway, House()):
        first = smsc.wait_for("submit")
        total = int(first["concat"][0][6:8], 16)
        parts = [first, *(smsc.wait_for("submit") for _ in range(total - 1))]
        until(lambda: state_of(conversation) is MessageState.DELIVERED)

    by_number = sorted(parts, key=lambda part: str(part["concat"][0][8:10]))
    assert "".join(part["text"] for part in by_number) == text


@pytest.mark.parametrize(
    ("coding", "octets", "text"),
    [
        (0, "6879767b7b201b65", "hyvää €"),
        (3, "hyvää".encode("latin-1").hex(), "hyvää"),
        (8, "buorre, čáppa\n😀".encode("utf-16-be").hex(), "buorre, čáppa\n😀"),
    ],
    ids=["gsm", "latin-1", "ucs-2"],
)
def test_a_reply_comes_in_whole_whatever_its_alphabet(gateway: HttpGateway, smsc: Smsc, coding: int, octets: str, text: str) -> None:
    house = House()

    with working(gateway, house):
        smsc.do("reply", **{"from": PHONE.lstrip("+"), "to": SENDER, "octets": octets, "coding": coding})
        until(lambda: bool(house.replies))

    assert [(reply.from_number, reply.to.lstrip("+"), reply.text) for reply in house.replies] == [(PHONE, SENDER, text)]
    assert not InboundPart.objects.exists()


def test_the_parts_of_a_long_reply_are_one_reply(gateway: HttpGateway, smsc: Smsc) -> None:
    house, pieces = House(), [(2, "loppu"), (1, "alku ja ")]

    with working(gateway, house):
        for number, piece in pieces:
            octets = f"05000307020{number}" + piece.encode().hex()
            smsc.do("reply", **{"from": PHONE.lstrip("+"), "to": SENDER, "octets": octets, "esm": 0x40, "coding": 0})
        until(lambda: bool(house.replies))

    assert [reply.text for reply in house.replies] == ["alku ja loppu"]


def test_a_refused_password_ends_the_worker_with_a_sentence_and_keeps_the_message(running: RunningKannel, smsc: Smsc) -> None:
    conversation = plan()
    gateway = running.gateway(base_url="http://localhost:8000", password="wrong-one")

    with pytest.raises(GatewayError, match="refuses the user or the password") as caught:
        Worker(gateway, hooks=House().hooks()).run_once(wait_seconds=PATIENCE)

    assert "wrong-one" not in str(caught.value)
    assert state_of(conversation) is MessageState.QUEUED

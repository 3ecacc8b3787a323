"""The whole way through Kannel and its fakesmsc: a visit, an invitation, an answer, the next question, and the record."""

import threading
from collections.abc import Iterator

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from tests.factories import make_county, take_in_visits, visit_fields
from tests.ports import free_port
from tests.smsc.house import PHONE, until
from tests.smsc.kannel import FakePhones, RunningKannel, kannel, to_fake_smsc
from tests.smsc.peers import PATIENCE

from vaste.config.working import hooks
from vaste.core import clock
from vaste.messaging.hooks import Timing
from vaste.messaging.models import OutboundMessage
from vaste.messaging.rules import MessageState
from vaste.messaging.worker import Worker

pytestmark = [pytest.mark.smsc, pytest.mark.django_db(transaction=True)]

COUNTY = "+3584573960275"


@pytest.fixture
def running(live_server: LiveServer, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningKannel]:
    settings.BASE_URL = live_server.url
    port, folder = free_port(), tmp_path_factory.mktemp("kannel")
    with kannel(folder, smsc=to_fake_smsc(port), base_url=live_server.url, smsc_port=port) as started:
        settings.SMS_URLS = [f"kannel://vaste:secret@127.0.0.1:{started.sendsms_port}?secret=a-secret-for-kannel"]
        yield started


@pytest.fixture
def phones(running: RunningKannel) -> Iterator[FakePhones]:
    switched_on = FakePhones(running.smsc_port)
    switched_on.listen()
    yield switched_on
    switched_on.end()


@pytest.fixture
def worker(running: RunningKannel, live_server: LiveServer) -> Iterator[None]:
    stop = threading.Event()
    gateway = running.gateway(base_url=live_server.url)
    thread = threading.Thread(target=Worker(gateway, hooks=hooks(), timing=Timing(poll_seconds=0.05)).run_forever, args=[stop])
    yield thread.start()
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


@pytest.mark.usefixtures("worker")
def test_a_visit_becomes_an_invitation_an_answer_and_the_next_question(phones: FakePhones) -> None:
    make_county()
    take_in_visits(visit_fields(phone=PHONE, visited_at=clock.now().isoformat()))

    phone, invitation = phones.hear()
    phones.say(PHONE, COUNTY, "9, čáppa bálvalus 😀")
    _phone, question = phones.hear()
    phones.say(PHONE, COUNTY, "5")
    _phone, next_question = phones.hear()
    phones.say(PHONE, COUNTY, "STOP")
    _phone, farewell = phones.hear()
    until(lambda: not OutboundMessage.objects.exclude(state=MessageState.DELIVERED).exists())

    assert phone == PHONE
    assert "0-10" in invitation
    assert len({invitation, question, next_question, farewell}) == 4

"""The simulated operator keeps the contract of every operator, and its people act."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs
from uuid import UUID

import pytest

from vaste.core.ids import new_id
from vaste.messaging.gateway import Incoming, Outgoing, Receipt, SmsGateway, SubmitEnd, SubmitOutcome
from vaste.messaging.rules import Event
from vaste.simulator.faults import LEVELS, Fault, Faults
from vaste.simulator.operator import SimulatedOperator
from vaste.simulator.people import PEOPLE, Habit, SimulatedSettings, number_of, own_number, person
from vaste.simulator.phones import Line, Side

SETTINGS = SimulatedSettings(speed=500, faults=LEVELS["none"])
INVITATION = "Soite: Suosittelisitko palveluamme? Vastaa 0-10 (10=kyllä) tai {base}/s/3hZkQ9mWxTy7\nKieltäydy: STOP"
OWN = own_number(0)


@dataclass
class Heard:
    """An inbox that only remembers."""

    receipts: list[Receipt] = field(default_factory=list)
    replies: list[Incoming] = field(default_factory=list)

    async def receipt(self, receipt: Receipt) -> None:
        self.receipts.append(receipt)

    async def incoming(self, incoming: Incoming) -> None:
        self.replies.append(incoming)

    async def late(self, reference: UUID, outcome: SubmitOutcome) -> None:
        raise AssertionError("the simulated operator always answers in time")


def message(to: str = OWN, text: str = "Kiitos.", **more: frozenset[int]) -> Outgoing:
    return Outgoing(reference=new_id(), sender="+358400000000", to=to, text=text, validity=timedelta(hours=24), **more)


def one_with(habit: Habit) -> str:
    return number_of(next(index for index in range(PEOPLE) if person(index, SETTINGS).habit is habit))


def lived(
    act: Callable[[SimulatedOperator, Heard], Awaitable[None]],
    base_url: str = "http://127.0.0.1:24000",
    settings: SimulatedSettings = SETTINGS,
) -> tuple[SimulatedOperator, Heard]:
    """Run an operator around something, and return it with all that was heard."""
    operator, heard = SimulatedOperator(settings, base_url=base_url), Heard()

    async def life() -> None:
        running = asyncio.create_task(operator.run(heard))
        while not operator.is_ready():
            await asyncio.sleep(0)
        await act(operator, heard)
        await operator.close()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    asyncio.run(asyncio.wait_for(life(), timeout=120))
    return operator, heard


async def until(come_true: Callable[[], bool]) -> None:
    while not come_true():
        await asyncio.sleep(0.005)


def test_it_can_stand_wherever_an_operator_is_wanted():
    gateway: SmsGateway = SimulatedOperator(SETTINGS, base_url="http://127.0.0.1:24000")
    assert (gateway.account, gateway.window, gateway.rate) == ("simulated", 50, None)


def test_before_it_runs_it_is_not_ready_and_nothing_is_sent():
    operator = SimulatedOperator(SETTINGS, base_url="http://127.0.0.1:24000")
    assert not operator.is_ready()
    assert [outcome.end for outcome in asyncio.run(operator.submit(message()))] == [SubmitEnd.NOT_SENT]
    assert not operator.write_as(OWN, "+358400000000", "9")


def test_a_message_is_accepted_and_a_receipt_with_the_same_id_says_it_was_delivered():
    outcomes: list[SubmitOutcome] = []

    async def send(operator: SimulatedOperator, heard: Heard) -> None:
        outcomes.extend(await operator.submit(message()))
        await until(lambda: bool(heard.receipts))

    operator, heard = lived(send)
    assert [outcome.end for outcome in outcomes] == [SubmitEnd.ACCEPTED]
    assert heard.receipts == [Receipt("simulated", outcomes[0].provider_id, Event.RECEIPT_DELIVERED, number=OWN)]
    assert operator.phones.screen(OWN) == [Line(Side.COUNTY, "Kiitos.")]


def test_each_part_of_a_long_message_has_its_own_id_and_receipt_but_parts_done_are_not_taken_again():
    outcomes: list[SubmitOutcome] = []

    async def send(operator: SimulatedOperator, heard: Heard) -> None:
        outcomes.extend(await operator.submit(message(text="a" * 400, parts_done=frozenset({2}))))
        await until(lambda: len(heard.receipts) == 2)

    _operator, heard = lived(send)
    assert [outcome.part for outcome in outcomes] == [1, 3]
    assert {receipt.provider_id for receipt in heard.receipts} == {outcome.provider_id for outcome in outcomes}


def test_some_messages_do_not_arrive_and_the_receipts_say_so():
    async def send(operator: SimulatedOperator, heard: Heard) -> None:
        for index in range(400):
            await operator.submit(message(to=number_of(index)))
        await until(lambda: len(heard.receipts) == 400)

    _operator, heard = lived(send)
    undelivered = sum(receipt.event is Event.RECEIPT_UNDELIVERED for receipt in heard.receipts)
    assert 0 < undelivered < 30


def test_a_person_replies_to_the_number_that_asked_and_is_heard_once():
    replier = one_with(Habit.REPLIES)

    async def send(operator: SimulatedOperator, heard: Heard) -> None:
        await operator.submit(message(to=replier, text=INVITATION.format(base="http://127.0.0.1:24000")))
        await until(lambda: bool(heard.replies))
        await asyncio.sleep(0.05)

    operator, heard = lived(send)
    (reply,) = heard.replies
    assert (reply.account, reply.sender, reply.recipient) == ("simulated", replier, "+358400000000")
    assert 0 <= int(reply.octets.decode()) <= 10
    assert reply.provider_id
    assert operator.happened["replies"] == 1


def test_a_visitor_can_write_from_an_own_phone():
    async def write(operator: SimulatedOperator, heard: Heard) -> None:
        assert await asyncio.to_thread(operator.write_as, OWN, "+358400000000", "åtta, tack")
        await until(lambda: bool(heard.replies))

    operator, heard = lived(write)
    assert [reply.octets.decode() for reply in heard.replies] == ["åtta, tack"]
    assert operator.phones.screen(OWN) == [Line(Side.PERSON, "åtta, tack")]


@pytest.fixture
def survey_page():
    """A foreign survey page on loopback, which remembers what was sent."""
    sent: list[dict[str, list[str]]] = []
    radios = "".join(f"<input type=radio name=nps value={value}>" for value in range(11))

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(f"<form method=post action=''>{radios}<textarea name=free_text></textarea><button>Ok</button></form>")

        def do_POST(self) -> None:
            sent.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode(), keep_blank_values=True))
            self._answer("Kiitos")

        def _answer(self, html: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", sent
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_person_opens_the_link_and_sends_the_form(survey_page):
    base, sent = survey_page
    opener = one_with(Habit.OPENS_LINK)

    async def send(operator: SimulatedOperator, _heard: Heard) -> None:
        await operator.submit(message(to=opener, text=INVITATION.format(base=base)))
        await until(lambda: operator.happened["pages sent"] == 1)

    operator, heard = lived(send, base_url=base)
    assert len(sent) == 1
    assert 0 <= int(sent[0]["nps"][0]) <= 10
    assert heard.replies == []
    assert operator.phones.screen(opener)[-1].side is Side.PAGE


def test_people_open_no_pages_but_this_machines_own(survey_page):
    base, sent = survey_page
    opener = one_with(Habit.OPENS_LINK)

    async def send(operator: SimulatedOperator, heard: Heard) -> None:
        await operator.submit(message(to=opener, text=INVITATION.format(base=base)))
        await until(lambda: bool(heard.receipts))
        await asyncio.sleep(0.2)

    operator, _heard = lived(send, base_url="http://127.0.0.1:24999")
    assert operator.happened["pages opened"] == 0
    assert sent == []


def test_a_page_that_does_not_answer_harms_nobody():
    opener = one_with(Habit.OPENS_LINK)

    async def send(operator: SimulatedOperator, heard: Heard) -> None:
        await operator.submit(message(to=opener, text=INVITATION.format(base="http://127.0.0.1:24998")))
        await until(lambda: operator.happened["pages opened"] == 1)
        await asyncio.sleep(0.1)
        await operator.submit(message())
        await until(lambda: len(heard.receipts) == 2)

    operator, _heard = lived(send, base_url="http://127.0.0.1:24998")
    assert operator.happened["pages sent"] == 0


def always(*faults: Fault) -> SimulatedSettings:
    return SimulatedSettings(speed=20, faults=Faults.of(dict.fromkeys(faults, 1.0)))


def test_after_an_answer_that_was_lost_with_the_connection_nothing_is_sent_until_it_is_back():
    ends: list[SubmitEnd] = []

    async def send(operator: SimulatedOperator, heard: Heard) -> None:
        for _ in range(2):
            ends.extend(outcome.end for outcome in await operator.submit(message()))
        await until(lambda: bool(heard.receipts) and operator.is_ready())

    operator, heard = lived(send, settings=always(Fault.LOST_ANSWER))
    assert ends == [SubmitEnd.UNKNOWN, SubmitEnd.NOT_SENT]
    assert [receipt.event for receipt in heard.receipts] == [Event.RECEIPT_DELIVERED]
    assert operator.injected == {Fault.LOST_ANSWER: 1}


def test_an_early_receipt_is_there_before_the_answer():
    async def send(operator: SimulatedOperator, heard: Heard) -> None:
        (outcome,) = await operator.submit(message())
        assert [receipt.provider_id for receipt in heard.receipts] == [outcome.provider_id]

    lived(send, settings=always(Fault.EARLY_RECEIPT))


def test_an_operator_that_asks_to_wait_says_how_long_at_the_pace_of_its_people():
    outcomes: list[SubmitOutcome] = []

    async def send(operator: SimulatedOperator, _heard: Heard) -> None:
        outcomes.extend(await operator.submit(message()))

    lived(send, settings=always(Fault.THROTTLED))
    assert [(outcome.end, outcome.temporary, outcome.pause_seconds) for outcome in outcomes] == [(SubmitEnd.REJECTED, True, 0.05)]


def test_what_a_person_writes_meets_its_faults_on_the_way():
    async def write(operator: SimulatedOperator, heard: Heard) -> None:
        assert await asyncio.to_thread(operator.write_as, OWN, "+358400000000", "9")
        await until(lambda: len(heard.replies) == 2)

    operator, heard = lived(write, settings=always(Fault.REPLY_TWICE))
    assert heard.replies[0] == heard.replies[1]
    assert (operator.happened["replies"], operator.injected) == (1, {Fault.REPLY_TWICE: 1})


def test_a_phone_that_answers_by_itself_does_so_where_its_owner_would_not():
    async def send(operator: SimulatedOperator, heard: Heard) -> None:
        await operator.submit(message(to=one_with(Habit.SILENT), text=INVITATION))
        await until(lambda: bool(heard.replies))

    _operator, heard = lived(send, settings=always(Fault.ODD_WORDS))
    assert heard.replies[0].octets.decode() in {"Automaattinen vastaus: olen lomalla.", "Autosvar: jag är på semester."}

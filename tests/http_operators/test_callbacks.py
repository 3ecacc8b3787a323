"""What HTTP operators bring to the web server: proven, kept before it is acknowledged, kept once, and never in a log."""

import hashlib
import hmac
import json
import logging
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as runs
from hypothesis import strategies as st
from pytest_django import Settings
from tests.smsc.house import House

from vaste.core import clock
from vaste.core.ids import new_id
from vaste.core.logs import configure_logs
from vaste.messaging import inbox, ledger
from vaste.messaging.actions import NewMessage, enqueue
from vaste.messaging.gateway import SubmitEnd, SubmitOutcome
from vaste.messaging.http.kannel import proof
from vaste.messaging.http.twilio import signature
from vaste.messaging.models import InboundPart, OrphanReceipt, OutboundMessage
from vaste.messaging.receipts import apply_kept
from vaste.messaging.rules import WHOLE, MessageClass, MessageState

pytestmark = pytest.mark.django_db(transaction=True)

PHONE, COUNTY = "+358400000001", "+3584573960275"
SECRET, TOKEN = "sixteen-letters!", "the-token"
JSON_FILE = """
[request]
address = "https://sms.example.fi/messages"
body = { to = "{to}", text = "{text}" }
[callbacks]
header = "X-Signature"
secret = "{callback_secret}"
[receipts]
id = "id"
status = "state"
[replies]
id = "id"
sender = "from"
recipient = "to"
text = "text"
"""


@pytest.fixture(autouse=True)
def accounts(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "operator.toml"
    file.write_text(JSON_FILE, encoding="utf-8")
    settings.BASE_URL = "https://palaute.example.fi"
    settings.SMS_URLS = [
        "simulated://",
        f"kannel://vaste:password@127.0.0.1:13013?secret={SECRET}",
        f"twilio://AC0:{TOKEN}@api.twilio.com",
        f"json://{file}?callback_secret=a-secret-of-calls",
    ]


def kannel_reply(text: str, *, secret: str = SECRET, reply_id: str = "r-1") -> HttpResponse:
    facts = {"secret": secret, "id": reply_id, "from": PHONE, "to": COUNTY, "charset": "UTF-8", "text": text}
    return Client().get(f"/operators/kannel/replies?{urlencode(facts)}")


def kannel_receipt(our_id: str, status: str = "1", *, secret: str = SECRET) -> HttpResponse:
    facts = {"id": our_id, "proof": proof(our_id, secret), "status": status, "number": PHONE}
    return Client().get(f"/operators/kannel/receipts?{urlencode(facts)}")


def twilio_call(kind: str, fields: dict[str, str], *, token: str = TOKEN) -> HttpResponse:
    signed = signature(f"https://palaute.example.fi/operators/twilio/{kind}", fields, token)
    form = "application/x-www-form-urlencoded"
    return Client().post(f"/operators/twilio/{kind}", urlencode(fields), content_type=form, headers={"X-Twilio-Signature": signed})


def json_call(kind: str, document: Any, *, secret: str = "a-secret-of-calls") -> HttpResponse:
    body = json.dumps(document)
    signed = hmac.digest(secret.encode(), body.encode(), hashlib.sha256).hex()
    return Client().post(f"/operators/operator/{kind}", body, content_type="application/json", headers={"X-Signature": signed})


def twilio_reply(text: str, *, token: str = TOKEN) -> HttpResponse:
    return twilio_call("replies", {"MessageSid": "SM1", "From": PHONE, "To": COUNTY, "Body": text}, token=token)


def json_reply(text: str, *, secret: str = "a-secret-of-calls") -> HttpResponse:
    return json_call("replies", {"id": "j-1", "from": PHONE, "to": COUNTY, "text": text}, secret=secret)


def read_replies() -> list[str]:
    house = House()
    inbox.handle(on_reply=house.hooks().on_reply, now=clock.now())
    return [reply.text for reply in house.replies]


def sent(account: str, provider_id: str = "", *, end: SubmitEnd = SubmitEnd.ACCEPTED, text: str = "Hei") -> OutboundMessage:
    """Return a message that was handed to an account and ended so."""
    now = clock.now()
    facts: dict[str, Any] = {"step": "ask", "message_class": MessageClass.INVITATION, "to": PHONE, "text": text, "sender": COUNTY}
    enqueue([NewMessage(conversation=new_id(), due_at=now, expires_at=now + timedelta(hours=24), **facts)], now=now)
    later = now + timedelta(minutes=1)
    (one,) = ledger.lease(account=account, limit=1, until=later, why_not_send=lambda _ids, _now: {}, now=now)
    reference = one.outgoing.reference
    ends = {reference: [SubmitOutcome(end, WHOLE, provider_id=provider_id)]}
    ledger.record(ends, account=account, hold_until=now + timedelta(minutes=10), on_sent=lambda *_: None, now=now)
    return OutboundMessage.objects.get(id=reference)


def take_up(account: str) -> None:
    """Do what the account's worker does now and then."""
    apply_kept(account=account, on_sent=lambda *_: None, now=clock.now())
    ledger.settle(hold_until=clock.now() + timedelta(minutes=10), on_sent=lambda *_: None, now=clock.now())


@pytest.mark.parametrize("bring", [kannel_reply, twilio_reply, json_reply])
def test_a_reply_is_kept_when_it_is_acknowledged_and_read_by_the_worker(bring: Callable[[str], HttpResponse]) -> None:
    answer = bring("9, čáppa 😀")

    assert answer.status_code == 200
    assert InboundPart.objects.count() == 1
    assert read_replies() == ["9, čáppa 😀"]


@pytest.mark.parametrize("bring", [kannel_reply, twilio_reply, json_reply])
def test_a_reply_that_is_brought_again_is_one_reply_even_after_it_was_read(bring: Callable[[str], HttpResponse]) -> None:
    bring("9")
    read = read_replies()

    assert bring("9").status_code == 200
    assert (read, read_replies()) == (["9"], [])


def test_two_web_processes_that_take_the_same_reply_at_once_keep_it_once() -> None:
    together = threading.Barrier(6)

    def bring() -> None:
        together.wait(60)
        assert kannel_reply("9").status_code == 200
        connections.close_all()

    threads = [threading.Thread(target=bring) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert InboundPart.objects.count() == 1


@pytest.mark.parametrize(
    "bring",
    [
        lambda: kannel_reply("9", secret="wrong-secret-here"),
        lambda: kannel_receipt("a-1", secret="wrong-secret-here"),
        lambda: twilio_reply("9", token="wrong"),
        lambda: twilio_call("receipts", {"MessageSid": "SM1", "MessageStatus": "delivered"}, token="wrong"),
        lambda: json_reply("9", secret="wrong"),
        lambda: json_call("receipts", {"id": "a", "state": "x"}, secret="wrong"),
    ],
)
def test_what_is_not_proven_is_refused_without_a_word_and_not_kept(bring: Callable[[], HttpResponse]) -> None:
    answer = bring()

    assert (answer.status_code, answer.content) == (403, b"")
    assert not InboundPart.objects.exists()
    assert not OrphanReceipt.objects.exists()


@pytest.mark.parametrize("account", ["simulated", "nobody", "kannel2"])
def test_an_account_that_does_not_listen_here_is_not_found(account: str) -> None:
    assert Client().post(f"/operators/{account}/replies", {"text": "9"}).status_code == 404


def test_a_callback_that_is_too_long_is_not_read() -> None:
    answer = Client().post("/operators/operator/replies", "x" * 300_000, content_type="application/json")

    assert (answer.status_code, answer.content) == (413, b"")


def test_a_proven_callback_that_cannot_be_read_is_answered_so_that_it_is_not_brought_for_ever() -> None:
    assert json_call("replies", {"id": 1}).status_code == 400


def test_the_operator_reads_what_it_expects_of_an_acknowledgement() -> None:
    assert twilio_reply("9").content == b"<Response/>"
    assert kannel_reply("9").content == b""  # Kannel would send anything else to the person


@pytest.mark.parametrize(
    ("account", "bring"),
    [
        ("kannel", lambda: kannel_receipt("ab-1")),
        ("twilio", lambda: twilio_call("receipts", {"MessageSid": "ab-1", "MessageStatus": "delivered", "To": PHONE})),
    ],
)
@pytest.mark.parametrize("text", ["Hei", "pitkä " * 60], ids=["short", "long"])
def test_a_receipt_makes_the_message_delivered_when_the_worker_takes_it_up(account: str, bring: Callable[[], Any], text: str) -> None:
    message = sent(account, "ab-1", text=text)

    bring()
    take_up(account)
    message.refresh_from_db()

    assert (message.state, message.person_hash) == (MessageState.DELIVERED, None)
    assert not OrphanReceipt.objects.exists()


@pytest.mark.parametrize("text", ["Hei", "pitkä " * 60], ids=["short", "long"])
def test_a_receipt_proves_a_message_that_had_no_answer(text: str) -> None:
    message = sent("kannel", end=SubmitEnd.UNKNOWN, text=text)

    kannel_receipt("ab-1")
    take_up("kannel")
    message.refresh_from_db()

    assert message.state == MessageState.DELIVERED


def test_a_receipt_that_comes_before_the_answer_is_found_later() -> None:
    kannel_receipt("ab-1")
    take_up("kannel")

    message = sent("kannel", "ab-1")

    assert message.state == MessageState.DELIVERED


def test_receipts_brought_again_or_out_of_order_change_nothing_back() -> None:
    message = sent("kannel", "ab-1")

    for status in ("8", "1", "8", "2", "1"):
        kannel_receipt("ab-1", status)
        take_up("kannel")
    message.refresh_from_db()

    assert message.state == MessageState.DELIVERED


def test_a_receipt_of_another_account_is_not_taken_for_ours() -> None:
    message = sent("twilio", "ab-1")

    kannel_receipt("ab-1")
    take_up("twilio")
    take_up("kannel")
    message.refresh_from_db()

    assert message.state == MessageState.ACCEPTED


@pytest.fixture
def written_by(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[Callable[[], Any]], str]]:
    """Return what an act logs, with logs set up as the program does, and put back afterwards."""
    root = logging.getLogger()
    before = root.handlers, root.level

    def log_of(act: Callable[[], Any]) -> str:
        configure_logs(logging.DEBUG)
        act()
        return capsys.readouterr().err

    yield log_of
    root.handlers, root.level = before


@pytest.mark.parametrize(
    "bring",
    [
        lambda: kannel_reply("salaisuus"),
        lambda: kannel_reply("salaisuus", secret="wrong-secret-here"),
        lambda: kannel_receipt("salaisuus", status="3"),
        lambda: json_call("replies", {"id": "j", "from": PHONE, "text": "salaisuus"}),
    ],
    ids=["taken", "refused", "unreadable query", "unreadable body"],
)
def test_nothing_of_a_callback_reaches_a_log(bring: Callable[[], Any], written_by: Callable[[Callable[[], Any]], str]) -> None:
    written = written_by(bring)

    for secret in ("salaisuus", SECRET, "wrong-secret-here", PHONE.lstrip("+"), COUNTY.lstrip("+")):
        assert secret not in written


def test_a_refused_callback_is_logged_by_its_path(written_by: Callable[[Callable[[], Any]], str]) -> None:
    assert "GET /operators/kannel/replies" in written_by(lambda: kannel_reply("9", secret="wrong-secret-here"))


@given(query=st.text(max_size=100), body=st.binary(max_size=200), kind=st.sampled_from(["receipts", "replies"]))
@runs(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_strangers_send_is_refused_and_leaves_nothing(query: str, body: bytes, kind: str) -> None:
    for account in ("kannel", "twilio", "operator"):
        path = f"/operators/{account}/{kind}?{quote(query)}"
        answers = [Client().get(path), Client().post(path, body, content_type="application/json")]
        assert {answer.status_code for answer in answers} <= {400, 403}

    assert not InboundPart.objects.exists()
    assert not OrphanReceipt.objects.exists()

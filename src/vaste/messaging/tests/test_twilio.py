"""Twilio's words: what a message looks like to it, and what its answers and callbacks mean to us."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.messaging.gateway import Coding, Incoming, Outgoing, Receipt
from vaste.messaging.http.provider import Answer, Callback, CallbackRefused, CallbackUnreadable, Reading, Verdict
from vaste.messaging.http.twilio import Twilio, signature
from vaste.messaging.rules import WHOLE, Event

SID = "AC" + "0" * 32
ACCOUNT = Twilio.from_url(f"twilio://{SID}:the-token@api.twilio.com", base_url="https://palaute.example.fi")
PHONE, COUNTY = "+358400000001", "+3584573960275"
MESSAGE_SID = "SM" + "1" * 32


def outgoing(**changes: Any) -> Outgoing:
    facts = {"reference": UUID(int=7), "sender": "+358 457 396 0275", "to": PHONE, "text": "Hei", "validity": timedelta(hours=2)}
    return Outgoing(**{**facts, **changes})


def form_of(account: Twilio, **changes: Any) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(account.ask(outgoing(**changes)).body.decode()).items()}


def answer(status: int, /, **body: Any) -> Answer:
    return Answer(status, {}, msgspec.json.encode(body))


def called(kind: str, fields: Mapping[str, str], *, token: str = "the-token", address: str = "") -> Callback:
    as_signed = address or f"https://palaute.example.fi/operators/twilio/{kind}"
    headers = {"x-twilio-signature": signature(as_signed, fields, token)}
    return Callback(f"https://palaute.example.fi/operators/twilio/{kind}", "", headers, urlencode(fields).encode())


def test_a_message_is_a_form_for_the_accounts_messages() -> None:
    ask = ACCOUNT.ask(outgoing())

    assert (ask.method, ask.address) == ("POST", f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages.json")
    assert form_of(ACCOUNT) == {
        "To": PHONE,
        "From": COUNTY,
        "Body": "Hei",
        "StatusCallback": "https://palaute.example.fi/operators/twilio/receipts",
        "ValidityPeriod": "7200",
    }


def test_a_messaging_service_may_stand_for_the_number() -> None:
    account = Twilio.from_url(f"twilio://{SID}:t@api.twilio.com?from=MG{'2' * 32}", base_url="https://palaute.example.fi")

    assert form_of(account)["MessagingServiceSid"] == f"MG{'2' * 32}"
    assert "From" not in form_of(account)


@pytest.mark.parametrize(("validity", "seconds"), [(timedelta(days=2), "36000"), (timedelta(0), "1")])
def test_the_validity_stays_within_what_twilio_takes(validity: timedelta, seconds: str) -> None:
    assert form_of(ACCOUNT, validity=validity)["ValidityPeriod"] == seconds


def test_a_loopback_host_is_spoken_to_without_encryption_and_every_other_with() -> None:
    local = Twilio.from_url("twilio://a:b@127.0.0.1:4010?name=rehearsal", base_url="http://localhost:8000")

    assert local.api == "http://127.0.0.1:4010"
    assert ACCOUNT.api == "https://api.twilio.com"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("twilio://api.twilio.com", "is written"),
        ("twilio://only-sid@api.twilio.com", "is written"),
        ("twilio://a:hidden@api.twilio.com?colour=red", "unknown option: colour"),
        ("twilio://a:hidden@api.twilio.com?window=0", "window must be a number"),
        ("twilio://a:hidden@api.twilio.com?window=2.5", "window must be a number"),
        ("twilio://a:hidden@api.twilio.com?name=My/Account", "name must be"),
        ("twilio://a:hidden@api.twilio.com:99999", "port must be"),
    ],
)
def test_a_wrong_address_is_refused_with_a_sentence_that_hides_the_token(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        Twilio.from_url(url, base_url="https://palaute.example.fi")

    assert "hidden" not in str(caught.value)


def test_a_created_message_is_taken_under_twilios_id() -> None:
    assert ACCOUNT.read_answer(answer(201, sid=MESSAGE_SID, status="queued"), outgoing()) == Reading(Verdict.TAKEN, MESSAGE_SID)


@pytest.mark.parametrize(
    ("status", "code", "verdict"),
    [
        (400, 21211, Verdict.REJECTED),
        (400, 21610, Verdict.REJECTED),
        (400, 21611, Verdict.FOR_NOW),
        (400, 21606, Verdict.CALL_SUPPORT),
        (401, 20003, Verdict.CREDENTIALS),
        (403, 20003, Verdict.CREDENTIALS),
        (429, 20429, Verdict.FOR_NOW),
        (400, 99999, Verdict.REJECTED),
        (503, 99999, Verdict.FOR_NOW),
    ],
)
def test_an_error_code_says_what_to_do_and_the_status_where_the_code_is_not_known(status: int, code: int, verdict: Verdict) -> None:
    reading = ACCOUNT.read_answer(answer(status, code=code, message="The number +358400000001 is not good"), outgoing())

    assert reading == Reading(verdict, status=f"twilio_{code}")


@pytest.mark.parametrize("body", [b"", b"<html>Please log in</html>", b'{"sid": 7}', b'{"sid": ""}', b"\xff\xfe"])
def test_a_good_status_without_an_id_proves_nothing(body: bytes) -> None:
    assert ACCOUNT.read_answer(Answer(200, {}, body), outgoing()).verdict is Verdict.UNKNOWN


@given(st.integers(0, 999), st.binary(max_size=200))
def test_no_answer_upsets_the_reading(status: int, body: bytes) -> None:
    assert ACCOUNT.read_answer(Answer(status, {}, body), outgoing()).verdict in Verdict


@pytest.mark.parametrize(
    ("status", "error", "event"),
    [
        ("queued", "", Event.RECEIPT_TAKEN),
        ("sent", "", Event.RECEIPT_TAKEN),
        ("delivered", "", Event.RECEIPT_DELIVERED),
        ("undelivered", "30003", Event.RECEIPT_UNDELIVERED),
        ("failed", "30036", Event.RECEIPT_EXPIRED),
        ("canceled", "", Event.RECEIPT_UNDELIVERED),
        ("something new", "", Event.RECEIPT_TAKEN),
    ],
)
def test_a_status_callback_is_a_receipt_for_the_whole_message(status: str, error: str, event: Event) -> None:
    fields = {"MessageSid": MESSAGE_SID, "MessageStatus": status, "To": PHONE, "From": COUNTY}
    found = ACCOUNT.read_receipts(called("receipts", {**fields, **({"ErrorCode": error} if error else {})}))

    assert found == [Receipt("twilio", MESSAGE_SID, event, number=PHONE, status=f"twilio_{error}" if error else "", part=WHOLE)]


def test_a_webhook_brings_a_reply_with_twilios_id_of_it() -> None:
    found = ACCOUNT.read_replies(called("replies", {"MessageSid": MESSAGE_SID, "From": PHONE, "To": COUNTY, "Body": "9, čáppa 😀"}))

    assert found == [Incoming("twilio", PHONE, COUNTY, "9, čáppa 😀".encode(), coding=Coding.UTF8, provider_id=MESSAGE_SID)]


# Made with another tool: openssl dgst -sha1 -hmac the-token -binary | base64
OPENSSL_SAYS = "PIsIG39wujk5z0CSJJ74aff4svc="


def test_the_signature_is_over_the_address_and_the_sorted_fields() -> None:
    assert signature("https://palaute.example.fi/x?a=1", {"To": PHONE, "Body": "ä", "From": COUNTY}, "the-token") == OPENSSL_SAYS


@pytest.mark.parametrize(
    "address", ["https://palaute.example.fi/operators/twilio/receipts", "https://palaute.example.fi:443/operators/twilio/receipts"]
)
def test_a_signature_with_or_without_the_usual_port_is_good(address: str) -> None:
    fields = {"MessageSid": MESSAGE_SID, "MessageStatus": "sent"}

    assert len(ACCOUNT.read_receipts(called("receipts", fields, address=address))) == 1


def test_a_callback_of_another_token_is_refused() -> None:
    with pytest.raises(CallbackRefused):
        ACCOUNT.read_receipts(called("receipts", {"MessageSid": MESSAGE_SID, "MessageStatus": "delivered"}, token="another"))


def test_a_callback_changed_on_the_way_is_refused() -> None:
    good = called("receipts", {"MessageSid": MESSAGE_SID, "MessageStatus": "failed"})
    changed = Callback(good.address, good.query, good.headers, good.body.replace(b"failed", b"delivered"))

    with pytest.raises(CallbackRefused):
        ACCOUNT.read_receipts(changed)


def test_a_callback_to_one_address_is_not_good_for_the_other() -> None:
    reply = called("replies", {"MessageSid": MESSAGE_SID, "From": PHONE, "To": COUNTY, "Body": "1"})
    elsewhere = Callback(reply.address.replace("replies", "receipts"), "", reply.headers, reply.body)

    with pytest.raises(CallbackRefused):
        ACCOUNT.read_receipts(elsewhere)


@pytest.mark.parametrize("fields", [{"MessageStatus": "sent"}, {"MessageSid": "\x00\n", "MessageStatus": "sent"}])
def test_a_signed_receipt_without_an_id_is_unreadable(fields: dict[str, str]) -> None:
    with pytest.raises(CallbackUnreadable):
        ACCOUNT.read_receipts(called("receipts", fields))


@pytest.mark.parametrize("missing", ["MessageSid", "From", "To"])
def test_a_signed_reply_without_id_or_numbers_is_unreadable(missing: str) -> None:
    fields = {"MessageSid": MESSAGE_SID, "From": PHONE, "To": COUNTY, "Body": "9"}
    del fields[missing]

    with pytest.raises(CallbackUnreadable):
        ACCOUNT.read_replies(called("replies", fields))


@given(st.binary(max_size=300), st.text(max_size=40))
def test_whatever_comes_unsigned_is_refused(body: bytes, given_signature: str) -> None:
    callback = Callback("https://palaute.example.fi/operators/twilio/replies", "", {"x-twilio-signature": given_signature}, body)

    with pytest.raises((CallbackRefused, CallbackUnreadable)):
        ACCOUNT.read_replies(callback)

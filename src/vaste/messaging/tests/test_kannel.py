"""Kannel's words: what a message looks like to its sendsms, and what its answers and calls mean to us."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.messaging.gateway import Coding, Incoming, Outgoing, Receipt
from vaste.messaging.http.kannel import Kannel, proof
from vaste.messaging.http.provider import Answer, Callback, CallbackRefused, CallbackUnreadable, Reading, Verdict
from vaste.messaging.rules import WHOLE, Event

SECRET = "sixteen letters!"
ACCOUNT = Kannel.from_url(f"kannel://vaste:pass%26word@127.0.0.1:13013?secret={quote(SECRET)}", base_url="https://palaute.example.fi")
PHONE, COUNTY = "+358400000001", "+3584573960275"
OUR_ID = f"{UUID(int=7).hex}-1"


def outgoing(**changes: Any) -> Outgoing:
    facts = {"reference": UUID(int=7), "sender": "+358 457 396 0275", "to": PHONE, "text": "Hei", "validity": timedelta(hours=2)}
    return Outgoing(**{**facts, **changes})


def called(kind: str, query: str) -> Callback:
    return Callback(f"https://palaute.example.fi/operators/kannel/{kind}", query, {}, b"")


def receipt_query(status: str, *, our_id: str = OUR_ID, secret: str = SECRET) -> str:
    return urlencode({"id": our_id, "proof": proof(our_id, secret), "status": status, "number": PHONE})


def reply_query(text: bytes, *, charset: str = "UTF-8", secret: str = SECRET) -> str:
    facts = {"secret": secret, "id": "a1b2", "from": PHONE, "to": COUNTY, "charset": charset}
    return f"{urlencode(facts)}&text={quote(text, safe='')}"


def test_a_message_is_posted_so_that_its_number_and_text_stand_in_no_address() -> None:
    ask = ACCOUNT.ask(outgoing())

    assert (ask.method, ask.address, ask.body) == ("POST", "http://127.0.0.1:13013/cgi-bin/sendsms", b"Hei")
    assert dict(ask.headers) == {
        "Content-Type": "text/plain; charset=UTF-8",
        "X-Kannel-Username": "vaste",
        "X-Kannel-Password": "pass&word",
        "X-Kannel-From": COUNTY,
        "X-Kannel-To": PHONE,
        "X-Kannel-Coding": "0",
        "X-Kannel-Validity": "120",
        "X-Kannel-DLR-Mask": "31",
        "X-Kannel-DLR-Url": f"https://palaute.example.fi/operators/kannel/receipts?id={OUR_ID}"
        f"&proof={proof(OUR_ID, SECRET)}&status=%d&number=%p",
    }


@pytest.mark.parametrize(("text", "coding"), [("Hyvää päivää €", "0"), ("čáppa", "2"), ("kiitos 😀", "2")])
def test_letters_outside_the_gsm_alphabet_ask_for_ucs_2(text: str, coding: str) -> None:
    ask = ACCOUNT.ask(outgoing(text=text))

    assert (ask.headers["X-Kannel-Coding"], ask.body.decode()) == (coding, text)


def test_a_second_sending_has_another_id() -> None:
    ids = {ACCOUNT.read_answer(Answer(202, {}, b"0: Accepted for delivery"), outgoing(attempt=attempt)).provider_id for attempt in (1, 2)}

    assert ids == {OUR_ID, f"{UUID(int=7).hex}-2"}


@pytest.mark.parametrize(
    ("status", "body", "reading"),
    [
        (202, b"0: Accepted for delivery", Reading(Verdict.TAKEN, OUR_ID)),
        (202, b"3: Queued for later delivery", Reading(Verdict.TAKEN, OUR_ID)),
        (200, b"<html>Please log in</html>", Reading(Verdict.UNKNOWN, status="answer_not_understood")),
        (400, b"Missing receiver number, rejected", Reading(Verdict.REJECTED, status="http_400")),
        (403, b"Authorization failed for sendsms", Reading(Verdict.CREDENTIALS, status="http_403")),
        (404, b"", Reading(Verdict.CALL_SUPPORT, status="http_404")),
        (503, b"Temporal failure, try again later.", Reading(Verdict.FOR_NOW, status="http_503")),
    ],
)
def test_an_answer_says_what_became_of_the_message(status: int, body: bytes, reading: Reading) -> None:
    assert ACCOUNT.read_answer(Answer(status, {}, body), outgoing()) == reading


@pytest.mark.parametrize(
    ("status", "event"),
    [
        ("1", Event.RECEIPT_DELIVERED),
        ("2", Event.RECEIPT_UNDELIVERED),
        ("4", Event.RECEIPT_TAKEN),
        ("8", Event.RECEIPT_TAKEN),
        ("16", Event.RECEIPT_UNDELIVERED),
    ],
)
def test_a_call_of_the_receipt_address_is_a_receipt_for_the_whole_message(status: str, event: Event) -> None:
    found = ACCOUNT.read_receipts(called("receipts", receipt_query(status)))

    assert found == [Receipt("kannel", OUR_ID, event, number=PHONE, part=WHOLE)]


def test_the_address_given_with_a_message_is_good_once_kannel_has_filled_it_in() -> None:
    address = ACCOUNT.ask(outgoing()).headers["X-Kannel-DLR-Url"].replace("%d", "1").replace("%p", quote(PHONE, safe=""))

    assert ACCOUNT.read_receipts(called("receipts", urlsplit(address).query))[0].provider_id == OUR_ID


def test_the_proof_of_one_message_is_not_good_for_another() -> None:
    query = receipt_query("1").replace(OUR_ID, f"{UUID(int=8).hex}-1")

    with pytest.raises(CallbackRefused):
        ACCOUNT.read_receipts(called("receipts", query))


def test_a_receipt_with_a_status_that_does_not_exist_is_unreadable() -> None:
    with pytest.raises(CallbackUnreadable):
        ACCOUNT.read_receipts(called("receipts", receipt_query("3")))


@pytest.mark.parametrize(
    ("octets", "charset", "coding"),
    [
        ("hyvää €".encode(), "UTF-8", Coding.UTF8),
        ("čáppa 😀\nja".encode("utf-16-be"), "UTF-16BE", Coding.UCS2),
        ("hyvää".encode("latin-1"), "ISO-8859-1", Coding.LATIN1),
        (b"9", "", Coding.UTF8),
    ],
)
def test_a_reply_is_kept_as_the_octets_that_came(octets: bytes, charset: str, coding: Coding) -> None:
    found = ACCOUNT.read_replies(called("replies", reply_query(octets, charset=charset)))

    assert found == [Incoming("kannel", PHONE, COUNTY, octets, coding=coding, provider_id="a1b2")]


def test_a_reply_without_the_secret_is_refused() -> None:
    with pytest.raises(CallbackRefused):
        ACCOUNT.read_replies(called("replies", reply_query(b"9", secret="another secret!!")))


@pytest.mark.parametrize("missing", ["id", "from", "to"])
def test_a_reply_without_id_or_numbers_is_unreadable(missing: str) -> None:
    query = "&".join(part for part in reply_query(b"9").split("&") if not part.startswith(f"{missing}="))

    with pytest.raises(CallbackUnreadable):
        ACCOUNT.read_replies(called("replies", query))


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("kannel://127.0.0.1?secret=sixteen-letters!", "is written"),
        ("kannel://vaste:hidden@127.0.0.1", "secret must have at least 16"),
        ("kannel://vaste:hidden@127.0.0.1?secret=hidden", "secret must have at least 16"),
    ],
)
def test_a_wrong_address_is_refused_with_a_sentence_that_hides_what_is_secret(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        Kannel.from_url(url, base_url="https://palaute.example.fi")

    assert "hidden" not in str(caught.value)


@given(st.text(max_size=200))
def test_whatever_comes_without_proof_is_refused(query: str) -> None:
    for read in (ACCOUNT.read_receipts, ACCOUNT.read_replies):
        with pytest.raises((CallbackRefused, CallbackUnreadable)):
            read(called("receipts", query))


@given(st.integers(0, 999), st.binary(max_size=100))
def test_no_answer_upsets_the_reading(status: int, body: bytes) -> None:
    assert ACCOUNT.read_answer(Answer(status, {}, body), outgoing()).verdict in Verdict

"""An operator that a settings file describes: its request, its answers, its callbacks, and what is wrong with a file."""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.messaging.gateway import Incoming, Outgoing, Receipt
from vaste.messaging.http.json_provider import JsonProvider
from vaste.messaging.http.provider import Answer, Callback, CallbackRefused, CallbackUnreadable, Reading, Verdict
from vaste.messaging.http.templates import fill, found_at, names_in
from vaste.messaging.rules import WHOLE, Event

FILE = """
[request]
address = "https://sms.example.fi/v1/{customer}/messages"
headers = { Authorization = "Bearer {token}" }

[request.body]
from = "{sender_digits}"
messages = [{ to = "{to}", text = "{text}", cref = "{reference}", ttl = "{validity_seconds}" }]
status_address = "{receipts_address}"

[answer]
id = "messages.0.id"
code = "messages.0.error"
taken = ["0"]

[errors]
"1003" = "rejected"
"1040" = "call_support"
"1017" = "for_now"

[callbacks]
header = "X-Signature"
secret = "{callback_secret}"
prefix = "sha256="

[receipts]
each = "reports"
id = "id"
status = "state"
number = "to"
error = "error"
statuses = { DELIVERED = "delivered", FAILED = "undelivered", EXPIRED = "expired" }

[replies]
id = "id"
sender = "from"
recipient = "to"
text = "text"
"""
OPTIONS = "customer=soite&token=hidden&callback_secret=a-secret-of-calls"
PHONE, COUNTY = "+358400000001", "+3584573960275"

Load = Callable[..., JsonProvider]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def load_file(text: str = FILE, options: str = OPTIONS) -> JsonProvider:
        file = tmp_path / "operator.toml"
        file.write_text(text, encoding="utf-8")
        return JsonProvider.from_url(f"json://{file}?{options}", base_url="https://palaute.example.fi")

    return load_file


def outgoing(**changes: Any) -> Outgoing:
    facts = {"reference": UUID(int=7), "sender": "+358 457 396 0275", "to": PHONE, "text": "Hei", "validity": timedelta(hours=2)}
    return Outgoing(**{**facts, **changes})


def answer(status: int, document: Any) -> Answer:
    return Answer(status, {}, msgspec.json.encode(document))


def called(document: Any, *, secret: str = "a-secret-of-calls") -> Callback:
    body = json.dumps(document).encode()
    signature = hmac.digest(secret.encode(), body, hashlib.sha256).hex()
    return Callback("https://palaute.example.fi/operators/operator/receipts", "", {"x-signature": f"sha256={signature}"}, body)


def test_the_request_is_what_the_file_says_with_its_fields_filled_in(load: Load) -> None:
    ask = load().ask(outgoing(text='Hei "{token}" č'))

    assert (ask.method, ask.address) == ("POST", "https://sms.example.fi/v1/soite/messages")
    assert dict(ask.headers) == {"Content-Type": "application/json", "Authorization": "Bearer hidden"}
    assert msgspec.json.decode(ask.body) == {
        "from": "3584573960275",
        "messages": [{"to": PHONE, "text": 'Hei "{token}" č', "cref": f"{UUID(int=7).hex}-1", "ttl": 7200}],
        "status_address": "https://palaute.example.fi/operators/operator/receipts",
    }


@pytest.mark.parametrize(
    ("status", "document", "reading"),
    [
        (200, {"messages": [{"id": "m-1"}]}, Reading(Verdict.TAKEN, "m-1")),
        (200, {"messages": [{"id": 4711, "error": 0}]}, Reading(Verdict.TAKEN, "4711")),
        (200, {"messages": [{"error": "1003"}]}, Reading(Verdict.REJECTED, status="1003")),
        (400, {"messages": [{"error": 1040}]}, Reading(Verdict.CALL_SUPPORT, status="1040")),
        (400, {"messages": [{"error": "1017"}]}, Reading(Verdict.FOR_NOW, status="1017")),
        (200, {"messages": [{"error": "9999"}]}, Reading(Verdict.REJECTED, status="9999")),
        (503, {"messages": [{"error": "9999"}]}, Reading(Verdict.FOR_NOW, status="9999")),
        (400, {"messages": [{"error": "no such number +358400000001"}]}, Reading(Verdict.REJECTED, status="http_400")),
        (429, None, Reading(Verdict.FOR_NOW, status="http_429")),
        (200, {"messages": []}, Reading(Verdict.UNKNOWN, status="answer_without_id")),
    ],
)
def test_the_operators_own_code_goes_before_the_http_status(load: Load, status: int, document: Any, reading: Reading) -> None:
    assert load().read_answer(answer(status, document), outgoing()) == reading


def test_where_the_operator_gives_no_id_ours_stands_for_it(load: Load) -> None:
    without = load(FILE.replace('id = "messages.0.id"\n', ""))

    assert without.read_answer(answer(202, {}), outgoing()).provider_id == f"{UUID(int=7).hex}-1"


@pytest.mark.parametrize(
    ("state", "event"),
    [
        ("DELIVERED", Event.RECEIPT_DELIVERED),
        ("FAILED", Event.RECEIPT_UNDELIVERED),
        ("EXPIRED", Event.RECEIPT_EXPIRED),
        ("EN ROUTE", Event.RECEIPT_TAKEN),
    ],
)
def test_a_status_means_what_the_files_table_says(load: Load, state: str, event: Event) -> None:
    callback = called({"reports": [{"id": "m-1", "state": state, "to": PHONE, "error": 31}]})

    assert load().read_receipts(callback) == [Receipt("operator", "m-1", event, number=PHONE, status="31", part=WHOLE)]


def test_many_receipts_may_come_in_one_callback(load: Load) -> None:
    callback = called({"reports": [{"id": f"m-{number}", "state": "DELIVERED"} for number in range(3)]})

    assert [receipt.provider_id for receipt in load().read_receipts(callback)] == ["m-0", "m-1", "m-2"]


def test_a_reply_comes_with_the_operators_id_of_it(load: Load) -> None:
    found = load().read_replies(called({"id": 12, "from": PHONE, "to": COUNTY, "text": "9, čáppa \ud800"}))

    assert found == [Incoming("operator", PHONE, COUNTY, "9, čáppa ?".encode(), provider_id="12")]


@pytest.mark.parametrize(
    "document",
    [{}, {"reports": {}}, {"reports": 1}, {"reports": [{"id": "m"}]}, {"reports": [None]}, {"reports": [{"id": True, "state": []}]}],
)
def test_a_proven_callback_that_lacks_what_the_file_names_is_unreadable(load: Load, document: Any) -> None:
    with pytest.raises(CallbackUnreadable):
        load().read_receipts(called(document))


def test_a_callback_with_another_secret_is_refused(load: Load) -> None:
    with pytest.raises(CallbackRefused):
        load().read_receipts(called({"reports": []}, secret="another-secret-of-calls"))


def test_a_callback_changed_on_the_way_is_refused(load: Load) -> None:
    good = called({"reports": [{"id": "m-1", "state": "FAILED"}]})

    with pytest.raises(CallbackRefused):
        load().read_receipts(Callback(good.address, "", good.headers, good.body.replace(b"FAILED", b"DELIVERED")))


def test_a_signature_may_be_written_in_base64(load: Load) -> None:
    provider, body = load(FILE.replace('prefix = "sha256="', 'encoding = "base64"')), b'{"reports":[]}'
    written = b64encode(hmac.digest(b"a-secret-of-calls", body, hashlib.sha256)).decode()

    assert provider.read_receipts(Callback("", "", {"x-signature": written}, body)) == []


def test_an_operator_that_cannot_sign_may_send_the_secret_itself(load: Load) -> None:
    provider = load(FILE.replace('prefix = "sha256="', 'scheme = "secret"'))

    assert provider.read_receipts(Callback("", "", {"x-signature": "a-secret-of-calls"}, b'{"reports":[]}')) == []
    with pytest.raises(CallbackRefused):
        provider.read_receipts(Callback("", "", {}, b'{"reports":[]}'))


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("[request", OPTIONS, "is not TOML"),
        ("", OPTIONS, "missing required field"),
        (FILE.replace("[answer]", "[answers]"), OPTIONS, "unknown field"),
        (FILE.replace('"rejected"', '"perhaps"'), OPTIONS, "perhaps"),
        (FILE.replace("{sender_digits}", "{colour}"), OPTIONS, "uses {colour}"),
        (FILE, "customer=soite&callback_secret=a-secret-of-calls", "uses {token}"),
        (FILE, "customer=soite&token=hidden&callback_secret=short", "at least 16"),
        (FILE.replace("https://", "http://"), OPTIONS, "must begin with https"),
        (FILE, f"{OPTIONS}&rate=fast", "rate must be a number"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence_that_hides_what_is_secret(load: Load, text: str, options: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        load(text, options)

    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("url", ["json://host/file.toml", "json:file.toml", "json:///etc/passwd", "json:///no/such/file.toml"])
def test_an_address_without_a_readable_file_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"is written|cannot be read"):
        JsonProvider.from_url(url, base_url="https://palaute.example.fi")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["reports", "id", "state", "messages", "error"]), inner),
    max_leaves=8,
)


@given(document=JSON)
def test_no_proven_callback_upsets_the_reading(tmp_path_factory: pytest.TempPathFactory, document: Any) -> None:
    file = tmp_path_factory.mktemp("json") / "operator.toml"
    file.write_text(FILE, encoding="utf-8")
    provider = JsonProvider.from_url(f"json://{file}?{OPTIONS}", base_url="https://palaute.example.fi")

    assert provider.read_answer(answer(200, document), outgoing()).verdict in Verdict
    try:
        receipts = provider.read_receipts(called(document))
    except CallbackUnreadable:
        return
    assert all(receipt.provider_id and len(receipt.provider_id) <= 80 for receipt in receipts)


@given(st.text(), st.text())
def test_what_a_person_wrote_is_never_looked_into_for_fields(text: str, number: str) -> None:
    filled = fill({"a": "{text}", "b": ["to {to}: {text}"]}, {"text": text, "to": number})

    assert filled == {"a": text, "b": [f"to {number}: {text}"]}


def test_paths_lead_through_objects_and_lists() -> None:
    document = {"a": [{"b": 1}, {"b": 2}]}

    assert found_at(document, "a.1.b") == 2
    assert found_at(document, "a.2.b") is None
    assert found_at(document, "a.b") is None
    assert found_at(document, "") == document


def test_the_fields_of_a_template_are_found_wherever_they_stand() -> None:
    assert names_in({"x": ["{a} and {b}", {"y": "{c}"}], "z": 1}) == {"a", "b", "c"}

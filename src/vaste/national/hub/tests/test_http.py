"""The hub over HTTP: who is let in, what is answered, how much is taken at a time."""

import json
import threading
from contextlib import ExitStack
from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIRequest

from vaste.national.hub import views
from vaste.national.hub.actions import Tokens
from vaste.national.hub.keys import hub_key
from vaste.national.hub.limits import BodyLate, Gate, Room, TooBusy
from vaste.national.hub.models import ReceivedDelivery
from vaste.national.hub.receipts import is_true
from vaste.national.hub.tests.conftest import Sender
from vaste.national.hub.tests.test_receiving import manifest_sha256
from vaste.national.packages.examples import Example, correction, example_package
from vaste.national.packages.signing import key_id, written_public


@pytest.fixture(autouse=True)
def hub_addresses(settings, monkeypatch):
    settings.ROOT_URLCONF = "vaste.config.hub_urls"
    settings.MIDDLEWARE = ["vaste.config.middleware.security_headers"]
    monkeypatch.setattr(views, "gate", Gate())


@pytest.fixture
def tokens(sender) -> Tokens:
    return sender.open()


def post(client, packed: bytes, token: str, **headers):
    return client.post(
        "/hub/v1/deliveries", data=packed, content_type="application/zip", headers={"Authorization": f"Bearer {token}", **headers}
    )


def test_a_delivery_is_answered_201_then_200_with_the_same_receipt(client, sender, tokens):
    first, second = (post(client, sender.package(), tokens.county) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.content == second.content
    assert is_true(first.json(), hub_key().public_key())
    assert first.headers["Vaste-Hub-Token"] == tokens.hub


def test_a_receipt_altered_by_one_letter_is_not_true(client, sender, tokens):
    answer = post(client, sender.package(), tokens.county).content.decode()
    assert not is_true(json.loads(answer.replace("accepted", "refused")), hub_key().public_key())
    assert not is_true(json.loads(answer), Sender().key.public_key())
    for nonsense in (None, [], {}, {"receipt": {}, "key_id": 1, "signature": 2}, {"receipt": {}, "key_id": "a", "signature": "b"}):
        assert not is_true(nonsense, hub_key().public_key())


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic {token}", "{token}"])
def test_without_the_countys_token_nothing_is_read_and_nothing_told(client, sender, tokens, header):
    response = client.post(
        "/hub/v1/deliveries",
        data=sender.package(),
        content_type="application/zip",
        headers={"Authorization": header.format(token=tokens.county)},
    )
    assert response.status_code == 401
    assert "Vaste-Hub-Token" not in response.headers
    assert not ReceivedDelivery.objects.exists()


def test_a_refusal_has_a_signed_receipt_too(client, sender, tokens):
    response = post(client, sender.package()[:-1], tokens.county)
    assert (response.status_code, response.json()["receipt"]["reason"]) == (422, "damaged")
    assert is_true(response.json(), hub_key().public_key())


def test_a_version_that_may_not_come_is_a_conflict(client, sender, tokens):
    first = sender.package()
    post(client, first, tokens.county)
    assert post(client, sender.package(seed=2), tokens.county).status_code == 409
    fitting = example_package(correction(Example(), manifest_sha256(first)), sender.key)
    assert post(client, fitting, tokens.county).status_code == 201


def test_a_body_that_claims_to_be_larger_than_a_package_is_not_read(client, sender, tokens):
    response = post(client, b"x", tokens.county, **{"Content-Length": str(32 * 1024 * 1024 + 1)})
    assert (response.status_code, response.json()["receipt"]["reason"]) == (413, "too_large")


def test_a_body_without_a_length_is_not_read(client, sender, tokens):
    assert post(client, b"x", tokens.county, **{"Content-Length": ""}).status_code == 411
    assert post(client, sender.package(), tokens.county, **{"Transfer-Encoding": "chunked"}).status_code == 411


def test_a_body_that_ends_too_soon_is_cut(sender, tokens):
    packed = sender.package()
    environ = {"REQUEST_METHOD": "POST", "wsgi.input": BytesIO(packed), "CONTENT_LENGTH": str(len(packed) + 10)}
    response = views.deliver(WSGIRequest({**environ, "HTTP_AUTHORIZATION": f"Bearer {tokens.county}"}))
    assert (response.status_code, json.loads(response.content)["receipt"]["reason"]) == (422, "damaged")


def test_a_county_sees_its_own_deliveries_with_their_receipts_and_no_others(client, sender, senders, tokens):
    receipt = post(client, sender.package(), tokens.county).json()["receipt"]
    other = senders("17").open()
    headers = {"Authorization": f"Bearer {tokens.county}"}
    own = client.get("/hub/v1/deliveries/18", headers=headers).json()
    assert [delivery["receipt"] for delivery in own["deliveries"]] == [receipt]
    assert client.get("/hub/v1/deliveries/17", headers=headers).status_code == 403
    assert client.get("/hub/v1/deliveries/18", headers={"Authorization": f"Bearer {other.county}"}).status_code == 403
    assert client.get("/hub/v1/deliveries/18").status_code == 401


def test_completeness_names_every_organisation_and_every_version(client, sender, tokens):
    first = sender.package()
    post(client, first, tokens.county)
    post(client, example_package(correction(Example(), manifest_sha256(first)), sender.key), tokens.county)
    told = client.get("/hub/v1/completeness").json()
    assert told["quarters"] == ["2026-Q1"]
    assert len(told["counties"]) == 23
    (own,) = [county for county in told["counties"] if county["campaigns"]]
    assert (own["county"], own["may_deliver"]) == ("18", True)
    (campaign,) = own["campaigns"]
    assert (campaign["campaign"], campaign["version"], [version["version"] for version in campaign["versions"]]) == (
        "spring-2026",
        2,
        [1, 2],
    )
    assert campaign["period"] == {"from": "2026-Q1", "to": "2026-Q1"}


@pytest.mark.parametrize(("address", "words"), [("toimitukset", "Vastaajia"), ("leveranser", "Svarande"), ("deliveries", "Respondents")])
def test_the_page_shows_who_has_delivered_in_three_languages(client, sender, tokens, address, words):
    post(client, sender.package(), tokens.county)
    response = client.get(f"/{address}")
    assert words in response.content.decode()
    assert f'<td class="figure" data-head="1/2026">{ReceivedDelivery.objects.get().n}</td>' in response.content.decode()
    assert response.content.decode().count('<th scope="row">') == 23


def test_a_hidden_number_of_respondents_is_not_told(client, sender, tokens):
    ReceivedDelivery.objects.all().delete()
    post(client, sender.package(), tokens.county)
    ReceivedDelivery.objects.update(n=None)
    assert "number hidden" in client.get("/deliveries").content.decode()
    (own,) = [county for county in client.get("/hub/v1/completeness").json()["counties"] if county["campaigns"]]
    assert own["campaigns"][0]["n"] is None


def test_without_deliveries_the_page_says_so(client, db):
    assert "There are no deliveries yet." in client.get("/deliveries").content.decode()
    assert client.get("/").headers["Location"] == "/toimitukset"


def test_the_key_by_which_receipts_are_signed_is_told(client, db):
    public = hub_key().public_key()
    assert client.get("/hub/v1/key").json() == {"key_id": key_id(public), "public_key": written_public(public)}


# -- how much at a time


def test_a_county_whose_packages_are_always_refused_must_wait(client, sender, tokens):
    for _ in range(60):
        views.gate.note_refusal("18")
    response = post(client, sender.package(), tokens.county)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "600"


def test_a_county_with_too_many_requests_open_is_asked_to_come_again(client, sender, tokens):
    rooms = [views.gate.entered("18", 1) for _ in range(4)]
    for room in rooms:
        room.__enter__()
    response = post(client, sender.package(), tokens.county)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    for room in rooms:
        room.__exit__(None, None, None)
    assert post(client, sender.package(), tokens.county).status_code == 201


def test_bytes_in_flight_have_a_bound_and_others_wait_for_room():
    gate = Gate()
    largest = 32 * 1024 * 1024
    rooms = [gate.entered(str(number), largest) for number in range(4)]
    for room in rooms:
        room.__enter__()
    came = threading.Event()

    def come() -> None:
        with gate.entered("5", largest):
            came.set()

    waiting = threading.Thread(target=come)
    waiting.start()
    assert not came.is_set()
    rooms[0].__exit__(None, None, None)
    waiting.join(60)
    assert came.is_set()


def test_one_county_cannot_hold_more_than_its_places():
    gate = Gate()
    rooms = [gate.entered("18", 1) for _ in range(4)]
    for room in rooms:
        room.__enter__()
    with pytest.raises(TooBusy), gate.entered("18", 1):
        pass
    with gate.entered("17", 1):
        pass


def entered(gate: Gate, rooms: ExitStack, *, county: str = "18", length: int = 100) -> Room:
    """Enter a room that is left when the test ends."""
    return rooms.enter_context(gate.entered(county, length))


def test_a_body_that_stops_coming_gives_back_its_place_and_its_bytes():
    largest = 32 * 1024 * 1024
    with ExitStack() as rooms:
        gate = Gate(body_seconds=0.0)
        stalled = [entered(gate, rooms, length=largest) for _ in range(4)]
        assert all(room.is_late() for room in stalled)
        entered(gate, rooms, length=largest)
        entered(gate, rooms, county="17", length=largest)
        with pytest.raises(BodyLate):
            stalled[0].put(b"late")


def test_a_body_that_is_whole_is_never_late():
    with ExitStack() as rooms:
        gate = Gate(body_seconds=60.0)
        room = entered(gate, rooms, length=5)
        room.put(b"wh")
        room.put(b"ole")
        assert not room.is_late()
        assert room.take() == b"whole"


def test_a_county_whose_bodies_always_stop_must_wait_until_a_connection_ends():
    with ExitStack() as rooms:
        gate = Gate(body_seconds=0.0)
        with gate.entered("18", 1):
            for _ in range(7):
                entered(gate, rooms)
            with pytest.raises(TooBusy), gate.entered("18", 1):
                pass
        with gate.entered("18", 1):
            pass


def test_a_body_that_trickles_for_too_long_is_told_so_and_not_refused(client, sender, tokens, monkeypatch):
    monkeypatch.setattr(views, "gate", Gate(body_seconds=0.0))
    response = post(client, sender.package(), tokens.county)
    assert (response.status_code, response.json()["error"]) == (408, "late")
    monkeypatch.setattr(views, "gate", Gate())
    assert post(client, sender.package(), tokens.county).status_code == 201

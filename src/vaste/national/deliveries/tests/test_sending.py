"""A delivery on its way: sent once whatever happens, and settled only by a receipt that can be believed."""

import hashlib
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from tests.factories import make_county

from vaste.core.models import AuditEntry
from vaste.national.deliveries.receiving import HttpHub, NotDelivered
from vaste.national.deliveries.rules import DeliveryRefused, DeliveryState
from vaste.national.deliveries.sending import configured_hub, send_delivery
from vaste.national.deliveries.tests.hub import PretendHub
from vaste.national.models import Delivery
from vaste.national.packages.examples import Example, example_package
from vaste.national.packages.signing import new_key, written_public

NOW = datetime(2026, 7, 30, 9, tzinfo=UTC)
PACKAGE = example_package(Example(county="18", campaign="spring"), new_key())


@pytest.fixture
def approved(db) -> Delivery:
    return Delivery.objects.create(
        county=make_county(),
        campaign="spring",
        version=1,
        state=DeliveryState.APPROVED,
        instrument="national-adult/2024-1",
        first_quarter="2026-Q1",
        last_quarter="2026-Q1",
        unit_oids="",
        package=PACKAGE,
        package_sha256=hashlib.sha256(PACKAGE).hexdigest(),
        drafted_at=NOW,
    )


def sent(delivery: Delivery, hub: PretendHub, *, believes: PretendHub | None = None) -> DeliveryState:
    key = (believes or hub).key.public_key()
    return send_delivery(delivery=Delivery.objects.get(pk=delivery.pk), receiver=hub, hub=key, now=NOW, actor="test")


def test_an_accepted_delivery_ends_with_its_receipt(approved):
    hub = PretendHub()
    assert sent(approved, hub) == DeliveryState.RECEIPT
    kept = Delivery.objects.get()
    assert (kept.state, kept.sent_at, kept.settled_at) == (DeliveryState.RECEIPT, NOW, NOW)
    assert "The delivery was taken." in kept.receipt
    assert list(AuditEntry.objects.values_list("action", flat=True))[-2:] == ["delivery.sent", "delivery.receipt"]


def test_a_refused_delivery_ends_with_the_reason(approved):
    hub = PretendHub(changes={"state": "refused", "reason": "threshold", "sentence": "A cell is too small.", "campaign": None})
    assert sent(approved, hub) == DeliveryState.REFUSED
    assert "A cell is too small." in Delivery.objects.get().receipt


def test_when_the_answer_is_lost_the_same_bytes_go_again_and_are_kept_once(approved):
    hub = PretendHub(loses=2)
    for _ in range(2):
        with pytest.raises(NotDelivered):
            sent(approved, hub)
        assert Delivery.objects.get().state == DeliveryState.SENT
    assert sent(approved, hub) == DeliveryState.RECEIPT
    assert hub.kept == [PACKAGE]


def test_what_has_a_receipt_is_not_sent_again(approved):
    hub = PretendHub()
    sent(approved, hub)
    with pytest.raises(DeliveryRefused, match="Nothing was changed"):
        sent(approved, hub)
    assert hub.asked == 1


def test_of_two_that_send_at_once_the_second_finds_it_settled(approved):
    class Slow(PretendHub):
        def deliver(self, package: bytes) -> str:
            sent(approved, PretendHub(key=self.key))  # another process was quicker
            return super().deliver(package)

    assert sent(approved, Slow()) == DeliveryState.RECEIPT
    assert AuditEntry.objects.filter(action="delivery.receipt").count() == 1


def test_a_draft_is_not_sent(approved):
    Delivery.objects.update(state=DeliveryState.CHECKED)
    hub = PretendHub()
    with pytest.raises(DeliveryRefused):
        sent(approved, hub)
    assert hub.asked == 0


@pytest.mark.parametrize(
    "changes",
    [{"package_sha256": "0" * 64}, {"county": "17"}, {"campaign": "autumn"}, {"version": 2}, {"state": "perhaps"}],
    ids=lambda changes: next(iter(changes)),
)
def test_a_receipt_about_something_else_is_not_believed(approved, changes):
    with pytest.raises(NotDelivered, match="Nothing was believed"):
        sent(approved, PretendHub(changes=changes))
    assert Delivery.objects.get().state == DeliveryState.SENT


def test_a_receipt_of_another_hub_is_not_believed(approved):
    with pytest.raises(NotDelivered, match="not signed by the hub's key"):
        sent(approved, PretendHub(), believes=PretendHub())


@contextmanager
def serving(hub: PretendHub, *, shows: str):
    """Serve a hub over HTTP on the loopback address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            package = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.path == "/hub/v1/deliveries"
            is_known = self.headers["Authorization"] == "Bearer county-token"
            body = hub.deliver(package).encode() if is_known else b"{}"
            self.send_response(201 if is_known else 401)
            self.send_header("Vaste-Hub-Token", shows)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_over_http_both_sides_show_their_token(approved):
    hub = PretendHub()
    with serving(hub, shows="hub-token") as url:
        receiver = HttpHub(url, "county-token", "hub-token")
        state = send_delivery(delivery=approved, receiver=receiver, hub=hub.key.public_key(), now=NOW, actor="test")
        with pytest.raises(NotDelivered, match="did not show the hub's token"):
            replace(receiver, shows="other").deliver(PACKAGE)
    assert state == DeliveryState.RECEIPT
    assert hub.kept == [PACKAGE]


def test_a_hub_that_is_not_there_leaves_the_delivery_to_be_sent_again():
    with serving(PretendHub(), shows="") as url:
        pass
    with pytest.raises(NotDelivered, match="Send it again"):
        HttpHub(url, "county-token", "").deliver(PACKAGE)


def test_a_token_never_travels_openly():
    with pytest.raises(NotDelivered, match="https"):
        HttpHub("http://hub.example.fi", "county-token", "hub-token").deliver(PACKAGE)


def test_the_settings_name_the_hub(settings):
    with pytest.raises(NotDelivered, match="VASTE_HUB_URL, VASTE_HUB_TOKEN, VASTE_HUB_SHOWS, VASTE_HUB_KEY must be set"):
        configured_hub()
    key = new_key().public_key()
    settings.HUB_URL, settings.HUB_TOKEN, settings.HUB_SHOWS, settings.HUB_KEY = "https://hub.example.fi", "a", "b", written_public(key)
    assert configured_hub() == (HttpHub("https://hub.example.fi", "a", "b"), key)

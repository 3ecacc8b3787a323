"""A county delivers to a hub over HTTP: the one signs packages, the other receipts, and both know each other."""

from datetime import UTC, date, datetime

import pytest
from tests.campaigns import answered_campaign
from tests.record import record

from vaste.national.deliveries.actions import approve_delivery, check_delivery, draft_delivery
from vaste.national.deliveries.receiving import HttpHub
from vaste.national.deliveries.rules import DeliveryState
from vaste.national.deliveries.sending import send_delivery
from vaste.national.hub import views
from vaste.national.hub.actions import open_county
from vaste.national.hub.following import follow_deliveries
from vaste.national.hub.keys import hub_key
from vaste.national.hub.limits import Gate
from vaste.national.hub.tables import deliveries
from vaste.national.models import Delivery
from vaste.national.packages.signing import new_key, written_public
from vaste.organisations.models import User

NOW = datetime(2026, 7, 30, 9, tzinfo=UTC)
ON = "2026-04-15"
KEY = new_key()


@pytest.fixture
def hub(settings, monkeypatch, tmp_path, transactional_db):
    settings.HUB_DIR = tmp_path / "hub"
    settings.ROOT_URLCONF = "vaste.config.hub_urls"
    settings.MIDDLEWARE = ["vaste.config.middleware.security_headers"]
    monkeypatch.setattr(views, "gate", Gate())


@pytest.fixture
def spring(hub):
    return answered_campaign()


def approved(spring, *, is_correction: bool = False) -> Delivery:
    one, other = (User.objects.get_or_create(email=f"{name}@example.fi")[0] for name in ("one", "other"))
    delivery = draft_delivery(campaign=spring, is_correction=is_correction, now=NOW, actor="test", by=one)
    check_delivery(delivery=delivery, private_key=KEY, now=NOW, actor="test")
    approve_delivery(delivery=delivery, by=other, now=NOW)
    return delivery


def test_a_delivery_arrives_once_and_its_correction_takes_its_place(spring, live_server):
    public = written_public(KEY.public_key())
    tokens = open_county(code=spring.county_id, public_keys=[public], actor="command", today=date(2026, 7, 1))
    receiver = HttpHub(live_server.url, tokens.county, tokens.hub)
    first, trusted = approved(spring), hub_key().public_key()

    assert send_delivery(delivery=first, receiver=receiver, hub=trusted, now=NOW, actor="test") == DeliveryState.RECEIPT
    Delivery.objects.filter(pk=first.pk).update(state=DeliveryState.SENT)  # as if the answer had been lost
    assert send_delivery(delivery=first, receiver=receiver, hub=trusted, now=NOW, actor="test") == DeliveryState.RECEIPT
    assert follow_deliveries() == 1

    record(40, on=ON, nps=8, answers={"access": 2})
    record(40, on=ON, nps=2, answers={"access": 3})
    second = approved(spring, is_correction=True)
    assert send_delivery(delivery=second, receiver=receiver, hub=trusted, now=NOW, actor="test") == DeliveryState.RECEIPT

    assert follow_deliveries() == 1
    (newest,) = deliveries("2026-Q2")
    assert (newest.manifest.version, newest.manifest.replaces) == (2, first.manifest_sha256)

"""The demo's hub: a process of its own, at which the delivery of the pilot campaign arrives."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest
from tests import ports
from tests.record import invite, record

from vaste.config.demo_hub import DemoHub
from vaste.config.server import free_port, hub_address
from vaste.core import clock
from vaste.invitations.campaigns.actions import end_campaign
from vaste.invitations.campaigns.rules import CampaignEnd
from vaste.national.deliveries.rules import DeliveryState
from vaste.national.models import Delivery
from vaste.organisations.models import County
from vaste.simulator.demo.actions import PILOT, prepare_demo_accounts, prepare_demo_county
from vaste.simulator.demo.progress import first_day

pytestmark = pytest.mark.django_db(transaction=True)
FIRST_UNIT, THIRD_UNIT = "1.2.246.10.99999999.10.1", "1.2.246.10.99999999.10.3"


@pytest.fixture
def county(settings, tmp_path) -> County:
    """Return the demo county with the answers of its first week."""
    settings.DATA_DIR, settings.DELIVERY_KEY = tmp_path, ""
    settings.HUB_URL = settings.HUB_TOKEN = settings.HUB_SHOWS = settings.HUB_KEY = ""  # set by the demo, and forgotten with this test
    made = prepare_demo_county(data_dir=tmp_path, now=clock.now())
    prepare_demo_accounts(county=made, data_dir=tmp_path)
    on = (first_day(made.day_of(clock.now())) + timedelta(days=3)).isoformat()
    for unit, times in ((FIRST_UNIT, 90), (THIRD_UNIT, 60)):
        invite(4 * times, unit=unit, on=on)
        record(times, unit=unit, on=on, nps=9, answers={"access": 5, "safety": 4})
        record(times, unit=unit, on=on, nps=4, answers={"access": 3, "safety": 2})
    return made


@pytest.fixture
def hub(county, tmp_path):
    """Return the demo's hub, and what it said."""
    said: list[str] = []
    made = DemoHub(county=county, data_dir=tmp_path, port=ports.free_port(), say=said.append)
    yield made, said
    made.end()


def test_when_the_pilot_campaign_has_ended_its_delivery_arrives_and_is_accepted_once(county, hub, settings, tmp_path):
    beside, said = hub
    beside.begin()
    assert not beside.deliver_pilot(), "it still runs"
    end_campaign(campaign=county.campaigns.get(key=PILOT), why=CampaignEnd.REACHED, today=clock.now().date(), actor="worker")

    _until(beside.deliver_pilot)

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.version, delivery.drafted_by) == (DeliveryState.RECEIPT, 1, None)
    assert delivery.approved_by.email == "county@demo.example"
    assert said == [f"The pilot campaign has its answers. Its delivery arrived at the hub and was accepted: {settings.HUB_URL}/"]
    told = {each["county"]: each for each in httpx.get(f"{settings.HUB_URL}/hub/v1/completeness").json()["counties"]}
    assert [campaign["campaign"] for campaign in told["18"]["campaigns"]] == [PILOT]
    assert beside.deliver_pilot(), "nothing is left to do"
    assert Delivery.objects.count() == 1
    # The hub has a folder and keys of its own.
    assert (tmp_path / "demo-hub" / "vaste.sqlite3").exists()
    assert _key(tmp_path / "demo-hub") != _key(tmp_path)


def test_where_somebody_has_the_wished_port_another_is_taken():
    wished = free_port(0)
    assert free_port(wished) == wished
    assert 0 < free_port(65536) < 65536
    assert hub_address(8001) == "http://127.0.0.1:8001"


def _key(folder: Path) -> str:
    file = folder / "keys" / "identity_key"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _until(is_so: Callable[[], bool]) -> None:
    ends = monotonic() + 120
    while not is_so():
        assert monotonic() < ends, "it did not come about"
        sleep(0.2)

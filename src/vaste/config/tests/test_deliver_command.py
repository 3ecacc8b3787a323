"""`vaste deliver`: from a campaign to a file that the receiver reads."""

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.campaigns import answered_campaign, campaign
from tests.factories import make_county
from tests.record import record

from vaste.config.commands.deliver import deliver
from vaste.config.commands.doctor import doctor
from vaste.national.deliveries.keys import delivery_key
from vaste.national.deliveries.rules import DeliveryState
from vaste.national.models import Delivery
from vaste.national.packages.reading import read_package
from vaste.national.packages.signing import read_public

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def spring():
    return answered_campaign()


def run(*options: str) -> Result:
    return CliRunner().invoke(deliver, options)


def test_a_campaign_is_delivered_into_a_file_that_the_receiver_reads(spring, tmp_path: Path):
    out = tmp_path / "spring.zip"

    result = run("--campaign", "spring", "--out", str(out), "--json")

    printed = json.loads(result.stdout)
    key = read_public(json.loads(run("key", "--json").stdout)["public_key"])
    package = read_package(out.read_bytes(), [key])
    assert printed["package_sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert printed["state"] == "checked"
    assert printed["statement"]["audit"]["passed"] is True
    assert (package.manifest.campaign, package.manifest.period.first) == ("spring", "2026-Q2")


def test_the_same_delivery_written_again_is_the_same_and_none_is_begun_beside_it(spring, tmp_path: Path):
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    assert run("--campaign", "spring", "--out", str(first)).exit_code == 0
    record(30, on="2026-04-15")
    assert run("--campaign", "spring", "--out", str(second)).exit_code == 0
    assert first.read_bytes() == second.read_bytes()
    assert Delivery.objects.count() == 1


def test_a_dry_run_says_what_would_be_told_and_keeps_nothing(spring, tmp_path: Path):
    result = run("--campaign", "spring", "--out", str(tmp_path / "spring.zip"), "--dry-run")
    assert result.exit_code == 0, result.output
    assert "Attacker's audit" in result.stdout
    assert "nothing was kept or written" in result.stdout
    assert not Delivery.objects.exists()
    assert not (tmp_path / "spring.zip").exists()


def test_a_delivery_that_cannot_be_made_ends_with_the_reason(tmp_path: Path):
    campaign(make_county(), key="spring")
    result = run("--campaign", "spring", "--out", str(tmp_path / "spring.zip"), "--json")
    assert result.exit_code == 2
    assert "no answers to deliver" in json.loads(result.stdout)["stopped"]
    assert json.loads(run("list", "--json").stdout)[0]["state"] == "draft"


@pytest.mark.parametrize("options", [(), ("--campaign", "spring"), ("--out", "x.zip"), ("--campaign", "autumn", "--dry-run")])
def test_what_is_not_named_is_asked_for(spring, options):
    result = run(*options)
    assert result.exit_code == 2
    assert not Delivery.objects.exists()


def test_nothing_is_sent_before_a_second_person_has_approved(spring, tmp_path: Path):
    run("--campaign", "spring", "--out", str(tmp_path / "spring.zip"))
    result = run("send", "--campaign", "spring")
    assert result.exit_code == 2
    assert "approved by a second person" in result.stderr


@pytest.mark.parametrize("state", [DeliveryState.RECEIPT, DeliveryState.REFUSED])
def test_who_sends_again_what_has_its_receipt_is_told_it_again(spring, tmp_path: Path, state):
    run("--campaign", "spring", "--out", str(tmp_path / "spring.zip"))
    Delivery.objects.update(state=state, receipt='{"receipt": {"sentence": "It came."}}')
    result = run("send", "--campaign", "spring")
    assert (result.exit_code, result.stdout) == (0, f"spring 1: {state}. It came.\n")


def test_the_key_lies_in_the_data_folder_for_its_owner_alone(tmp_path: Path):
    assert read_public(run("key").stdout) == delivery_key().public_key()
    (file,) = (tmp_path / "data" / "keys").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_doctor_says_what_a_delivery_lacks(settings):
    make_county()
    settings.HUB_URL, settings.DELIVERY_KEY = "https://hub.example.fi", "no key!"
    found = CliRunner().invoke(doctor, []).stdout
    assert "MEND  Deliveries cannot be sent. No hub is known: VASTE_HUB_TOKEN, VASTE_HUB_SHOWS, VASTE_HUB_KEY must be set." in found
    assert "MEND  VASTE_DELIVERY_KEY is wrong: The text is no key: neither PEM nor base64." in found

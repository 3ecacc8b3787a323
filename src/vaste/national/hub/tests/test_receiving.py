"""What the hub takes in, keeps, and answers."""

import hashlib
import json
from pathlib import Path

import pytest

from vaste.core.audit import first_broken_entry
from vaste.core.models import AuditEntry
from vaste.national.hub.actions import CountyUnknown, close_county, county_of, open_county
from vaste.national.hub.following import mend
from vaste.national.hub.keys import hub_key
from vaste.national.hub.models import HubCounty, ReceivedDelivery
from vaste.national.hub.receipts import is_true
from vaste.national.hub.store import package_file
from vaste.national.hub.tests.conftest import NOW, Sender
from vaste.national.packages.archive import unpack
from vaste.national.packages.examples import Example, correction, example_package
from vaste.national.packages.signing import KeyWrong, new_key


def told(answer) -> dict:
    read = json.loads(answer.receipt)
    assert is_true(read, hub_key().public_key())
    return read["receipt"]


def manifest_sha256(packed: bytes) -> str:
    return hashlib.sha256(unpack(packed)["manifest.json"]).hexdigest()


def files_under(folder) -> list[Path]:
    return [path for path in Path(folder).rglob("*") if path.is_file() and path.parent.name != "keys" and path.name != "lock"]


def test_a_delivery_is_kept_with_a_signed_receipt(sender):
    packed = sender.package()
    receipt = told(sender.send(packed))
    assert receipt == {
        "format": "vaste-receipt",
        "hub": "vaste-hub",
        "county": "18",
        "campaign": "spring-2026",
        "version": 1,
        "package_sha256": hashlib.sha256(packed).hexdigest(),
        "manifest_sha256": manifest_sha256(packed),
        "state": "accepted",
        "reason": None,
        "sentence": "The delivery was taken in.",
        "received": "2026-11-26T03:04:05Z",
    }
    assert package_file(receipt["package_sha256"]).read_bytes() == packed


def test_the_same_bytes_again_get_the_same_receipt_and_are_kept_once(sender):
    packed = sender.package()
    first, second = sender.send(packed), sender.send(packed)
    assert first.receipt == second.receipt
    assert (first.is_new, second.is_new) == (True, False)
    assert ReceivedDelivery.objects.count() == 1


def test_the_same_campaign_twice_by_mistake_is_refused(sender):
    sender.send(sender.package(seed=1))
    receipt = told(sender.send(sender.package(seed=2)))
    assert (receipt["state"], receipt["reason"]) == ("refused", "already_delivered")
    assert ReceivedDelivery.objects.count() == 1
    assert len(files_under(package_file("00").parents[1])) == 1


def test_a_correction_names_what_it_replaces_and_both_are_kept(sender):
    first = sender.package()
    sender.send(first)
    wrong = example_package(correction(Example(), "a" * 64), sender.key)
    assert told(sender.send(wrong))["reason"] == "replaces"
    right = example_package(correction(Example(), manifest_sha256(first)), sender.key)
    assert told(sender.send(right))["state"] == "accepted"
    assert told(sender.send(first))["version"] == 1  # its receipt stays true
    assert list(ReceivedDelivery.objects.values_list("version", flat=True)) == [1, 2]
    assert len(files_under(package_file("00").parents[1])) == 2


def test_another_campaign_starts_at_its_first_version(sender):
    sender.send(sender.package())
    assert told(sender.send(sender.package(campaign="autumn-2026")))["state"] == "accepted"


@pytest.mark.parametrize("fault", ["cut", "altered", "foreign", "county", "identifier", "threshold"])
def test_of_a_refused_package_nothing_is_kept_but_the_reason(sender, settings, fault):
    good = sender.package()
    packed = {
        "cut": good[:-1],
        "altered": good[:2000] + bytes([good[2000] ^ 255]) + good[2001:],
        "foreign": Sender(key=new_key()).package(),
        "county": Sender("17", sender.key).package(),
        "identifier": sender.package(campaign="010594-9032"),
        "threshold": sender.package(k=3),
    }[fault]
    answer = sender.send(packed)
    receipt = told(answer)
    assert receipt["state"] == "refused"
    assert receipt["reason"] == {"cut": "damaged", "altered": "damaged", "foreign": "signature"}.get(fault, fault)
    assert receipt["sentence"].endswith("Nothing was kept.")
    assert not ReceivedDelivery.objects.exists()
    assert files_under(settings.HUB_DIR) == []
    noted = AuditEntry.objects.get(action="hub.delivery_refused")
    assert json.loads(noted.details) == {"reason": receipt["reason"]}
    assert "010594" not in "".join(str(value) for entry in AuditEntry.objects.values() for value in entry.values()) + answer.receipt


def test_every_taking_and_opening_is_audited(sender):
    sender.send(sender.package())
    assert [entry.action for entry in AuditEntry.objects.order_by("number")] == ["hub.county_opened", "hub.delivery_taken"]
    assert first_broken_entry() is None


def test_a_token_opens_for_its_county_until_it_is_renewed_or_the_county_closed(db):
    sender = Sender()
    first = sender.open()
    assert county_of(first.county) == sender.county
    second = sender.open()
    assert county_of(first.county) is None
    assert county_of(second.county) == sender.county
    assert first.hub != second.hub
    close_county(code="18", actor="command", today=NOW.date())
    assert county_of(second.county) is None
    with pytest.raises(CountyUnknown):
        close_county(code="18", actor="command", today=NOW.date())


def test_tokens_are_nowhere_in_the_database(sender):
    tokens = sender.open()
    stored = str([[bytes(value) if isinstance(value, memoryview) else value for value in row] for row in HubCounty.objects.values_list()])
    assert tokens.county not in stored
    assert tokens.hub not in stored


def test_only_known_organisations_with_a_right_key_are_opened(db):
    with pytest.raises(CountyUnknown):
        Sender("99").open()
    with pytest.raises(KeyWrong):
        open_county(code="18", public_keys=["not a key"], actor="command", today=NOW.date())
    assert not HubCounty.objects.exists()


def test_a_county_may_sign_with_any_of_its_keys(sender):
    assert told(Sender.send(sender, Sender(key=new_key()).package()))["reason"] == "signature"


def test_files_that_no_delivery_names_go_at_the_next_start(sender):
    packed = sender.package()
    sender.send(packed)
    kept = package_file(hashlib.sha256(packed).hexdigest())
    stray = package_file("ab" * 32)
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"half")
    kept.with_name("begun.part").write_bytes(b"half")
    mend()
    assert files_under(kept.parents[1]) == [kept]

"""`vaste hub`: counties, keys and the server itself, over HTTPS, killed and started again."""

import hashlib
import json
import random
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection
from tests.ports import free_port

from vaste.config.commands.bench_hub_world import Hub, found, made_counties, random_kills, running, wait_until_tabled
from vaste.config.commands.hub import hub
from vaste.core import clock
from vaste.national.deliveries.receiving import HttpHub, Sent, what_receipt_says
from vaste.national.deliveries.rules import DeliveryEvent
from vaste.national.hub.holding import only_server
from vaste.national.hub.keys import hub_key
from vaste.national.hub.models import HubCounty
from vaste.national.packages.signing import new_key, read_public, written_public


@pytest.fixture(autouse=True)
def hub_dir(settings, tmp_path):
    settings.HUB_DIR = tmp_path / "hub"


def run(*arguments: str):
    return CliRunner().invoke(hub, arguments)


def test_the_key_is_made_once_and_nobody_else_may_read_it(settings):
    first, second = run("key"), json.loads(run("key", "--json").output)
    assert first.output.strip() == second["public_key"]
    assert read_public(first.output) == hub_key().public_key()
    (file,) = (settings.HUB_DIR / "keys").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_broken_key_is_told_and_not_replaced(settings):
    run("key")
    file = settings.HUB_DIR / "keys" / "hub_key.pem"
    file.write_text("broken")
    hub_key.cache_clear()
    ended = run("key")
    assert ended.exit_code == 2
    assert file.read_text() == "broken"


@pytest.mark.django_db
def test_a_county_is_added_by_a_key_or_a_file_of_it_and_removed(tmp_path):
    key = written_public(new_key().public_key())
    told = json.loads(run("county", "add", "18", "--key", key, "--json").output)
    assert sorted(told) == ["hub_key", "hub_token", "token"]
    (tmp_path / "key").write_text(key + "\n")
    assert "hub token" in run("county", "add", "18", "--key", str(tmp_path / "key")).output
    assert HubCounty.objects.get().public_keys == key
    assert run("county", "remove", "18").exit_code == 0
    assert run("county", "remove", "18").exit_code == 2


@pytest.mark.django_db
def test_what_is_no_county_or_no_key_is_refused():
    key = written_public(new_key().public_key())
    assert run("county", "add", "99", "--key", key).exit_code == 2
    assert run("county", "add", "18", "--key", "nonsense").exit_code == 2
    assert not HubCounty.objects.exists()


@pytest.mark.django_db
def test_completeness_and_counting_work_without_deliveries():
    assert run("completeness").output.count("\n") == 23
    assert len(json.loads(run("completeness", "--json").output)["counties"]) == 23
    assert run("count").output == "0 deliveries were brought into the tables.\n"
    assert run("rebuild").output == "The tables were made anew from 0 deliveries.\n"
    assert json.loads(run("verify", "--json").output)["is_whole"] is True
    with only_server():
        assert run("count").exit_code == run("rebuild").exit_code == 2


@pytest.mark.django_db
def test_a_hub_that_is_not_whole_ends_with_1(settings):
    stray = settings.HUB_DIR / "packages" / "ab" / "half.part"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"half")
    assert run("verify").exit_code == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "hub.example.fi"])
def test_without_a_certificate_the_hub_is_on_this_machine_alone(host):
    ended = run("serve", "--host", host, "--port", str(free_port()))
    assert ended.exit_code == 2
    assert "--certificate" in ended.output


def test_a_certificate_without_its_key_is_refused(tmp_path):
    certificate, _key = certificate_files(tmp_path)
    assert run("serve", "--certificate", str(certificate)).exit_code == 2


def certificate_files(folder: Path) -> tuple[Path, Path]:
    """Make a certificate of this machine's own address, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hub")])
    now = clock.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "certificate-key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return files


@pytest.fixture
def real_database(transactional_db):
    """What another process sees too."""
    connection.close()


def test_a_countys_program_delivers_over_https_and_believes_the_receipt(real_database, tmp_path, monkeypatch):
    certificate, certificate_key = certificate_files(tmp_path)
    (county,) = made_counties(1)
    packed, port = county.package("spring"), free_port()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running(Hub(port, tmp_path / "log", certificate=certificate, certificate_key=certificate_key)) as served:
        answer = HttpHub(f"https://127.0.0.1:{port}", county.tokens.county, county.tokens.hub).deliver(packed)
        sent = Sent(county.code, "spring", 1, hashlib.sha256(packed).hexdigest())
        assert what_receipt_says(answer, sent, hub_key().public_key()) is DeliveryEvent.ACCEPT
        county.deliver(served, packed)
        wait_until_tabled()
        assert "spring" in served.get("/hub/v1/completeness").text
        assert served.get("/toimitukset").status_code == 200
    told = found([county])
    assert (told["stored"], told["receipts_of_what_was_there"]) == (1, 1)


def test_a_hub_killed_in_the_midst_of_deliveries_holds_each_once_and_its_receipts_are_true(real_database, tmp_path):
    counties = made_counties(4)
    with running(Hub(free_port(), tmp_path / "log")) as served:
        random_kills(served, counties, 2, chance=random.Random(7), longest=1.0)
        wait_until_tabled()
    told = found(counties)
    assert (told["sent"], told["stored"]) == (8, 8)
    faults = ("lost", "strange", "refused", "false_receipts", "broken_files", "cells_missing", "cells_doubled", "stray_files")
    assert {name: told[name] for name in faults} == dict.fromkeys(faults, 0)

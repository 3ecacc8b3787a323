"""The connection to the SMSC of the npm package `smpp`: its beginning, its signs of life, its end, and its secrecy."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.ports import free_port
from tests.smsc.house import House, gateway, plan, state_of, until, working
from tests.smsc.peers import PATIENCE, Smsc, node_smsc
from tests.smsc.tls_front import TlsFront, tls_front

from vaste.core import clock
from vaste.messaging.gateway import GatewayError
from vaste.messaging.rules import MessageState
from vaste.messaging.smpp.gateway import SmppGateway
from vaste.messaging.smpp.settings import SmppSettings
from vaste.messaging.worker import Worker

pytestmark = [pytest.mark.smsc, pytest.mark.django_db(transaction=True)]


def test_the_operator_may_unbind_at_any_time_and_we_come_back(smsc: Smsc) -> None:
    with working(smsc, House()):
        smsc.do("unbind")
        smsc.wait_for("unbind_answered")
        smsc.wait_for("bound")
        conversation = plan()
        until(lambda: state_of(conversation) is MessageState.DELIVERED)


def test_both_sides_ask_whether_the_other_is_there(smsc: Smsc) -> None:
    with working(smsc, House(), options="&enquire_seconds=0.2"):
        smsc.do("enquire")
        smsc.wait_for("enquire_answered")


def test_leaving_says_goodbye(smsc: Smsc) -> None:
    with working(smsc, House()):
        pass

    smsc.wait_for("unbound")


def test_a_refused_password_stops_the_worker_with_a_sentence_that_does_not_hold_it(smsc: Smsc) -> None:
    conversation = plan()
    worker = Worker(gateway(smsc, password="wrong-one"), hooks=House().hooks())

    with pytest.raises(GatewayError, match="refuses the user or the password") as caught:
        worker.run_forever(threading.Event())

    assert caught.value.permanent
    assert "wrong-one" not in str(caught.value)
    assert state_of(conversation) is MessageState.QUEUED


def test_a_single_run_says_when_the_operator_cannot_be_reached(smsc: Smsc) -> None:
    nobody = gateway(smsc, port=free_port())

    with pytest.raises(GatewayError, match="could not be reached"):
        Worker(nobody, hooks=House().hooks()).run_once(wait_seconds=1)


def test_a_silent_operator_is_given_up_and_found_again(smsc: Smsc) -> None:
    with working(smsc, House(), options="&enquire_seconds=0.3&answer_seconds=4") as account:
        until(account.is_ready)
        smsc.freeze()
        until(lambda: not account.is_ready())
        smsc.thaw()
        smsc.wait_for("bound")
        conversation = plan()
        until(lambda: state_of(conversation) is MessageState.DELIVERED)


def certificate_for(name: str, folder: Path) -> tuple[Path, Path]:
    """Write a self-signed certificate of a host and its key into a folder; return their files."""
    folder.mkdir(exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(clock.now() - timedelta(days=1)).not_valid_after(clock.now() + timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
    return certificate, secret


def over_tls(smsc: Smsc | TlsFront, authority: Path) -> SmppGateway:
    return SmppGateway(SmppSettings.from_url(f"smpps://vaste:secret@localhost:{smsc.port}?ca={authority}"))


def test_messages_go_over_an_encrypted_connection(tmp_path: Path) -> None:
    files = certificate_for("localhost", tmp_path)
    conversation = plan()

    with node_smsc(tls=files) as smsc:
        Worker(over_tls(smsc, files[0]), hooks=House().hooks()).run_once(wait_seconds=PATIENCE)

    assert state_of(conversation) is MessageState.DELIVERED


def test_of_the_operators_behind_one_address_ours_is_asked_for_by_name(smsc: Smsc, tmp_path: Path) -> None:
    ours, other = certificate_for("localhost", tmp_path / "ours"), certificate_for("other.example.fi", tmp_path / "other")
    conversation = plan()

    with tls_front(smsc.port, certificates={"localhost": ours}, otherwise=other) as front:
        Worker(over_tls(front, ours[0]), hooks=House().hooks()).run_once(wait_seconds=PATIENCE)

    assert front.names == ["localhost"]
    assert state_of(conversation) is MessageState.DELIVERED


def test_an_operator_with_the_certificate_of_another_host_gets_nothing(tmp_path: Path) -> None:
    files = certificate_for("other.example.fi", tmp_path)
    conversation = plan()

    with node_smsc(tls=files) as smsc:
        with pytest.raises(GatewayError, match="could not be reached"):
            Worker(over_tls(smsc, files[0]), hooks=House().hooks()).run_once(wait_seconds=1)
        assert smsc.heard("bound") == []

    assert state_of(conversation) is MessageState.QUEUED

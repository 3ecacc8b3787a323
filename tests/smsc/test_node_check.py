"""`vaste sms check` against the SMSC of the npm package `smpp`: every way to fail has its own plain sentence."""

import json
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.factories import make_county
from tests.ports import free_port
from tests.smsc.peers import PATIENCE, Smsc, node_smsc
from tests.smsc.test_node_connection import certificate_for

from vaste.config.command import vaste
from vaste.core.models import AuditEntry
from vaste.messaging.models import InboundPart, OutboundMessage

pytestmark = [pytest.mark.smsc, pytest.mark.django_db(transaction=True)]
PHONE = "040 000 0001"


def check(settings: Any, url: str, *arguments: str) -> list[tuple[bool, str]]:
    """Return what each step said; the command ends with code 1 when the last one failed."""
    settings.SMS_URLS = [url]
    done = CliRunner().invoke(vaste, ["sms", "check", "--json", *arguments])
    steps = [(step["ok"], step["sentence"]) for step in json.loads(done.stdout)["steps"]]
    assert done.exit_code == (0 if all(is_well for is_well, _ in steps) else 1), done.output
    assert "400000001" not in done.output
    assert "secret" not in done.output
    return steps


def address(smsc: Smsc, password: str = "secret") -> str:
    return f"smpp://vaste:{password}@127.0.0.1:{smsc.port}?answer_seconds={PATIENCE}"


def failure(settings: Any, url: str, *arguments: str) -> str:
    """Return the sentence of the step at which the check ended."""
    *before, (is_well, sentence) = check(settings, url, *arguments)
    assert not is_well
    assert all(well for well, _ in before)
    return sentence


def test_an_account_that_lets_us_in_is_told_as_such_and_nothing_is_sent(settings: Any, smsc: Smsc) -> None:
    steps = check(settings, address(smsc))
    assert steps == [(True, f"127.0.0.1:{smsc.port} answers."), (True, "The operator accepts user and password.")]
    assert smsc.heard("submit") == []
    smsc.wait_for("unbound")


def test_a_message_a_receipt_and_a_reply_prove_that_the_account_works_both_ways(settings: Any, smsc: Smsc) -> None:
    make_county()
    smsc.do("behave", reply="1")
    steps = check(settings, address(smsc), "--to", PHONE, "--wait", str(PATIENCE))
    assert [sentence for _, sentence in steps[2:]] == [
        "The operator took the message.",
        "The operator says that the phone has the message.",
        "Reply to the message now, with any word. Waiting 60 seconds.",
        "The reply came. The account works both ways.",
    ]
    assert smsc.wait_for("submit", to="358400000001")["from"] == "3584573960275"
    assert not OutboundMessage.objects.exists()
    assert AuditEntry.objects.filter(action="account.tried").count() == 1


def test_what_comes_meanwhile_is_kept_for_the_worker(settings: Any, smsc: Smsc) -> None:
    make_county()
    smsc.do("behave", reply="STOP")
    check(settings, address(smsc), "--to", PHONE, "--wait", str(PATIENCE))
    assert InboundPart.objects.count() == 1


def test_a_wrong_password_is_told_without_it(settings: Any, smsc: Smsc) -> None:
    sentence = failure(settings, address(smsc, "wrongone"))
    assert sentence == "The operator refuses the user or the password (wrong_password). Correct them in VASTE_SMS_URL."


@pytest.mark.parametrize(
    ("status", "words"),
    [(1040, "the sender id is not authorised (sender_not_authorised). Ask the operator to allow the sender."), (0x0B, "the number cannot")],
)
def test_a_refused_message_is_told_with_what_its_status_means(settings: Any, smsc: Smsc, status: int, words: str) -> None:
    make_county()
    smsc.do("behave", status=status)
    assert words in failure(settings, address(smsc), "--to", PHONE)


@pytest.mark.parametrize(
    ("manner", "seconds", "words"),
    [
        ({"receipt": None}, 2, "No receipt came in 2 seconds."),
        ({"receipt": "UNDELIV"}, PATIENCE, "cannot be delivered: the operator's own code 000."),
        ({"answer": "cut"}, PATIENCE, "nobody can tell whether it took the message"),
        # As long as is waited here for a reply that does not come, its receipt may take.
        ({}, 8, "No reply came in 8 seconds. If you did reply, the sender +3584573960275 does not lead back to this account"),
    ],
    ids=["no receipt", "undelivered", "no answer", "no reply"],
)
def test_what_does_not_come_is_told_with_what_to_ask(settings: Any, smsc: Smsc, manner: dict[str, Any], seconds: int, words: str) -> None:
    make_county()
    smsc.do("behave", **manner)
    assert words in failure(settings, address(smsc), "--to", PHONE, "--wait", str(seconds))


def test_where_nobody_listens_the_port_is_named(settings: Any) -> None:
    port = free_port()
    assert f"Nobody listens at 127.0.0.1:{port}" in failure(settings, f"smpp://vaste:secret@127.0.0.1:{port}")


def test_a_host_that_does_not_exist_is_named(settings: Any) -> None:
    assert "The host smsc.invalid is not known" in failure(settings, "smpps://vaste:secret@smsc.invalid:3550")


def test_a_certificate_for_another_name_is_told(settings: Any, tmp_path: Path) -> None:
    files = certificate_for("smsc.example.fi", tmp_path)
    with node_smsc(tls=files) as smsc:
        sentence = failure(settings, f"smpps://vaste:secret@localhost:{smsc.port}?ca={files[0]}")
    assert "is for another name" in sentence


def test_a_certificate_of_an_unknown_authority_is_told_and_a_known_one_is_proof(settings: Any, tmp_path: Path) -> None:
    files = certificate_for("localhost", tmp_path)
    with node_smsc(tls=files) as smsc:
        sentence = failure(settings, f"smpps://vaste:secret@localhost:{smsc.port}")
        steps = check(settings, f"smpps://vaste:secret@localhost:{smsc.port}?ca={files[0]}")
    assert "comes from an authority that this machine does not know" in sentence
    assert steps[0] == (True, f"localhost:{smsc.port} answers, with a certificate for its name.")


def test_an_operator_without_tls_is_told(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def answer_in_the_open() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"220 this is something else\r\n" * 10)
                connection.recv(10_000)

        thread = threading.Thread(target=answer_in_the_open)
        thread.start()
        sentence = failure(settings, f"smpps://vaste:secret@127.0.0.1:{port}")
        thread.join(PATIENCE)
    assert "does not speak TLS" in sentence

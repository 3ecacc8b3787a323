"""`vaste sms preview`, `vaste sms check` where no operator is needed, `vaste optout show`, and what the doctor says of operators."""

import json
import socket

import pytest
from click.testing import CliRunner, Result
from tests.factories import COUNTY, make_county, phone

from vaste.config.command import vaste
from vaste.core import clock
from vaste.core.models import AuditEntry
from vaste.invitations.opt_outs import opt_out
from vaste.invitations.rules import OptOutWay
from vaste.messaging.standing import Sighting, note_refused_credentials, note_sighting

pytestmark = pytest.mark.django_db


def run(*arguments: str, fed: str = "") -> Result:
    return CliRunner().invoke(vaste, list(arguments), input=fed)


def told(*arguments: str) -> dict:
    return json.loads(run(*arguments, "--json").stdout)


def refusal(*arguments: str) -> str:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    return result.stderr.strip()


# vaste sms preview


def texts(*arguments: str) -> dict[str, dict]:
    return {f"{text['language']} {text['name']}": text for text in told("sms", "preview", *arguments)["texts"]}


def test_every_text_of_every_language_is_shown_with_its_alphabet_and_parts():
    make_county()
    shown = texts()
    assert {text["language"] for text in shown.values()} == {"fi", "sv", "en"}
    assert shown["fi thanks"]["text"] == "Kiitos. Vastauksesi auttaa parantamaan palvelua."
    assert (shown["fi thanks"]["encoding"], shown["fi thanks"]["segments"]) == ("gsm7", 1)
    assert shown["fi invitation"]["segments"] == 1
    assert "{" not in "".join(text["text"] for text in shown.values())


def test_the_price_is_parts_times_the_price_of_one():
    make_county()
    shown = texts("--language", "en", "--price", "0.06")
    assert {text["language"] for text in shown.values()} == {"en"}
    assert all(text["price"] == pytest.approx(text["segments"] * 0.06) for text in shown.values())


def test_the_countys_own_price_is_used_and_without_any_there_is_none():
    make_county(COUNTY + "segment_price = 0.05\n")
    assert texts()["fi thanks"]["price"] == 0.05
    make_county()
    assert texts()["fi thanks"]["price"] is None


def test_letters_that_cost_are_named_and_counted_as_ucs2():
    make_county(COUNTY + '[texts]\nthanks = { fi = "Kiitos, Čáhppe. ' + "a" * 60 + '" }\n')
    thanks = texts()["fi thanks"]
    assert (thanks["encoding"], thanks["letters_that_cost"], thanks["segments"]) == ("ucs2", ["Č", "á"], 2)
    assert "[fi] thanks: ucs2, 76 letters, 2 parts, not in GSM-7: Č á, 0.120 €" in run("sms", "preview", "--price", "0.06").stdout


def test_without_a_county_there_is_nothing_to_preview():
    assert "There is no county yet" in refusal("sms", "preview")


# vaste sms check


def test_the_simulated_operator_needs_no_connection(settings):
    settings.SMS_URLS = ["simulated://"]
    result = run("sms", "check")
    assert result.exit_code == 0
    assert "the operator is simulated" in result.stdout


def test_an_account_that_is_not_there_is_refused(settings):
    settings.SMS_URLS = ["simulated://"]
    assert "there is no number 2" in refusal("sms", "check", "--account", "2")


@pytest.mark.parametrize("number", ["09 123456", "hello", "+1"])
def test_nothing_is_sent_to_what_is_no_mobile_phone(settings, number):
    make_county()
    settings.SMS_URLS = ["simulated://"]
    assert "must be a mobile number" in refusal("sms", "check", "--to", number)


def test_nothing_is_sent_to_who_opted_out(settings):
    make_county()
    settings.SMS_URLS = ["simulated://"]
    opt_out(phone=phone(1), way=OptOutWay.SMS, today=clock.now().date())
    assert "has asked for no messages" in refusal("sms", "check", "--to", phone(1))


def test_the_machine_of_an_http_account_is_tried_and_its_password_waits_for_a_message(settings):
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.SMS_URLS = [f"kannel://user:password@127.0.0.1:{server.getsockname()[1]}?secret=0123456789abcdef"]
        steps = told("sms", "check")["steps"]
    assert [step["ok"] for step in steps] == [True, True]
    assert "give --to" in steps[1]["sentence"]


# vaste doctor


def faults() -> list[str]:
    return [item["sentence"] for item in told("doctor")["findings"] if item["fault"]]


def test_the_doctor_says_when_an_operator_cannot_be_reached(settings):
    make_county()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        settings.SMS_URLS = ["simulated://", f"smpp://user:hushhush@127.0.0.1:{port}"]
        assert faults() == []
    (sentence,) = faults()
    assert sentence.startswith(f"Address 2 in VASTE_SMS_URL: Nobody listens at 127.0.0.1:{port}")
    assert "hushhush" not in sentence


def test_the_doctor_passes_on_what_workers_have_met():
    make_county()
    note_refused_credentials("first", now=clock.now())
    note_sighting(Sighting("second", is_connected=True, refusal="quota_used_up"), now=clock.now())
    assert faults() == [
        "The operator of first refuses the user or the password. Correct them in VASTE_SMS_URL.",
        "The operator of second takes no messages (quota_used_up). Call them.",
    ]


# vaste optout show


def test_given_the_number_the_opt_out_is_shown_with_day_and_way():
    today = clock.now().date()
    opt_out(phone=phone(1), way=OptOutWay.PAGE, today=today)
    shown = told("optout", "show", "040 0000001")
    assert (shown["opted_out_since"], shown["way"]) == (today.isoformat(), "page")
    assert [(entry["opted_out"], entry["way"]) for entry in shown["entries"]] == [(True, "page")]
    assert "on the survey page, noted by respondent" in run("optout", "show", "040 0000001").stdout


def test_the_number_may_come_on_standard_input_so_that_no_shell_remembers_it():
    opt_out(phone=phone(1), way=OptOutWay.SMS, today=clock.now().date())
    assert "by text message" in run("optout", "show", "-", fed="+358 40 0000001\n").stdout


def test_a_number_that_never_opted_out_is_told_as_such_and_the_look_is_audited_without_it():
    assert run("optout", "show", phone(2)).stdout == "This number has not opted out.\n"
    entry = AuditEntry.objects.get(action="opt_out.looked_up")
    assert entry.actor == "command"
    assert "0000002" not in f"{entry.subject}{entry.details}"


def test_what_is_no_mobile_number_is_refused():
    assert "not a mobile number" in refusal("optout", "show", "hello")

"""The commands: what they print, and that wrong input ends in one sentence with code 2 and changes nothing."""

import json

import pytest
from click.testing import CliRunner, Result
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import COUNTY, DATA, HEALTH_STATION, UNITS, at, invite, make_county, make_soite, open_session, visit_fields

from vaste.config.command import vaste
from vaste.core.models import AuditEntry
from vaste.invitations.actions import end_session
from vaste.invitations.context import Progress
from vaste.invitations.models import Invitation
from vaste.invitations.sessions import OpenSession
from vaste.messaging.models import OutboundMessage
from vaste.organisations.actions import save_county
from vaste.organisations.models import County, Role, Unit, User
from vaste.organisations.rules import parse_county
from vaste.responses.models import Response
from vaste.visits.actions import feed_of

pytestmark = pytest.mark.django_db
APRIL = DATA / "visits-2024-04.csv"
EXPECTED = json.loads((DATA / "visits-2024-04-expected.json").read_text())["counts"]


def run(*arguments: object, fed: bytes | None = None) -> Result:
    return CliRunner().invoke(vaste, [str(argument) for argument in arguments], input=fed)


def said_by(*arguments: object, fed: bytes | None = None) -> str:
    """Run a command that must succeed and return what it printed."""
    result = run(*arguments, fed=fed)
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return result.stdout


def refusal(*arguments: object, fed: bytes | None = None) -> str:
    """Run a command that must refuse and return its one sentence."""
    result = run(*arguments, fed=fed)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert result.stderr.count("\n") == 1
    return result.stderr.strip()


def file_with(folder, content: str | bytes, name: str = "file"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


NOT_TEXT = [b"\xff\xfe\x00", "käynti".encode("latin-1"), b"a\x00b", bytes(range(256))]

# vaste county load, vaste units load


def test_a_county_and_its_units_are_loaded_from_files():
    assert json.loads(said_by("county", "load", DATA / "soite-county.toml", "--json")) == {"county": "18"}
    assert json.loads(said_by("units", "load", DATA / "soite-units.csv", "--json")) == {"county": "18", "units": 9}
    assert "county 18 were loaded" in said_by("county", "load", DATA / "soite-county.toml")
    assert "9 units of county 18 were loaded" in said_by("units", "load", DATA / "soite-units.csv")
    assert Unit.objects.count() == 9


def test_a_county_is_loaded_from_standard_input_too():
    assert "county 18" in said_by("county", "load", "-", fed=COUNTY.encode("utf-8-sig"))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "code = 18",
        COUNTY + "colour = 1",
        COUNTY.replace('"Soite"\n\n', '"S"\n\n'),
        COUNTY + '[texts]\nthanks = { fi = "{x}" }',
        *NOT_TEXT,
    ],
)
def test_a_wrong_county_file_changes_nothing(tmp_path, content):
    make_county()
    before = County.objects.get().settings_json
    assert refusal("county", "load", file_with(tmp_path, content)).count("Nothing was changed.") == 1
    assert County.objects.get().settings_json == before


@pytest.mark.parametrize(
    "content", ["", "x", UNITS + "1,2,3\n", UNITS + UNITS.splitlines()[1] + "\n", UNITS.replace("health,", "dental,"), *NOT_TEXT]
)
def test_a_wrong_list_of_units_changes_nothing(tmp_path, content):
    save_county(settings=parse_county(COUNTY), actor="test", now=at("2026-05-04"))
    assert "Nothing was changed." in refusal("units", "load", file_with(tmp_path, content))
    assert not Unit.objects.exists()


def test_a_file_that_is_not_there_is_named(tmp_path):
    make_county()
    for command in (["county", "load"], ["units", "load"], ["intake"]):
        assert (
            refusal(*command, tmp_path / "none")
            == f"The file {tmp_path / 'none'} cannot be read: no such file or directory. Nothing was changed."
        )
        assert "is a directory" in refusal(*command, tmp_path)


def test_units_of_which_county_must_be_plain(tmp_path):
    units = file_with(tmp_path, UNITS)
    assert refusal("units", "load", units) == "There is no county yet. Load its settings first: vaste county load FILE"
    make_county()
    save_county(settings=parse_county(COUNTY.replace('"18"', '"17"')), actor="test", now=at("2026-05-04"))
    assert refusal("units", "load", units) == "There are several counties. Name one with --county CODE."
    assert refusal("units", "load", units, "--county", "99") == "There is no county 99. Load its settings first: vaste county load FILE"
    assert "belongs to county 18" in refusal("units", "load", units, "--county", "17")
    assert "3 units of county 18" in said_by("units", "load", units, "--county", "18")


# vaste intake


def test_visits_are_taken_in_and_the_table_says_how_each_ended():
    make_soite()
    lines = said_by("intake", APRIL, "--dry-run").splitlines()
    assert lines[0] == "1000 visits read, nothing written (dry run)."
    assert lines[2].split() == ["invited", "699"]
    assert dict(line.split() for line in lines[2:]) == {name: str(count) for name, count in EXPECTED.items()}
    assert not Invitation.objects.exists()
    assert said_by("intake", APRIL).splitlines()[0] == "1000 visits read."
    assert Invitation.objects.count() == OutboundMessage.objects.count() == 699


def test_as_json_the_outcomes_are_those_of_the_file():
    make_soite()
    for options in (["--dry-run"], [], []):
        assert json.loads(said_by("intake", APRIL, "--json", *options)) == {"received": 1000, "refused": [], "outcomes": EXPECTED}


def test_visits_are_read_from_standard_input_and_by_the_named_format(tmp_path):
    make_county()
    lines = "\n".join(json.dumps(visit_fields()) for _ in range(3))
    assert json.loads(said_by("intake", "-", "--format", "ndjson", "--json", fed=lines.encode()))["outcomes"] == {"invited": 3}
    assert json.loads(said_by("intake", file_with(tmp_path, lines, "visits.ndjson"), "--json"))["outcomes"] == {"invited": 3}
    assert json.loads(said_by("intake", file_with(tmp_path, lines), "--format", "ndjson", "--json", "--dry-run"))["received"] == 3


def test_refused_rows_are_listed_and_a_long_list_is_cut(tmp_path):
    make_county()
    fields = visit_fields(age="x")
    rows = [",".join(fields), *[",".join(fields.values())] * 25]
    lines = said_by("intake", file_with(tmp_path, "\n".join(rows))).splitlines()
    assert "25 rows were refused; the others were taken:" in lines
    assert "  row 2, age: it must be a whole number" in lines
    assert lines[-1] == "  … and 5 more; --json names them all"


@pytest.mark.parametrize("content", ["", "x", "a,b\n", '"', *NOT_TEXT])
def test_a_file_of_no_visits_is_refused_as_a_whole(tmp_path, content):
    make_county()
    assert "Nothing was taken in." in refusal("intake", file_with(tmp_path, content))
    assert not AuditEntry.objects.filter(action="visits.taken_in").exists()


@pytest.mark.parametrize(
    "arguments", [["intake"], ["intake", "x", "--format", "xml"], ["intake", "x", "--dry"], ["nothing"], ["county"], ["county", "save"]]
)
def test_a_command_that_does_not_exist_ends_with_code_2(arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([["intake", "-"], ["intake", "-", "--format", "ndjson"], ["county", "load", "-"], ["units", "load", "-"]]),
    st.binary(max_size=400),
)
def test_whatever_is_fed_to_a_command_it_ends_well_or_in_one_sentence(arguments, fed):
    if not County.objects.exists():
        make_county()
    result = run(*arguments, fed=fed)
    assert result.exit_code in {0, 2}
    assert result.exit_code == 0 or result.stderr.count("\n") == 1


# vaste mix


@pytest.mark.django_db(transaction=True)
def test_waiting_answers_are_published_by_the_rule_or_all_at_once():
    make_county()
    for _ in range(2):
        session = open_session(invite(now=at("2026-05-05 09:00")), at("2026-05-05 09:00"))
        end_session(OpenSession(session.id, session.context, Progress(answers={"nps": 9})), today=at("2099-05-05").date())
    assert said_by("mix") == "0 answers were published.\n"
    assert json.loads(said_by("mix", "--now", "--json")) == {"published": 2}
    assert Response.objects.count() == 2
    assert AuditEntry.objects.get(action="mix.published_all").actor == "command"


# vaste feed, vaste user, vaste keys


def test_a_feed_gets_a_token_once_and_loses_its_right():
    make_county()
    token = said_by("feed", "add", "patient system").strip()
    assert feed_of(token)
    assert "can send no more visits" in said_by("feed", "revoke", "patient system")
    assert feed_of(token) is None
    assert "no open feed" in refusal("feed", "revoke", "patient system")
    assert "1 to 60 characters" in refusal("feed", "add", "x" * 61)
    assert "1 to 60 characters" in refusal("feed", "add", "")


def test_a_member_of_staff_gets_an_account_for_the_county_or_a_unit():
    make_county()
    assert said_by("user", "add", "director@example.fi").startswith("password: ")
    assert said_by("user", "add", "nurse@example.fi", "--unit", HEALTH_STATION, "--language", "sv").startswith("password: ")
    assert "had a password already" in said_by("user", "add", "Nurse@example.fi")
    assert sorted(Role.objects.values_list("user__email", "kind")) == [
        ("director@example.fi", "county"),
        ("nurse@example.fi", "county"),
        ("nurse@example.fi", "unit"),
    ]


@pytest.mark.parametrize(
    "arguments", [["nobody"], ["a@b"], [""], ["nurse@example.fi", "--unit", "1.2.3.4.5"], ["nurse@example.fi", "--county", "99"]]
)
def test_a_wrong_account_changes_nothing(arguments):
    make_county()
    refusal("user", "add", *arguments)
    assert not User.objects.exists()


def password_of(*arguments: str) -> str:
    return said_by("user", *arguments).removeprefix("password: ").strip()


def is_let_in(email: str, password: str) -> bool:
    return Client().post("/staff/sign-in", {"username": email, "password": password}).status_code == 302


@pytest.fixture
def nurse(client) -> Client:
    make_soite()
    password = password_of("add", "nurse@example.fi", "--unit", HEALTH_STATION)
    client.post("/staff/sign-in", {"username": "nurse@example.fi", "password": password})
    assert client.get("/staff/requests").status_code == 200
    return client


def test_a_new_password_ends_the_old_one_its_sessions_and_a_lock(nurse):
    for _ in range(8):
        is_let_in("nurse@example.fi", "wrong")

    password = password_of("password", "Nurse@example.fi")

    assert is_let_in("nurse@example.fi", password)
    assert nurse.get("/staff/requests").status_code == 302


def test_who_has_left_is_signed_out_and_sees_nothing_until_added_again(nurse):
    said_by("user", "remove", "NURSE@example.fi")

    assert nurse.get("/staff/requests").status_code == 302
    assert not Role.objects.exists()
    assert json.loads(said_by("user", "list", "--json")) == []
    assert is_let_in("nurse@example.fi", password_of("add", "nurse@example.fi"))
    assert [role.kind for role in Role.objects.all()] == ["county"]


def test_accounts_are_listed_with_what_they_see(nurse):
    said_by("user", "add", "boss@example.fi", "--export")
    assert json.loads(said_by("user", "list", "--json")) == [
        {"email": "boss@example.fi", "roles": ["county 18", "export 18"]},
        {"email": "nurse@example.fi", "roles": [f"unit {HEALTH_STATION}"]},
    ]


@pytest.mark.parametrize("command", ["password", "remove"])
def test_an_unknown_account_is_neither_closed_nor_given_a_password(nurse, command):
    assert "no account of nobody@example.fi" in refusal("user", command, "nobody@example.fi")
    said_by("user", "remove", "nurse@example.fi")
    assert "no account" in refusal("user", command, "nurse@example.fi")


def test_keys_are_long_and_never_the_same():
    assert len({said_by("keys", "new") for _ in range(5)}) == 5
    assert len(said_by("keys", "new").strip()) == 43


# vaste doctor


def findings() -> list[tuple[bool, str]]:
    return [(item["fault"], item["sentence"]) for item in json.loads(run("doctor", "--json").stdout)["findings"]]


def test_the_doctor_says_in_plain_words_what_is_missing():
    result = run("doctor")
    assert result.exit_code == 1
    assert "MEND  No county is loaded. Run: vaste county load FILE" in result.stdout
    save_county(settings=parse_county(COUNTY), actor="test", now=at("2026-05-04"))
    assert (True, "County 18 has no units. Run: vaste units load FILE") in findings()


def test_a_county_that_can_work_has_nothing_to_mend():
    make_county()
    assert run("doctor").exit_code == 0
    assert not [sentence for is_fault, sentence in findings() if is_fault]
    assert any("no feed" in sentence for _, sentence in findings())
    assert any("Nobody can sign in yet" in sentence for _, sentence in findings())


def test_the_doctor_sees_an_altered_audit_trail():
    make_county()
    AuditEntry.objects.filter(number=1).update(actor="somebody else")
    assert (True, "The audit trail was altered at entry 1.") in findings()


def test_the_doctor_sees_a_wrong_address_of_an_operator_without_repeating_its_password(settings):
    make_county()
    settings.SMS_URLS = ["smpp://user:hushhush@", "gopher://x"]
    (sentence,) = [sentence for is_fault, sentence in findings() if is_fault]
    assert "VASTE_SMS_URL" in sentence
    assert "hushhush" not in sentence

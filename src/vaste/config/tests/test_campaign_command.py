import json

import pytest
from click.testing import CliRunner
from tests.factories import HEALTH_STATION, SMALL_UNIT, SOCIAL_UNIT, make_county
from tests.record import record

from vaste.config.command import vaste
from vaste.core import clock
from vaste.invitations.models import Campaign

pytestmark = pytest.mark.django_db
MONTH = f"{clock.now():%Y-%m}"
LATER = f"{clock.now().year + 1}-06"


def run(*words: str):
    return CliRunner().invoke(vaste, ["campaign", *words])


def create(*words: str, key: str = "spring"):
    return run("create", key, "--from", MONTH, "--to", LATER, "--needed", "400", *words)


@pytest.fixture
def county():
    return make_county()


def test_a_campaign_is_begun_for_all_units_with_the_usual_deadline(county):
    facts = json.loads(create("--json").output)

    assert (facts["key"], facts["name"], facts["needed"], facts["state"]) == ("spring", "spring", 400, "running")
    assert facts["units"] == [HEALTH_STATION, SMALL_UNIT, SOCIAL_UNIT]
    assert (facts["from"], facts["to"], facts["deadline"]) == (f"{MONTH}-01", f"{LATER}-30", f"{LATER[:4]}-07-21")
    assert (facts["then"], facts["answers"], facts["forecast"], facts["ended"]) == ("stop", None, None, None)


def test_a_campaign_of_some_units_is_shown_with_its_answers(county):
    create("--unit", HEALTH_STATION, "--name", "Spring 2026", "--then", "continue", "--deadline", f"{LATER}-30")
    record(30, on=f"{MONTH}-15")

    printed = run("show", "spring").output.splitlines()

    assert printed[0] == "spring: Spring 2026: 30 of 400 answers"
    assert printed[1].startswith("  running; ")
    assert printed[1].endswith(f", units: 1, deadline {LATER}-30")
    assert printed[2:] == [
        "  Answers: 30 of 400",
        "  No forecast can be made yet: it needs at least 4 weeks whose answers have come in, with 30 answers together.",
    ]


def test_too_few_answers_are_not_told(county):
    create()
    record(4, on=f"{MONTH}-15")

    assert "too few answers to show" in run("list").output
    assert json.loads(run("show", "spring", "--json").output)["answers"] is None


def test_a_campaign_is_ended_and_what_comes_after_can_be_changed(county):
    create()

    ended = json.loads(run("end", "spring", "--json").output)
    changed = json.loads(run("end", "spring", "--then", "continue", "--json").output)

    assert (ended["state"], ended["ended_why"], ended["then"]) == ("ended", "by_staff", "stop")
    assert changed["ended"] == ended["ended"]
    assert changed["then"] == "continue"


def test_everything_that_is_wrong_is_told_at_once(county):
    printed = create("--deadline", "2020-01-01", key="Spring 2026")

    assert printed.exit_code == 2
    assert printed.output == (
        "The key may have small letters a–z, digits and single hyphens, at most 40 characters. "
        "The deadline must be a day at the end of the last month or after it. Nothing was changed.\n"
    )
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("words", [("--from", "April", "--to", "2026-06"), ("--from", "2026-04", "--to", "2026-13")])
def test_what_is_no_month_is_refused(county, words):
    printed = run("create", "spring", "--needed", "400", *words)
    assert (printed.exit_code, printed.output) == (2, "Write months as 2026-04. Nothing was changed.\n")


def test_a_campaign_that_there_is_not_is_told(county):
    assert run("show", "autumn").output == "There is no campaign autumn in county 18: vaste campaign list\n"
    assert run("end", "autumn").exit_code == 2


def test_without_campaigns_the_command_says_how_to_begin_one(county):
    assert run("list").output == "There are no campaigns yet: vaste campaign create KEY\n"
    assert json.loads(run("list", "--json").output) == []

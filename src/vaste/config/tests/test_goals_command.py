import json

import pytest
from click.testing import CliRunner
from tests.factories import make_county
from tests.record import record

from vaste.config.command import vaste
from vaste.results.models import Goal

pytestmark = pytest.mark.django_db
WORDS = '{ fi = "Tavoite", sv = "Mål", en = "Recommended" }'
FILE = f"""
[goals.nps]
name = {WORDS}
owner = {WORDS}
indicator = "nps"
target = 50
valid_from = 2024-01-01
bands = [{{ name = {WORDS} }}, {{ from = 50, name = {{ fi = "erinomainen", sv = "utmärkt", en = "excellent" }} }}]
"""


def run(*words: str):
    return CliRunner().invoke(vaste, ["goals", *words])


@pytest.fixture
def file(tmp_path):
    """Return the name of a file of goals, for a county that there is."""
    make_county()
    path = tmp_path / "goals.toml"
    path.write_text(FILE, encoding="utf-8")
    return str(path)


def test_goals_are_loaded_and_judged(file):
    loaded = run("load", file, "--json")
    record(1000, on="2024-05-13", nps=10)
    printed = run("--json")

    assert json.loads(loaded.output) == {"added": 1, "changed": 0, "removed": 0, "unchanged": 0}
    (goal,) = json.loads(printed.output)
    assert (goal["key"], goal["scope"], goal["target"], goal["channel"]) == ("nps", "county", 50, "invited")
    (period,) = goal["periods"]
    assert (period["period"], period["state"], period["value"], period["n"]) == ("2024-Q2", "met", 100, 1000)
    assert period["band"]["sv"] == "utmärkt"


def test_goals_are_printed_for_people(file):
    run("load", file)
    record(1000, on="2024-05-13", nps=10)
    record(9, on="2024-02-12", nps=10)

    lines = run().output.splitlines()

    assert lines[0] == "nps: Recommended (county, nps at least 50, channel invited)"
    assert lines[1] == "  2024-Q2  100.0 (99.3 to 100.0), n 1000: met (excellent)"
    assert lines[2] == "  2024-Q1  too few"


def test_what_is_wrong_in_a_file_is_told_in_one_sentence(file, tmp_path):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(FILE.replace("target = 50", "target = 500"), encoding="utf-8")

    printed = run("load", str(wrong))

    assert printed.exit_code == 2
    assert printed.output == "The goal nps is wrong at target: it must lie between -100 and 100. Nothing was changed.\n"
    assert not Goal.objects.exists()


def test_without_goals_the_command_says_how_to_load_them():
    make_county()

    assert run().output == "There are no goals yet: vaste goals load FILE\n"

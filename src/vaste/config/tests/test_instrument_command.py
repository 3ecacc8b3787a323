import json

from click.testing import CliRunner

from vaste.config.command import vaste
from vaste.surveys.instrument import national_adult
from vaste.surveys.questionnaire import questionnaire


def run(*words: str):
    return CliRunner().invoke(vaste, ["instrument", "questionnaire", *words])


def test_the_instrument_is_printed_as_a_fhir_questionnaire():
    printed = run("--json")

    assert printed.exit_code == 0
    assert json.loads(printed.output) == questionnaire(national_adult())


def test_the_instrument_is_printed_for_people_in_both_wordings():
    lines = run("--language", "en").output.splitlines()

    assert lines[0] == "national-adult/2024-1"
    assert "  safety         I felt safe during the care" in lines
    assert "                 I felt safe during the service" in lines
    assert len(lines) == 1 + 10 + 5


def test_one_branch_has_its_own_words_alone():
    lines = run("--branch", "social", "--language", "sv").output.splitlines()

    assert "  safety         Jag kände mig trygg under servicen" in lines
    assert len(lines) == 11

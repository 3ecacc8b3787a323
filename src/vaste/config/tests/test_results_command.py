"""`vaste results`: figures on the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import HEALTH_STATION, SOCIAL_UNIT, make_county
from tests.record import invite, record

from vaste.config.commands.results import results
from vaste.organisations.models import County
from vaste.responses.models import Response
from vaste.responses.rules import Channel


def printed(*options: str) -> Result:
    return CliRunner().invoke(results, options)


@pytest.fixture
def county(db: None) -> County:
    return make_county()


def test_json_has_every_figure_with_its_count_and_interval(county):
    invite(40)
    record(7, nps=10, answers={"access": 5})
    record(2, nps=8)
    record(1, nps=0, answers={"access": 1})

    answer = json.loads(printed("--from", "2024-04-01", "--to", "2024-04-30", "--json").stdout)

    too_few = {"too_few": True}
    others = ("encounter", "participation", "safety", "information", "clarity", "benefit", "own-language")
    assert answer == {
        "period": {"from": "2024-04-01", "to": "2024-04-30"},
        "responses": 10,
        "invited": 40,
        "response_rate": 0.25,
        "nps": {"value": 60.0, "n": 10, "low": 7.039409, "high": 85.268284, "promoters": 7, "passives": 2, "detractors": 1},
        "statements": {
            "access": {"n": 8, "mean": 4.5, "low": 3.317688, "high": 5.0, "agree_share": 0.875},
            **dict.fromkeys(others, too_few),
        },
        "channels": {"sms": None, "link": 10, "sms+link": None},
        "by": [],
    }


def test_an_empty_record_is_too_few_and_no_error(county):
    answer = json.loads(printed("--json").stdout)

    assert answer["period"] == {"from": None, "to": None}
    assert (answer["responses"], answer["invited"], answer["nps"]) == (None, 0, {"too_few": True})


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("unit", [SOCIAL_UNIT, HEALTH_STATION]),
        ("month", ["2024-04", "2024-05"]),
        ("channel", ["sms", "link", "sms+link"]),
        ("language", ["fi", "sv", "en"]),
    ],
)
def test_a_breakdown_has_a_row_for_each_part_with_all_its_figures(county, by, keys):
    record(10, channel=Channel.SMS)
    record(20, unit=SOCIAL_UNIT, on="2024-05-15", language="sv")

    rows = json.loads(printed("--by", by, "--json").stdout)["by"]

    assert [row["key"] for row in rows] == keys
    assert all({"responses", "invited", "nps", "statements"} <= row.keys() for row in rows)


def test_a_person_reads_a_table_with_the_same_figures(county):
    invite(60)
    record(30, channel=Channel.SMS, nps=10, answers={"access": 5})
    record(6, unit=SOCIAL_UNIT)

    shown = printed("--by", "unit").stdout

    assert "Responses  36" in shown
    assert "100.0 (81.9 to 100.0), n 36" in shown
    assert "n 6: too few for a figure" in shown


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--from", "1.4.2024"], "The first day must be written as 2024-04-01."),
        (["--to", "2024-02-30"], "The last day must be written as 2024-04-30."),
        (["--from", "2024-05-01", "--to", "2024-04-01"], "The last day lies before the first."),
        (["--unit", "1.2.3.4"], "County 18 has no unit 1.2.3.4."),
        (
            ["--channel", "fax"],
            "There is no such channel; the channels are sms, link, sms+link, and for old answers device and questionnaire.",
        ),
        (["--by", "weather"], "Results can be broken down by unit, month, channel, language or age."),
        (["--county", "99"], "There is no county 99. Load its settings first: vaste county load FILE"),
    ],
)
def test_a_question_that_cannot_be_answered_ends_with_one_sentence(county, options, sentence):
    result = printed(*options)

    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{sentence}\n")


@given(options=st.lists(st.tuples(st.sampled_from(["--from", "--to", "--unit", "--channel", "--by", "--county"]), st.text()), max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
def test_any_words_give_figures_or_one_sentence(county, options):
    result = printed(*[word for option in options for word in option], "--json")

    assert result.exit_code in {0, 2}
    assert result.exit_code == 2 or json.loads(result.stdout)["nps"] == {"too_few": True}


def test_the_benchmark_measures_in_a_database_of_its_own(db, tmp_path):
    environment = {**os.environ, "VASTE_DATA_DIR": str(tmp_path)}
    command = [str(Path(sys.executable).with_name("vaste")), "bench", "results", "--responses", "300", "--runs", "20", "--json"]

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=300)

    facts = json.loads(done.stdout)
    assert (facts["responses"], facts["runs"], facts["limit_ms"]) == (300, 20, 300)
    assert facts["ratio"] == pytest.approx(facts["median_ms"] / facts["limit_ms"], abs=0.01)
    assert not Response.objects.exists()
    assert not list(tmp_path.glob("*.sqlite3"))

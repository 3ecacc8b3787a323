import json

import pytest
from click.testing import CliRunner

from vaste.config.command import vaste
from vaste.simulator.alerts import Trial, try_out


@pytest.mark.parametrize(("answers_a_week", "weeks"), [(5, 12), (15, 6), (50, 3)])
def test_the_watch_seldom_calls_by_chance_and_finds_a_worse_share_in_weeks(answers_a_week, weeks):
    outcome = try_out(Trial(answers_a_week, units=100, found_units=40), seed=1)

    assert outcome.false_alarms <= 15
    assert outcome.false_alarms < outcome.false_alarms_of_share_chart
    assert outcome.weeks_until_found[0.25] < outcome.weeks_until_found[0.20] <= weeks


def test_the_same_seed_gives_the_same_outcome():
    trial = Trial(5, units=10, found_units=5)

    assert try_out(trial, seed=3) == try_out(trial, seed=3)


def test_the_command_prints_the_figures():
    printed = CliRunner().invoke(vaste, ["simulate", "alerts", "--answers", "15", "--units", "20", "--json"])

    assert printed.exit_code == 0
    (row,) = json.loads(printed.output)
    assert (row["answers_a_week"], row["units"]) == (15, 20)
    assert set(row["weeks_until_found"]) == {"0.20", "0.25"}


def test_the_command_prints_a_table():
    printed = CliRunner().invoke(vaste, ["simulate", "alerts", "--answers", "5", "--units", "10"])

    assert printed.exit_code == 0
    assert printed.output.splitlines()[-1].split()[0] == "5"

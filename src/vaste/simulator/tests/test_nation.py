"""A country whose true differences are known: comparison finds them, and the audit finds what was planted."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from vaste.config.command import vaste
from vaste.indicators.standardised import ALL
from vaste.national.comparison.queries import comparison_of
from vaste.national.comparison.reference import reference
from vaste.national.comparison.rules import NPS, Kind
from vaste.national.hub.actions import open_county, receive
from vaste.national.hub.following import follow_deliveries
from vaste.national.hub.models import HubCounty
from vaste.simulator.nation.drawing import tables, with_lines_hidden
from vaste.simulator.nation.leaks import Leak, audit_planted_leaks
from vaste.simulator.nation.packages import facts_of
from vaste.simulator.nation.rehearsal import K, Nation, draw_nation, rehearse

NOW = datetime(2026, 11, 26, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def drawn() -> Nation:
    return draw_nation(3, 6000, reference(), seed=7)


@pytest.fixture(scope="session")  # tests that ask a database come before the others, of whatever file
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """What the command prints of a country, and the folder into which it writes the packages."""
    folder = tmp_path_factory.mktemp("nation") / "made"
    words = ["simulate", "nation", "--counties", "3", "--answers", "6000", "--rounds", "1", "--out", str(folder)]
    return CliRunner().invoke(vaste, words), folder


def test_standardised_intervals_hold_the_truth_where_those_of_answers_as_they_came_mislead():
    found = rehearse(counties=23, answers=150_000, rounds=4, reference=reference(), seed=11)

    for kind in Kind:
        assert found[kind].standardised >= 0.91
        assert found[kind].crude < 0.60
        assert found[kind].standardised_error < found[kind].crude_error / 2


def test_a_county_has_its_quarter_whatever_way_its_answers_are_counted(drawn: Nation):
    found = tables(drawn.now[0])
    everybody = next(row for row in found["strata"] if (row["service"], row["age"], row["channel"]) == (ALL, ALL, ALL))
    assert sum(int(row["n"] or 0) for row in found["units"]) == everybody["n"]
    assert sum(int(row["n"] or 0) for row in found["channels"] if row["service"] == ALL and row["channel"] != ALL) == everybody["n"]
    assert all(int(row["invited"] or 0) >= int(row["n"] or 0) for row in found["invited"])


def test_the_same_seed_gives_the_same_country(drawn: Nation):
    again = draw_nation(3, 6000, reference(), seed=7)
    assert [tables(each) for each in again.now] == [tables(each) for each in drawn.now]


def test_few_people_are_hidden_and_so_is_what_would_tell_them(drawn: Nation):
    rows = with_lines_hidden(tables(drawn.now[0])["strata"], K)
    shown = [row for row in rows if row["state"] == "shown"]
    assert not [row for row in shown if 0 < int(row["n"] or 0) < K]
    hidden_channels = [row for row in rows if row["state"] == "hidden" and row["channel"] != ALL]
    assert hidden_channels
    for row in hidden_channels:
        line = [each for each in rows if (each["service"], each["age"]) == (row["service"], row["age"]) and each["channel"] != ALL]
        assert {each["state"] for each in line} == {"hidden"}


def test_the_audit_finds_every_planted_leak_and_none_in_what_is_delivered(drawn: Nation):
    found = {each.leak: each for each in audit_planted_leaks(facts_of(drawn.now[0]), K)}

    assert set(found) == set(Leak)
    assert all(each.is_found for each in found.values()), found
    assert all(each.is_closed for each in found.values()), found
    assert "tells of those who answered in between" in found[Leak.OVER_TIME].sentence
    assert "is shown, and may not be" in found[Leak.HOMOGENEOUS].sentence


@pytest.mark.one_database("deliveries are received and counted in `national/hub/tests`")
@pytest.mark.django_db
def test_the_packages_are_accepted_by_a_hub_and_compared(made, settings, tmp_path):
    settings.HUB_DIR = tmp_path / "hub"
    answer, folder = made
    assert answer.exit_code == 0, answer.output
    keys = dict(line.split(",") for line in (folder / "keys.csv").read_text().splitlines()[1:])
    assert sorted(keys) == ["01", "02", "03"]

    for code, key in keys.items():
        open_county(code=code, public_keys=[key], actor="command", today=NOW.date())
        package = (folder / f"{code}.zip").read_bytes()
        assert receive(HubCounty.objects.get(code=code), package, now=NOW).is_accepted
    follow_deliveries()

    found = comparison_of("2026-Q3")
    assert [row.county for row in found.rows] == ["01", "02", "03"]
    assert all(row.figures[NPS].standardised for row in found.rows)
    assert len(found.indicators) == 1 + 2 * 7


def test_a_folder_that_is_there_already_is_left_alone(tmp_path):
    answer = CliRunner().invoke(
        vaste, ["simulate", "nation", "--counties", "2", "--answers", "200", "--rounds", "1", "--out", str(tmp_path)]
    )
    assert answer.exit_code == 2
    assert "Nothing was written" in answer.output


def test_the_command_prints_each_county_beside_the_truth_and_no_rank():
    answer = CliRunner().invoke(vaste, ["simulate", "nation", "--counties", "3", "--answers", "6000", "--rounds", "1", "--json"])
    found = json.loads(answer.stdout)

    assert [each["county"] for each in found["counties"]] == ["01", "02", "03"]
    assert set(found["coverage"]) == {"nps", "agreeing", "mean"}
    assert {each["leak"]: each["found"] for each in found["leaks"]} == dict.fromkeys(Leak, True)


def test_people_read_it_as_a_table(made):
    answer, _folder = made
    assert answer.exit_code == 0
    assert "as it came" in answer.stdout
    assert "planted leak, complementary: found: " in answer.stdout

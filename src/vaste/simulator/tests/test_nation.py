"""A country whose true differences are known: comparison finds them, and the audit finds what was planted."""

import json

import pytest
from click.testing import CliRunner

from vaste.config.command import vaste
from vaste.indicators.standardised import ALL
from vaste.national.comparison.reference import reference
from vaste.national.comparison.rules import Kind
from vaste.simulator.nation.drawing import tables, with_lines_hidden
from vaste.simulator.nation.leaks import Leak, audit_planted_leaks
from vaste.simulator.nation.rehearsal import K, Nation, draw_nation, rehearse


@pytest.fixture(scope="module")
def drawn() -> Nation:
    return draw_nation(3, 6000, reference(), seed=7)


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


def test_the_audit_finds_every_planted_leak():
    found = {each.leak: each for each in audit_planted_leaks(K)}
    assert set(found) == set(Leak)
    assert all(each.is_found for each in found.values())
    assert found[Leak.COMPLEMENTARY].is_closed
    assert not found[Leak.OVER_TIME].is_closed, "what was delivered before cannot be hidden any more"


def test_the_command_prints_each_county_beside_the_truth_and_no_rank():
    answer = CliRunner().invoke(vaste, ["simulate", "nation", "--counties", "5", "--answers", "20000", "--rounds", "1", "--json"])
    found = json.loads(answer.stdout)

    assert [each["county"] for each in found["counties"]] == ["01", "02", "03", "04", "05"]
    assert set(found["coverage"]) == {"nps", "agreeing", "mean"}
    assert {each["leak"]: each["found"] for each in found["leaks"]} == dict.fromkeys(Leak, True)


def test_people_read_it_as_a_table():
    answer = CliRunner().invoke(vaste, ["simulate", "nation", "--counties", "2", "--answers", "5000", "--rounds", "1"])
    assert answer.exit_code == 0
    assert "as it came" in answer.stdout
    assert "planted leak, complementary: found (3 to 3)" in answer.stdout

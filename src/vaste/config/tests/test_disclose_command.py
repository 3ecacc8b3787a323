"""`vaste disclose` as somebody at a desk uses it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from vaste.config.command import vaste


@pytest.fixture
def told(tmp_path: Path):
    def ask(text: str, *options: str) -> Result:
        file = tmp_path / "table.csv"
        file.write_text(text, encoding="utf-8")
        return CliRunner().invoke(vaste, ["disclose", str(file), *options])

    return ask


def test_the_hidden_cells_and_what_is_left_open_of_them_are_printed_by_name(told):
    answer = told("unit,fi,sv,en\nA,2,20,30\nB,40,7,9\nC,50,60,8\n", "--json")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout) == {
        "hidden": [["A", "fi"], ["A", "sv"], ["B", "fi"], ["B", "sv"]],
        "intervals": [
            {"row": "A", "column": "fi", "low": 0, "high": 22},
            {"row": "A", "column": "sv", "low": 0, "high": 22},
            {"row": "B", "column": "fi", "low": 20, "high": 42},
            {"row": "B", "column": "sv", "low": 5, "high": 27},
        ],
    }


def test_a_larger_k_hides_more(told):
    text = "unit,fi,sv,en\nA,9,20,30\nB,40,17,19\nC,50,60,18\n"
    assert json.loads(told(text, "--json").stdout)["hidden"] == []
    assert ["A", "fi"] in json.loads(told(text, "--k", "10", "--json").stdout)["hidden"]


def test_people_read_it_in_words(told):
    assert "Nothing need be hidden" in told("unit,fi\nA,9\n").stdout
    assert "A / fi: 0 to 22" in told("unit,fi,sv,en\nA,2,20,30\nB,40,7,9\nC,50,60,8\n").stdout


def test_a_table_that_cannot_be_protected_is_refused_with_its_cells(told):
    answer = told("unit,fi,sv\nA,1,2\nB,30,40\n", "--json")
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert "A / fi, A / sv could be worked out" in answer.stderr
    assert "Nothing was released" in answer.stderr


def test_what_is_no_table_is_refused_in_a_sentence(told):
    answer = told("unit,fi\nA,x\n")
    assert (answer.exit_code, answer.stderr) == (2, "Line 2, field 2: a count is a whole number, 0 or more. Nothing was worked out.\n")

"""`vaste text`: comments in, one a line, masked ones out."""

import json

import pytest
from click.testing import CliRunner

from vaste.config.command import vaste


def run(*arguments: str, given: bytes = b"") -> tuple[int, str]:
    result = CliRunner().invoke(vaste, ["text", *arguments], input=given)
    return result.exit_code, result.output


def test_each_line_is_masked():
    code, printed = run("mask", "--json", given=b"Hoitaja Minna Virtanen, 040 123 4567\n\nTack!\n")
    assert code == 0
    assert [json.loads(line) for line in printed.splitlines()] == [
        {"masked": "Hoitaja [NAME], [PHONE]"},
        {"masked": ""},
        {"masked": "Tack!"},
    ]


def test_each_line_is_read():
    code, printed = run("themes", "--json", given="Odotin kaksi tuntia.\nVänlig personal!\n".encode())
    assert code == 0
    assert [json.loads(line) for line in printed.splitlines()] == [
        {"language": "fi", "themes": ["waiting"], "sentiment": "negative"},
        {"language": "sv", "themes": ["staff"], "sentiment": "positive"},
    ]
    assert run("themes", "--language", "sv", given=b"ok\n")[1].startswith("sv  ")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
def test_old_encodings_are_read(encoding):
    assert run("mask", given="Lääkäri Päivi Mäkelä auttoi\r\n".encode(encoding)) == (0, "Lääkäri [NAME] auttoi\n")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("hei\nhoitaja\n".encode("utf-16"), "Line 1 is no text"),
        (b"fine\n\x89PNG\x00\x00", "Line 2 is no text"),
        (b"a" * 1_000_001, "Line 1 is longer than"),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(given, words):
    code, printed = run("mask", given=given)
    assert code == 2
    assert words in printed


def test_the_evaluation_is_above_its_floors_and_says_how_large_it_is():
    code, printed = run("evaluate", "--json")
    found = json.loads(printed)
    assert code == 0
    assert found["below_floors"] == []
    assert found["masking"]["held_out"]["all"]["comments"] >= 90
    assert found["masking"]["held_out"]["ID"]["recall"] == 1.0
    assert run("evaluate")[0] == 0

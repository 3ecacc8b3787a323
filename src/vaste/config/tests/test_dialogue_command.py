"""`vaste dialogue`: a survey played line by line."""

import json

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from vaste.config.commands.dialogue import dialogue


def played(lines: str | bytes, *options: str) -> Result:
    return CliRunner().invoke(dialogue, options, input=lines)


def objects(lines: str | bytes, *options: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in played(lines, "--json", *options).stdout_bytes.split(b"\n")[:-1]]


def test_each_line_read_gives_one_object_with_the_answers_so_far():
    assert [turn["answers"] for turn in objects("9, hyvä\n5\n4\nKiitos\nkyllä\n")] == [
        {"nps": 9},
        {"nps": 9, "access": 5},
        {"nps": 9, "access": 5, "encounter": 4},
        {"nps": 9, "access": 5, "encounter": 4, "free_text": "Kiitos"},
        {"nps": 9, "access": 5, "encounter": 4, "free_text": "Kiitos", "contact": True},
    ]


def test_an_object_says_what_is_sent_and_whether_it_is_over_or_stopped():
    first, second = objects("stop\nhei\n", "--language", "sv")
    assert first == {
        "answers": {},
        "say": "Vaste: Du får inga fler enkäter. Om du ändrar dig, svara BÖRJA.",
        "done": True,
        "stopped": True,
    }
    assert second == {"answers": {}, "say": "", "done": True, "stopped": True}


def test_a_no_to_the_offer_of_contact_shows():
    assert objects("9 5 4 kiitos\nei")[-1] == {
        "answers": {"nps": 9, "access": 5, "encounter": 4, "free_text": "kiitos", "contact": False},
        "say": "",
        "done": True,
        "stopped": False,
    }


def test_in_plain_words_it_prints_the_invitation_and_then_what_would_be_sent():
    lines = played("9\n5\n", "--language", "en", "--statements", "1").output.splitlines()
    assert lines == [
        (
            "Vaste: Would you recommend the service you received? Reply 0-10 (10=yes, surely)."
            " Answering is free and voluntary. To refuse: STOP"
        ),
        "Statement: I received help when I needed it. Reply 1-5 (5 = fully agree, 1 = fully disagree).",
        "What was good, and what could we do better? Reply in your own words, without names or identity codes. To skip: -",
    ]


def test_social_services_are_played_in_their_own_words():
    assert "about my matter" in str(objects("9 5 5\n", "--branch", "social", "--statements", "3", "--language", "en")[-1]["say"])


@pytest.mark.parametrize(
    "options", [["--language", "se"], ["--branch", "dental"], ["--statements", "9"], ["--statements", "-1"], ["--colour"]]
)
def test_a_wrong_option_is_refused_before_anything_is_played(options):
    result = played("9\n", *options)
    assert result.exit_code == 2
    assert "Vaste:" not in result.output


@pytest.mark.parametrize("lines", [b"", b"9", b"9\r\n5\r\n", b"\xff\xfe\x00\n", b"\xef\xbb\xbf9\n", b"\n\n\n"])
def test_any_end_and_any_octets_are_survived(lines):
    assert played(lines, "--json").exit_code == 0


@given(st.binary(max_size=200))
def test_whatever_is_read_each_line_is_answered_by_one_object(octets):
    ends = octets.count(b"\n")
    assert len(objects(octets)) == ends + bool(octets.rsplit(b"\n")[-1])

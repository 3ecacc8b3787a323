"""`vaste compare` as somebody at a desk uses it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from vaste.config.command import vaste
from vaste.national.comparison.strata_file import StrataRefused, compare, read_strata

HEAD = "organisation,stratum,promoters,detractors,n,weight\n"
# The county of the printed example: three strata, of which the best has too many of its answers.
FILE = HEAD + "A,one,30,20,60,0.35\nA,two,70,15,100,0.30\nA,three,200,10,240,0.35\n"


@pytest.fixture
def told(tmp_path: Path):
    def ask(text: str, *options: str) -> Result:
        file = tmp_path / "strata.csv"
        file.write_text(text, encoding="utf-8")
        return CliRunner().invoke(vaste, ["compare", str(file), *options])

    return ask


def test_the_crude_score_misleads_and_the_standardised_one_does_not(told):
    found = json.loads(told(FILE, "--json").stdout)["organisations"]["A"]
    assert found["crude"]["value"] == pytest.approx(63.75)
    assert found["crude"]["low"] < 63.75 < found["crude"]["high"]
    assert found["standardised"]["value"] == pytest.approx(50.041667)
    assert (found["standardised"]["low"], found["standardised"]["high"]) == pytest.approx((40.941539, 59.141794))


def test_people_read_it_in_words_and_in_the_order_of_the_file(told):
    answer = told(FILE + "B,one,0,0,0,0.35\n").stdout.splitlines()
    assert answer[0].startswith("A: crude 63.8 (")
    assert answer[1] == "B: crude no answers; standardised no answers"


def test_a_reference_that_an_organisation_covers_in_part_says_so(told):
    assert "strata of 35% of the reference" in told(FILE + "B,one,30,20,60,0.35\n").stdout


def test_a_small_stratum_of_three_levels_is_merged_with_those_beside_it():
    levels = HEAD + "A,care/18-39/sms,4,1,5,0.5\nA,care/18-39/link,30,10,60,0.5\n"
    found = compare(read_strata(levels))["A"].standardised
    assert found is not None
    assert found.strata == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "must have just the columns"),
        ("organisation,stratum,n\nA,one,3\n", "must have just the columns"),
        (HEAD, "has no lines below"),
        (HEAD + "A,one,1,1,1,0.5\n", "Line 2 has more promoters and detractors than answers"),
        (HEAD + "A,one,-1,1,1,0.5\n", "Line 2: promoters is not a whole number"),
        (HEAD + "A,one,1,1,3,-0.5\n", "Line 2: weight is not a number"),
        (HEAD + "A,one,1,1,3,nan\n", "Line 2: weight is not a number"),
        (HEAD + "A,one,1,1,3,0.5\nB,one,1,1,3,0.4\n", "Line 3: a stratum has one weight"),
        (HEAD + "A,one,1,1,3,0.5\nA,one,1,1,3,0.5\n", "Line 3 repeats a stratum"),
        (HEAD + "A,one,1,1\n", "Line 2 has not as many fields"),
        (HEAD + ",one,1,1,3,0.5\n", "Line 2 names no organisation"),
        (HEAD + '"A,one,1,1,3,0.5\n', "quotes do not fit"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(told, text: str, reason: str):
    answer = told(text, "--json")
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert reason in answer.stderr
    assert answer.stderr.endswith("Nothing was compared.\n")


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str):
    try:
        file = read_strata(HEAD + text)
    except StrataRefused:
        return
    assert file.counts

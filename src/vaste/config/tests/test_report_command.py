"""`vaste report`: a report as a file."""

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.factories import HEALTH_STATION, make_county
from tests.record import record

from vaste.config.commands.report import report
from vaste.reports.models import MadeReport

pytestmark = pytest.mark.django_db


def run(*options: str) -> Result:
    return CliRunner().invoke(report, options)


@pytest.mark.parametrize(
    ("name", "starts"), [("r.pdf", b"%PDF-"), ("r.html", b"<!doctype"), ("r.csv", b"\xef\xbb\xbffrom"), ("r.XLSX", b"PK")]
)
def test_the_ending_says_as_what_it_is_written_and_the_checksum_is_of_the_file(tmp_path: Path, name, starts):
    make_county()
    record(20)
    out = tmp_path / name
    printed = json.loads(run("--period", "2024-Q2", "--language", "sv", "--out", str(out), "--json").stdout)
    assert out.read_bytes().startswith(starts)
    assert printed["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest() == MadeReport.objects.get().sha256


def test_one_unit_and_a_format_that_the_ending_does_not_say(tmp_path: Path):
    make_county()
    out = tmp_path / "report"
    assert run("--scope", HEALTH_STATION, "--period", "2024", "--out", str(out), "--format", "html").exit_code == 0
    assert "Terveysasema" in out.read_text()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--period", "2024-Q5", "--out", "r.pdf"], "A period is written as 2026, 2026-Q3 or 2026-08."),
        (["--period", "2999", "--out", "r.pdf"], "The period 2999 has not begun."),
        (["--period", "2024", "--out", "r.docx"], "The ending of r.docx does not say as what to write it."),
        (["--period", "2024", "--out", "nowhere/r.pdf"], "There is no folder"),
        (["--period", "2024", "--scope", "1.2.3", "--out", "r.pdf"], "County 18 has no unit and no service line 1.2.3."),
    ],
)
def test_what_cannot_be_made_ends_with_one_sentence(options, sentence, tmp_path: Path, monkeypatch):
    make_county()
    monkeypatch.chdir(tmp_path)
    ended = run(*options)
    assert (ended.exit_code, ended.stderr.count("\n")) == (2, 1)
    assert ended.stderr.startswith(sentence)
    assert list(tmp_path.iterdir()) == []

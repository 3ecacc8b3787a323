"""`vaste export` writes a county's rows for a purpose that the audit names."""

import csv
import hashlib
import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from tests.factories import HEALTH_STATION, SMALL_UNIT, make_county
from tests.record import record

from vaste.config.command import vaste
from vaste.core.models import AuditEntry
from vaste.organisations.models import User
from vaste.responses.rules import Channel

pytestmark = pytest.mark.django_db(transaction=True)
WHY = ("--purpose", "research", "--reference", "SOITE/123/2026")


@pytest.fixture(autouse=True)
def answers() -> None:
    make_county()
    record(3, nps=10, answers={"access": 5, "safety": 4}, free_text="Kiitos [nimi]!")
    record(2, unit=SMALL_UNIT, channel=Channel.SMS, language="sv", nps=None, free_text="=1+1")
    record(1, on="2024-07-01", nps=0, channel=Channel.DEVICE)


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(vaste, ["export", *words])
    return result.exit_code, result.output


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rows_are_as_coarse_as_they_are_kept_and_have_neither_id_nor_text(tmp_path):
    code, text = run("--out", str(tmp_path / "rows.csv"), *WHY)
    assert code == 0
    rows = read(tmp_path / "rows.csv")
    assert text.startswith("6 rows were written")
    assert rows[0] == {
        "unit": HEALTH_STATION,
        "period_start": "2024-04-08",
        "period_kind": "week",
        "instrument": "national-adult/2024-1",
        "channel": "link",
        "language": "fi",
        "respondent_role": "client",
        "age_band": "45-54",
        "nps": "10",
        "access": "5",
        "safety": "4",
    }
    assert [row["channel"] for row in rows] == ["link"] * 3 + ["device"] + ["sms"] * 2
    assert (rows[-1]["period_kind"], rows[-1]["nps"], rows[-1]["access"]) == ("month", "", "")
    assert (tmp_path / "rows.csv").stat().st_mode & 0o077 == 0


def test_the_audit_says_why_how_many_and_which_file(tmp_path):
    _, text = run("--out", str(tmp_path / "rows.csv"), *WHY, "--json")
    facts = json.loads(text)
    checksum = hashlib.sha256((tmp_path / "rows.csv").read_bytes()).hexdigest()
    assert (facts["rows"], facts["sha256"]) == (6, checksum)
    begun, ended = AuditEntry.objects.filter(action__startswith="record.export").order_by("number")
    assert (begun.action, begun.subject) == ("record.export_begun", "18")
    assert ended.action == "record.exported"
    assert json.loads(ended.details) == {
        "purpose": "research",
        "reference": "SOITE/123/2026",
        "format": "csv",
        "comments": False,
        "rows": 6,
        "sha256": checksum,
    }


def test_comments_come_along_only_when_asked_for_and_never_as_a_formula(tmp_path):
    run("--out", str(tmp_path / "rows.csv"), *WHY, "--comments")
    assert {row["comment"] for row in read(tmp_path / "rows.csv")} == {"Kiitos [nimi]!", "'=1+1", ""}


@pytest.mark.parametrize(
    ("comment", "cell"),
    [
        ("hyvä;=HYPERLINK(A1)", "hyvä;'=HYPERLINK(A1)"),
        ("hyvä\n+1", "hyvä\n'+1"),
        ("hyvä;-2+3", "hyvä;'-2+3"),
        ("hyvä ;-)", "hyvä ;-)"),
        ("3 = hyvä; kiitos", "3 = hyvä; kiitos"),
    ],
)
def test_no_formula_begins_after_a_semicolon_where_finnish_spreadsheets_begin_a_cell(tmp_path, comment, cell):
    record(1, nps=9, free_text=comment)
    run("--out", str(tmp_path / "rows.csv"), *WHY, "--comments")
    assert cell in {row["comment"] for row in read(tmp_path / "rows.csv")}


@pytest.mark.parametrize("extra", [(), ("--comments",)])
def test_parquet_holds_the_same_rows_with_types(tmp_path, extra):
    run("--out", str(tmp_path / "rows.csv"), *WHY, *extra)
    code, text = run("--out", str(tmp_path / "rows.parquet"), "--format", "parquet", *WHY, *extra, "--json")
    assert code == 0
    assert json.loads(text)["sha256"] == hashlib.sha256((tmp_path / "rows.parquet").read_bytes()).hexdigest()
    found = duckdb.sql(f"FROM read_parquet('{tmp_path / 'rows.parquet'}')")
    kinds = dict(zip(found.columns, map(str, found.types), strict=True))
    assert (kinds["period_start"], kinds["nps"], kinds["access"], kinds["unit"]) == ("DATE", "TINYINT", "TINYINT", "VARCHAR")
    rows = [[("" if value is None else str(value)) for value in row] for row in found.fetchall()]
    assert sorted(rows) == sorted([value.removeprefix("'") for value in row.values()] for row in read(tmp_path / "rows.csv"))
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_days_without_answers_give_a_file_without_rows(tmp_path):
    for name, written_as in (("none.csv", "csv"), ("none.parquet", "parquet")):
        code, text = run("--out", str(tmp_path / name), "--format", written_as, *WHY, "--from", "2030-01-01")
        assert (code, text.splitlines()[0]) == (0, f"0 rows were written to {tmp_path / name}.")
    assert duckdb.sql(f"FROM read_parquet('{tmp_path / 'none.parquet'}')").fetchall() == []


@pytest.mark.parametrize("reference", ["", "x" * 41, "a\nb", "=1"])
def test_without_a_reference_nothing_is_written(tmp_path, reference):
    code, text = run("--out", str(tmp_path / "rows.csv"), "--purpose", "quality", "--reference", reference)
    assert code == 2
    assert "SOITE/123/2026" in text
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_already_stays_as_it_is(tmp_path):
    (tmp_path / "rows.csv").write_text("mine")
    code, text = run("--out", str(tmp_path / "rows.csv"), *WHY)
    assert code == 2
    assert "already" in text
    assert (tmp_path / "rows.csv").read_text() == "mine"


def test_the_right_to_export_is_a_role_of_its_own_and_shows_no_figures():
    result = CliRunner().invoke(vaste, ["user", "add", "rows@example.fi", "--unit", HEALTH_STATION, "--export"])
    assert result.exit_code == 0
    user = User.objects.get()
    assert [county.code for county in user.counties_to_export()] == ["18"]
    assert not user.counties().exists()
    assert [unit.oid for unit in user.units()] == [HEALTH_STATION]

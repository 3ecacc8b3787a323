"""`vaste history import`: what it prints, and the figures of old years beside those of the invited."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.factories import DATA, make_county, make_soite

from vaste.config.commands.history import history
from vaste.config.commands.results import results
from vaste.history import mapping as module
from vaste.history.tests.test_mapping import MAPPING
from vaste.history.tests.test_reading import HEADING, ROW

pytestmark = pytest.mark.django_db
EXAMPLES = Path(module.__file__).parent / "examples"


def run(file: Path, mapping: Path, *options: str) -> Result:
    return CliRunner().invoke(history, ["import", str(file), "--mapping", str(mapping), *options])


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    make_county()
    file, mapping = tmp_path / "old.csv", tmp_path / "mapping.toml"
    file.write_text(HEADING + ROW + "04.02.2019;Station;suomi;12\n")
    mapping.write_text(MAPPING)
    return file, mapping


def test_json_names_the_counts_the_refused_rows_and_the_years(files):
    assert json.loads(run(*files, "--json").stdout) == {
        "rows": 2,
        "imported": 1,
        "known": 0,
        "refused": [{"row": 3, "field": "NPS", "reason": "it is not a whole number from 0 to 10"}],
        "years": [{"year": 2019, "answers": 1, "nps": 100.0, "statement_mean": None, "statements": {}}],
    }


def test_a_dry_run_prints_the_same_and_says_that_nothing_was_changed(files):
    printed = run(*files, "--dry-run").stdout
    assert "2 rows read: 1 would be imported; nothing was changed (dry run), 0 had been before, 1 refused." in printed
    assert "row 3, NPS: it is not a whole number from 0 to 10" in printed
    assert json.loads(run(*files, "--json").stdout)["imported"] == 1


@pytest.mark.parametrize(
    ("file", "mapping", "sentence"),
    [
        ("", MAPPING, "The file is empty. Nothing was imported."),
        (HEADING + ROW, "colour = 1", "A setting is unknown or wrong: "),
        (HEADING, MAPPING, "None of the 0 rows can be taken."),
    ],
)
def test_what_cannot_be_imported_ends_with_one_sentence(files, file, mapping, sentence):
    files[0].write_text(file)
    files[1].write_text(mapping)
    ended = run(*files)
    assert (ended.exit_code, ended.stderr.count("\n")) == (2, 1)
    assert ended.stderr.startswith(sentence)


def figures(*options: str) -> dict:
    return json.loads(CliRunner().invoke(results, [*options, "--json"]).stdout)


def test_the_old_years_tell_what_their_own_systems_told():
    make_soite()
    data = DATA / "history"
    assert run(data / "device-nps-2019-2021.csv", EXAMPLES / "devices.toml").exit_code == 0
    assert run(data / "questionnaire-2020-2021.csv", EXAMPLES / "questionnaire.toml").exit_code == 0

    devices = {year: figures("--channel", "device", "--from", f"{year}-01-01", "--to", f"{year}-12-31") for year in (2019, 2020, 2021)}
    assert {year: round(answer["nps"]["value"]) for year, answer in devices.items()} == {2019: 70, 2020: 74, 2021: 77}

    asked = {year: figures("--channel", "questionnaire", "--from", f"{year}-01-01", "--to", f"{year}-12-31") for year in (2020, 2021)}
    assert {year: answer["responses"] for year, answer in asked.items()} == {2020: 1231, 2021: 848}
    means = {item: found["mean"] for item, found in asked[2021]["statements"].items()}
    assert round(sum(means.values()) / len(means), 1) == 3.8
    assert max(means, key=means.__getitem__) == "own-language"
    assert round(means["own-language"], 1) == 4.3

    assert figures()["responses"] is None, "nobody was invited yet: old answers do not count by themselves"

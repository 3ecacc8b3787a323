"""What the files of the columnar copy give away: nothing beside the answers, not in their order, and nothing of earlier times.

That no phone, token, event, code or message stands in them is tried with all other files (`test_raw_bytes`).
"""

from pathlib import Path
from typing import Any

import pytest
from tests.attack.attacks import traces
from tests.attack.loot import Loot, rows_in
from tests.attack.week import Truth, Week

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def data_files(week_and_log: tuple[Week, str], copy_folder: Path) -> list[Path]:
    return [path for path in copy_folder.rglob("part-*.parquet") if path.parent.name != "_delta_log"]


def test_the_copy_holds_the_weeks_answers(data_files: list[Path], loot: Loot):
    assert sum(len(rows_in(path)) for path in data_files) == len(loot.final.record) > 150


def test_no_response_is_known_in_it_by_its_id_its_text_or_its_hash(copied: dict[str, bytes], loot: Loot):
    ids = [str(row["id"]).replace("-", "") for row in loot.final.record]
    dashed = [f"{each[:8]}-{each[8:12]}-{each[12:16]}-{each[16:20]}-{each[20:]}" for each in ids]
    texts = [str(row["free_text"]) for row in loot.final.record if row["free_text"]]
    assert texts
    assert traces(copied, [*ids, *dashed, *texts]) == []


def test_a_withdrawn_answer_left_no_words_in_it(copied: dict[str, bytes], truth: Truth):
    assert traces(copied, [truth.people[phone].comment for phone in truth.withdrawn]) == []


def test_the_order_of_rows_is_that_of_their_content(data_files: list[Path]):
    for path in data_files:
        rows = rows_in(path)
        assert rows == sorted(rows, key=_content)


def _content(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a row as the copy sorts it: unit, period, channel, language, role, age, instrument, score and statements."""
    unit, start, _kind, instrument, channel, language, role, age, *numbers = row
    marks = (unit, str(start), channel, language, role, age, instrument)
    return (*marks, *((number is None, number or 0) for number in numbers))


def test_of_each_month_there_is_one_file_and_none_from_an_earlier_night(data_files: list[Path], copy_folder: Path):
    assert len({path.parent for path in data_files}) == len(data_files)
    cubes = [path.name.rsplit(".", 2)[0] for path in copy_folder.rglob("cubes/*.parquet")]
    assert len(set(cubes)) == len(cubes) > 0

"""The columnar copy follows the record, and figures are those of the database at every moment."""

import random
from itertools import product
from pathlib import Path

import duckdb
import pytest

from tests.copy.record import ITEMS, answer, figures_are_those_of_the_database, publish
from tests.factories import HEALTH_STATION
from vaste.core.ids import new_code
from vaste.organisations.models import Unit
from vaste.responses.actions import withdraw
from vaste.responses.changes import changes
from vaste.responses.copy.actions import follow_record, following, rebuild_copy, tidy_copy
from vaste.responses.copy.state import known_copy, only_writer
from vaste.responses.copy.table import RecordTable
from vaste.responses.copy.verifying import verify_copy
from vaste.responses.models import ChangedMonth, CopyState, Response
from vaste.responses.queries import record_mark
from vaste.results.answers import BREAKDOWNS, WHOLE, Part
from vaste.results.calendar import Period
from vaste.results.latest import read_answers_of


def is_proven() -> bool:
    proof = verify_copy()
    assert proof is not None
    assert proof.responses == Response.objects.count()
    return proof.is_equal and proof.waiting == 0


def written_in(folder: Path) -> str:
    """Return everything that can be read in a folder's files, the values in Parquet too."""
    parts = []
    for path in folder.rglob("*"):
        if path.suffix == ".parquet":
            parts.append(str(duckdb.sql(f"FROM read_parquet('{path}', hive_partitioning = false)").fetchall()))
        elif path.is_file():
            parts.append(path.read_bytes().decode(errors="replace"))
    return "\n".join(parts)


def test_without_a_copy_figures_come_from_the_database(chance):
    publish(chance, 20, days=40)
    assert not CopyState.objects.exists()
    assert figures_are_those_of_the_database()


def test_the_copy_holds_every_response_without_its_id_its_text_or_the_hash_of_its_code(chance, copy_dir):
    publish(chance, 40)
    follow_record()
    assert is_proven()
    response = Response.objects.first()
    assert response
    copied = written_in(copy_dir)
    assert response.unit_id in copied
    for kept_out in (response.id.hex, str(response.id), response.free_text, str(bytes(response.withdrawal_hash))):
        assert kept_out not in copied


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_in_whatever_order_figures_are_those_of_the_database(seed):
    chance = random.Random(seed)
    codes = publish(chance, 30)
    doings = {
        "publish": lambda: codes.extend(publish(chance, chance.randrange(1, 8))),
        "withdraw": lambda: withdraw(codes.pop(chance.randrange(len(codes)))),
        "follow": follow_record,
        "tidy": tidy_copy,
        "rebuild": lambda: rebuild_copy(actor="test"),
    }
    for name in chance.choices(list(doings), weights=(4, 3, 4, 1, 1), k=7):
        doings[name]()
        assert figures_are_those_of_the_database(), name
    follow_record()
    assert is_proven()
    assert not ChangedMonth.objects.exists()


def test_a_crash_after_any_step_changes_no_figure_and_is_mended_by_the_next_run(chance):
    publish(chance, 30, days=40)
    follow_record()
    steps = 1
    while True:
        publish(chance, 3, unit=HEALTH_STATION, days=4)
        copy, waiting = known_copy(), changes()
        assert copy
        assert waiting
        run = following(copy, waiting)
        done = [step for _, step in zip(range(steps), run, strict=False)]
        run.close()
        assert figures_are_those_of_the_database(), done
        follow_record()
        assert figures_are_those_of_the_database(), done
        tidy_copy()
        assert is_proven(), done
        if len(done) < steps:
            break
        steps += 1
    assert done[0] == "begun"
    assert done[-2:] == ["published", "forgotten"]


def test_answers_that_come_while_a_month_is_copied_are_not_forgotten(chance):
    publish(chance, 10, days=20)
    follow_record()
    publish(chance, 5, unit=HEALTH_STATION, days=4)
    copy = known_copy()
    assert copy
    for step in following(copy, changes()):
        if step == "counted":
            publish(chance, 5, unit=HEALTH_STATION, days=4)
    assert figures_are_those_of_the_database()
    assert ChangedMonth.objects.exists()
    follow_record()
    assert is_proven()


def test_a_withdrawn_answer_is_gone_from_every_file(chance, copy_dir):
    publish(chance, 30)
    code = new_code()
    answer(chance, unit=HEALTH_STATION, code=code, items=("only-theirs",))
    publish(chance, 5, unit=HEALTH_STATION)
    Response.objects.filter(answers__contains="only-theirs").update(language="xx")
    follow_record()
    assert "'xx'" in written_in(copy_dir)
    assert withdraw(code)
    assert figures_are_those_of_the_database()
    follow_record()
    assert "'xx'" not in written_in(copy_dir)
    assert is_proven()
    assert not withdraw(code)


def test_an_answer_withdrawn_before_it_was_copied_never_comes(chance, copy_dir):
    publish(chance, 10, days=20)
    follow_record()
    codes = publish(chance, 3, unit=HEALTH_STATION)
    assert all(map(withdraw, codes))
    follow_record()
    assert Response.objects.count() == 10
    assert is_proven()


def test_no_file_from_before_a_batch_stays_to_be_compared_with_the_one_after(chance, copy_dir):
    publish(chance, 20, days=40)
    follow_record()
    before = {path for path in copy_dir.rglob("*") if path.is_file()}
    publish(chance, 5, unit=HEALTH_STATION)
    follow_record()
    copy = known_copy()
    assert copy
    months = len(copy.parts)
    assert len(RecordTable(copy.folder).files()) == months
    assert len(list(copy_dir.rglob("part-*.parquet"))) == months
    assert len(list(copy_dir.rglob("_delta_log/*.json"))) == 1
    assert before - {path for path in copy_dir.rglob("*") if path.is_file()}


def test_a_database_restored_from_an_older_backup_gets_a_copy_of_its_own(chance):
    publish(chance, 20, days=40)
    follow_record()
    backup = CopyState.objects.get()
    gone = publish(chance, 6)
    follow_record()
    assert figures_are_those_of_the_database()
    assert all(map(withdraw, gone))
    ChangedMonth.objects.all().delete()
    backup.save()
    assert figures_are_those_of_the_database()
    follow_record()
    assert known_copy().copy_id != backup.copy_id
    assert is_proven()


@pytest.mark.parametrize("broken", ["cubes/*.parquet", "record/*/part-*.parquet", "record/_delta_log/*"])
def test_figures_do_not_depend_on_a_copy_that_is_broken_and_it_is_made_anew(chance, copy_dir, broken):
    publish(chance, 20, days=40)
    follow_record()
    copy = known_copy()
    assert copy
    for path in copy.folder.glob(broken):
        path.write_bytes(b"broken")
    assert figures_are_those_of_the_database()
    rebuild_copy(actor="test")
    assert figures_are_those_of_the_database()
    assert is_proven()
    assert [path for path in copy_dir.iterdir() if path.is_dir()] == [known_copy().folder]


def test_a_copy_whose_folder_is_lost_is_made_anew_by_itself(chance, copy_dir):
    publish(chance, 20, days=40)
    follow_record()
    copy_dir.rename(copy_dir.with_name("lost"))
    assert figures_are_those_of_the_database()
    follow_record()
    assert is_proven()


def test_while_one_process_writes_the_copy_no_other_does(chance):
    publish(chance, 10, days=20)
    with only_writer(waits=True):
        assert follow_record() == 0
        assert known_copy() is None
    follow_record()
    assert is_proven()


def test_a_statement_that_is_asked_from_now_on_has_its_own_column(chance):
    publish(chance, 10, days=20)
    follow_record()
    publish(chance, 10, items=(*ITEMS, "o'hara"), days=40)
    follow_record()
    assert RecordTable(known_copy().folder).items() == ["access", "benefit", "o'hara", "own-language"]
    assert figures_are_those_of_the_database()
    assert is_proven()


def test_what_nobody_noted_is_found_by_the_nightly_tidying(chance):
    publish(chance, 10, days=20)
    follow_record()
    first = Response.objects.first()
    assert first
    first.delete()
    assert not verify_copy().is_equal
    tidy_copy()
    follow_record()
    assert is_proven()


def test_a_record_that_empties_leaves_an_empty_copy(chance):
    codes = publish(chance, 4)
    follow_record()
    assert all(map(withdraw, codes))
    follow_record()
    assert known_copy().parts == {}
    assert figures_are_those_of_the_database()
    assert is_proven()


def test_a_page_says_the_same_from_the_cubes_as_from_the_database(chance):
    publish(chance, 60)
    follow_record()
    publish(chance, 10, unit=HEALTH_STATION)
    units = list(Unit.objects.select_related("county").order_by("oid"))
    from_cubes = read_answers_of(units[0].county, units, "2026-04")

    CopyState.objects.all().delete()
    from_database = read_answers_of(units[0].county, units, "2026-04")

    areas = [WHOLE, *(unit.oid for unit in units), *(f"service-{unit.service}" for unit in units)]
    parts = [None, *(Part(by, value) for by in BREAKDOWNS for value in from_database.parts(by))]
    assert from_cubes.nodes == from_database.nodes
    assert all(from_cubes.parts(by) == from_database.parts(by) for by in BREAKDOWNS)
    for area, key, part in product(areas, sorted(from_database.nodes), parts):
        assert from_cubes.figures(area, Period(key), part) == from_database.figures(area, Period(key), part)


def test_the_mark_of_the_record_changes_with_every_change_where_there_is_a_copy(chance):
    codes = publish(chance, 20)
    follow_record()
    marks = [record_mark()]
    for change in (lambda: publish(chance, 1), lambda: withdraw(codes[0]), lambda: publish(chance, 1), follow_record):
        change()
        marks.append(record_mark())

    assert all(mark.is_exact for mark in marks)
    assert len({mark.values for mark in marks}) == 5
    assert record_mark() == marks[-1]

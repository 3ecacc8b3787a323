"""The visits of the demo county's days."""

from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from vaste.simulator.demo.day import VISITS_A_DAY, busy_units, visits_of_day
from vaste.simulator.demo.life import rows_of
from vaste.simulator.demo.progress import Progress, first_day, keep_progress, next_day, read_progress
from vaste.simulator.people import SimulatedSettings, index_of
from vaste.visits.rules import Visit, check_visit

ZONE = ZoneInfo("Europe/Helsinki")
MONDAY, SATURDAY = date(2026, 9, 28), date(2026, 10, 3)


def visits(day: date = MONDAY, first: int = 0) -> list[Visit]:
    return visits_of_day(day, first=first, count=VISITS_A_DAY, zone=ZONE, settings=SimulatedSettings())


def test_a_day_is_the_same_whenever_it_is_lived():
    assert visits() == visits()
    assert visits() != visits(first=600)


def test_a_weekday_has_about_six_hundred_visits_in_the_order_of_their_moments():
    day = visits()
    assert 590 <= len(day) <= 630
    assert [visit.visited_at for visit in day] == sorted(visit.visited_at for visit in day)
    assert {visit.visited_at.date() for visit in day} == {MONDAY}


def test_on_a_weekend_only_what_never_closes_is_open():
    open_always = {oid for oid, unit in busy_units().items() if unit.is_open_always}
    weekend = visits(SATURDAY)
    assert {visit.unit_oid for visit in weekend} == open_always
    assert 150 < len(weekend) < 250


def test_busy_units_have_more_visits_than_small_ones():
    counts = Counter(visit.unit_oid for visit in visits())
    assert set(counts) == set(busy_units())
    assert counts["1.2.246.10.99999999.10.1"] > 3 * counts["1.2.246.10.99999999.10.8"]
    assert sum(unit.visits for unit in busy_units().values()) == 100


@pytest.mark.parametrize("day", [MONDAY, SATURDAY, date(2026, 10, 25), date(2027, 3, 28)])
def test_every_visit_is_one_that_the_intake_takes(day: date):
    checked = [check_visit(row.fields, now=datetime(2027, 12, 1, tzinfo=UTC)) for row in rows_of(visits(day))]
    assert [type(one) for one in checked] == [Visit] * len(checked)


def test_event_ids_never_come_twice_over_days():
    ids = [visit.event_id for day in range(5) for visit in visits(date(2026, 9, 28 + day) if day < 3 else SATURDAY, first=600 * day)]
    assert len(set(ids)) == len(ids)


def test_every_reason_for_not_asking_has_its_visits():
    many = [visit for number in range(10) for visit in visits(first=600 * number)]
    share = {
        "non-disclosure": sum(visit.non_disclosure for visit in many),
        "deceased": sum(visit.deceased for visit in many),
        "several numbers": sum(visit.several_numbers for visit in many),
        "no consent": sum(not visit.consent for visit in many),
        "no number": sum(index_of(visit.phone) is None for visit in many),
        "a child": sum(visit.age is not None and visit.age < 18 for visit in many),
        "sensitive": sum(visit.visit_type in {"death", "miscarriage", "child_protection"} for visit in many),
        "again": len(many) - len({visit.phone for visit in many}),
    }
    assert all(0.002 < count / len(many) < 0.12 for count in share.values()), share


def test_in_the_childrens_clinic_the_guardian_is_asked():
    children = [visit for visit in visits() if busy_units()[visit.unit_oid].is_for_children]
    assert children
    assert all(visit.recipient == "guardian" and visit.age is None for visit in children)


@pytest.mark.parametrize(
    ("today", "first"),
    [(date(2026, 11, 22), date(2026, 9, 21)), (date(2026, 11, 23), date(2026, 9, 28)), (date(2026, 1, 1), date(2025, 11, 3))],
)
def test_the_demo_begins_on_the_monday_eight_weeks_back(today: date, first: date):
    assert first_day(today) == first


def test_the_demo_stays_at_yesterday_when_it_has_caught_up():
    today = date(2026, 11, 22)
    assert next_day(date(2026, 11, 19), today) == date(2026, 11, 20)
    assert next_day(date(2026, 11, 20), today) == date(2026, 11, 21)
    assert next_day(date(2026, 11, 21), today) == date(2026, 11, 21)


def test_the_next_start_goes_on_where_the_last_one_stopped(tmp_path):
    progress = Progress(day=MONDAY, visits=1_800, own_phones=2)
    keep_progress(tmp_path, progress)
    assert read_progress(tmp_path, date(2026, 11, 22)) == progress


@pytest.mark.parametrize("note", [None, b"", b"{", b'{"day": "yesterday"}', b"\xff\xfe", b'{"day":"2026-09-28","odd":1}'])
def test_without_a_readable_note_the_demo_begins_anew(tmp_path, note: bytes | None):
    if note is not None:
        (tmp_path / "demo-progress.json").write_bytes(note)
    assert read_progress(tmp_path, date(2026, 11, 22)) == Progress(day=date(2026, 9, 21))

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaste.national.cubes.levels import Quarter, age_group, language_group, quarters
from vaste.responses.rules import age_band


@pytest.mark.parametrize("is_small", [True, False])
@pytest.mark.parametrize(
    ("age", "group"),
    [(17, "0-17"), (18, "18-44"), (44, "18-44"), (45, "45-64"), (64, "45-64"), (65, "65+"), (99, "65+"), (None, "unknown")],
)
def test_bands_of_small_and_other_units_meet_in_the_same_groups(age, group, is_small):
    assert age_group(age_band(age, is_small=is_small)) == group


@pytest.mark.parametrize(("language", "group"), [("fi", "fi"), ("sv", "sv"), ("en", "other"), ("", "other")])
def test_languages_other_than_the_national_ones_are_one(language, group):
    assert language_group(language) == group


def test_a_week_belongs_to_the_quarter_of_its_thursday():
    # 1 January 2026 is a Thursday, 2 April 2026 too.
    span = Quarter(2026, 1).span
    assert (span.weeks_from, span.months_from, span.to) == (date(2025, 12, 29), date(2026, 1, 1), date(2026, 3, 23))


@settings(deadline=None)  # the machine may be busy
@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)))
def test_each_week_and_each_month_lies_in_one_quarter(day):
    monday = day - timedelta(days=day.weekday())
    here, month = Quarter.of(monday + timedelta(days=3)), day.replace(day=1)
    near = [Quarter.of(day + timedelta(days=days)) for days in range(-100, 101, 25)]
    assert here.span.weeks_from <= monday <= here.span.to
    assert [quarter for quarter in set(near) if quarter.span.weeks_from <= monday <= quarter.span.to] == [here]
    assert [quarter for quarter in set(near) if quarter.span.months_from <= month <= quarter.span.to] == [Quarter.of(month)]


def test_quarters_follow_each_other_over_the_year():
    assert [str(quarter) for quarter in quarters("2025-Q4", "2026-Q2")] == ["2025-Q4", "2026-Q1", "2026-Q2"]


@pytest.mark.parametrize(("first", "last"), [("2026-Q2", "2026-Q1"), ("2026-Q5", "2026-Q5"), ("2026", "2026-Q1")])
def test_what_is_no_run_of_quarters_is_refused(first, last):
    with pytest.raises(ValueError, match="quarter"):
        quarters(first, last)

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.results.calendar import Period, PeriodKind, ended_times, months_within, node_of, period_around, read_period


@pytest.mark.parametrize(
    ("key", "kind", "first", "last", "before", "whole"),
    [
        ("2024-01", PeriodKind.MONTH, date(2024, 1, 1), date(2024, 1, 31), "2023-12", "2024-Q1"),
        ("2024-Q4", PeriodKind.QUARTER, date(2024, 10, 1), date(2024, 12, 31), "2024-Q3", "2024"),
        ("2024", PeriodKind.YEAR, date(2024, 1, 1), date(2024, 12, 31), "2023", "all"),
        ("9999", PeriodKind.YEAR, date(9999, 1, 1), date(9999, 12, 31), "9998", "all"),
    ],
)
def test_a_period_has_days_one_before_and_a_larger_one(key, kind, first, last, before, whole):
    period = Period(key)

    assert (period.kind, period.first, period.last, period.before, period.whole) == (kind, first, last, Period(before), Period(whole))


def test_all_has_no_days_and_nothing_before():
    assert (Period("all").first, Period("all").last, Period("all").before, Period("all").whole) == (None, None, None, Period("all"))


def test_nothing_lies_before_the_calendar():
    assert Period("0001").before is None


@pytest.mark.parametrize("word", ["", "2024-13", "2024-Q5", "24-04", "2024-04-01", "0000", "٢٠٢٤", "2024-q1", "All", "2024-W15"])
def test_other_words_name_no_period(word):
    assert read_period(word) is None


@pytest.mark.parametrize(
    ("first", "last", "key"),
    [
        (date(2024, 4, 3), date(2024, 4, 5), "2024-04"),
        (date(2024, 4, 30), date(2024, 5, 1), "2024-Q2"),
        (date(2024, 3, 31), date(2024, 4, 1), "2024"),
        (date(2023, 12, 31), date(2024, 1, 1), "all"),
        (None, date(2024, 4, 1), "all"),
        (date(2024, 4, 1), None, "all"),
        (None, None, "all"),
    ],
)
def test_typed_days_are_moved_to_the_smallest_period_that_holds_them(first, last, key):
    assert period_around(first, last) == Period(key)


@given(st.dates(), st.sampled_from(PeriodKind))
def test_a_day_lies_in_its_period_and_every_key_is_read_again(day, kind):
    period = node_of(day, kind)

    assert read_period(period.key) == period
    assert period.first is None or period.last is None or period.first <= day <= period.last


def test_months_make_a_tree_of_what_there_is():
    times = ended_times(["2024-05", "2023-12", "2024-04", "2024-05"])

    assert times.parts == {
        "all": ("2023", "2024"),
        "2023": ("2023-Q4",),
        "2023-Q4": ("2023-12",),
        "2024": ("2024-Q2",),
        "2024-Q2": ("2024-04", "2024-05"),
    }
    assert months_within(times, "2024") == ["2024-04", "2024-05"]


def test_no_months_make_a_tree_with_nothing_in_it():
    assert (ended_times([]).parts, months_within(ended_times([]), "all")) == ({"all": ()}, [])

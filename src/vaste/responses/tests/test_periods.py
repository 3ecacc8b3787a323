from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.responses.periods import Span, last_day, month_of, span
from vaste.responses.rules import PeriodKind, coarse_period

days = st.dates(date(2000, 1, 1), date(2060, 12, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


def takes(chosen: Span, period_start: date, kind: PeriodKind) -> bool:
    first = chosen.weeks_from if kind is PeriodKind.WEEK else chosen.months_from
    return (first is None or first <= period_start) and (chosen.to is None or period_start <= chosen.to)


@pytest.mark.parametrize(
    ("first", "weeks_from", "months_from"),
    [
        ("2024-04-10", "2024-04-08", "2024-04-01"),
        ("2024-04-08", "2024-04-08", "2024-04-01"),
        ("2024-05-01", "2024-05-01", "2024-05-01"),
    ],
)
def test_the_first_day_is_moved_back_to_the_start_of_its_period_unless_it_begins_a_month(first, weeks_from, months_from):
    assert span(day(first), day("2024-12-31")) == Span(day(weeks_from), day(months_from), day("2024-12-31"))


def test_an_open_span_takes_everything():
    assert span(None, None) == Span(None, None, None)


@pytest.mark.parametrize("first", [date.min, date.max])
def test_the_ends_of_the_calendar_are_days_like_others(first):
    weeks_from = span(first, None).weeks_from

    assert weeks_from is not None
    assert weeks_from <= first


@given(days, st.booleans())
def test_the_period_of_the_first_day_is_always_taken_except_a_week_begun_in_the_month_before(first, is_small):
    period_start, kind = coarse_period(first, is_small=is_small)

    assert takes(span(first, None), period_start, kind) or (first.day == 1 and kind is PeriodKind.WEEK)


@given(days, st.booleans())
def test_whole_months_take_every_period_exactly_once(visited_on, is_small):
    period_start, kind = coarse_period(visited_on, is_small=is_small)
    months = [date(year, month, 1) for year in range(visited_on.year - 1, visited_on.year + 2) for month in range(1, 13)]

    taken = [month_of(first) for first in months if takes(span(first, last_day(first, PeriodKind.MONTH)), period_start, kind)]

    assert taken == [month_of(period_start)]


def test_a_week_ends_on_its_sunday_and_a_month_on_its_last_day():
    assert last_day(day("2024-04-29"), PeriodKind.WEEK) == day("2024-05-05")
    assert last_day(day("2024-02-01"), PeriodKind.MONTH) == day("2024-02-29")

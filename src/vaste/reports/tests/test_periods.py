"""How periods are written and counted."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.reports.periods import Length, Period, PeriodRefused, last_complete, read_period


@pytest.mark.parametrize(
    ("written", "first", "last", "before"),
    [
        ("2026", "2026-01-01", "2026-12-31", "2025"),
        ("2026-Q1", "2026-01-01", "2026-03-31", "2025-Q4"),
        ("2026-Q3", "2026-07-01", "2026-09-30", "2026-Q2"),
        ("2024-02", "2024-02-01", "2024-02-29", "2024-01"),
        ("2026-01", "2026-01-01", "2026-01-31", "2025-12"),
    ],
)
def test_a_period_is_a_month_a_quarter_or_a_year(written, first, last, before):
    period = read_period(written)
    assert (period.key, str(period.first), str(period.last), period.moved(-1).key) == (written, first, last, before)


@pytest.mark.parametrize("written", ["", "26", "2026-Q5", "2026-Q0", "2026-13", "2026-8", "2026-q3", "0001", "2026-08-01", "٢٠٢٦"])
def test_anything_else_is_refused(written):
    with pytest.raises(PeriodRefused, match="A period is written as 2026, 2026-Q3 or 2026-08"):
        read_period(written)


@given(st.sampled_from(Length), st.dates(date(1901, 1, 1), date(2999, 1, 1)), st.integers(0, 60))
def test_the_last_complete_period_has_ended_long_enough_ago_and_the_next_has_not(length, today, after_days):
    period = last_complete(length, today=today, after_days=after_days)
    assert (today - period.last).days > after_days
    assert (today - period.moved(1).last).days <= after_days


@given(st.sampled_from(Length), st.dates(date(1950, 1, 1), date(2500, 1, 1)), st.integers(-40, 40))
def test_moving_there_and_back_leads_home(length, day, times):
    period = last_complete(length, today=day, after_days=0)
    assert period.moved(times).moved(-times) == period
    assert read_period(period.key) == period
    assert isinstance(period, Period)

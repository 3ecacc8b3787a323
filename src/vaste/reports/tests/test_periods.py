"""How periods of reports are written, and which one is complete."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.reports.periods import PeriodRefused, earlier, last_complete, last_day, report_period
from vaste.results.calendar import PeriodKind, node_of


@pytest.mark.parametrize(("written", "before"), [("2026", "2025"), ("2026-Q1", "2025-Q4"), ("2026-Q3", "2026-Q2"), ("2026-01", "2025-12")])
def test_a_period_is_a_month_a_quarter_or_a_year(written, before):
    assert (report_period(written).key, earlier(report_period(written)).key) == (written, before)


@pytest.mark.parametrize("written", ["", "26", "all", "2026-Q5", "2026-Q0", "2026-13", "2026-8", "2026-q3", "0001", "2026-08-01", "٢٠٢٦"])
def test_anything_else_is_refused(written):
    with pytest.raises(PeriodRefused, match="A period is written as 2026, 2026-Q3 or 2026-08"):
        report_period(written)


LENGTHS = (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR)


@given(st.sampled_from(LENGTHS), st.dates(date(1901, 1, 1), date(2999, 1, 1)), st.integers(0, 60))
def test_the_last_complete_period_has_ended_long_enough_ago_and_the_next_has_not(kind, today, after_days):
    period = last_complete(kind, today=today, after_days=after_days)
    following = node_of(date.fromordinal(last_day(period).toordinal() + 1), kind)
    assert (today - last_day(period)).days > after_days
    assert (today - last_day(following)).days <= after_days

"""The times that reports are made of: months, quarters and years, as everywhere in results. Pure."""

from datetime import date, timedelta

from vaste.results.calendar import Period, PeriodKind, node_of, read_period

_YEARS = range(1900, 9000)


class PeriodRefused(ValueError):
    """Words are no period; the message is one sentence."""


def report_period(text: str) -> Period:
    """Return the period that is written as 2026, 2026-Q3 or 2026-08. Raises PeriodRefused."""
    period = read_period(text)
    if period is None or period.first is None or period.first.year not in _YEARS:
        raise PeriodRefused("A period is written as 2026, 2026-Q3 or 2026-08. Nothing was made.")
    return period


def first_day(period: Period) -> date:
    """Return the first day of a month, quarter or year."""
    assert period.first is not None, "a report is never on all times"
    return period.first


def last_day(period: Period) -> date:
    """Return the last day of a month, quarter or year."""
    assert period.last is not None, "a report is never on all times"
    return period.last


def earlier(period: Period, times: int = 1) -> Period:
    """Return the period so many of its lengths before."""
    for _ in range(times):
        before = period.before
        assert before is not None, "reports begin in 1900"
        period = before
    return period


def last_complete(kind: PeriodKind, *, today: date, after_days: int) -> Period:
    """Return the newest period that had ended at least so many days ago, in which late answers may come."""
    return earlier(node_of(today - timedelta(days=after_days), kind))

"""The spans of time that reports are made of: months, quarters and years. Pure."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_WRITTEN = re.compile(r"([0-9]{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)


class PeriodRefused(ValueError):
    """Words are no period; the message is one sentence."""


class Length(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_MONTHS = {Length.MONTH: 1, Length.QUARTER: 3, Length.YEAR: 12}


@dataclass(frozen=True)
class Period:
    """A month, quarter or year. first: its first day."""

    length: Length
    first: date

    @property
    def last(self) -> date:
        """Return its last day."""
        return self.moved(1).first - timedelta(days=1)

    @property
    def key(self) -> str:
        """Return how it is written: 2026-08, 2026-Q3, 2026."""
        if self.length is Length.MONTH:
            return f"{self.first:%Y-%m}"
        return f"{self.first:%Y}" if self.length is Length.YEAR else f"{self.first:%Y}-Q{self.quarter}"

    @property
    def quarter(self) -> int:
        """Return the quarter of its first day, 1 to 4."""
        return (self.first.month - 1) // 3 + 1

    def moved(self, times: int) -> "Period":
        """Return the period so many of its lengths later, or earlier below zero."""
        months = 12 * self.first.year + self.first.month - 1 + times * _MONTHS[self.length]
        return Period(self.length, date(months // 12, months % 12 + 1, 1))


def read_period(text: str) -> Period:
    """Return the period that is written as 2026, 2026-Q3 or 2026-08. Raises PeriodRefused."""
    match = _WRITTEN.fullmatch(text)
    if match is None or not 1900 <= int(match[1]) <= 9000:
        raise PeriodRefused("A period is written as 2026, 2026-Q3 or 2026-08. Nothing was made.")
    year, quarter, month = int(match[1]), match[2], match[3]
    if quarter:
        return Period(Length.QUARTER, date(year, 3 * int(quarter) - 2, 1))
    return Period(Length.MONTH, date(year, int(month), 1)) if month else Period(Length.YEAR, date(year, 1, 1))


def last_complete(length: Length, *, today: date, after_days: int) -> Period:
    """Return the newest period that had ended at least so many days ago, in which late answers may come."""
    then = today - timedelta(days=after_days)
    months = _MONTHS[length]
    running = Period(length, date(then.year, (then.month - 1) // months * months + 1, 1))
    return running.moved(-1)

"""The trees along which a delivery is made coarser, and which weeks and months a quarter takes. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from vaste.responses.periods import Span
from vaste.responses.rules import UNKNOWN_AGE

ALL = "all"
LANGUAGES = ("fi", "sv")
OTHER_LANGUAGE = "other"
_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")
# Seven bands, the three of small units, and those three as they were before they fitted the seven (ADR 28).
_AGE_GROUPS = {
    **dict.fromkeys(("18-24", "25-34", "35-44", "18-44", "18-39"), "18-44"),
    **dict.fromkeys(("45-54", "55-64", "45-64", "40-64"), "45-64"),
    **dict.fromkeys(("65-74", "75+", "65+"), "65+"),
    "0-17": "0-17",
}
_THURSDAY = 3  # days after Monday; it decides to which quarter a week belongs, as to which year


def age_group(band: str) -> str:
    """Return the national age group of a band of the record: three for adults, `0-17`, and `unknown` for everything else."""
    return _AGE_GROUPS.get(band, UNKNOWN_AGE)


def language_group(language: str) -> str:
    """Return fi, sv or other."""
    return language if language in LANGUAGES else OTHER_LANGUAGE


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year."""

    year: int
    number: int

    @classmethod
    def read(cls, text: str) -> "Quarter":
        """Return the quarter that `2026-Q1` names. Raises ValueError."""
        match = _QUARTER.fullmatch(text)
        if not match:
            raise ValueError(f"{text!r} is no quarter; write one as 2026-Q1.")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """Return the quarter in which a day lies."""
        return cls(day.year, (day.month + 2) // 3)

    def __str__(self) -> str:
        return f"{self.year:04}-Q{self.number}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def after(self) -> "Quarter":
        """The quarter after it."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after.first - timedelta(days=1)

    @property
    def span(self) -> Span:
        """Return the weeks whose Thursday lies in the quarter, and its months: consecutive quarters take every period once."""
        return Span(
            weeks_from=_monday_of_first_week(self.first),
            months_from=self.first,
            to=_monday_of_first_week(self.after.first) - timedelta(days=7),
        )


def quarters(first: str, last: str) -> list[Quarter]:
    """Return the quarters from one to another, both included. Raises ValueError where there is none."""
    return list(_between(Quarter.read(first), Quarter.read(last)))


def _between(first: Quarter, last: Quarter) -> Iterator[Quarter]:
    if last < first:
        raise ValueError(f"The quarter {last} is before {first}.")
    while first <= last:
        yield first
        first = first.after


def _monday_of_first_week(day: date) -> date:
    """Return the Monday of the first week whose Thursday is not before a day."""
    thursday = day + timedelta(days=(_THURSDAY - day.weekday()) % 7)
    return thursday - timedelta(days=_THURSDAY)

"""Periods as people say them, and as they stand at the foot of a chart."""

from dataclasses import dataclass
from pathlib import Path

from vaste.organisations.formats import month
from vaste.organisations.reader import Reader
from vaste.organisations.words import load_words
from vaste.results.calendar import Period, PeriodKind

_TEXTS = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class PeriodReader(Reader):
    """A reader to whom figures of periods are told."""

    def period(self, period: Period) -> str:
        """Return a period in words: April 2024, January to March 2024, 2024, All times."""
        words = load_words(_TEXTS)[self.language]
        if period.first is None:
            return words["all_times"]
        if period.kind is PeriodKind.MONTH:
            return month(period.first, self.language)
        year = str(period.first.year)
        return words[f"quarter_{period.key[-1]}"].format(year=year) if period.kind is PeriodKind.QUARTER else year

    def short(self, period: Period) -> str:
        """Return a period for the foot of a chart: 4/2024, Q2/2024, 2024."""
        if period.first is None:
            return self.period(period)
        year = str(period.first.year)
        before = {PeriodKind.MONTH: f"{period.first.month}/", PeriodKind.QUARTER: f"Q{period.key[-1]}/"}.get(period.kind, "")
        return f"{before}{year}"

"""Whom a page or a document speaks to: texts in their language, and figures as it writes them. Pure."""

from dataclasses import dataclass

from vaste.organisations.formats import interval, number, percent
from vaste.organisations.words import Words


@dataclass(frozen=True)
class Reader:
    """The texts of a page in a reader's language, and how figures are put into it."""

    words: Words
    language: str

    def number(self, value: float, digits: int = 0) -> str:
        return number(value, self.language, digits)

    def percent(self, share: float) -> str:
        return percent(share, self.language)

    def interval(self, low: float, high: float, digits: int = 0) -> str:
        return interval(low, high, self.language, digits)

    def estimate(self, value: float, low: float, high: float, digits: int = 0) -> str:
        """Return a figure with its interval behind it: 73 (66–79)."""
        return f"{self.number(value, digits)} ({self.interval(low, high, digits)})"

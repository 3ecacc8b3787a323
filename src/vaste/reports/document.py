"""A report: a document with its figures for machines. Pure."""

from dataclasses import dataclass
from typing import ClassVar

from vaste.documents.blocks import Document


@dataclass(frozen=True)
class Datum:
    """One figure for machines; value and limits are None where answers are too few."""

    columns: ClassVar[tuple[str, ...]] = ("from", "to", "channel", "part", "figure", "n", "value", "low", "high")

    first: str
    last: str
    channel: str
    part: str
    figure: str
    n: int | None
    value: float | None = None
    low: float | None = None
    high: float | None = None

    def row(self) -> tuple[str | int | float | None, ...]:
        """Return it in the order of the columns."""
        return self.first, self.last, self.channel, self.part, self.figure, self.n, self.value, self.low, self.high


@dataclass(frozen=True)
class Report(Document):
    """A report in one language, with every figure that it shows."""

    data: tuple[Datum, ...] = ()

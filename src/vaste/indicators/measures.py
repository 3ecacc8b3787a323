"""Figures that are the mean of what each answer counts for: the net promoter score, the share agreeing, the mean of a statement.

One form for all three, so that they can be standardised in the same way (`standardised`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from vaste.indicators.intervals import Interval


class Tally(tuple[int, ...]):
    """How many answers fell into each category, in the order of its measure."""

    __slots__ = ()

    @property
    def n(self) -> int:
        """How many answers there are in all."""
        return sum(self)

    def plus(self, other: "Tally") -> Self:
        """Return the answers of both together."""
        return type(self)(one + more for one, more in zip(self, other, strict=True))

    def minus(self, part: "Tally") -> Self:
        """Return the answers without a part of them."""
        return type(self)(one - less for one, less in zip(self, part, strict=True))


@dataclass(frozen=True)
class Measure:
    """What an answer of each category counts for, and the scale that the figure lies on.

    added: answers added to each category before the variance is taken, so that a few answers that agree are not taken for
    certain.
    """

    scores: tuple[float, ...]
    added: tuple[float, ...]
    scale: Interval

    def value(self, tally: Sequence[int]) -> float:
        """Return the figure. There must be answers."""
        return math.fsum(score * count for score, count in zip(self.scores, tally, strict=True)) / sum(tally)

    def variance(self, tally: Sequence[int]) -> float:
        """Return the variance of the figure, after the added answers; it exists without answers too, and is never 0."""
        counts = [count + more for count, more in zip(tally, self.added, strict=True)]
        n = math.fsum(counts)
        mean = math.fsum(score * count for score, count in zip(self.scores, counts, strict=True)) / n
        return math.fsum(count * (score - mean) ** 2 for score, count in zip(self.scores, counts, strict=True)) / n / n

    @property
    def widest(self) -> float:
        """How far apart two figures can lie."""
        return self.scale.high - self.scale.low


# Promoters, passives, detractors; three quarters of an answer added at both ends, three in all (Rocks 2016), as in `nps`.
SCORE = Measure((100.0, 0.0, -100.0), (0.75, 1.5, 0.75), Interval(-100.0, 100.0))
# Steps 1 to 5. Two answers added on each side of a share (Agresti & Coull 1998), within a side by how it divides the steps.
AGREEING = Measure((0.0, 0.0, 0.0, 1.0, 1.0), (2 / 3, 2 / 3, 2 / 3, 1.0, 1.0), Interval(0.0, 1.0))
# One answer in all spread over the steps: close to the sample variance, and not 0 where everybody chose the same step.
MEAN = Measure((1.0, 2.0, 3.0, 4.0, 5.0), (0.2, 0.2, 0.2, 0.2, 0.2), Interval(1.0, 5.0))

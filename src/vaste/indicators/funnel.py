"""Funnel limits: how far from the target a unit of its size may lie, chance and ordinary differences between units granted.

Spiegelhalter 2005, "Funnel plots for comparing institutional performance" and "Handling over-dispersion of performance
indicators": scores Winsorised at 10 %, additive random effects. No ranks: a unit lies within the limits or it does not.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

from vaste.indicators.intervals import Interval
from vaste.indicators.nps import adjusted
from vaste.indicators.shrinkage import Estimate
from vaste.indicators.standardised import Counts

WINSORISED = 0.10
WARNING, ALARM = 0.95, 0.998


class Standing(StrEnum):
    """Where a unit lies in the funnel; beyond means outside the 99.8 % limits, apart outside those of 95 %."""

    FAR_BELOW = "far_below"
    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"
    FAR_ABOVE = "far_above"


@dataclass(frozen=True)
class Funnel:
    """A funnel around a target.

    phi: the Winsorised overdispersion, 1 where units differ as chance makes them. tau_squared: the variance between units
    that is granted on top of chance, in squared units of the figure.
    """

    target: float
    phi: float
    tau_squared: float

    def limits(self, standard_error: float, level: float = WARNING) -> Interval:
        """Return the limits for a unit with a standard error; level: the share of units that lie inside, 0 to 1."""
        half = NormalDist().inv_cdf((1 + level) / 2) * math.sqrt(standard_error**2 + self.tau_squared)
        return Interval(self.target - half, self.target + half)

    def z(self, estimate: Estimate) -> float:
        """Return how many standard deviations a unit lies above the target, the granted spread counted in."""
        return (estimate.value - self.target) / math.sqrt(estimate.standard_error**2 + self.tau_squared)

    def standing(self, estimate: Estimate) -> Standing:
        """Return where a unit lies."""
        for level, below, above in ((ALARM, Standing.FAR_BELOW, Standing.FAR_ABOVE), (WARNING, Standing.BELOW, Standing.ABOVE)):
            low, high = self.limits(estimate.standard_error, level)
            if not low <= estimate.value <= high:
                return below if estimate.value < low else above
        return Standing.WITHIN


def funnel(estimates: Sequence[Estimate], target: float) -> Funnel:
    """Return the funnel of some units around a target; of no units, one that grants chance alone.

    target: as a rule the figure of all together. Raises ValueError on a standard error that is not positive.
    """
    if any(not estimate.standard_error > 0 for estimate in estimates):
        raise ValueError("A standard error must be positive.")
    if not estimates:
        return Funnel(target, 1.0, 0.0)
    scores = winsorised([(estimate.value - target) / estimate.standard_error for estimate in estimates])
    phi = math.fsum(score * score for score in scores) / len(scores)
    weights = [estimate.standard_error**-2 for estimate in estimates]
    total = math.fsum(weights)
    room = total - math.fsum(weight * weight for weight in weights) / total
    excess = len(scores) * phi - (len(scores) - 1)
    return Funnel(target, phi, max(0.0, excess / room) if len(scores) > 1 and room > 0 else 0.0)


def winsorised(scores: Sequence[float], share: float = WINSORISED) -> list[float]:
    """Return scores in their order, the lowest and the highest share of them drawn in to the nearest that remains."""
    ordered = sorted(scores)
    out = int(share * len(ordered))
    return [min(max(score, ordered[out]), ordered[-1 - out]) for score in scores]


def score_estimate(counts: Counts) -> Estimate:
    """Return the net promoter score of counts with the standard error of its adjusted value, for a funnel. n must be positive."""
    return Estimate(100 * (counts.promoters - counts.detractors) / counts.n, math.sqrt(adjusted(*counts)[1]))

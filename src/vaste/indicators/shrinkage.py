"""Estimates of small units drawn toward their service, by as much as chance alone would explain their distance.

Normal-normal empirical Bayes (Efron & Morris 1975) with the moment estimate of the spread between units (DerSimonian & Laird
1986), as in any random-effects meta-analysis.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from vaste.indicators.intervals import Z


class Estimate(NamedTuple):
    """A figure and its standard error, which must be positive; both in the same unit, whatever it is."""

    value: float
    standard_error: float


@dataclass(frozen=True)
class Shrunk:
    """A figure drawn toward the middle of its group, with its interval.

    reliability: B = τ²/(τ²+se²), 0 to 1: how much of the unit's own distance from the middle is kept.
    """

    value: float
    low: float
    high: float
    reliability: float


@dataclass(frozen=True)
class Spread:
    """The middle of a group of figures, its variance, and τ², the variance between the units beyond chance."""

    middle: float
    middle_variance: float
    tau_squared: float


def spread(estimates: Sequence[Estimate]) -> Spread | None:
    """Return the middle of a group and the spread between its units (DerSimonian-Laird); None of no estimates.

    One estimate, and estimates no further apart than chance puts them, have τ² = 0. Raises ValueError on a standard error
    that is not positive.
    """
    if any(not estimate.standard_error > 0 for estimate in estimates):
        raise ValueError("A standard error must be positive.")
    if not estimates:
        return None
    weights = [estimate.standard_error**-2 for estimate in estimates]
    total = math.fsum(weights)
    fixed = math.fsum(weight * each.value for weight, each in zip(weights, estimates, strict=True)) / total
    q = math.fsum(weight * (each.value - fixed) ** 2 for weight, each in zip(weights, estimates, strict=True))
    room = total - math.fsum(weight * weight for weight in weights) / total
    tau_squared = max(0.0, (q - (len(estimates) - 1)) / room) if len(estimates) > 1 and room > 0 else 0.0
    weights = [1 / (tau_squared + each.standard_error**2) for each in estimates]
    total = math.fsum(weights)
    middle = math.fsum(weight * each.value for weight, each in zip(weights, estimates, strict=True)) / total
    return Spread(middle, 1 / total, tau_squared)


def shrink(estimates: Sequence[Estimate]) -> list[Shrunk]:
    """Return the estimates of one service drawn toward its middle, in their order.

    The interval counts in that the middle itself is an estimate. Raises ValueError on a standard error that is not positive.
    """
    found = spread(estimates)
    return [] if found is None else [_drawn(estimate, found) for estimate in estimates]


def shrink_shares(counts: Sequence[tuple[int, int]]) -> list[Shrunk | None]:
    """Return the shares of (how many, of n) drawn toward that of all together, in their order; None where n is 0.

    Chance is measured by the share of all together, so that a unit with nobody at all among its answers keeps an error
    that is not 0. Shares and limits lie within 0 to 1.
    """
    asked = [n for _, n in counts if n]
    found = sum(count for count, n in counts if n)
    # Half of one on each side keeps the share of all off its ends.
    share = (found + 0.5) / (sum(asked) + 1)
    estimates = [Estimate(count / n, math.sqrt(share * (1 - share) / n)) for count, n in counts if n]
    drawn = iter(shrink(estimates))
    return [_within(next(drawn)) if n else None for _, n in counts]


def _drawn(estimate: Estimate, group: Spread) -> Shrunk:
    own = estimate.standard_error**2
    reliability = group.tau_squared / (group.tau_squared + own)
    value = group.middle + reliability * (estimate.value - group.middle)
    half = Z * math.sqrt(reliability * own + (1 - reliability) ** 2 * group.middle_variance)
    return Shrunk(value, value - half, value + half, reliability)


def _within(drawn: Shrunk) -> Shrunk:
    value, low, high = (min(max(limit, 0.0), 1.0) for limit in (drawn.value, drawn.low, drawn.high))
    return Shrunk(value, low, high, drawn.reliability)

"""Two pictures of a series with its ordinary spread: the p-chart of shares and the XmR chart of single figures.

Pictures only. A p-chart of few answers a week calls far too often: alerts come from `cusum`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from vaste.indicators.intervals import Interval

SIGMAS = 3.0
# Wheeler's constants for the distance of neighbouring values: three standard deviations, and the upper limit of the range.
_XMR_LIMIT, _RANGE_LIMIT = 2.66, 3.267


@dataclass(frozen=True)
class ShareChart:
    """The p-chart: the share of all, the limits of each point, and which points lie outside theirs. Shares are 0 to 1."""

    centre: float
    limits: tuple[Interval | None, ...]
    outside: tuple[bool, ...]


@dataclass(frozen=True)
class SingleChart:
    """The XmR chart: the mean, the limits of every point, the upper limit of the moving range, and which points lie outside."""

    centre: float
    limits: Interval
    range_limit: float
    outside: tuple[bool, ...]


def share_chart(counts: Sequence[tuple[int, int]], centre: float | None = None) -> ShareChart | None:
    """Return the chart of (how many, of n) in the order of time, around the share of all or the one given.

    A point with n = 0 has no limits. None when nobody answered at all and no centre is given.
    """
    n = sum(asked for _, asked in counts)
    if centre is None:
        if n == 0:
            return None
        centre = sum(count for count, _ in counts) / n
    limits = tuple(_share_limits(centre, asked) for _, asked in counts)
    outside = tuple(
        limit is not None and not limit.low <= count / asked <= limit.high for (count, asked), limit in zip(counts, limits, strict=True)
    )
    return ShareChart(centre, limits, outside)


def single_chart(values: Sequence[float]) -> SingleChart | None:
    """Return the chart of single figures in the order of time; None of fewer than two, which have no range."""
    if len(values) < 2:
        return None
    centre = math.fsum(values) / len(values)
    ranges = [abs(later - earlier) for earlier, later in pairwise(values)]
    mean_range = math.fsum(ranges) / len(ranges)
    limits = Interval(centre - _XMR_LIMIT * mean_range, centre + _XMR_LIMIT * mean_range)
    return SingleChart(centre, limits, _RANGE_LIMIT * mean_range, tuple(not limits.low <= value <= limits.high for value in values))


def _share_limits(centre: float, n: int) -> Interval | None:
    if n == 0:
        return None
    half = SIGMAS * math.sqrt(centre * (1 - centre) / n)
    return Interval(centre - half, centre + half).clipped(0.0, 1.0)

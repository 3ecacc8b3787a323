"""The 95 % intervals that every figure carries."""

import math
from functools import lru_cache
from typing import NamedTuple

Z = 1.959963984540054
CONFIDENCE = 0.95

# Up to here the finite series is summed; above it the expansion is right to more than twelve digits.
_SERIES_UP_TO = 400
_BISECTIONS = 60


class Interval(NamedTuple):
    """A 95 % interval, both limits inside it."""

    low: float
    high: float

    def clipped(self, lowest: float, highest: float) -> "Interval":
        """Return the part of the interval that the scale has."""
        return Interval(min(max(self.low, lowest), highest), max(min(self.high, highest), lowest))


def wilson(successes: int, n: int) -> Interval:
    """Return Wilson's score interval of a share, within 0 to 1. n must be positive."""
    share = successes / n
    middle = share + Z * Z / (2 * n)
    half = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    return Interval((middle - half) / scale, (middle + half) / scale).clipped(0.0, 1.0)


@lru_cache(maxsize=4096)
def student_t(degrees: int) -> float:
    """Return the t that leaves 2.5 % in each tail, for one degree of freedom or more."""
    if degrees < 1:
        raise ValueError("Student's t needs at least one degree of freedom.")
    if degrees > _SERIES_UP_TO:
        return _expanded_t(degrees)
    low, high = 0.0, math.pi / 2
    for _ in range(_BISECTIONS):
        angle = (low + high) / 2
        if _central_probability(angle, degrees) < CONFIDENCE:
            low = angle
        else:
            high = angle
    return math.sqrt(degrees) * math.tan((low + high) / 2)


def _central_probability(angle: float, degrees: int) -> float:
    """Return P(|T| ≤ t) for t = √degrees · tan(angle). Abramowitz & Stegun, 26.7.3 (odd) and 26.7.4 (even)."""
    sine, cosine = math.sin(angle), math.cos(angle)
    if degrees == 1:
        return 2 * angle / math.pi
    odd = degrees % 2 == 1
    term = cosine if odd else 1.0
    total = term
    for k in range(3 if odd else 2, degrees - 1, 2):
        term *= cosine * cosine * (k - 1) / k
        total += term
    return 2 * (angle + sine * total) / math.pi if odd else sine * total


def _expanded_t(degrees: int) -> float:
    """Return t from the normal quantile by the asymptotic expansion. Abramowitz & Stegun, 26.7.5."""
    z = Z
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    fourth = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + first / degrees + second / degrees**2 + third / degrees**3 + fourth / degrees**4

"""Exact probabilities of counts, and which of many tests may be called findings."""

import math
from collections.abc import Sequence

FALSE_DISCOVERIES = 0.10


def probability(count: int, n: int, share: float) -> float:
    """Return the probability of exactly so many of n, each with the given share, 0 to 1."""
    if not 0 <= count <= n:
        return 0.0
    if share in {0.0, 1.0}:
        return 1.0 if count == n * share else 0.0
    ways = math.lgamma(n + 1) - math.lgamma(count + 1) - math.lgamma(n - count + 1)
    return math.exp(ways + count * math.log(share) + (n - count) * math.log1p(-share))


def at_least(count: int, n: int, share: float) -> float:
    """Return the probability of so many or more of n: the p-value of an unusually high count.

    Exact for any n, to about seven digits at ten million: terms are added until they no longer matter. Raises ValueError
    unless 0 ≤ count ≤ n and 0 ≤ share ≤ 1.
    """
    _hold(count, n, share)
    if count <= n * share:
        return 1.0 - _lower_tail(count - 1, n, share)
    return _lower_tail(n - count, n, 1 - share)


def at_most(count: int, n: int, share: float) -> float:
    """Return the probability of so many or fewer of n: the p-value of an unusually low count. Raises as `at_least`."""
    return at_least(n - count, n, 1 - share)


def two_sided(count: int, n: int, share: float) -> float:
    """Return twice the smaller tail, at most 1: the p-value of a count unusual either way. Raises as `at_least`."""
    return min(1.0, 2 * min(at_least(count, n, share), at_most(count, n, share)))


def benjamini_hochberg(p_values: Sequence[float], q: float = FALSE_DISCOVERIES) -> list[bool]:
    """Return which of many tests are findings, in their order, so that of a hundred findings about 100 q are false.

    Benjamini & Hochberg 1995. Give the tests of one service together: findings in another must not make these easier.
    """
    m, ordered = len(p_values), sorted(p_values)
    passed = [p for rank, p in enumerate(ordered, start=1) if p <= q * rank / m]
    return [bool(passed) and p <= passed[-1] for p in p_values]


def _hold(count: int, n: int, share: float) -> None:
    if not (0 <= count <= n and 0 <= share <= 1):
        raise ValueError("A count lies between 0 and n, and a share between 0 and 1.")


def _lower_tail(count: int, n: int, share: float) -> float:
    """Return the probability of so many or fewer, for a count at or below the mean, where the terms fall from the first on."""
    if count < 0:
        return 0.0
    total = term = probability(count, n, share)
    while count > 0 and term > total * 1e-17:
        term *= count / (n - count + 1) * (1 - share) / share
        total += term
        count -= 1
    return min(total, 1.0)

"""The five-step statements: mean and share agreeing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from vaste.indicators.intervals import Interval, student_t, wilson

SCALE = range(1, 6)
_LOWEST_AGREEING = 4
CLASSES = (slice(0, _LOWEST_AGREEING - SCALE.start), slice(_LOWEST_AGREEING - SCALE.start, len(SCALE)))
"""Where among the five counts those who do not agree stand, and those who do."""


@dataclass(frozen=True)
class Statement:
    """The result of a statement: its distribution, the mean (1 to 5) and the share agreeing (0 to 1), each with its interval."""

    counts: tuple[int, ...]
    mean: float
    low: float
    high: float
    agree_share: float
    agree_low: float
    agree_high: float

    @property
    def n(self) -> int:
        return sum(self.counts)


def statement(counts: Sequence[int]) -> Statement | None:
    """Return the result of how many chose 1, 2, … 5; None when nobody did. A skipped statement is missing, never 3."""
    if len(counts) != len(SCALE):
        raise ValueError("A statement has five counts.")
    n = sum(counts)
    if n == 0:
        return None
    agreeing = sum(counts[_LOWEST_AGREEING - SCALE.start :])
    mean = sum(step * count for step, count in zip(SCALE, counts, strict=True)) / n
    low, high = mean_interval(counts, mean)
    agree_low, agree_high = wilson(agreeing, n)
    return Statement(tuple(counts), mean, low, high, agreeing / n, agree_low, agree_high)


def mean_interval(counts: Sequence[int], mean: float) -> Interval:
    """Return the t interval of a mean, within 1 to 5; the whole scale when a single answer tells nothing of the spread."""
    n = sum(counts)
    if n == 1:
        return Interval(float(SCALE.start), float(SCALE.stop - 1))
    squares = sum(count * (step - mean) ** 2 for step, count in zip(SCALE, counts, strict=True))
    half = student_t(n - 1) * math.sqrt(squares / (n - 1) / n)
    return Interval(mean - half, mean + half).clipped(float(SCALE.start), float(SCALE.stop - 1))


def change(before: Statement, after: Statement) -> Interval:
    """Return the interval of the difference between two means of different people (Welch); a clear change leaves 0 outside.

    Where one of them is a single answer, or all answers of both are the same, the difference tells nothing and is the widest.
    """
    widest = float(SCALE.stop - 1 - SCALE.start)
    variances = [_variance_of_mean(each) for each in (before, after)]
    if None in variances or not any(variances):
        return Interval(-widest, widest)
    known = [variance for variance in variances if variance is not None]
    freedom = sum(known) ** 2 / sum(variance**2 / (each.n - 1) for variance, each in zip(known, (before, after), strict=True))
    half = student_t(max(int(freedom), 1)) * math.sqrt(sum(known))
    difference = after.mean - before.mean
    return Interval(difference - half, difference + half).clipped(-widest, widest)


def _variance_of_mean(result: Statement) -> float | None:
    if result.n == 1:
        return None
    squares = sum(count * (step - result.mean) ** 2 for step, count in zip(SCALE, result.counts, strict=True))
    return squares / (result.n - 1) / result.n

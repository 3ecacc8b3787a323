"""The standardised score: what an organisation's score would be if its answers came as in a fixed published reference.

Direct standardisation over service group, age band and channel (Fleiss, Levin & Paik 2003, chapter 19). Language and sex are
not among the strata: differences there are findings.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from vaste.indicators.intervals import Interval, Z
from vaste.indicators.nps import adjusted

Value = TypeVar("Value")

ALL = "all"
AT_LEAST = 10


class Stratum(NamedTuple):
    """Where an answer belongs for comparison; `ALL` stands for an age band or channel that was given up."""

    service: str
    age_band: str
    channel: str


class Counts(NamedTuple):
    """How many promote, how many detract, and how many answered the 0 to 10 question in all."""

    promoters: int
    detractors: int
    n: int

    def plus(self, other: "Counts") -> "Counts":
        """Return the counts of both together."""
        return Counts(self.promoters + other.promoters, self.detractors + other.detractors, self.n + other.n)


NOBODY = Counts(0, 0, 0)


@dataclass(frozen=True)
class Standardised:
    """A standardised score, -100 to 100, with its interval, standard error, and the crude score of the same answers.

    n: answers in the strata that count. covered: the share of the reference, 0 to 1, for whose strata there were answers;
    the weights of the rest are spread over these. strata: how many there were after merging.
    """

    value: float
    low: float
    high: float
    standard_error: float
    crude: float
    n: int
    covered: float
    strata: int


def standardised(strata: Mapping[Stratum, Counts], weights: Mapping[Stratum, float], at_least: int = AT_LEAST) -> Standardised | None:
    """Return the score of an organisation's strata under the weights of the reference; None without a stratum that has both.

    weights: of every stratum of the reference, not negative; they need not add up to 1. Strata with fewer than `at_least`
    answers are merged upward first (`merged`). Raises ValueError on a negative weight.
    """
    if any(weight < 0 for weight in weights.values()):
        raise ValueError("No weight of the reference may be negative.")
    counts, merged_weights = merged(strata, weights, at_least)
    counting = [stratum for stratum, count in counts.items() if count.n and merged_weights[stratum] > 0]
    total, reference = sum(merged_weights[stratum] for stratum in counting), sum(merged_weights.values())
    if not total:
        return None
    parts = [(merged_weights[stratum] / total, counts[stratum]) for stratum in counting]
    value = sum(weight * _score(count) for weight, count in parts)
    error = math.sqrt(sum(weight * weight * adjusted(*count)[1] for weight, count in parts))
    low, high = Interval(value - Z * error, value + Z * error).clipped(-100.0, 100.0)
    together = NOBODY
    for _, count in parts:
        together = together.plus(count)
    return Standardised(value, low, high, error, _score(together), together.n, min(total / reference, 1.0), len(parts))


def merged(
    strata: Mapping[Stratum, Counts], weights: Mapping[Stratum, float], at_least: int = AT_LEAST
) -> tuple[dict[Stratum, Counts], dict[Stratum, float]]:
    """Return counts and weights after merging strata with fewer answers than `at_least`; both have the same strata.

    Where any channel of an age band has too few, all its channels become one; where that is still too few, all age bands
    of the service do. What is then still too few stays as it is: its interval says so.
    """
    every = strata.keys() | weights.keys()
    counts = {stratum: strata.get(stratum, NOBODY) for stratum in every}
    merged_weights = {stratum: weights.get(stratum, 0.0) for stratum in every}
    for without_age in (False, True):
        groups = {_group(stratum, without_age=without_age) for stratum, count in counts.items() if count.n < at_least}
        counts = _together(counts, groups, NOBODY, Counts.plus, without_age=without_age)
        merged_weights = _together(merged_weights, groups, 0.0, float.__add__, without_age=without_age)
    return counts, merged_weights


def difference(one: Standardised, other: Standardised) -> Interval:
    """Return the interval of one standardised score less another of different people; a clear difference leaves 0 outside."""
    middle = one.value - other.value
    half = Z * math.hypot(one.standard_error, other.standard_error)
    return Interval(middle - half, middle + half).clipped(-200.0, 200.0)


def _group(stratum: Stratum, *, without_age: bool) -> Stratum:
    return Stratum(stratum.service, ALL if without_age else stratum.age_band, ALL)


def _together(
    values: Mapping[Stratum, Value], groups: set[Stratum], nothing: Value, plus: Callable[[Value, Value], Value], *, without_age: bool
) -> dict[Stratum, Value]:
    """Return values with those of the groups added up; sorted, so that sums come out the same whatever the order was."""
    sums: dict[Stratum, Value] = {}
    for stratum in sorted(values):
        group = _group(stratum, without_age=without_age)
        place = group if group in groups else stratum
        sums[place] = plus(sums.get(place, nothing), values[stratum])
    return sums


def _score(counts: Counts) -> float:
    return 100 * (counts.promoters - counts.detractors) / counts.n

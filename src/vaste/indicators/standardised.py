"""The standardised score: what an organisation's score would be if its answers came as in a fixed published reference.

Direct standardisation over service group, age band and channel (Fleiss, Levin & Paik 2003, chapter 19). Language and sex are
not among the strata: differences there are findings.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol, Self, TypeVar

from vaste.indicators.intervals import Interval, Z
from vaste.indicators.measures import SCORE, Measure, Tally

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

    @property
    def tally(self) -> Tally:
        """The same as promoters, passives and detractors."""
        return Tally((self.promoters, self.n - self.promoters - self.detractors, self.detractors))


NOBODY = Counts(0, 0, 0)


class _Answers(Protocol):
    @property
    def n(self) -> int: ...

    def plus(self, other: Self, /) -> Self: ...


AnyAnswers = TypeVar("AnyAnswers", bound=_Answers)


@dataclass(frozen=True)
class Standardised:
    """A standardised figure with its interval, standard error, and the crude figure of the same answers.

    n: answers in the strata that count. covered: the share of the reference, 0 to 1, for whose strata there were answers;
    the weights of the rest are spread over these. strata: how many there were after merging. coarse: the share of what is
    covered, 0 to 1, that lies in merged strata, where channel or also age could not be told apart.
    """

    value: float
    low: float
    high: float
    standard_error: float
    crude: float
    n: int
    covered: float
    strata: int
    coarse: float = 0.0


def standardised(strata: Mapping[Stratum, Counts], weights: Mapping[Stratum, float], at_least: int = AT_LEAST) -> Standardised | None:
    """Return the net promoter score of an organisation's strata under the weights of the reference, as `standardised_measure`."""
    return standardised_measure(SCORE, {stratum: counts.tally for stratum, counts in strata.items()}, weights, at_least)


def standardised_measure(
    measure: Measure, strata: Mapping[Stratum, Tally], weights: Mapping[Stratum, float], at_least: int = AT_LEAST
) -> Standardised | None:
    """Return a figure of an organisation's strata under the weights of the reference; None without a stratum that has both.

    weights: of every stratum of the reference, not negative; they need not add up to 1. Strata with fewer than `at_least`
    answers are merged upward first (`merged`). Raises ValueError on a negative weight.
    """
    if any(weight < 0 for weight in weights.values()):
        raise ValueError("No weight of the reference may be negative.")
    tallies, merged_weights = merged(strata, weights, at_least)
    counting = [stratum for stratum, tally in tallies.items() if tally.n and merged_weights[stratum] > 0]
    total, reference = sum(merged_weights[stratum] for stratum in counting), sum(merged_weights.values())
    if not total:
        return None
    parts = [(merged_weights[stratum] / total, tallies[stratum]) for stratum in counting]
    value = sum(weight * measure.value(tally) for weight, tally in parts)
    error = math.sqrt(sum(weight * weight * measure.variance(tally) for weight, tally in parts))
    low, high = Interval(value - Z * error, value + Z * error).clipped(*measure.scale)
    together = parts[0][1]
    for _, tally in parts[1:]:
        together = together.plus(tally)
    coarse = sum(merged_weights[stratum] for stratum in counting if ALL in stratum) / total
    covered = min(total / reference, 1.0)
    return Standardised(value, low, high, error, measure.value(together), together.n, covered, len(parts), min(coarse, 1.0))


def merged(
    strata: Mapping[Stratum, AnyAnswers], weights: Mapping[Stratum, float], at_least: int = AT_LEAST
) -> tuple[dict[Stratum, AnyAnswers], dict[Stratum, float]]:
    """Return answers and weights after merging strata with fewer answers than `at_least`; every stratum has a weight, maybe 0.

    Where any channel of an age band has too few, all its channels become one; where that is still too few, all age bands
    of the service do. What is then still too few stays as it is: its interval says so. So answers that are only known of
    an age band, or of a service, can be given as a stratum with `ALL`: nobody answered in its finer strata, and they merge.
    """
    answers, merged_weights = dict(strata), {stratum: weights.get(stratum, 0.0) for stratum in strata.keys() | weights.keys()}
    for without_age in (False, True):
        few = [stratum for stratum in merged_weights if stratum not in answers or answers[stratum].n < at_least]
        groups = {_group(stratum, without_age=without_age) for stratum in few}
        answers = _together(answers, groups, _plus, without_age=without_age)
        merged_weights = _together(merged_weights, groups, float.__add__, without_age=without_age)
    return answers, merged_weights


def difference(one: Standardised, other: Standardised, widest: float = SCORE.widest) -> Interval:
    """Return the interval of one standardised figure less another of different people; a clear difference leaves 0 outside."""
    middle = one.value - other.value
    half = Z * math.hypot(one.standard_error, other.standard_error)
    return Interval(middle - half, middle + half).clipped(-widest, widest)


def _plus(one: AnyAnswers, other: AnyAnswers) -> AnyAnswers:
    return one.plus(other)


def _group(stratum: Stratum, *, without_age: bool) -> Stratum:
    return Stratum(stratum.service, ALL if without_age else stratum.age_band, ALL)


def _together(
    values: Mapping[Stratum, Value], groups: set[Stratum], plus: Callable[[Value, Value], Value], *, without_age: bool
) -> dict[Stratum, Value]:
    """Return values with those of the groups added up; sorted, so that sums come out the same whatever the order was."""
    sums: dict[Stratum, Value] = {}
    for stratum in sorted(values):
        group = _group(stratum, without_age=without_age)
        place = group if group in groups else stratum
        sums[place] = plus(sums[place], values[stratum]) if place in sums else values[stratum]
    return sums

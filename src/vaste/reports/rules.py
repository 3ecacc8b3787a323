"""Which sentence a report may say of a figure: never more than its interval carries. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vaste.indicators.display import GoalState, goal_state
from vaste.indicators.statements import Statement

# "A little" under or over a goal: at most so far, with the whole interval.
SLIGHT_NPS, SLIGHT_MEAN = 10.0, 0.3
# Means of statements that lie closer than this are never ranked (methods: differences under 0.1 say nothing about order).
RANKED_FROM = 0.1
# Naming more than so many as the best, or the weakest, tells nothing.
NAMED_AT_MOST = 3
# Two response rates that differ by less than a tenth of the whole tell nothing about who is missing.
MISSING_BELOW = 0.9


class Standing(StrEnum):
    """How a figure stands to its goal, in steps that a sentence can say."""

    WELL_MET = "well_met"
    MET = "met"
    NOT_DISTINGUISHABLE = "not_distinguishable"
    SLIGHTLY_MISSED = "slightly_missed"
    MISSED = "missed"
    WELL_MISSED = "well_missed"


class Trend(StrEnum):
    """Whether a figure differs from that of the period before."""

    UP = "up"
    DOWN = "down"
    NO_CLEAR_CHANGE = "no_clear_change"


@dataclass(frozen=True)
class Overall:
    """The mean of all statements together, with an interval that is never too narrow. n: values given."""

    n: int
    mean: float
    low: float
    high: float


def standing(low: float, high: float, goal: float, *, slight: float) -> Standing:
    """Return how an interval stands to a goal.

    "A little" under is said only when even the lower limit lies no further than `slight` below the goal; "well" over or
    under only when even the nearer limit lies further than that.
    """
    state = goal_state(low, high, goal)
    if state is GoalState.MET:
        return Standing.WELL_MET if low - goal > slight else Standing.MET
    if state is GoalState.NOT_DISTINGUISHABLE:
        return Standing.NOT_DISTINGUISHABLE
    if goal - high > slight:
        return Standing.WELL_MISSED
    return Standing.SLIGHTLY_MISSED if goal - low <= slight else Standing.MISSED


def trend(low: float, high: float) -> Trend:
    """Return what the interval of a difference, after minus before, carries."""
    if low > 0:
        return Trend.UP
    return Trend.DOWN if high < 0 else Trend.NO_CLEAR_CHANGE


def mean_trend(before: Statement | Overall, after: Statement | Overall) -> Trend:
    """Return whether a mean has changed between different people, by the two half widths; under 0.1 is no change."""
    difference = after.mean - before.mean
    half = math.hypot((before.high - before.low) / 2, (after.high - after.low) / 2)
    if abs(difference) < RANKED_FROM:
        return Trend.NO_CLEAR_CHANGE
    return trend(difference - half, difference + half)


def overall(results: Sequence[Statement]) -> Overall | None:
    """Return the mean of all statement values; None without any.

    One person answers several statements, so the values are not independent: the limits are the same weighted means of
    the statements' own limits, which holds however closely the answers of a person go together.
    """
    n = sum(result.n for result in results)
    if n == 0:
        return None
    means = [sum(result.n * getattr(result, field) for result in results) / n for field in ("mean", "low", "high")]
    return Overall(n, *means)


def best_items(results: Mapping[str, Statement]) -> list[str]:
    """Return the statements with the highest mean: one, or those that lie too close to be told apart. [] when these are many, or all."""
    return _extreme(results, sign=1)


def weakest_items(results: Mapping[str, Statement]) -> list[str]:
    """Return the statements with the lowest mean, in the same way."""
    return _extreme(results, sign=-1)


def _extreme(results: Mapping[str, Statement], *, sign: int) -> list[str]:
    ordered = sorted(results, key=lambda item: -sign * results[item].mean)
    if not ordered:
        return []
    top = results[ordered[0]]
    near = [item for item in ordered if not _differ(top, results[item])]
    return near if len(near) < len(ordered) and len(near) <= NAMED_AT_MOST else []


def _differ(one: Statement, other: Statement) -> bool:
    """Tell whether two means may be ranked. The same people gave both, so hypot of the half widths is rather too wide than too narrow."""
    difference = abs(one.mean - other.mean)
    half = math.hypot((one.high - one.low) / 2, (other.high - other.low) / 2)
    return difference >= RANKED_FROM and difference > half


def missing_groups(rates: Mapping[str, float | None], whole: float | None) -> list[str]:
    """Return the groups whose response rate lies clearly under that of all, the lowest first. rates: shares, 0 to 1."""
    if whole is None:
        return []
    low = {group: rate for group, rate in rates.items() if rate is not None and rate < MISSING_BELOW * whole}
    return sorted(low, key=low.__getitem__)

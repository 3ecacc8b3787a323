"""Early warning: the binomial CUSUM, which adds up what speaks for a share having grown against its having stayed.

Page 1954; for shares Reynolds & Stoumbos 1999, "A CUSUM chart for monitoring a proportion when inspecting continuously".
Give it detractors for a warning, promoters for good news.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

ODDS_RATIO = 2.9
YEARS_BETWEEN_FALSE_ALARMS = 10.0
FEWEST_IN_RUN = 3

# How far a sum overshoots its limit and 0 on the average, taken together, in the unit of the sum. Worked out from the exact
# chain for shares of 2 to 90 % it is 0.36 to 0.46: the smallest, so that false alarms are never more than promised.
_OVERSHOOT = 0.36
# A sum that may return to 0 after a group only falls below it by so many standard deviations of a group on the average: the mean
# overshoot of a normal walk (Siegmund 1985, -ζ(1/2)/√(2π)). In simulation it is 0.56 to 0.93 of them.
_GROUP_OVERSHOOT = 0.5826
_STEPS_OF_NEWTON = 50


class Group(NamedTuple):
    """Answers of one stretch of time: how many are of the kind watched, and how many there are in all."""

    watched: int
    n: int


@dataclass(frozen=True)
class Watch:
    """What one unit's answers are held against: its ordinary share, the share to be found soon, and the limit of the sum."""

    baseline: float
    alarming: float
    limit: float

    @property
    def step_up(self) -> float:
        """What one answer of the kind watched adds."""
        return math.log(self.alarming / self.baseline)

    @property
    def step_down(self) -> float:
        """What any other answer takes away."""
        return math.log((1 - self.baseline) / (1 - self.alarming))


@dataclass(frozen=True)
class Sum:
    """The sum after a group.

    run: how many groups have passed since it was 0, this one counted; in_run: how many of the kind watched they hold.
    """

    value: float = 0.0
    run: int = 0
    in_run: int = 0
    is_alarm: bool = False


def alarming_share(baseline: float, odds_ratio: float = ODDS_RATIO) -> float:
    """Return the share whose odds are so many times those of the baseline, as 8 % becomes 20 %. 0 < baseline < 1."""
    odds = odds_ratio * baseline / (1 - baseline)
    return odds / (1 + odds)


def watch(
    baseline: float,
    answers_a_year: float,
    answers_a_group: float = 0.0,
    odds_ratio: float = ODDS_RATIO,
    years: float = YEARS_BETWEEN_FALSE_ALARMS,
) -> Watch:
    """Return the watch over a unit, its limit tuned to one false alarm in so many years at its number of answers.

    baseline: strictly between 0 and 1; odds_ratio: above 1; answers_a_year: positive. answers_a_group: how many come between
    two moments at which the sum may return to 0, as in a week; 0 when that is after each answer. Raises ValueError otherwise.
    """
    if not (0 < baseline < 1 and odds_ratio > 1 and answers_a_year > 0 and years > 0 and answers_a_group >= 0):
        raise ValueError("A baseline lies between 0 and 1, the odds ratio above 1, and there must be answers and years.")
    untuned = Watch(baseline, alarming_share(baseline, odds_ratio), math.inf)
    return Watch(untuned.baseline, untuned.alarming, limit(untuned, answers_a_year * years, answers_a_group))


def limit(over: Watch, answers_between_false_alarms: float, answers_a_group: float = 0.0) -> float:
    """Return the limit at which so many answers pass between two false alarms; never below 0.

    Siegmund 1985: a sum with drift -D an answer passes h once in (e^x - x - 1)/D answers, x = h + overshoot. The sum may be
    looked at as often as one likes.
    """
    target = answers_between_false_alarms * _drift_down(over)
    x = math.log1p(target) + 1.0
    for _ in range(_STEPS_OF_NEWTON):
        x -= (math.expm1(x) - x - target) / math.expm1(x)
    return max(x - _overshoot(over, answers_a_group), 0.0)


def answers_between_false_alarms(over: Watch, answers_a_group: float = 0.0) -> float:
    """Return how many answers pass between two false alarms at a watch's limit: the inverse of `limit`."""
    x = over.limit + _overshoot(over, answers_a_group)
    return (math.expm1(x) - x) / _drift_down(over)


def after(before: Sum, group: Group, over: Watch, fewest_in_run: int = FEWEST_IN_RUN) -> Sum:
    """Return the sum after one more group; it begins at `Sum()` and never falls below 0.

    An alarm is a sum at or above the limit whose run has at least `fewest_in_run` of the kind watched. Raises ValueError on
    a count above its n.
    """
    if not 0 <= group.watched <= group.n:
        raise ValueError("A count lies between 0 and n.")
    value = before.value + group.watched * over.step_up - (group.n - group.watched) * over.step_down
    if value <= 0:
        return Sum()
    in_run = before.in_run + group.watched
    return Sum(value, before.run + 1, in_run, value >= over.limit and in_run >= fewest_in_run)


def sums(groups: Sequence[Group], over: Watch, fewest_in_run: int = FEWEST_IN_RUN) -> list[Sum]:
    """Return the sum after each group, in the order of time. Raises as `after`.

    After an alarm the sum goes on: to begin anew, give the groups after it alone.
    """
    found: list[Sum] = []
    for group in groups:
        found.append(after(found[-1] if found else Sum(), group, over, fewest_in_run))
    return found


def first_alarm(groups: Sequence[Group], over: Watch, fewest_in_run: int = FEWEST_IN_RUN) -> int | None:
    """Return the place of the first group whose sum is an alarm, or None. Raises as `after`."""
    return next((place for place, each in enumerate(sums(groups, over, fewest_in_run)) if each.is_alarm), None)


def _overshoot(over: Watch, answers_a_group: float) -> float:
    return _OVERSHOOT + _GROUP_OVERSHOOT * math.sqrt(2 * answers_a_group * _drift_down(over))


def _drift_down(over: Watch) -> float:
    """Return by how much an answer lowers the sum on the average while the share is the baseline."""
    return (1 - over.baseline) * over.step_down - over.baseline * over.step_up

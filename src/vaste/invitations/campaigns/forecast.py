"""When a campaign's number will be reached at the pace of its last weeks, with what is not known of that. Pure.

Method: the answers of a week are taken as an overdispersed Poisson count (quasi-Poisson) of one rate. The rate r is the mean of the
last settled weeks, eight at most; the dispersion φ their variance over their mean, at least 1. In h weeks to come r·h answers are
expected, with the variance φ·r·h of the counts themselves and φ·r·h²/m of a rate known from m weeks only. The limits of h are the two
times at which the number needed lies just at the edge of that, by Student's t with m-1 degrees of freedom (the roots of one
quadratic, as in Fieller's theorem). Where the pace is so unsure that no latest day can be told, none is. What the method does not know:
holidays, and changes in sending.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vaste.indicators.intervals import Interval, student_t

MOST_WEEKS, FEWEST_WEEKS, FEWEST_ANSWERS = 8, 4, 30
# The answers of a visit are in the record, with few exceptions, a week after the end of its week.
DAYS_UNTIL_SETTLED = 7
_WEEK = timedelta(days=7)
_LONGEST_WEEKS = 520.0


@dataclass(frozen=True)
class Pace:
    """How many answers come in a week, from how many weeks that is known, and how much more they vary than by chance (1: not more)."""

    per_week: float
    weeks: int
    dispersion: float

    @property
    def variance(self) -> float:
        """The variance of one week's answers."""
        return self.dispersion * self.per_week

    @property
    def t(self) -> float:
        """Student's t for a pace from so many weeks."""
        return student_t(self.weeks - 1)


@dataclass(frozen=True)
class Forecast:
    """When the number will be reached, and how many answers there will be at the end of the period. A day too far away is None.

    earliest, latest: the 95 % interval of `reached_on`; latest is None where no latest day can be told. at_end: with its interval.
    """

    pace: Pace
    reached_on: date | None
    earliest: date | None
    latest: date | None
    at_end: int
    at_end_interval: Interval
    is_in_time: bool

    @property
    def margin_days(self) -> int | None:
        """How many days off the forecast may be, the wider side; None where no latest day can be told."""
        if self.reached_on is None or self.earliest is None or self.latest is None:
            return None
        return max((self.latest - self.reached_on).days, (self.reached_on - self.earliest).days)


def pace_of(weeks: Sequence[float]) -> Pace | None:
    """Return the pace of the last settled weeks, in order; None where they say too little: under 4 weeks or 30 answers."""
    recent = weeks[-MOST_WEEKS:]
    m = len(recent)
    if m < FEWEST_WEEKS or sum(recent) < FEWEST_ANSWERS:
        return None
    mean = sum(recent) / m
    variance = sum((answers - mean) ** 2 for answers in recent) / (m - 1)
    return Pace(mean, m, max(1.0, variance / mean))


def forecast(weeks: Sequence[float], *, so_far: int, needed: int, today: date, ends_on: date) -> Forecast | None:
    """Return when the number will be reached; None where the last weeks say too little.

    weeks: the answers of the settled weeks, in order. so_far: the answers there are, fewer than needed. ends_on: the last day on which
    answers come.
    """
    pace = pace_of(weeks)
    if pace is None:
        return None
    missing = max(needed - so_far, 0)
    low, high = _limits(pace, missing)
    reached_on = _day(today, missing / pace.per_week)
    ahead = max((ends_on - today).days, 0) / 7
    spread = pace.t * math.sqrt(pace.variance * ahead * (1 + ahead / pace.weeks))
    more = pace.per_week * ahead
    return Forecast(
        pace=pace,
        reached_on=reached_on,
        earliest=_day(today, low),
        latest=None if high is None else _day(today, high),
        at_end=so_far + math.floor(more),
        at_end_interval=Interval(so_far + math.floor(max(more - spread, 0)), so_far + math.ceil(more + spread)),
        is_in_time=reached_on is not None and reached_on <= ends_on,
    )


def _limits(pace: Pace, missing: int) -> tuple[float, float | None]:
    """Return the earliest and latest number of weeks after which so many more may be there; None for a latest that cannot be told."""
    spread = pace.t**2 * pace.variance
    a, half_b, c = pace.per_week**2 - spread / pace.weeks, pace.per_week * missing + spread / 2, float(missing**2)
    root = math.sqrt(max(half_b**2 - a * c, 0.0))
    earliest = c / (half_b + root)  # the smaller root, written so that it stays right where `a` is near 0 or below it
    return earliest, (half_b + root) / a if a > 0 else None


def _day(today: date, weeks: float) -> date | None:
    return None if weeks > _LONGEST_WEEKS else today + timedelta(days=math.ceil(7 * weeks))


def settled_weeks(
    by_week: Mapping[date, int],
    by_month: Mapping[date, int],
    *,
    first_on: date,
    last_on: date,
    today: date,
    fed: Collection[date] = (),
) -> list[float]:
    """Return the answers of each settled week of a campaign, from the first in which there were any.

    A week is settled when it has been over for a week, and visits of it and of a later one have been fed: feeds may lag behind, or leave
    weeks out. fed: the days of which visits have been fed; empty where none are known. by_week, by_month: answers by the Monday of their
    week, and by the first of their month where nothing finer is known (small units); those of a month are shared out evenly over its
    weeks that have begun.
    """
    mondays = _mondays(first_on, min(last_on, today))
    shared: dict[date, list[date]] = {}
    for monday in mondays:
        shared.setdefault(monday.replace(day=1), []).append(monday)
    counts = {monday: by_week.get(monday, 0) + by_month.get(month, 0) / len(weeks) for month, weeks in shared.items() for monday in weeks}
    over = [monday for monday in mondays if monday + _WEEK + timedelta(days=DAYS_UNTIL_SETTLED) <= today]
    fed_weeks = {day - timedelta(days=day.weekday()) for day in fed}
    settled = [counts[monday] for monday in over if not fed_weeks or (monday in fed_weeks and monday < max(fed_weeks))]
    begins = next((place for place, answers in enumerate(settled) if answers), len(settled))
    return settled[begins:]


def _mondays(first: date, last: date) -> list[date]:
    monday = first + timedelta(days=-first.weekday() % 7)
    return [monday + _WEEK * week for week in range(max((last - monday).days // 7 + 1, 0))]

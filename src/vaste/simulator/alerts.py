"""How often the early warning calls by chance, and how soon when something is wrong: units that answer day by day. Pure."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import exp
from statistics import median

from vaste.indicators.control_charts import share_chart
from vaste.indicators.cusum import Group, Sum, Watch, after, watch

_DAYS_A_WEEK, _WEEKS_A_YEAR = 5, 52
# As long as it takes until a sum forgets that it began at 0.
_WEEKS_BEFORE = 26
_WEEKS_AT_MOST = 104
_TOO_FEW_BELOW = 5


@dataclass(frozen=True)
class Trial:
    """What is tried: units of one size whose share of detractors is the baseline, and then the worse ones."""

    answers_a_week: int
    baseline: float = 0.08
    worse: tuple[float, ...] = (0.20, 0.25)
    units: int = 200
    found_units: int = 100


@dataclass(frozen=True)
class Outcome:
    """What came of a trial. Alarms are of all its units in a year; weeks are the median until a worse share was found."""

    answers_a_week: int
    limit: float
    false_alarms: int
    false_alarms_of_share_chart: int
    weeks_until_found: dict[float, float]


def try_out(trial: Trial, seed: int) -> Outcome:
    """Return how the watch does in a trial; the same seed gives the same."""
    chance = random.Random(seed)  # noqa: S311 - a trial must be repeatable
    over = watch(trial.baseline, _WEEKS_A_YEAR * trial.answers_a_week, trial.answers_a_week)
    year = _WEEKS_A_YEAR * _DAYS_A_WEEK
    false = [sum(islice(_calls(_days(chance, trial, lambda _day: trial.baseline), over), year)) for _ in range(trial.units)]
    found = {share: median(_weeks_until_found(chance, trial, over, share) for _ in range(trial.found_units)) for share in trial.worse}
    charted = sum(_outside(chance, trial) for _ in range(trial.units))
    return Outcome(trial.answers_a_week, over.limit, sum(false), charted, found)


def _days(chance: random.Random, trial: Trial, share: Callable[[int], float]) -> Iterator[Group]:
    """Yield the answers of one day after another, for ever."""
    day = 0
    while True:
        came = _poisson(chance, trial.answers_a_week / _DAYS_A_WEEK)
        yield Group(sum(chance.random() < share(day) for _ in range(came)), came)
        day += 1


def _calls(days: Iterator[Group], over: Watch) -> Iterator[bool]:
    """Yield for each day whether the unit calls; after that its sum begins anew. Weeks are stretches, as in the record."""
    before, watched, n = Sum(), 0, 0
    for day, answers in enumerate(days):
        watched, n = watched + answers.watched, n + answers.n
        now = after(before, Group(watched, n), over) if n >= _TOO_FEW_BELOW else before
        if now.is_alarm or (n >= _TOO_FEW_BELOW and day % _DAYS_A_WEEK == _DAYS_A_WEEK - 1):
            before, watched, n = Sum() if now.is_alarm else now, 0, 0
        yield now.is_alarm


def _weeks_until_found(chance: random.Random, trial: Trial, over: Watch, share: float) -> float:
    """Return after how many weeks at a worse share a unit calls that had its baseline before."""
    quiet = _WEEKS_BEFORE * _DAYS_A_WEEK
    calls = _calls(_days(chance, trial, lambda day: trial.baseline if day < quiet else share), over)
    since = islice(calls, quiet, quiet + _WEEKS_AT_MOST * _DAYS_A_WEEK)
    return next((day + 1 for day, called in enumerate(since) if called), _WEEKS_AT_MOST * _DAYS_A_WEEK) / _DAYS_A_WEEK


def _outside(chance: random.Random, trial: Trial) -> int:
    """Return how many weeks of a year a p-chart would call at, above its upper limit alone."""
    days = _days(chance, trial, lambda _day: trial.baseline)
    weeks = [list(islice(days, _DAYS_A_WEEK)) for _ in range(_WEEKS_A_YEAR)]
    counts = [(sum(day.watched for day in week), sum(day.n for day in week)) for week in weeks]
    chart = share_chart(counts, trial.baseline)
    assert chart is not None
    return sum(outside and count > trial.baseline * n for outside, (count, n) in zip(chart.outside, counts, strict=True))


def _poisson(chance: random.Random, mean: float) -> int:
    """Return a Poisson number by Knuth's method, which is quick for the few answers of a day."""
    least, product, count = exp(-mean), chance.random(), 0
    while product > least:
        product *= chance.random()
        count += 1
    return count

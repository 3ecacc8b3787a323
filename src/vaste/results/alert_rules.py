"""Early warning: what a unit's answers are held against, and whether they call. Pure.

For each unit two sums are kept (`indicators.cusum`): one calls when detractors have become more frequent, the other when
promoters have. Answers are taken by stretches of time as the record has them, see `stretches`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

from vaste.indicators.cusum import YEARS_BETWEEN_FALSE_ALARMS, Group, Sum, Watch, sums, watch
from vaste.indicators.shrinkage import shrink_shares

FEWEST_FOR_BASELINE = 100
BASELINE_DAYS = 52 * 7
# The shares for which the tuning of the limit has been tried out.
_LOWEST_SHARE, _HIGHEST_SHARE = 0.02, 0.90
_QUARTER, _YEAR = 3, 12
_DAYS_IN_YEAR = 364.0


class AlertKind(StrEnum):
    """What an alert says."""

    WARNING = "warning"
    GOOD_NEWS = "good_news"


class Basis(StrEnum):
    """Whose answers a baseline rests on."""

    UNIT = "unit"
    SERVICE = "service"


@dataclass(frozen=True)
class Stretch:
    """A unit's answers of some days, both included: how many promote, how many detract, and how many answered in all."""

    first: date
    last: date
    promoters: int
    detractors: int
    n: int

    def __add__(self, later: "Stretch") -> "Stretch":
        return Stretch(self.first, later.last, self.promoters + later.promoters, self.detractors + later.detractors, self.n + later.n)

    def watched(self, kind: AlertKind) -> int:
        """Return how many of the answers are of the kind that calls."""
        return self.detractors if kind is AlertKind.WARNING else self.promoters


@dataclass(frozen=True)
class Baseline:
    """The share, 0 to 1, that a unit's answers are held against. answers: how many it rests on."""

    share: float
    basis: Basis
    answers: int


@dataclass(frozen=True)
class Watched:
    """How one unit stands: what it is held against, the stretches since `begins`, and the sum after each."""

    kind: AlertKind
    begins: date
    after: date | None
    baseline: Baseline
    over: Watch
    stretches: tuple[Stretch, ...]
    sums: tuple[Sum, ...]

    @property
    def alarm(self) -> int | None:
        """The place of the first stretch that calls."""
        return next((place for place, each in enumerate(self.sums) if each.is_alarm), None)


def stretches(periods: Iterable[Stretch], too_few_below: int) -> list[Stretch]:
    """Return a unit's periods, in the order of time, put together until each stretch has enough answers to be shown.

    A stretch never reaches over the end of a month, and what a month has left over goes to its last stretch: so the stretches of
    a month are the month exactly, and none with too few is left by subtracting the others. A month with too few is left out.
    """
    found: list[Stretch] = []
    for _, month in groupby(periods, key=lambda period: (period.first.year, period.first.month)):
        of_month: list[Stretch] = []
        rest: Stretch | None = None
        for period in month:
            rest = period if rest is None else rest + period
            if rest.n >= too_few_below:
                of_month.append(rest)
                rest = None
        if rest is not None and of_month:
            of_month[-1] += rest
        found += of_month
    return found


def watch_begins(newest: date) -> date:
    """Return the day from which answers are summed: the beginning of the quarter before that of the newest period."""
    months = _YEAR * newest.year + newest.month - 1
    months -= months % _QUARTER + _QUARTER
    return date(months // _YEAR, months % _YEAR + 1, 1)


def beginnings(newest: date) -> list[date]:
    """Return when a watch may begin, the first that can be preferred: later ones serve where the answers before are too few."""
    first = watch_begins(newest)
    found = [first]
    while (following := (found[-1] + timedelta(days=31)).replace(day=1)) <= newest:
        found.append(following)
    return found


def baselines(year: Mapping[str, Stretch], services: Mapping[str, str], kind: AlertKind) -> dict[str, Baseline]:
    """Return what each unit is held against, from all its answers of a year; one whose service has too few is left out.

    year: by unit. services: of every unit, those without answers too. A unit with at least 100 answers is held against its own
    share, drawn toward its service by what chance explains; another against its service's.
    """
    found: dict[str, Baseline] = {}
    for service in sorted(set(services.values())):
        units = [unit for unit in sorted(services) if services[unit] == service]
        counts = [(year[unit].watched(kind), year[unit].n) if unit in year else (0, 0) for unit in units]
        total = sum(n for _, n in counts)
        if total < FEWEST_FOR_BASELINE:
            continue
        of_service = sum(count for count, _ in counts) / total
        for unit, (_, n), drawn in zip(units, counts, shrink_shares(counts), strict=True):
            if drawn is not None and n >= FEWEST_FOR_BASELINE:
                found[unit] = Baseline(_within(drawn.value), Basis.UNIT, n)
            else:
                found[unit] = Baseline(_within(of_service), Basis.SERVICE, total)
    return found


def watched(
    kind: AlertKind, *, begins: date, baseline: Baseline, over: Watch, periods: Iterable[Stretch], after: date | None, too_few_below: int
) -> Watched:
    """Return how a unit stands. after: only periods that begin later count, as after an acknowledged alert; None counts all."""
    counted = [period for period in periods if period.first >= begins and (after is None or period.first > after)]
    found = stretches(counted, too_few_below)
    groups = [Group(stretch.watched(kind), stretch.n) for stretch in found]
    return Watched(kind, begins, after, baseline, over, tuple(found), tuple(sums(groups, over)))


def tuned(baseline: Baseline, own: Sequence[Stretch]) -> Watch | None:
    """Return the watch over a unit with such stretches, its limit fitted to how many answers it has; None of one without any."""
    if not own:
        return None
    answers = sum(stretch.n for stretch in own)
    days = (own[-1].last - own[0].first).days + 1
    return watch(baseline.share, answers / days * _DAYS_IN_YEAR, answers / len(own))


@dataclass(frozen=True)
class Point:
    """Stretches as a reader may see them, taken together: hidden whole, shown, or shown without the sum after them."""

    stretch: Stretch
    is_shown: bool
    total: Sum | None


@dataclass(frozen=True)
class Course:
    """How an alert came about. whole: the stretches of all that the unit answered since the watch began, whatever the alert counts."""

    watched: Watched
    whole: tuple[Stretch, ...]


def points(course: Course, shown_months: Collection[str], figure_from: int) -> list[Point]:
    """Return what may be shown of an alert's stretches to a reader who may see the unit's score in some months, as `2024-04`.

    figure_from: how many answers a share needs; stretches of a month are taken together until they have as many. Only stretches
    that the whole month is divided into are shown: an alert that counts from or to the middle of a month would else leave a few
    answers to be found from another alert or from the month. A sum goes on from the stretches of its run, and is shown where all
    of them are.
    """
    stretches, sums = course.watched.stretches, course.watched.sums
    shown = _shown(course, shown_months, figure_from)
    found: list[Point] = []
    for places in _groups(course.whole, stretches, figure_from):
        last = places[-1]
        run = range(last - max(sums[last].run - 1, 0), last + 1)
        total = Sum(sums[last].value, sums[last].run, sums[last].in_run, any(sums[place].is_alarm for place in places))
        found.append(Point(_together(stretches, places), shown[last], total if all(shown[place] for place in run) else None))
    return found


def _shown(course: Course, shown_months: Collection[str], figure_from: int) -> list[bool]:
    """Return for each stretch of an alert whether it may be shown, with those that it is taken together with."""
    stretches = course.watched.stretches
    whole = set(course.whole)
    shown = [False] * len(stretches)
    for places in _groups(course.whole, stretches, figure_from):
        for place in places:
            shown[place] = (
                f"{stretches[place].first:%Y-%m}" in shown_months
                and all(stretches[each] in whole for each in places)
                and sum(stretches[each].n for each in places) >= figure_from
            )
    return shown


def _groups(whole: Sequence[Stretch], stretches: Sequence[Stretch], figure_from: int) -> list[list[int]]:
    """Return the places of an alert's stretches by what they are shown as, in which the whole month is divided too."""
    edges: set[date] = set()
    for _, month in groupby(whole, key=_month):
        edges |= _edges(list(month), figure_from)
    found: list[list[int]] = []
    for place, stretch in enumerate(stretches):
        if not found or stretch.first in edges or _month(stretches[place - 1]) != _month(stretch):
            found.append([])
        found[-1].append(place)
    return found


def _edges(month: Sequence[Stretch], figure_from: int) -> set[date]:
    """Return the days on which what a month is shown as begins; what is left over goes to the last."""
    edges: list[date] = []
    n, rest = figure_from, sum(stretch.n for stretch in month)
    for stretch in month:
        if n >= figure_from and (rest >= figure_from or not edges):
            edges.append(stretch.first)
            n = 0
        n += stretch.n
        rest -= stretch.n
    return set(edges)


def _month(stretch: Stretch) -> tuple[int, int]:
    return stretch.first.year, stretch.first.month


def _together(stretches: Sequence[Stretch], places: Sequence[int]) -> Stretch:
    total = stretches[places[0]]
    for place in places[1:]:
        total += stretches[place]
    return total


def run_shown(course: Course, shown_months: Collection[str], figure_from: int, first: date, last: date) -> Stretch | None:
    """Return the answers of the days that called, taken together; None where any of them may not be shown."""
    stretches, shown = course.watched.stretches, _shown(course, shown_months, figure_from)
    run = [place for place, stretch in enumerate(stretches) if first <= stretch.first and stretch.last <= last]
    if not run or not all(shown[place] for place in run):
        return None
    total = _together(stretches, run)
    return total if total.n >= figure_from else None


def expected_false_alarms(units: int) -> float:
    """Return how many alerts of each kind chance alone raises in a year among so many watched units."""
    return units / YEARS_BETWEEN_FALSE_ALARMS


def _within(share: float) -> float:
    return min(max(share, _LOWEST_SHARE), _HIGHEST_SHARE)

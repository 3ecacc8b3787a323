"""What everyone may read: the last full month and the year, by service line, with a stricter threshold.

Months and years are all there is, and every one of them was public once, so all are hidden in one plan. Staff know their own unit's
numbers: a service line is public only where no unit's numbers, taken from it, leave few answers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from vaste.indicators.display import response_rate
from vaste.indicators.nps import Nps, nps
from vaste.indicators.table_plan import Areas, Counts, Mask, Plan, Times, make_plan
from vaste.results.answers import WHOLE, Answers
from vaste.results.calendar import ALL, Period, PeriodKind, node_of


@dataclass(frozen=True)
class PublicRow:
    """A service line, or None for all of them, in a period. Without responses there were too few."""

    service: str | None
    period: Period
    first: date
    last: date
    responses: int | None
    invited: int | None
    response_rate: float | None
    nps: Nps | None


def public_rows(answers: Answers, too_few_below: int) -> list[PublicRow]:
    """Return the rows of the last full month and of its year, all service lines together first. answers: of all the county's units."""
    if not answers.months:
        return []
    month = Period(answers.months[-1])
    assert month.first is not None
    periods = [month, node_of(month.first, PeriodKind.YEAR)]
    plan_of_responses, plan_of_scores = _plans(answers, too_few_below)
    services = [None, *answers.services]
    return [
        _row(
            answers,
            service,
            period,
            _is_shown(plan_of_responses, answers, service, period),
            _is_shown(plan_of_scores, answers, service, period),
        )
        for period in periods
        for service in services
    ]


def _row(answers: Answers, service: str | None, period: Period, shows_responses: bool, shows_score: bool) -> PublicRow:
    area = WHOLE if service is None else f"service-{service}"
    days = answers.days(period)
    assert days is not None, "the period holds a month of the record"
    invited = answers.invited(area, period)
    if not shows_responses:
        return PublicRow(service, period, *days, None, invited, None, None)
    responses, scores = answers.totals(area, period)
    return PublicRow(service, period, *days, responses, invited, response_rate(responses, invited), nps(scores) if shows_score else None)


def _is_shown(plan: Plan, answers: Answers, service: str | None, period: Period) -> bool:
    return plan.is_shown(len(answers.services) + 1 if service is None else answers.services.index(service), period.key)


def _plans(answers: Answers, too_few_below: int) -> tuple[Plan, Plan]:
    """Return what is shown of responses and of scores: service lines within all, months within years."""
    times, areas = _months_in_years(answers.months), Areas(len(answers.services), (tuple(range(len(answers.services))),))
    units = {month: answers.units_by_service(month) for month in answers.months}
    plans: list[Plan] = []
    for at in range(2):
        by_unit = {month: [[numbers[at] for numbers in service.values()] for service in each] for month, each in units.items()}
        counts: dict[str, Counts] = {month: np.array([[sum(service)] for service in each]) for month, each in by_unit.items()}
        left = _left_by_one_unit(by_unit, times, too_few_below)
        if plans:
            left = {time: mask | plans[0].hidden[time] for time, mask in left.items()}
        nowhere = np.zeros_like(left[ALL])  # all times together are not public
        plans.append(make_plan(counts, times, areas, too_few_below, Plan({}, {**left, ALL: nowhere}, nowhere, too_few_below)))
    return plans[0], plans[1]


def _left_by_one_unit(by_unit: Mapping[str, list[list[int]]], times: Times, too_few_below: int) -> dict[str, Mask]:
    """Return where the numbers of one unit, taken from its service line or from all, leave few answers."""
    masks: dict[str, Mask] = {}
    for time in times.all:
        months = _leaves(times, time)
        services = [np.sum([by_unit[month][place] for month in months], axis=0) for place in range(len(next(iter(by_unit.values()))))]
        everything = [np.concatenate(services)] if services else []
        lines = [*services, *everything, *everything]
        few = [any(0 < line.sum() - number < too_few_below for number in line) for line in lines]
        masks[time] = np.repeat(np.array(few)[:, None], 2, axis=1)
    return masks


def _leaves(times: Times, time: str) -> list[str]:
    parts = times.parts.get(time)
    return [time] if parts is None else [month for part in parts for month in _leaves(times, part)]


def _months_in_years(months: Iterable[str]) -> Times:
    years: dict[str, list[str]] = {}
    for month in months:
        years.setdefault(month[:4], []).append(month)
    return Times(ALL, {ALL: tuple(years), **{year: tuple(each) for year, each in years.items()}})

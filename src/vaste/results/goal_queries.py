"""How the answers stand to the goals, for whoever may see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from vaste.organisations.models import County, Unit
from vaste.organisations.rules import Goals
from vaste.responses.rules import INVITED_CHANNELS
from vaste.results.answers import WHOLE, Answers
from vaste.results.calendar import Period, PeriodKind, node_of
from vaste.results.figures import Figures
from vaste.results.goal_rules import COUNTY, INVITED, GoalSettings, Indicator, Rhythm, Standing, goal_for, standing
from vaste.results.models import Goal
from vaste.results.results import thresholds

_PERIODS_AT_MOST = 8
_KIND = {Rhythm.QUARTER: PeriodKind.QUARTER, Rhythm.YEAR: PeriodKind.YEAR}


@dataclass(frozen=True)
class Judged:
    """How one scope stands to a goal, by period, the newest first. unit: which it is held against; None for all of the goal's."""

    key: str
    goal: GoalSettings
    unit: Unit | None
    periods: tuple[tuple[Period, Standing], ...]


def judge_goals(county: County, reach: Sequence[Unit], answers: Answers, *, is_whole_county: bool) -> list[Judged]:
    """Return how a reader's units stand to the goals of their county, in the order of the goals' keys.

    answers: of the units of the reach, so that a goal is judged by what every other page shows. The goal of the county or of a
    service line is held against all of it for those who see all of it; for others against each unit of theirs.
    """
    limits = thresholds(county.settings)
    found: list[Judged] = []
    for row in Goal.objects.filter(county=county):
        goal = row.settings
        for area, unit in _areas(goal, county, reach, is_whole_county=is_whole_county):
            judged = tuple((period, standing(goal, _figures(goal, answers, area, period), limits)) for period in _periods(goal, answers))
            found.append(Judged(row.key, goal, unit, judged))
    return found


def goals_held(county: County, *, unit: str, service: str, on: date) -> Goals:
    """Return the targets that hold on a day for the answers of the invited in a scope: those of its goals, else the county's settings.

    unit and service: empty for a scope that is wider.
    """
    goals = [goal.settings for goal in Goal.objects.filter(county=county)]
    nps = goal_for(goals, Indicator.NPS, unit=unit, service=service, on=on)
    mean = goal_for(goals, Indicator.MEAN, unit=unit, service=service, on=on)
    given = county.settings.goals
    return Goals(nps=nps.target if nps else given.nps, statement_mean=mean.target if mean else given.statement_mean)


def _areas(goal: GoalSettings, county: County, reach: Sequence[Unit], *, is_whole_county: bool) -> Iterable[tuple[str, Unit | None]]:
    """Return what a goal is held against for a reader, as `Answers` calls it, with the unit where it is one."""
    own = [unit for unit in reach if goal.covers(unit.oid, unit.service)]
    if goal.scope == COUNTY and is_whole_county:
        return [(WHOLE, None)]
    if goal.service and len(own) > 1 and len(own) == county.units.filter(service=goal.service).count():
        return [(f"service-{goal.service}", None)]
    return [(unit.oid, unit) for unit in own]


def _figures(goal: GoalSettings, answers: Answers, area: str, period: Period) -> Figures:
    if goal.channel == INVITED:
        return answers.figures(area, period)
    return answers.other_figures(area, period, goal.channel)


def _periods(goal: GoalSettings, answers: Answers) -> list[Period]:
    """Return the last periods in which the goal held and its channel has answers of a month that is over, the newest first."""
    months = answers.months_of(INVITED_CHANNELS if goal.channel == INVITED else (goal.channel,))
    firsts = [first for month in reversed(months) if (first := Period(month).first)]
    periods = dict.fromkeys(node_of(first, _KIND[goal.every]) for first in firsts)
    return [period for period in periods if period.first and period.last and goal.holds_in(period.first, period.last)][:_PERIODS_AT_MOST]

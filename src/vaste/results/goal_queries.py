"""How the answers stand to the goals, for whoever may see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from vaste.organisations.models import County, Unit
from vaste.organisations.rules import Goals
from vaste.responses.models import Response
from vaste.responses.queries import Dimension, known_days
from vaste.responses.rules import INVITED_CHANNELS
from vaste.results.figures import Figures
from vaste.results.goal_rules import COUNTY, INVITED, GoalPeriod, GoalSettings, Indicator, Standing, goal_for, goal_periods, standing
from vaste.results.models import Goal
from vaste.results.results import Question, Results, answer_question, thresholds

_PERIODS_AT_MOST = 8


@dataclass(frozen=True)
class Judged:
    """How one scope stands to a goal, by period, the newest first. unit: the unit that it is held against; None for the whole county."""

    key: str
    goal: GoalSettings
    unit: Unit | None
    periods: tuple[tuple[GoalPeriod, Standing], ...]


class _Asked:
    """The figures of a reader's units by channel and period, each asked for once."""

    def __init__(self, county: County, reach: Sequence[Unit]) -> None:
        self._county, self._reach = county, tuple(unit.oid for unit in reach)
        self._found: dict[tuple[str, str], Results] = {}

    def figures(self, goal: GoalSettings, period: GoalPeriod, unit: Unit | None) -> Figures | None:
        """Return the figures of a unit, or of all, on the goal's channel; None where nobody answered."""
        key = (goal.channel, period.key)
        if key not in self._found:
            channel = None if goal.channel == INVITED else goal.channel
            by = Dimension.UNIT if len(self._reach) > 1 else None
            question = Question(self._county, self._reach, self._reach, period.first, period.last, channel, by)
            self._found[key] = answer_question(question)
        found = self._found[key]
        return found.whole if unit is None or len(self._reach) == 1 else found.rows.get(unit.oid)

    def periods(self, goal: GoalSettings) -> list[GoalPeriod]:
        """Return the last periods that the goal's channel has answers of and in which the goal held, the newest first."""
        channels = INVITED_CHANNELS if goal.channel == INVITED else (goal.channel,)
        days = known_days(self._reach, Response.objects.filter(channel__in=channels))
        if days is None:
            return []
        held = [each for each in goal_periods(goal.every, *days) if goal.holds_in(each.first, each.last)]
        return held[::-1][:_PERIODS_AT_MOST]


def judge_goals(county: County, reach: Sequence[Unit], *, is_whole_county: bool) -> list[Judged]:
    """Return how a reader's units stand to the goals of their county, in the order of the goals' keys.

    A county's goal is held against the county for those who see all of it. For others, and for the goal of a service line, each
    unit is held against it alone: some of several units together could be subtracted to find a hidden one.
    """
    limits, asked = thresholds(county.settings), _Asked(county, reach)
    found: list[Judged] = []
    for row in Goal.objects.filter(county=county):
        goal = row.settings
        periods = asked.periods(goal)
        for unit in _held_against(goal, reach, is_whole_county=is_whole_county):
            figures = [(period, asked.figures(goal, period, unit)) for period in periods]
            judged = tuple((period, standing(goal, each, limits) if each else Standing()) for period, each in figures)
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


def _held_against(goal: GoalSettings, reach: Sequence[Unit], *, is_whole_county: bool) -> Iterable[Unit | None]:
    if goal.scope == COUNTY and is_whole_county:
        return [None]
    return [unit for unit in reach if goal.covers(unit.oid, unit.service)]

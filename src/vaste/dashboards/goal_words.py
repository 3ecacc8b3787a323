"""What the page on goals says, in the reader's words and numbers. The template only sets it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vaste.indicators.display import GoalState
from vaste.organisations.formats import day
from vaste.organisations.words import service_name
from vaste.results.calendar import Period
from vaste.results.goal_queries import Judged
from vaste.results.goal_rules import Indicator, Standing
from vaste.results.period_names import PeriodReader

_DIGITS = {Indicator.NPS: 0, Indicator.MEAN: 2}


@dataclass(frozen=True)
class GoalReader(PeriodReader):
    """Whom the page speaks to. statements: the words of each; county: its name."""

    county: str
    statements: Mapping[str, str]

    def measure(self, indicator: Indicator, value: float) -> str:
        """Return a figure as its indicator is written."""
        return self.percent(value) if indicator is Indicator.AGREE else self.number(value, _DIGITS[indicator])

    def limits(self, indicator: Indicator, low: float, high: float) -> str:
        """Return an interval as its indicator is written."""
        if indicator is Indicator.AGREE:
            return f"{self.percent(low)}–{self.percent(high)}"
        return self.interval(low, high, _DIGITS[indicator])


@dataclass(frozen=True)
class PeriodRow:
    """How a goal stood in a period. Without a state there were too few answers."""

    period: str
    state: str = ""
    state_key: str = ""
    figure: str = ""
    interval: str = ""
    n: str = ""
    band: str = ""


@dataclass(frozen=True)
class GoalCard:
    """One goal held against one scope. finding: how it stands now, in one line."""

    key: str
    name: str
    finding: str
    facts: tuple[tuple[str, str], ...]
    rows: tuple[PeriodRow, ...]
    has_bands: bool


def heading(reader: GoalReader, judged: Sequence[Judged]) -> str:
    """Return how the goals stand now, in words."""
    if not judged:
        return reader.words["heading_none"]
    states = [found.state for each in judged if (found := now(each)[1]).state]
    if not states:
        return reader.words["heading_few"]
    counted = [(state, states.count(state)) for state in GoalState if state in states]
    said = [reader.words[f"{'count' if n == 1 else 'counts'}_{state}"].format(n=n) for state, n in counted]
    return reader.words["heading"].format(states=", ".join(said))


def now(judged: Judged) -> tuple[Period | None, Standing]:
    """Return the newest period with enough answers, and how the goal stood in it."""
    return next(((period, found) for period, found in judged.periods if found.state), (None, Standing()))


def goal_card(reader: GoalReader, judged: Judged, place: int) -> GoalCard:
    """Return a goal as the page shows it. place: where it stands on the page."""
    goal = judged.goal
    return GoalCard(
        key=f"goal-{place}",
        name=f"{goal.name[reader.language]}: {_scope(reader, judged)}" if judged.unit else goal.name[reader.language],
        finding=_finding(reader, judged),
        facts=tuple(_facts(reader, judged)),
        rows=tuple(_row(reader, judged, period, found) for period, found in judged.periods),
        has_bands=bool(goal.bands),
    )


def _finding(reader: GoalReader, judged: Judged) -> str:
    period, found = now(judged)
    if period is None or found.figure is None or found.state is None:
        return reader.words["too_few" if judged.periods else "no_periods"]
    row = _row(reader, judged, period, found)
    said = f"{row.period}: {row.figure} ({row.interval}), {row.state}"
    return f"{said}, {row.band}" if row.band else said


def _facts(reader: GoalReader, judged: Judged) -> list[tuple[str, str]]:
    goal, words = judged.goal, reader.words
    aim = words[f"aim_{goal.indicator}"].format(target=reader.measure(goal.indicator, goal.target))
    if goal.indicator is not Indicator.NPS:
        aim = f"{aim}, {reader.statements.get(goal.statement, goal.statement) or words['all_statements']}"
    facts = [
        (words["aim"], aim),
        (words["whose"], _scope(reader, judged)),
        (words["owner"], goal.owner[reader.language]),
        (words["valid"], _valid(reader, judged)),
        (words["answers_of"], words.get(f"channel_{goal.channel}", goal.channel)),
    ]
    return [*facts, (words["bands"], _bands(reader, judged))] if goal.bands else facts


def _scope(reader: GoalReader, judged: Judged) -> str:
    if judged.unit:
        return judged.unit.name(reader.language)
    if judged.goal.service:
        return reader.words["scope_service"].format(service=service_name(judged.goal.service, reader.language))
    return reader.words["scope_county"].format(county=reader.county)


def _valid(reader: GoalReader, judged: Judged) -> str:
    goal = judged.goal
    if goal.valid_to is None:
        return reader.words["valid_from"].format(first=day(goal.valid_from))
    return reader.words["valid_between"].format(first=day(goal.valid_from), last=day(goal.valid_to))


def _bands(reader: GoalReader, judged: Judged) -> str:
    """Return the bands from the highest down."""
    said = []
    for band in reversed(judged.goal.bands):
        name = band.name[reader.language]
        if band.from_ is None:
            said.append(reader.words["band_lowest"].format(name=name))
        else:
            said.append(reader.words["band_from"].format(name=name, **{"from": reader.measure(judged.goal.indicator, band.from_)}))
    return ", ".join(said)


def _row(reader: GoalReader, judged: Judged, period: Period, found: Standing) -> PeriodRow:
    named = reader.period(period)
    if found.figure is None or found.state is None:
        return PeriodRow(named)
    goal, figure = judged.goal, found.figure
    return PeriodRow(
        period=named,
        state=reader.words[f"state_{found.state}"],
        state_key=found.state.value,
        figure=reader.measure(goal.indicator, figure.value),
        interval=reader.limits(goal.indicator, *figure.interval),
        n=reader.number(figure.n),
        band="" if found.band is None else goal.bands[found.band].name[reader.language],
    )

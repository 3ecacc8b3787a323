"""What a file of goals may say, which goal holds for whom and when, and how a figure stands to it. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import msgspec

from vaste.indicators.display import Display, GoalState, Thresholds, display_of, goal_state
from vaste.indicators.intervals import Interval
from vaste.indicators.questionnaire import together
from vaste.organisations.rules import LANGUAGES, SettingsRefused, read_toml_as
from vaste.results.figures import Figures

INVITED = "invited"
COUNTY, UNIT, SERVICE = "county", "unit", "service"
_KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")
_LONGEST_WORDS = 200


class Indicator(StrEnum):
    """What a goal is about: the net promoter score, or the mean or the share agreeing of one statement or of all together."""

    NPS = "nps"
    MEAN = "mean"
    AGREE = "agree"


class Rhythm(StrEnum):
    """How often a goal is judged."""

    QUARTER = "quarter"
    YEAR = "year"


# The least and the most that a figure can be.
_RANGE = {Indicator.NPS: (-100.0, 100.0), Indicator.MEAN: (1.0, 5.0), Indicator.AGREE: (0.0, 1.0)}


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The county's own words for a figure from `from_` on; the lowest band has no beginning."""

    name: dict[str, str]
    from_: float | None = msgspec.field(default=None, name="from")


class GoalSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One goal as the file gives it. scope: `county`, `service NAME` or `unit OID`. channel: `invited`, or one that stands by itself."""

    name: dict[str, str]
    indicator: Indicator
    target: float
    owner: dict[str, str]
    valid_from: date
    valid_to: date | None = None
    scope: str = COUNTY
    statement: str = ""
    channel: str = INVITED
    every: Rhythm = Rhythm.QUARTER
    bands: tuple[Band, ...] = ()

    @property
    def service(self) -> str:
        """The service line that the goal is for, empty when it is for something else."""
        kind, _, name = self.scope.partition(" ")
        return name if kind == SERVICE else ""

    @property
    def unit(self) -> str:
        """The OID of the unit that the goal is for, empty when it is for something else."""
        kind, _, name = self.scope.partition(" ")
        return name if kind == UNIT else ""

    def covers(self, unit: str, service: str) -> bool:
        """Tell whether a unit of a service lies in the goal's scope."""
        return self.scope == COUNTY or (unit != "" and self.unit == unit) or (service != "" and self.service == service)

    def holds_in(self, first: date, last: date) -> bool:
        """Tell whether the goal held on any of some days."""
        return self.valid_from <= last and (self.valid_to is None or first <= self.valid_to)


class GoalsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A county's goals by key."""

    goals: dict[str, GoalSettings]


@dataclass(frozen=True)
class Figure:
    """A figure that a goal is judged by, with its interval and the answers it rests on."""

    value: float
    interval: Interval
    n: int


@dataclass(frozen=True)
class Standing:
    """How a figure stands to a goal. figure and state are None where there are too few answers; band: its place in the goal's bands."""

    figure: Figure | None = None
    state: GoalState | None = None
    band: int | None = None


def parse_goals(
    text: str, *, units: Iterable[str], services: Iterable[str], statements: Iterable[str], channels: Iterable[str]
) -> GoalsFile:
    """Return the goals that a TOML file gives. Raises SettingsRefused with one sentence that names goal and key.

    units, services, statements, channels: what a goal may name; channels are those that stand by themselves.
    """
    file = read_toml_as(text, GoalsFile)
    known = {UNIT: set(units), SERVICE: set(services)}
    for key, goal in file.goals.items():
        for field, problem in _problems(key, goal, known, set(statements), {INVITED, *channels}):
            raise SettingsRefused(f"The goal {key[:40]} is wrong at {field}: {problem}. Nothing was changed.")
    return file


def _problems(
    key: str, goal: GoalSettings, known: dict[str, set[str]], statements: set[str], channels: set[str]
) -> Iterable[tuple[str, str]]:
    if not _KEY.fullmatch(key):
        yield "its key", "write it in at most 40 small letters, digits and hyphens"
    yield from _word_problems(goal)
    kind, _, name = goal.scope.partition(" ")
    if goal.scope != COUNTY and not (kind in known and name in known[kind]):
        yield "scope", 'it must be "county", "service NAME" or "unit OID", of a service or unit that the county has'
    low, high = _RANGE[goal.indicator]
    if not low <= goal.target <= high:
        yield "target", f"it must lie between {low:g} and {high:g}"
    if goal.statement and (goal.indicator is Indicator.NPS or goal.statement not in statements):
        yield "statement", "name a statement that the county asks, and only for mean or agree"
    if goal.channel not in channels:
        yield "channel", f"it must be one of {', '.join(sorted(channels))}"
    if goal.valid_to and goal.valid_to < goal.valid_from:
        yield "valid_to", "it lies before valid_from"
    starts = [low if band.from_ is None else band.from_ for band in goal.bands]
    if starts != sorted(set(starts)) or any(not low <= start <= high for start in starts):
        yield "bands", "give them from the lowest to the highest, each with another beginning on the scale"
    if any(band.from_ is None for band in goal.bands[1:]):
        yield "bands", "only the lowest may be without from"


def _word_problems(goal: GoalSettings) -> Iterable[tuple[str, str]]:
    for field, words in [("name", goal.name), ("owner", goal.owner), *(("bands", band.name) for band in goal.bands)]:
        if set(words) != set(LANGUAGES) or not all(text.strip() and len(text) <= _LONGEST_WORDS for text in words.values()):
            yield field, f"give the words in {', '.join(LANGUAGES)}, each of at most {_LONGEST_WORDS} letters"


def figure_of(goal: GoalSettings, figures: Figures) -> Figure | None:
    """Return the figure that a goal is about; None where it is not shown."""
    if goal.indicator is Indicator.NPS:
        nps = figures.nps
        return Figure(nps.value, Interval(nps.low, nps.high), nps.n) if nps else None
    shown = [result for item, result in figures.statements.items() if result and goal.statement in {"", item}]
    result = together(shown)
    if result is None:
        return None
    n = max(each.n for each in shown)
    if goal.indicator is Indicator.MEAN:
        return Figure(result.mean, Interval(result.low, result.high), n)
    return Figure(result.agree_share, Interval(result.agree_low, result.agree_high), n)


def standing(goal: GoalSettings, figures: Figures, thresholds: Thresholds) -> Standing:
    """Return how figures stand to a goal: met, missed or not distinguishable by the interval; nothing where answers are too few."""
    figure = figure_of(goal, figures)
    if figure is None or display_of(figure.n, thresholds) in {Display.TOO_FEW, Display.COUNT_ONLY}:
        return Standing()
    return Standing(figure, goal_state(*figure.interval, goal.target), _band(goal.bands, figure.value))


def _band(bands: Sequence[Band], value: float) -> int | None:
    reached = [place for place, band in enumerate(bands) if band.from_ is None or band.from_ <= value]
    return reached[-1] if reached else None


def goal_for(
    goals: Iterable[GoalSettings], indicator: Indicator, *, unit: str, service: str, on: date, statement: str = ""
) -> GoalSettings | None:
    """Return the goal that holds on a day for the answers of the invited: the unit's own, else its service's, else the county's.

    unit and service: empty for a scope that is wider. A goal for one statement goes before one for all of them together.
    """
    fitting = [
        goal
        for goal in goals
        if goal.indicator is indicator
        and goal.channel == INVITED
        and goal.statement in {"", statement}
        and goal.covers(unit, service)
        and goal.holds_in(on, on)
    ]
    return max(fitting, key=lambda goal: (bool(goal.unit), bool(goal.service), bool(goal.statement), goal.valid_from), default=None)

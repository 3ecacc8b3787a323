"""Gather what a report tells of, through `results` alone: what is hidden there is hidden here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from vaste.history.models import Source
from vaste.organisations.models import County, Unit
from vaste.organisations.rules import Goals
from vaste.reports.periods import Length, Period
from vaste.responses.comments import Comments
from vaste.responses.queries import Dimension
from vaste.responses.rules import Channel
from vaste.results.figures import Figures
from vaste.results.goal_queries import goals_held
from vaste.results.results import Question, Results, answer_question
from vaste.surveys.instrument import Branch, national_adult

# How many periods back a report looks, its own included.
_PERIODS = {Length.YEAR: 4, Length.QUARTER: 8, Length.MONTH: 12}


class ScopeRefused(ValueError):
    """There is nothing of that name to report on; the message is one sentence."""


class Way(StrEnum):
    """A way of collecting, of which figures are told apart from the others."""

    INVITED = "invited"
    DEVICE = "device"
    QUESTIONNAIRE = "questionnaire"

    @property
    def channel(self) -> str | None:
        """Return the channel that a question names for it; None takes those of the invited."""
        return None if self is Way.INVITED else Channel(self.value)


@dataclass(frozen=True)
class ReportScope:
    """Whose figures are told. key: `county` or a unit's OID."""

    key: str
    county: County
    units: tuple[Unit, ...]
    reach: tuple[Unit, ...]

    @property
    def is_county(self) -> bool:
        return self.key == "county"

    def unit_name(self, language: str) -> str:
        """Return what people call the unit, or the first of all."""
        return self.units[0].name(language)


@dataclass(frozen=True)
class Collected:
    """What came on one way: the period itself by language, the one before, the periods so far, channels, months and units.

    names: what the sources of old answers are called. statements: their words, by item id, in the order in which they are asked.
    """

    way: Way
    names: tuple[str, ...]
    statements: Mapping[str, str]
    now: Results
    before: Figures
    series: tuple[tuple[Period, Figures], ...]
    channels: Mapping[str, Figures]
    months: tuple[str, ...]
    units: Mapping[str, Figures]

    @property
    def asks_to_recommend(self) -> bool:
        """Whether anybody was asked the 0 to 10 question, as far as may be told."""
        return any(figures.nps for _, figures in self.series)

    @property
    def is_empty(self) -> bool:
        """Whether nothing of any period may be shown."""
        return all(figures.is_hidden for _, figures in self.series)


@dataclass(frozen=True)
class Quoted:
    """What somebody wrote, and in which unit where that may be told."""

    text: str
    language: str
    unit: str


@dataclass(frozen=True)
class Facts:
    """Everything a report tells.

    goals: those that hold at the end of the period. said: counts of comments. done: what people of staff wrote on what was done.
    """

    scope: ReportScope
    period: Period
    language: str
    made_on: date
    goals: Goals
    ways: tuple[Collected, ...]
    said: Comments = field(default_factory=Comments)
    quotes: tuple[Quoted, ...] = ()
    done: tuple[str, ...] = ()


def report_scope(county: County, key: str) -> ReportScope:
    """Return what a county reports on under a key. Raises ScopeRefused."""
    reach = tuple(county.units.order_by("name_fi", "oid"))
    if not reach:
        raise ScopeRefused(f"County {county.code} has no units yet. Load them first: vaste units load FILE")
    if key == "county":
        return ReportScope(key, county, reach, reach)
    own = tuple(unit for unit in reach if unit.oid == key)
    if not own:
        raise ScopeRefused(f"County {county.code} has no unit {key}. A scope is county, or the OID of a unit. Nothing was made.")
    return ReportScope(key, county, own, reach)


def collect(scope: ReportScope, period: Period, language: str) -> tuple[Collected, ...]:
    """Return what came on each way; one on which nothing may be shown is left out, unless it is the only one."""
    sources = list(Source.objects.filter(county=scope.county).order_by("name"))
    ways = [Way.INVITED, *(way for way in Way if any(source.channel == way.channel for source in sources))]
    found = [_collected(scope, period, language, way, [source for source in sources if source.channel == way.channel]) for way in ways]
    return tuple(each for each in found if not each.is_empty) or (found[0],)


def goals_of(scope: ReportScope, period: Period) -> Goals:
    """Return the goals that hold for a scope at the end of a period."""
    unit = None if scope.is_county else scope.units[0]
    return goals_held(scope.county, unit=unit.oid if unit else "", service=unit.service if unit else "", on=period.last)


def _collected(scope: ReportScope, period: Period, language: str, way: Way, sources: Sequence[Source]) -> Collected:
    now = _ask(scope, period, way, Dimension.LANGUAGE)
    earlier = [period.moved(-back) for back in range(_PERIODS[period.length] - 1, 0, -1)]
    series = [(each, _ask(scope, each, way).whole) for each in earlier]
    return Collected(
        way=way,
        names=tuple(source.title(language) for source in sources),
        statements=dict(_statements(scope, language, way, sources)),
        now=now,
        before=series[-1][1],
        series=(*_from_first_shown(series), (period, now.whole)),
        channels=_ask(scope, period, way, Dimension.CHANNEL).rows,
        months=tuple(month for month, figures in _ask(scope, period, way, Dimension.MONTH).rows.items() if not figures.is_hidden),
        units=_by_unit(scope, period, language, way) if scope.is_county else {},
    )


def _by_unit(scope: ReportScope, period: Period, language: str, way: Way) -> dict[str, Figures]:
    """Return the figures of each unit by its name, in the order of names.

    Where nobody was invited, a unit with too few answers is left out like one without any.
    """
    names = {unit.oid: unit.name(language) for unit in scope.reach}
    found = _ask(scope, period, way, Dimension.UNIT).rows
    rows = {oid: figures for oid, figures in found.items() if way is Way.INVITED or not figures.is_hidden}
    return {names[oid]: rows[oid] for oid in sorted(rows, key=lambda oid: names[oid])}


def _ask(scope: ReportScope, period: Period, way: Way, by: Dimension | None = None) -> Results:
    return answer_question(
        Question(
            county=scope.county,
            units=tuple(unit.oid for unit in scope.units),
            reach=tuple(unit.oid for unit in scope.reach),
            first=period.first,
            last=period.last,
            channel=way.channel,
            by=by,
        )
    )


def _from_first_shown(series: Sequence[tuple[Period, Figures]]) -> Sequence[tuple[Period, Figures]]:
    """Return the periods from the first of which anything may be shown."""
    shown = [place for place, (_, figures) in enumerate(series) if not figures.is_hidden]
    return series[shown[0] :] if shown else []


def _statements(scope: ReportScope, language: str, way: Way, sources: Sequence[Source]) -> Iterator[tuple[str, str]]:
    """Yield statements with their words: today's in those of the scope's branch, old ones as they were asked."""
    if way is not Way.INVITED:
        for source in sources:
            yield from source.statements(language).items()
        return
    branches = {unit.branch for unit in scope.units}
    branch = Branch.SOCIAL if branches == {Branch.SOCIAL} else Branch.HEALTH
    for item in national_adult().statements_for(branch):
        yield item.id, item.text(language, branch)

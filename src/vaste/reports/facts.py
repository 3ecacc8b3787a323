"""Gather what a report tells of, through `results` alone: what is hidden there is hidden here."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Count

from vaste.free_text.labels import Theme, read_themes
from vaste.history.models import Source
from vaste.indicators.display import Thresholds
from vaste.organisations.models import County, Unit
from vaste.organisations.rules import Goals
from vaste.reports.periods import earlier, last_day
from vaste.responses.queries import Dimension
from vaste.responses.rules import Channel
from vaste.results.answers import WHOLE, Answers, Part
from vaste.results.calendar import Period, PeriodKind
from vaste.results.comments import rows_shown
from vaste.results.figures import Figures
from vaste.results.goal_queries import goals_held
from vaste.results.latest import read_answers_of
from vaste.results.results import thresholds
from vaste.surveys.instrument import Branch, national_adult

COUNTY = "county"
# How many periods back a report looks, its own included.
_PERIODS = {PeriodKind.YEAR: 4, PeriodKind.QUARTER: 8, PeriodKind.MONTH: 12}


class ScopeRefused(ValueError):
    """There is nothing of that name to report on; the message is one sentence."""


class Way(StrEnum):
    """A way of collecting, of which figures are told apart from the others."""

    INVITED = "invited"
    DEVICE = "device"
    QUESTIONNAIRE = "questionnaire"


_CHANNELS = {Way.DEVICE: Channel.DEVICE, Way.QUESTIONNAIRE: Channel.QUESTIONNAIRE}


@dataclass(frozen=True)
class ReportScope:
    """Whose figures are told. key: `county`, a service line, or a unit's OID. reach: all units of the county, whoever asks."""

    key: str
    county: County
    units: tuple[Unit, ...]
    reach: tuple[Unit, ...]

    @property
    def is_county(self) -> bool:
        return self.key == COUNTY

    @property
    def is_unit(self) -> bool:
        return self.key == self.units[0].oid

    @property
    def area(self) -> str:
        """How `results` calls these units."""
        if self.is_county:
            return WHOLE
        return self.key if self.is_unit else f"service-{self.key}"


@dataclass(frozen=True)
class Collected:
    """What came on one way: the period itself, the one before, the periods so far; parts of the period itself by key.

    names: what the sources of old answers are called. statements: their words, by item id, in the order in which they are asked.
    """

    way: Way
    names: tuple[str, ...]
    statements: Mapping[str, str]
    whole: Figures
    before: Figures
    series: tuple[tuple[Period, Figures], ...]
    languages: Mapping[str, Figures]
    channels: Mapping[str, Figures]
    ages: Mapping[str, Figures]
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

    goals: those that hold at the end of the period. themes: how many comments are about each. done: what people of staff wrote
    on what was done.
    """

    scope: ReportScope
    period: Period
    language: str
    made_on: date
    goals: Goals
    limits: Thresholds
    ways: tuple[Collected, ...]
    comments: int = 0
    themes: tuple[tuple[Theme, int], ...] = ()
    quotes: tuple[Quoted, ...] = ()
    done: tuple[str, ...] = ()


def report_scope(county: County, key: str) -> ReportScope:
    """Return what a county reports on under a key. Raises ScopeRefused."""
    reach = tuple(county.units.order_by("name_fi", "oid"))
    if not reach:
        raise ScopeRefused(f"County {county.code} has no units yet. Load them first: vaste units load FILE")
    own = reach if key == COUNTY else tuple(unit for unit in reach if key in {unit.oid, unit.service})
    if not own:
        raise ScopeRefused(
            f"County {county.code} has no unit and no service line {key}. A scope is county, a service line as the list of "
            "units names it, or the OID of a unit. Nothing was made."
        )
    return ReportScope(key, county, own, reach)


def answers_for(scope: ReportScope, now: datetime) -> Answers:
    """Return the answers of all units among which nothing hidden may be found. now: aware."""
    return read_answers_of(scope.county, scope.reach, f"{now.astimezone(scope.county.settings.zone):%Y-%m}")


def gather(scope: ReportScope, period: Period, language: str, now: datetime) -> Facts:
    """Return what the record says on a scope and period. A way on which nothing may be shown is left out, unless it is the only one."""
    answers = answers_for(scope, now)
    sources = list(Source.objects.filter(county=scope.county).order_by("name"))
    asked = [Way.INVITED, *(way for way, channel in _CHANNELS.items() if channel in answers.other_channels())]
    ways = [_collected(_Asked(answers, scope, period, way), language, sources) for way in asked]
    settings, (comments, themes) = scope.county.settings, _comments(answers, scope, period)
    return Facts(
        scope=scope,
        period=period,
        language=language,
        made_on=now.astimezone(settings.zone).date(),
        goals=_goals(scope, period),
        limits=thresholds(settings),
        ways=tuple(each for each in ways if not each.is_empty) or (ways[0],),
        comments=comments,
        themes=themes,
    )


def _goals(scope: ReportScope, period: Period) -> Goals:
    unit = scope.units[0].oid if scope.is_unit else ""
    service = "" if scope.is_county else scope.units[0].service
    return goals_held(scope.county, unit=unit, service=service, on=last_day(period))


def _comments(answers: Answers, scope: ReportScope, period: Period) -> tuple[int, tuple[tuple[Theme, int], ...]]:
    """Return how many comments may be shown, and how many of them are about each theme."""
    rows = rows_shown(answers, scope.units, period).order_by().values_list("themes").annotate(times=Count("*"))
    total, counts = 0, Counter[Theme]()
    for line, times in rows:
        total += times
        counts.update(dict.fromkeys(read_themes(line), times))
    return total, tuple((theme, counts[theme]) for theme in Theme)


@dataclass(frozen=True)
class _Asked:
    """A scope and period of one way of collecting."""

    answers: Answers
    scope: ReportScope
    period: Period
    way: Way

    def figures(self, *, area: str = "", period: Period | None = None, part: Part | None = None) -> Figures:
        area, period = area or self.scope.area, period or self.period
        if self.way is Way.INVITED:
            return self.answers.figures(area, period, part)
        return self.answers.other_figures(area, period, _CHANNELS[self.way], part)

    def parts(self, by: Dimension) -> dict[str, Figures]:
        if self.way is not Way.INVITED and by is not Dimension.LANGUAGE:
            return {}
        return {value: self.figures(part=Part(by, value)) for value in self.answers.parts(by)}


def _collected(asked: _Asked, language: str, sources: Sequence[Source]) -> Collected:
    own = [source for source in sources if source.channel == _CHANNELS.get(asked.way)]
    whole, kind = asked.figures(), asked.period.kind
    series = [
        (period, asked.figures(period=period)) for period in (earlier(asked.period, back) for back in range(_PERIODS[kind] - 1, 0, -1))
    ]
    months = [(month, asked.figures(period=Period(month))) for month in asked.answers.months if _lies_in(month, asked.period)]
    return Collected(
        way=asked.way,
        names=tuple(source.title(language) for source in own),
        statements=dict(_statements(asked, language, own)),
        whole=whole,
        before=series[-1][1],
        series=(*_from_first_shown(series), (asked.period, whole)),
        languages=asked.parts(Dimension.LANGUAGE),
        channels=asked.parts(Dimension.CHANNEL),
        ages=asked.parts(Dimension.AGE),
        months=tuple(month for month, figures in months if not figures.is_hidden),
        units={} if asked.scope.is_unit else dict(_by_unit(asked, language)),
    )


def _lies_in(month: str, period: Period) -> bool:
    day = Period(month).first
    return day is not None and period.first is not None and period.last is not None and period.first <= day <= period.last


def _by_unit(asked: _Asked, language: str) -> Iterator[tuple[str, Figures]]:
    """Yield the figures of each unit by its name; where nobody was invited, one with too few answers is left out like one without any."""
    for unit in sorted(asked.scope.units, key=lambda unit: unit.name(language)):
        figures = asked.figures(area=unit.oid)
        if figures.invited or not figures.is_hidden:
            yield unit.name(language), figures


def _from_first_shown(series: Sequence[tuple[Period, Figures]]) -> Sequence[tuple[Period, Figures]]:
    """Return the periods from the first of which anything may be shown."""
    shown = [place for place, (_, figures) in enumerate(series) if not figures.is_hidden]
    return series[shown[0] :] if shown else []


def _statements(asked: _Asked, language: str, sources: Sequence[Source]) -> Iterator[tuple[str, str]]:
    """Yield statements with their words: today's in those of the scope's branch, old ones as they were asked."""
    if asked.way is not Way.INVITED:
        for source in sources:
            yield from source.statements(language).items()
        return
    branches = {unit.branch for unit in asked.scope.units}
    branch = Branch.SOCIAL if branches == {Branch.SOCIAL} else Branch.HEALTH
    for item in national_adult().statements_for(branch):
        yield item.id, item.text(language, branch)

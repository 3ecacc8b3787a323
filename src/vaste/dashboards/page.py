"""What the results page says, in the reader's words and numbers. The template only sets it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from vaste.dashboards.charts import Bar, ScaleMark, bars, heights, scale_mark
from vaste.indicators.display import Display, Thresholds, display_of, goal_state
from vaste.indicators.nps import Nps, change
from vaste.indicators.statements import Statement
from vaste.indicators.statements import change as statement_change
from vaste.organisations.formats import days as span
from vaste.organisations.formats import interval_of_change, signed
from vaste.organisations.rules import Goals
from vaste.organisations.words import Words
from vaste.results.calendar import Period
from vaste.results.figures import Figures
from vaste.results.period_names import PeriodReader

# Below this two means are the same to a reader: never a reason to rank.
_LEAST_DIFFERENCE = 0.1


@dataclass(frozen=True)
class ResultsReader(PeriodReader):
    """Whom the page speaks to, with the goals and limits of their county."""

    goals: Goals
    thresholds: Thresholds

    def display(self, n: int) -> Display:
        return display_of(n, self.thresholds)

    def shown(self, nps: Nps | None) -> Nps | None:
        """Return a score of which more than the count is shown."""
        return nps if nps and self.display(nps.n) is not Display.COUNT_ONLY else None

    def score(self, nps: Nps) -> str:
        """Return a score with its interval."""
        return self.estimate(nps.value, nps.low, nps.high)


@dataclass(frozen=True)
class FigureRow:
    """One row of a table by unit, time or part. Texts are empty where there is nothing to say."""

    name: str
    is_hidden: bool
    responses: str
    invited: str
    rate: str
    nps: str
    interval: str
    note: str
    mark: ScaleMark | None
    address: str = ""


@dataclass(frozen=True)
class StatementRow:
    """One statement. Without a mean only the count is shown."""

    text: str
    is_hidden: bool
    n: str = ""
    mean: str = ""
    interval: str = ""
    agree: str = ""
    note: str = ""
    goal: str = ""
    change: str = ""
    bars: tuple[Bar, ...] = ()
    over_time: tuple[str, ...] = ()


def days_words(days: tuple[date, date] | None, words: Words) -> str:
    """Return the days counted."""
    return span(*days) if days else words["no_period"]


def heading(reader: ResultsReader, now: Figures, before: Nps | None) -> str:
    """Return the finding in words. before: the score of the period before, where one is shown."""
    words, nps = reader.words, now.nps
    if nps is None:
        return words["too_few_heading"]
    if reader.display(nps.n) is Display.COUNT_ONLY:
        return words["count_heading"].format(n=nps.n, **{"from": reader.thresholds.count_only_below})
    found = words["figure_heading"].format(
        value=reader.number(nps.value), interval=reader.interval(nps.low, nps.high), n=reader.number(nps.n)
    )
    if reader.display(nps.n) is Display.UNCERTAIN:
        return f"{found}: {words['uncertain']}"
    return f"{found}: {verdict(reader, before, nps)}" if before else found


def verdict(reader: ResultsReader, before: Nps, after: Nps) -> str:
    """Return whether a change is clear, in words."""
    difference = change(before, after)
    if difference.low > 0:
        return reader.words["clearly_up"]
    return reader.words["clearly_down" if difference.high < 0 else "no_clear_change"]


def change_words(reader: ResultsReader, now: Nps | None, before: Nps | None, earlier: Period | None) -> str:
    """Return what has changed since the period before, or why that cannot be said."""
    words = reader.words
    if earlier is None:
        return words["change_needs_period"]
    period = reader.period(earlier)
    if before is None or now is None:
        return words["change_too_few"].format(period=period)
    low, high = change(before, now)
    return words["change_is"].format(
        period=period,
        before=reader.score(before),
        difference=signed(now.value - before.value, reader.language),
        interval=interval_of_change(low, high, reader.language),
        verdict=verdict(reader, before, now),
    )


def score_words(reader: ResultsReader, now: Figures) -> dict[str, object] | None:
    """Return the score with its interval, goal and parts; None when it is not shown."""
    nps, words = reader.shown(now.nps), reader.words
    if nps is None:
        return None
    value, limits, goal = reader.number(nps.value), reader.interval(nps.low, nps.high), reader.number(reader.goals.nps)
    return {
        "value": value,
        "interval": limits,
        "mark": scale_mark(nps, reader.goals.nps),
        "label": words["scale_label"].format(value=value, interval=limits, goal=goal),
        "goal": words["goal"].format(goal=goal),
        "goal_state": words[f"goal_{goal_state(nps.low, nps.high, reader.goals.nps)}"],
        "parts": [
            (words[name], reader.number(count), reader.percent(count / nps.n))
            for name, count in (("promoters", nps.promoters), ("passives", nps.passives), ("detractors", nps.detractors))
        ],
    }


def distribution(reader: ResultsReader, now: Figures) -> list[tuple[int, str, str, str]]:
    """Return score, count, share and length of bar for each of 0 to 10; empty when it is not shown."""
    if now.scores is None or reader.shown(now.nps) is None:
        return []
    total, lengths = sum(now.scores), heights(now.scores)
    return [(score, reader.number(count), reader.percent(count / total), lengths[score]) for score, count in enumerate(now.scores)]


def figure_row(reader: ResultsReader, name: str, figures: Figures, address: str = "") -> FigureRow:
    """Return one part of a breakdown. address: where more is told of it."""
    shown = reader.shown(figures.nps)
    return FigureRow(
        name=name,
        is_hidden=figures.is_hidden,
        responses="" if figures.responses is None else reader.number(figures.responses),
        invited="" if figures.invited is None else reader.number(figures.invited),
        rate="" if figures.response_rate is None else reader.percent(figures.response_rate),
        nps=reader.number(shown.value) if shown else "",
        interval=reader.interval(shown.low, shown.high) if shown else "",
        note=reader.words["uncertain_short"] if shown and reader.display(shown.n) is Display.UNCERTAIN else "",
        mark=scale_mark(shown, reader.goals.nps) if shown else None,
        address=address,
    )


def statement_row(
    reader: ResultsReader, text: str, now: Statement | None, before: Statement | None, over_time: Sequence[Statement | None]
) -> StatementRow:
    """Return one statement: now, against the period before, and over time."""
    means = tuple(_mean(reader, each) for each in over_time)
    if now is None:
        return StatementRow(text, is_hidden=True, over_time=means)
    n = reader.number(now.n)
    if reader.display(now.n) is Display.COUNT_ONLY:
        return StatementRow(text, is_hidden=False, n=n, over_time=means)
    return StatementRow(
        text,
        is_hidden=False,
        n=n,
        mean=reader.number(now.mean, 2),
        interval=reader.interval(now.low, now.high, 2),
        agree=reader.percent(now.agree_share),
        note=reader.words["uncertain_short"] if reader.display(now.n) is Display.UNCERTAIN else "",
        goal=reader.words[f"goal_{goal_state(now.low, now.high, reader.goals.statement_mean)}"],
        change=_statement_change(reader, now, before),
        bars=bars(now.counts),
        over_time=means,
    )


def _mean(reader: ResultsReader, result: Statement | None) -> str:
    if result is None or reader.display(result.n) is Display.COUNT_ONLY:
        return ""
    return reader.estimate(result.mean, result.low, result.high, 2)


def _statement_change(reader: ResultsReader, now: Statement, before: Statement | None) -> str:
    if before is None or reader.display(before.n) is Display.COUNT_ONLY:
        return ""
    low, high = statement_change(before, now)
    difference = now.mean - before.mean
    if low <= 0 <= high or abs(difference) < _LEAST_DIFFERENCE:
        return reader.words["same"]
    sign = "+" if difference > 0 else ""
    return f"{sign}{reader.number(difference, 2)}"


def least_heard(reader: ResultsReader, rows: Mapping[str, Figures]) -> str:
    """Return who answered most seldom of the invited, in words; "" when nothing can be said."""
    rates = {name: figures.response_rate for name, figures in rows.items() if figures.response_rate is not None}
    if len(rates) < 2:
        return ""
    name = min(rates, key=lambda each: (rates[each], each))
    most = max(rates, key=lambda each: (rates[each], each))
    return reader.words["least_heard"].format(name=name, rate=reader.percent(rates[name]), most=most, most_rate=reader.percent(rates[most]))

"""What the results page says, in the reader's words and numbers. The template only sets it out."""

from dataclasses import dataclass
from datetime import date

from vaste.dashboards.charts import ScaleMark, heights, scale_mark, shares
from vaste.indicators.display import Display, display_of, goal_state
from vaste.indicators.nps import Nps, change
from vaste.indicators.statements import Statement
from vaste.organisations.formats import day, interval, number, percent, signed
from vaste.organisations.rules import Goals
from vaste.organisations.words import Words
from vaste.results.figures import Figures
from vaste.results.results import Results


@dataclass(frozen=True)
class Reader:
    """Whom the page speaks to: texts, language, and the goals and limits of their county."""

    words: Words
    language: str
    goals: Goals
    results: Results

    def display(self, n: int) -> Display:
        return display_of(n, self.results.thresholds)

    def number(self, value: float, digits: int = 0) -> str:
        return number(value, self.language, digits)

    def interval(self, low: float, high: float, digits: int = 0) -> str:
        return interval(low, high, self.language, digits)


@dataclass(frozen=True)
class FigureRow:
    """One row of a table by unit, month or channel. Texts are empty where there is nothing to say."""

    name: str
    is_hidden: bool
    responses: str
    invited: str
    rate: str
    nps: str
    interval: str
    note: str
    mark: ScaleMark | None


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
    bars: tuple[tuple[int, int, str], ...] = ()


def period_words(first: date | None, last: date | None, words: Words) -> str:
    """Return a span of days as words."""
    return f"{day(first)}–{day(last)}" if first and last else words["no_period"]


def heading(reader: Reader, before: Nps | None) -> str:
    """Return the finding in words. before: the score of the period before, where one is shown."""
    words, nps = reader.words, reader.results.whole.nps
    if nps is None:
        return words["too_few_heading"]
    if reader.display(nps.n) is Display.COUNT_ONLY:
        return words["count_heading"].format(n=nps.n, **{"from": reader.results.thresholds.count_only_below})
    found = words["figure_heading"].format(
        value=reader.number(nps.value), interval=reader.interval(nps.low, nps.high), n=reader.number(nps.n)
    )
    if reader.display(nps.n) is Display.UNCERTAIN:
        return f"{found}: {words['uncertain']}"
    return f"{found}: {verdict(reader, before, nps)}" if before else found


def verdict(reader: Reader, before: Nps, after: Nps) -> str:
    """Return whether a change is clear, in words."""
    difference = change(before, after)
    if difference.low > 0:
        return reader.words["clearly_up"]
    return reader.words["clearly_down" if difference.high < 0 else "no_clear_change"]


def change_words(reader: Reader, before: Nps | None, days_before: tuple[date, date] | None) -> str:
    """Return what has changed since the period before, or why that cannot be said."""
    words, after = reader.words, reader.results.whole.nps
    if days_before is None:
        return words["change_needs_period"]
    period = period_words(*days_before, words)
    if before is None or after is None:
        return words["change_too_few"].format(period=period)
    low, high = change(before, after)
    return words["change_is"].format(
        period=period,
        before=f"{reader.number(before.value)} ({reader.interval(before.low, before.high)})",
        difference=signed(after.value - before.value, reader.language),
        interval=reader.interval(low, high),
        verdict=verdict(reader, before, after),
    )


def score_words(reader: Reader) -> dict[str, object] | None:
    """Return the score with its interval, goal and parts; None when it is not shown."""
    nps, words = reader.results.whole.nps, reader.words
    if nps is None or reader.display(nps.n) is Display.COUNT_ONLY:
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
            (words[name], reader.number(count), percent(count / nps.n, reader.language))
            for name, count in (("promoters", nps.promoters), ("passives", nps.passives), ("detractors", nps.detractors))
        ],
    }


def distribution(reader: Reader) -> list[tuple[int, str, str, str]]:
    """Return score, count, share and length of bar for each of 0 to 10; empty when it is not shown."""
    scores = reader.results.whole.scores
    if scores is None or reader.display(sum(scores)) is Display.COUNT_ONLY:
        return []
    total, lengths = sum(scores), heights(scores)
    return [(score, reader.number(count), percent(count / total, reader.language), lengths[score]) for score, count in enumerate(scores)]


def figure_row(reader: Reader, name: str, figures: Figures) -> FigureRow:
    """Return one part of a breakdown."""
    nps = figures.nps
    shown = nps if nps and reader.display(nps.n) is not Display.COUNT_ONLY else None
    return FigureRow(
        name=name,
        is_hidden=figures.is_hidden,
        responses="" if figures.responses is None else reader.number(figures.responses),
        invited="" if figures.invited is None else reader.number(figures.invited),
        rate="" if figures.response_rate is None else percent(figures.response_rate, reader.language),
        nps=reader.number(shown.value) if shown else "",
        interval=reader.interval(shown.low, shown.high) if shown else "",
        note=reader.words["uncertain_short"] if shown and reader.display(shown.n) is Display.UNCERTAIN else "",
        mark=scale_mark(shown, reader.goals.nps) if shown else None,
    )


def statement_row(reader: Reader, text: str, result: Statement | None) -> StatementRow:
    """Return one statement."""
    if result is None:
        return StatementRow(text, is_hidden=True)
    n = reader.number(result.n)
    if reader.display(result.n) is Display.COUNT_ONLY:
        return StatementRow(text, is_hidden=False, n=n)
    return StatementRow(
        text,
        is_hidden=False,
        n=n,
        mean=reader.number(result.mean, 2),
        interval=reader.interval(result.low, result.high, 2),
        agree=percent(result.agree_share, reader.language),
        note=reader.words["uncertain_short"] if reader.display(result.n) is Display.UNCERTAIN else "",
        goal=reader.words[f"goal_{goal_state(result.low, result.high, reader.goals.statement_mean)}"],
        bars=tuple(zip(range(1, 6), result.counts, shares(result.counts), strict=True)),
    )

"""What a report says of figures, in the reader's words. Which sentence may be said, `rules` decide. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vaste.indicators.display import Display, Thresholds, display_of, goal_state
from vaste.indicators.nps import Nps, change
from vaste.indicators.statements import Statement
from vaste.organisations.rules import Goals
from vaste.reports.rules import (
    SLIGHT_MEAN,
    SLIGHT_NPS,
    Overall,
    best_items,
    mean_trend,
    overall,
    standing,
    trend,
    weakest_items,
)
from vaste.results.period_names import PeriodReader


@dataclass(frozen=True)
class Writer(PeriodReader):
    """Words and language of a report's reader, with the goals and limits of what it tells of."""

    goals: Goals
    limits: Thresholds

    def count(self, value: int | None) -> str:
        return self.words["too_few"] if value is None else self.number(value)

    def say(self, key: str, **values: str) -> str:
        return self.words[key].format(**values)

    def is_figure(self, result: Nps | Statement | None) -> bool:
        """Tell whether a result may be shown as a figure, not only as a count or not at all."""
        return result is not None and display_of(result.n, self.limits) in {Display.UNCERTAIN, Display.FIGURE}


def score_sentences(writer: Writer, way: str, now: Nps | None, before: tuple[str, Nps | None]) -> list[str]:
    """Return what may be said of a score: itself, its goal, its change. before: the period before by name, and its score."""
    if now is None:
        return []
    if display_of(now.n, writer.limits) is Display.COUNT_ONLY:
        return [writer.say("nps_count", way=way, n=writer.number(now.n), **{"from": str(writer.limits.count_only_below)})]
    said = [
        writer.say("nps_is", way=way, value=writer.number(now.value), interval=writer.interval(now.low, now.high), n=writer.number(now.n)),
        writer.say(standing(now.low, now.high, writer.goals.nps, slight=SLIGHT_NPS), goal=writer.number(writer.goals.nps)),
    ]
    if display_of(now.n, writer.limits) is Display.UNCERTAIN:
        said.append(writer.words["uncertain"])
    name, earlier = before
    if earlier is not None and writer.is_figure(earlier):
        said.append(writer.say(trend(*change(earlier, now)), period=name, value=writer.number(earlier.value)))
    return said


def mean_sentences(writer: Writer, way: str, responses: int | None, now: Overall, before: tuple[str, Overall | None]) -> list[str]:
    """Return what may be said of the mean of all statements: itself, its goal, its change."""
    value, limits = writer.number(now.mean, 1), writer.interval(now.low, now.high, 1)
    said = [
        writer.say("mean_is", way=way, n=writer.count(responses), value=value, interval=limits),
        writer.say(
            standing(now.low, now.high, writer.goals.statement_mean, slight=SLIGHT_MEAN), goal=writer.number(writer.goals.statement_mean, 1)
        ),
    ]
    name, earlier = before
    if earlier is not None:
        said.append(writer.say(mean_trend(earlier, now), period=name, value=writer.number(earlier.mean, 1)))
    return said


def order_sentences(writer: Writer, results: Mapping[str, Statement], texts: Mapping[str, str]) -> list[str]:
    """Return which statements are best and weakest, or that they cannot be put in order."""
    best, weakest = best_items(results), weakest_items(results)
    if not best and not weakest:
        return [writer.words["no_order"]] if len(results) > 1 else []
    said = []
    for key, items in (("best", best), ("weakest", weakest)):
        if items:
            said.append(writer.say(f"{key}_{'one' if len(items) == 1 else 'several'}", items=items_named(writer, items, results, texts)))
    return said


def items_named(writer: Writer, items: Sequence[str], results: Mapping[str, Statement], texts: Mapping[str, str]) -> str:
    """Return statements with their means, one after the other."""
    return ", ".join(writer.say("item", text=texts.get(item, item), mean=writer.number(results[item].mean, 1)) for item in items)


def goal_word(writer: Writer, result: Nps | Statement | None, goal: float) -> str:
    """Return in one word how a figure stands to its goal; nothing where it is no figure."""
    if result is None or not writer.is_figure(result):
        return writer.words["none"]
    return writer.words[f"state_{goal_state(result.low, result.high, goal)}"]


def shown_statements(writer: Writer, statements: Mapping[str, Statement | None]) -> dict[str, Statement]:
    """Return the statements that may be shown as figures."""
    return {item: result for item, result in statements.items() if result is not None and writer.is_figure(result)}


def overall_of(writer: Writer, statements: Mapping[str, Statement | None]) -> Overall | None:
    """Return the mean of all statements; None without any. It rests on shown ones alone, so it tells nothing new."""
    shown = shown_statements(writer, statements)
    return overall(list(shown.values())) if shown else None

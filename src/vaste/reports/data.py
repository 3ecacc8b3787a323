"""The figures of a report for machines, one a row; hidden ones stand there without a value. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from vaste.indicators.display import Display, Thresholds, display_of
from vaste.indicators.nps import Nps
from vaste.indicators.statements import Statement
from vaste.reports.document import Datum
from vaste.reports.facts import Collected, Facts
from vaste.reports.periods import first_day, last_day
from vaste.results.calendar import Period
from vaste.results.figures import Figures


def data_of(facts: Facts) -> Iterator[Datum]:
    """Yield every figure that the report shows: the whole by period, and the period itself by language, channel and unit."""
    for way in facts.ways:
        for period, figures in way.series:
            yield from _figures(facts, way, period, "", figures)
        for part, rows in (("language", way.languages), ("channel", way.channels), ("age", way.ages), ("unit", way.units)):
            for key, figures in rows.items():
                yield from _figures(facts, way, facts.period, f"{part}:{key}", figures)


def _figures(facts: Facts, way: Collected, period: Period, part: str, figures: Figures) -> Iterator[Datum]:
    days, channel = (first_day(period).isoformat(), last_day(period).isoformat()), str(way.way)
    yield Datum(*days, channel, part, "responses", figures.responses)
    if figures.invited is not None:
        yield Datum(*days, channel, part, "response_rate", figures.invited, figures.response_rate)
    yield _result(Datum(*days, channel, part, "nps", None), figures.nps, facts.limits)
    for item in way.statements:
        result = figures.statements.get(item)
        yield _result(Datum(*days, channel, part, item, None), result, facts.limits)


def _result(empty: Datum, result: Nps | Statement | None, limits: Thresholds) -> Datum:
    """Return a result: hidden, its count alone, or whole, as its number of answers allows."""
    if result is None:
        return empty
    if display_of(result.n, limits) is Display.COUNT_ONLY:
        return replace(empty, n=result.n)
    value = result.value if isinstance(result, Nps) else result.mean
    return replace(empty, n=result.n, value=value, low=result.low, high=result.high)

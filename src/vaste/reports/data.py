"""The figures of a report for machines, one a row; hidden ones stand there without a value. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from vaste.indicators.display import Display, display_of
from vaste.indicators.nps import Nps
from vaste.indicators.statements import Statement
from vaste.reports.document import Datum
from vaste.reports.facts import Collected, Facts
from vaste.reports.periods import Period
from vaste.results.figures import Figures


def data_of(facts: Facts) -> Iterator[Datum]:
    """Yield every figure that the report shows: the whole by period, and the period itself by language, channel and unit."""
    for way in facts.ways:
        for period, figures in way.series:
            yield from _figures(way, period, "", figures)
        for part, rows in (("language", way.now.rows), ("channel", way.channels), ("unit", way.units)):
            for key, figures in rows.items():
                yield from _figures(way, facts.period, f"{part}:{key}", figures)


def _figures(way: Collected, period: Period, part: str, figures: Figures) -> Iterator[Datum]:
    days, channel = (period.first.isoformat(), period.last.isoformat()), str(way.way)
    yield Datum(*days, channel, part, "responses", figures.responses)
    if figures.invited is not None:
        yield Datum(*days, channel, part, "response_rate", figures.invited, figures.response_rate)
    yield _result(Datum(*days, channel, part, "nps", None), figures.nps, way)
    for item, result in figures.statements.items():
        yield _result(Datum(*days, channel, part, item, None), result, way)


def _result(empty: Datum, result: Nps | Statement | None, way: Collected) -> Datum:
    """Return a result: hidden, its count alone, or whole, as its number of answers allows."""
    if result is None:
        return empty
    if display_of(result.n, way.now.thresholds) is Display.COUNT_ONLY:
        return replace(empty, n=result.n)
    value = result.value if isinstance(result, Nps) else result.mean
    return replace(empty, n=result.n, value=value, low=result.low, high=result.high)

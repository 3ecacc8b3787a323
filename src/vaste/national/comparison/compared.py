"""The comparison of a quarter: what each county delivered, beside the country, in a fixed order. Pure."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vaste.indicators.display import Display, response_rate
from vaste.indicators.funnel import Funnel, Standing
from vaste.indicators.intervals import Interval
from vaste.indicators.measures import Tally
from vaste.indicators.nps import adjusted_wald
from vaste.indicators.shrinkage import Estimate, Shrunk, shrink
from vaste.indicators.standardised import AT_LEAST, Standardised, Stratum, difference, standardised_measure
from vaste.indicators.statements import statement
from vaste.national.comparison.calls import Call, calls
from vaste.national.comparison.delivered import Answers, Delivered, Method
from vaste.national.comparison.reference import Reference
from vaste.national.comparison.rules import (
    Indicator,
    Kind,
    Unlike,
    common_method,
    display,
    funnel_of,
    indicators,
    partition,
    why_not_compare,
)


@dataclass(frozen=True)
class Crude:
    """A figure of all answers as they came, with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Change:
    """By how much a standardised figure differs from that of the quarter before, with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class UnitSpread:
    """Where the units of a county lie, chance taken out: the lowest and the highest, and how many units there are to tell from."""

    units: int
    low: float
    high: float


@dataclass(frozen=True)
class Figure:
    """One indicator of one county; what may not be shown is None."""

    n: int | None
    display: Display
    crude: Crude | None = None
    standardised: Standardised | None = None
    standing: Standing | None = None
    change: Change | None = None
    units: UnitSpread | None = None


@dataclass(frozen=True)
class CountyRow:
    """A county in the comparison. channels: its responses by channel, None where hidden."""

    county: str
    responses: int | None
    invited: int | None
    rate: float | None
    channels: Mapping[str, int | None]
    figures: Mapping[Indicator, Figure]


@dataclass(frozen=True)
class Refusal:
    """A county that delivered, and why it is not compared."""

    county: str
    reason: Unlike
    method: Method


@dataclass(frozen=True)
class Whole:
    """An indicator of the whole country: the answers of all compared counties, and the funnel around them."""

    standardised: Standardised | None
    funnel: Funnel | None


@dataclass(frozen=True)
class Comparison:
    """A quarter compared. rows: in the order of county codes, never of figures. calls: units with many detractors.

    tells_units: whether any county has delivered figures by unit.
    """

    quarter: str
    method: Method | None
    reference_version: str
    rows: tuple[CountyRow, ...]
    refused: tuple[Refusal, ...]
    country: Mapping[Indicator, Whole]
    calls: tuple[Call, ...] = ()
    tells_units: bool = True

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """What is compared."""
        return tuple(self.country)

    @property
    def is_of_one(self) -> bool:
        """Whether only one county is in it, which then has nothing beside it."""
        return len(self.rows) == 1

    @property
    def delivered(self) -> set[str]:
        """The codes of the counties that delivered, compared or refused."""
        return {row.county for row in self.rows} | {refusal.county for refusal in self.refused}

    def row_of(self, county: str) -> CountyRow | None:
        """Return a county's row; None where it is not compared."""
        return next((row for row in self.rows if row.county == county), None)


def compare(quarter: str, deliveries: Iterable[Delivered], reference: Reference, before: Iterable[Delivered] = ()) -> Comparison:
    """Return the comparison of what counties delivered for a quarter. before: what they delivered for the one before it.

    Of unlike methods that of the most counties is compared, and the others are refused. Several campaigns of a county may have asked
    the same people, so of these the one with the most answers counts, and nothing is added up.
    """
    largest = {each.county: each for each in sorted(deliveries, key=_responses)}
    ordered = [largest[county] for county in sorted(largest)]
    method = common_method([each.method for each in ordered])
    reasons = {each.county: why_not_compare(method, each.method) for each in ordered if method}
    alike = [each for each in ordered if reasons[each.county] is None]
    refused = tuple(Refusal(each.county, reason, each.method) for each in ordered if (reason := reasons[each.county]))
    earlier = {each.county: each for each in sorted(before, key=_responses) if method and why_not_compare(method, each.method) is None}
    table = _Table(alike, earlier, reference)
    columns = {indicator: table.column(indicator) for indicator in indicators(alike)}
    rows = tuple(_row(each, {indicator: figures[each.county] for indicator, (_, figures) in columns.items()}) for each in alike)
    country = {indicator: whole for indicator, (whole, _) in columns.items()}
    tells_units = any(unit.answers for each in alike for unit in each.units)
    return Comparison(quarter, method, reference.version, rows, refused, country, calls(alike), tells_units)


def _responses(delivered: Delivered) -> int:
    return delivered.everybody.n if delivered.everybody else 0


def _row(delivered: Delivered, figures: Mapping[Indicator, Figure]) -> CountyRow:
    responses = delivered.everybody.n if delivered.everybody else None
    rate = None if responses is None or delivered.invited is None else response_rate(responses, delivered.invited)
    return CountyRow(delivered.county, responses, delivered.invited, rate, delivered.channels, figures)


class _Table:
    """The counties that are alike, with the cells that stand for them, now and before."""

    def __init__(self, alike: Sequence[Delivered], earlier: Mapping[str, Delivered], reference: Reference) -> None:
        self._alike, self._reference = alike, reference
        self._cells = {each.county: partition(each.strata, reference) for each in alike}
        self._cells_before = {county: partition(each.strata, reference) for county, each in earlier.items()}

    def column(self, indicator: Indicator) -> tuple[Whole, dict[str, Figure]]:
        """Return an indicator of the country and of each county."""
        country = self._standardised(indicator, _together(self._cells.values()))
        found = {each.county: self._standardised(indicator, self._cells[each.county]) for each in self._alike}
        shown = {county: each for county, each in found.items() if each and each.n >= AT_LEAST}
        estimates = {county: Estimate(each.value, each.standard_error) for county, each in shown.items()}
        funnel = funnel_of(list(estimates.values()), country.value) if country else None
        units = _units(indicator, self._alike)
        figures = {}
        for each in self._alike:
            county = each.county
            standing = funnel.standing(estimates[county]) if funnel and county in estimates else None
            change = self._change(indicator, county, shown.get(county))
            figures[county] = _figure(indicator, each.everybody, shown.get(county), standing, change, units.get(county))
        return Whole(country, funnel), figures

    def _standardised(self, indicator: Indicator, cells: Mapping[Stratum, Answers]) -> Standardised | None:
        tallies = {stratum: indicator.tally(answers) for stratum, answers in cells.items()}
        return standardised_measure(indicator.measure, tallies, self._reference.weights)

    def _change(self, indicator: Indicator, county: str, now: Standardised | None) -> Change | None:
        before = self._standardised(indicator, self._cells_before.get(county, {}))
        if now is None or before is None or before.n < AT_LEAST:
            return None
        return Change(now.value - before.value, *difference(now, before, indicator.measure.widest))


def _figure(
    indicator: Indicator,
    everybody: Answers | None,
    standardised: Standardised | None,
    standing: Standing | None,
    change: Change | None,
    units: UnitSpread | None,
) -> Figure:
    """Return a figure with as much of it as its number of answers allows."""
    tally = indicator.tally(everybody) if everybody else None
    how = display(tally.n if tally else 0)
    if tally is None or how is Display.TOO_FEW:
        return Figure(None, Display.TOO_FEW)
    if how is Display.COUNT_ONLY:
        return Figure(tally.n, how)
    return Figure(tally.n, how, _crude(indicator, tally), standardised, standing, change, units)


def _crude(indicator: Indicator, tally: Tally) -> Crude:
    if indicator.kind is Kind.NPS:
        promoters, _, detractors = tally
        return Crude(indicator.measure.value(tally), *adjusted_wald(promoters, detractors, tally.n))
    result = statement(tally)
    assert result is not None
    if indicator.kind is Kind.AGREEING:
        return Crude(result.agree_share, result.agree_low, result.agree_high)
    return Crude(result.mean, result.low, result.high)


def _together(counties: Iterable[Mapping[Stratum, Answers]]) -> dict[Stratum, Answers]:
    """Return the answers of all counties by stratum."""
    sums: dict[Stratum, Answers] = {}
    for cells in counties:
        for stratum, answers in cells.items():
            sums[stratum] = sums[stratum].plus(answers) if stratum in sums else answers
    return sums


def _units(indicator: Indicator, deliveries: Sequence[Delivered]) -> dict[str, UnitSpread]:
    """Return the spread of each county's units, drawn toward those of their service in the whole country."""
    by_service: defaultdict[str, list[tuple[str, Tally]]] = defaultdict(list)
    for each in deliveries:
        for unit in each.units:
            tally = indicator.tally(unit.answers) if unit.answers else None
            if tally and tally.n >= AT_LEAST:
                by_service[unit.service].append((each.county, tally))
    values: defaultdict[str, list[Shrunk]] = defaultdict(list)
    for units in by_service.values():
        drawn = shrink([_estimate(indicator, tally) for _, tally in units])
        for (county, _), value in zip(units, drawn, strict=True):
            values[county].append(value)
    return {county: _spread(indicator, found) for county, found in values.items() if len(found) > 1}


def _spread(indicator: Indicator, units: Sequence[Shrunk]) -> UnitSpread:
    low, high = Interval(min(unit.value for unit in units), max(unit.value for unit in units)).clipped(*indicator.measure.scale)
    return UnitSpread(len(units), low, high)


def _estimate(indicator: Indicator, tally: Tally) -> Estimate:
    return Estimate(indicator.measure.value(tally), math.sqrt(indicator.measure.variance(tally)))

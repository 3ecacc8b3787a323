"""A county over the quarters: what the comparison of each shows of it, and nothing that they do not. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vaste.documents.blocks import Chart, Paragraph, Section, Table
from vaste.indicators.display import Display
from vaste.national.comparison.charts import Mark, interval_chart
from vaste.national.comparison.compared import Comparison, Figure
from vaste.national.comparison.rules import NPS, Indicator, why_not_compare
from vaste.national.comparison.telling import FIGURE_COLUMNS, Teller, begun, figure_cells, mark_of, reason_of, without_empty_columns

_DASH = "–"


@dataclass(frozen=True)
class Point:
    """A county in a quarter. figure: None where there is none, and then why says so in words. beside: the figure of all compared, told."""

    quarter: str
    figure: Figure | None
    why: str
    country: float | None
    beside: str


@dataclass(frozen=True)
class Course:
    """A county's course in words, a table and a drawing; method: how it came about."""

    heading: str
    finding: str
    sections: tuple[Section, ...]
    method: tuple[Section, ...]


def counties_of(comparisons: Iterable[Comparison]) -> list[str]:
    """Return the codes of the counties that delivered for any of some quarters, in order."""
    return sorted({county for comparison in comparisons for county in comparison.delivered})


def indicators_of(comparisons: Iterable[Comparison]) -> list[Indicator]:
    """Return what any of some quarters compares, the score first."""
    found = {indicator for comparison in comparisons for indicator in comparison.indicators} - {NPS}
    return [NPS, *sorted(found)]


def tell_course(comparisons: Sequence[Comparison], county: str, indicator: Indicator, teller: Teller) -> Course:
    """Return the course of a county in an indicator. comparisons: one for each quarter, in order, at least one."""
    points = [_point(comparison, county, indicator, teller) for comparison in comparisons]
    figures = [_chart(points, indicator, teller), _table(points, county, indicator, teller)]
    notes = tuple(Paragraph(text) for text in (teller.words["course_method"], *_breaks(comparisons, teller)))
    return Course(
        heading=_heading(points, county, indicator, teller),
        finding=_finding(points[-1], indicator, teller),
        sections=(Section(teller.words["course"], tuple(block for block in figures if block)),),
        method=(Section(teller.words["method_title"], notes),),
    )


def _point(comparison: Comparison, county: str, indicator: Indicator, teller: Teller) -> Point:
    row, whole = comparison.row_of(county), comparison.country.get(indicator)
    figure = row.figures[indicator] if row and whole else None
    country = whole.standardised.value if whole and whole.standardised and not comparison.is_of_one else None
    told = _DASH if country is None else teller.say("course_beside", value=teller.value(indicator, country), n=len(comparison.rows))
    return Point(comparison.quarter, figure, "" if figure else _why(comparison, county, teller), country, told)


def _why(comparison: Comparison, county: str, teller: Teller) -> str:
    """Return why a quarter has no figure of a county."""
    refusal = next((each for each in comparison.refused if each.county == county), None)
    if refusal:
        return reason_of(refusal, teller)
    return teller.words["not_asked" if comparison.row_of(county) else "not_delivered"]


def _heading(points: Sequence[Point], county: str, indicator: Indicator, teller: Teller) -> str:
    """Return the newest figure that there is."""
    facts = {"county": teller.name(county), "indicator": teller.indicator(indicator)}
    for point in reversed(points):
        if point.figure and (each := point.figure.standardised or point.figure.crude):
            key = "course_heading" if point.figure.standardised else "course_heading_crude"
            told = {"value": teller.value(indicator, each.value), "interval": teller.interval(indicator, each.low, each.high)}
            return teller.say(key, **facts, **told, quarter=teller.quarter(point.quarter))
    return teller.say("course_heading_few", **facts)


def _finding(newest: Point, indicator: Indicator, teller: Teller) -> str:
    if newest.figure and (change := newest.figure.change):
        return teller.say("course_finding", change=teller.change(indicator, change.value, change.low, change.high))
    return teller.words["course_finding_none"]


def _chart(points: Sequence[Point], indicator: Indicator, teller: Teller) -> Chart | None:
    marks = [_mark(point, indicator, teller) for point in points]
    if len([mark for mark in marks if mark.value is not None]) < 2:
        return None
    told = "; ".join(f"{mark.label} {mark.text or teller.words['too_few']}" for mark in marks)
    svg = interval_chart(
        marks,
        scale=indicator.measure.scale,
        country=None,
        country_text="",
        too_few=teller.words["too_few"],
        write=lambda value: teller.value(indicator, value),
    )
    return Chart(svg, teller.say("course_alt", indicator=teller.indicator(indicator), figures=told), teller.words["course_caption"])


def _mark(point: Point, indicator: Indicator, teller: Teller) -> Mark:
    """Return a quarter as it is drawn: its figure, and a stroke where all compared together lie."""
    label = begun(teller.quarter(point.quarter))
    if point.figure is None:
        return Mark(label, point.why)
    own = mark_of(point.figure, label, indicator, teller)
    return Mark(
        label, own.text, own.value, own.low, own.high, is_uncertain=point.figure.display is Display.UNCERTAIN, country=point.country
    )


def _table(points: Sequence[Point], county: str, indicator: Indicator, teller: Teller) -> Table:
    head = (teller.words["quarter"], *(teller.words[name] for name in FIGURE_COLUMNS), teller.words["course_together"])
    rows = tuple((teller.quarter(point.quarter), *_cells(point, indicator, teller), point.beside) for point in points)
    caption = teller.say("course_table", county=teller.name(county), indicator=teller.indicator(indicator))
    return without_empty_columns(Table(caption, head, rows))


def _cells(point: Point, indicator: Indicator, teller: Teller) -> tuple[str, ...]:
    if point.figure is None:
        return (point.why, *[_DASH] * (len(FIGURE_COLUMNS) - 1))
    return figure_cells(point.figure, indicator, teller)


def _breaks(comparisons: Sequence[Comparison], teller: Teller) -> Iterator[str]:
    """Yield the quarters from which on it was asked or counted in another way than in the one before."""
    for before, now in pairwise(comparisons):
        if before.method and now.method and why_not_compare(before.method, now.method):
            yield teller.say("course_break", quarter=teller.quarter(now.quarter))

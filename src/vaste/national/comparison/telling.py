"""The comparison in words, tables and drawings, the same for page and PDF. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from vaste.documents.blocks import Block, Chart, Document, Paragraph, Section, Table
from vaste.indicators.display import Display
from vaste.indicators.funnel import Standing
from vaste.indicators.standardised import Standardised
from vaste.national.comparison.charts import Dot, FunnelWords, Mark, funnel_chart, interval_chart
from vaste.national.comparison.compared import Change, Comparison, CountyRow, Figure, Refusal, Whole
from vaste.national.comparison.rules import FEWEST_IN_A_FUNNEL, Indicator, Kind, Unlike
from vaste.national.counties import Organisation
from vaste.organisations.formats import day, interval_of_change, number, percent
from vaste.organisations.formats import interval as interval_text
from vaste.organisations.words import Words

_DASH = "–"
FIGURE_COLUMNS = ("standardised", "interval", "crude", "interval", "answers", "standing")
_KINDS_OF_COUNTIES = (" hyvinvointialue", " välfärdsområde", " wellbeing services county", "-yhtymä", "-sammanslutningen", " Group")
_CHANNELS = {"sms": "channel_sms", "link": "channel_link", "sms+link": "channel_both"}


@dataclass(frozen=True)
class Teller:
    """Writes a comparison in one language. organisations: all that could deliver, by code; statements: their texts by item."""

    words: Words
    language: str
    organisations: Mapping[str, Organisation]
    statements: Mapping[str, str]

    def say(self, key: str, **facts: object) -> str:
        """Return a text with its facts filled in."""
        return self.words[key].format(**facts)

    def name(self, code: str) -> str:
        """Return a county's name."""
        known = self.organisations.get(code)
        return known.name(self.language) if known else code

    def label(self, code: str) -> str:
        """Return a county's code and name, as rows of tables begin."""
        name = self.name(code)
        return name if name.startswith(code) else f"{code} {name}"

    def short_name(self, code: str) -> str:
        """Return a county's code and name without what all are called."""
        name = self.name(code)
        for kind in _KINDS_OF_COUNTIES:
            name = name.removesuffix(kind)
        return f"{code} {name}" if name != code else code

    def everybody(self, compared: Iterable[str]) -> str:
        """Return what counties are called whose answers are added up, by code: the country only where none is missing, one by its name."""
        codes = set(compared)
        if len(codes) == 1:
            return self.name(*codes)
        return self.words["country"] if codes >= set(self.organisations) else self.say("all_compared", n=len(codes))

    def indicator(self, indicator: Indicator) -> str:
        """Return what an indicator is called."""
        if indicator.kind is Kind.NPS:
            return self.words["nps_short"]
        return self.say(indicator.kind, statement=self.statements.get(indicator.item, indicator.item))

    def quarter(self, quarter: str) -> str:
        """Return what a quarter is called."""
        year, _, which = quarter.partition("-Q")
        return self.say("quarter_name", number=which, year=year)

    def value(self, indicator: Indicator, value: float) -> str:
        """Return a figure as its kind is written."""
        if indicator.kind is Kind.AGREEING:
            return percent(value, self.language)
        return number(value, self.language, _digits(indicator))

    def interval(self, indicator: Indicator, low: float, high: float) -> str:
        """Return the limits of a figure."""
        scale = 100 if indicator.kind is Kind.AGREEING else 1
        return interval_text(scale * low, scale * high, self.language, _digits(indicator))

    def change(self, indicator: Indicator, value: float | None, low: float, high: float) -> str:
        """Return a change with its interval, and whether it is clear; a dash where there is none."""
        if value is None:
            return _DASH
        scale = 100 if indicator.kind is Kind.AGREEING else 1
        sign = "+" if round(scale * value, _digits(indicator)) > 0 else ""
        told = sign + number(scale * value, self.language, _digits(indicator))
        limits = interval_of_change(scale * low, scale * high, self.language, _digits(indicator))
        return self.say("no_change" if low <= 0 <= high else "clear_change", change=told, interval=limits)


def _digits(indicator: Indicator) -> int:
    return {Kind.NPS: 0, Kind.AGREEING: 1, Kind.MEAN: 2}[indicator.kind]


def tell(comparison: Comparison, shown: Sequence[Indicator], teller: Teller, made_on: date) -> Document:
    """Return the comparison of some indicators as a document."""
    sections = [section for indicator in shown for section in _of_indicator(comparison, indicator, teller, is_alone=len(shown) == 1)]
    sections.append(Section(teller.words["asked"], (_asked(comparison, shown[0], teller),)))
    sections.append(Section(teller.words["calls"], (_calls(comparison, teller),)))
    if outside := [block for block in (_refused(comparison, teller), _absent(comparison, teller)) if block]:
        sections.append(Section(teller.words["not_compared"], tuple(outside)))
    sections.append(Section(teller.words["method_title"], tuple(Paragraph(text) for text in method(comparison, teller))))
    return Document(
        language=teller.language,
        county=teller.words["product"],
        title=teller.words["title"],
        subtitle=teller.words["subtitle"],
        scope=begun(_everybody(comparison, teller)),
        period=teller.quarter(comparison.quarter),
        made=teller.say("made", day=day(made_on)),
        page=teller.words["page"],
        summary_heading=teller.words["in_short"],
        summary=(f"{heading(comparison, shown[0], teller)}.", finding(comparison, shown[0], teller), lead(comparison, shown[0], teller)),
        sections=tuple(sections),
    )


def heading(comparison: Comparison, indicator: Indicator, teller: Teller) -> str:
    """Return what stands above everything: the figure of all counties together; of one that is not standardised, as it came."""
    country = comparison.country[indicator].standardised
    if country is None:
        return _heading_without(comparison, indicator, teller)
    facts = {"value": teller.value(indicator, country.value), "interval": teller.interval(indicator, country.low, country.high)}
    return teller.say("heading", indicator=teller.indicator(indicator), everybody=_everybody(comparison, teller), **facts)


def _heading_without(comparison: Comparison, indicator: Indicator, teller: Teller) -> str:
    crude = [each for row in comparison.rows if (each := row.figures[indicator].crude)]
    if not crude:
        return teller.say("heading_without", indicator=teller.indicator(indicator))
    if not comparison.is_of_one:
        return teller.say("heading_unstandardised", indicator=teller.indicator(indicator))
    facts = {"value": teller.value(indicator, crude[0].value), "interval": teller.interval(indicator, crude[0].low, crude[0].high)}
    return teller.say("heading_crude", indicator=teller.indicator(indicator), everybody=_everybody(comparison, teller), **facts)


def lead(comparison: Comparison, indicator: Indicator, teller: Teller) -> str:
    """Return what the figures are: standardised, or as they came where too few answers let them be standardised."""
    figures = [row.figures[indicator] for row in comparison.rows]
    is_crude = any(each.crude for each in figures) and not any(each.standardised for each in figures)
    return teller.words["unstandardised" if is_crude else "lead"]


def _everybody(comparison: Comparison, teller: Teller) -> str:
    return teller.everybody(row.county for row in comparison.rows)


def begun(text: str) -> str:
    """Return words as they begin a line."""
    return text[:1].upper() + text[1:]


def finding(comparison: Comparison, indicator: Indicator, teller: Teller) -> str:
    """Return whether counties differ, in words that name those that do, in the order of their codes; else what is missing to tell."""
    if comparison.is_of_one:
        return teller.say("finding_alone", county=_everybody(comparison, teller), fewest=FEWEST_IN_A_FUNNEL)
    if comparison.country[indicator].funnel is None:
        shown = sum(row.figures[indicator].standardised is not None for row in comparison.rows)
        return teller.say("finding_few", n=shown, fewest=FEWEST_IN_A_FUNNEL)
    apart = [
        f"{teller.name(row.county)} ({teller.words[standing]})"
        for row in comparison.rows
        if (standing := row.figures[indicator].standing) not in {None, Standing.WITHIN} and standing
    ]
    return teller.say("finding_apart", counties=", ".join(apart)) if apart else teller.words["finding_none"]


def method(comparison: Comparison, teller: Teller) -> Iterator[str]:
    """Yield how the figures came about."""
    yield teller.say("method_standardised", reference=comparison.reference_version)
    yield teller.words["method_funnel"]
    if how := comparison.method:
        yield teller.say("method_alike", instrument=how.instrument, version=how.instrument_version, method=how.version, k=how.k)


def _of_indicator(comparison: Comparison, indicator: Indicator, teller: Teller, *, is_alone: bool) -> Iterator[Section]:
    """Yield the chapters of an indicator; means, which go with shares, have tables alone."""
    name = teller.indicator(indicator)
    if not is_alone:
        found = () if comparison.is_of_one else (Paragraph(finding(comparison, indicator, teller)),)  # said once, in short
        yield Section(heading(comparison, indicator, teller), found)
    whole, has_charts = comparison.country[indicator], (indicator.kind is not Kind.MEAN or is_alone) and not comparison.is_of_one
    charts: list[Block] = [_intervals(comparison, indicator, teller, whole)] if has_charts and whole.standardised else []
    level = 1 if is_alone else 2
    yield Section(teller.words["figures"] if is_alone else name, (*charts, _figures(comparison, indicator, teller)), level)
    if has_charts and (funnel := _funnel(comparison, indicator, teller, whole)):
        yield Section(teller.words["apart"], (funnel,), level)
    if behind := _behind(comparison, indicator, teller):
        yield Section(teller.words["behind"], (behind,), level)


def _intervals(comparison: Comparison, indicator: Indicator, teller: Teller, whole: Whole) -> Chart:
    country = whole.standardised
    assert country
    marks = [mark_of(row.figures[indicator], teller.short_name(row.county), indicator, teller) for row in comparison.rows]
    everybody = _everybody(comparison, teller)
    country_text = f"{begun(everybody)} {teller.value(indicator, country.value)}"
    told = "; ".join(f"{mark.label} {mark.text or teller.words['too_few']}" for mark in marks)
    return Chart(
        svg=interval_chart(
            marks,
            scale=indicator.measure.scale,
            country=country.value,
            country_text=country_text,
            too_few=teller.words["too_few"],
            write=lambda value: teller.value(indicator, value),
        ),
        alt=teller.say(
            "intervals_alt",
            indicator=teller.indicator(indicator),
            figures=told,
            everybody=everybody,
            country=teller.value(indicator, country.value),
        ),
        caption=teller.say("intervals_caption", everybody=everybody),
    )


def mark_of(figure: Figure, label: str, indicator: Indicator, teller: Teller) -> Mark:
    """Return a figure as it is drawn under a label."""
    if each := figure.standardised:
        text = teller.value(indicator, each.value)
        return Mark(label, text, each.value, each.low, each.high, is_uncertain=figure.display is Display.UNCERTAIN)
    return Mark(label, "" if figure.n is None else f"{figure.n}: {teller.words['count_only']}")


def _funnel(comparison: Comparison, indicator: Indicator, teller: Teller, whole: Whole) -> Chart | None:
    if not (whole.funnel and whole.standardised):
        return None
    variance = whole.standardised.standard_error**2 * whole.standardised.n
    dots = [_dot(row, each, row.figures[indicator], variance) for row in comparison.rows if (each := row.figures[indicator].standardised)]
    outside = sum(dot.is_apart for dot in dots)
    limits = (teller.words[name] for name in ("together", "limit_warning", "limit_alarm", "funnel_across"))
    words = FunnelWords(*limits)
    return Chart(
        svg=funnel_chart(
            dots,
            whole.funnel,
            variance,
            scale=indicator.measure.scale,
            words=words,
            write=lambda value: teller.value(indicator, value),
            count=lambda n: number(n, teller.language),
        ),
        alt=teller.say("funnel_alt", indicator=teller.indicator(indicator), within=len(dots) - outside, outside=outside),
        caption=teller.words["funnel_caption"],
    )


def _dot(row: CountyRow, each: Standardised, figure: Figure, variance: float) -> Dot:
    is_apart = figure.standing not in {None, Standing.WITHIN}
    return Dot(row.county, variance / each.standard_error**2, each.value, is_apart, figure.display is Display.UNCERTAIN)


def _figures(comparison: Comparison, indicator: Indicator, teller: Teller) -> Table:
    words = teller.words
    rows = [(teller.label(row.county), *figure_cells(row.figures[indicator], indicator, teller)) for row in comparison.rows]
    if (country := comparison.country[indicator].standardised) and not comparison.is_of_one:
        own = (teller.value(indicator, country.value), teller.interval(indicator, country.low, country.high))
        crude = teller.value(indicator, country.crude)
        rows.append((begun(_everybody(comparison, teller)), *own, crude, _DASH, number(country.n, teller.language), _DASH))
    caption = teller.say("figures_caption", indicator=teller.indicator(indicator), quarter=teller.quarter(comparison.quarter))
    return without_empty_columns(Table(caption, (words["county"], *(words[each] for each in FIGURE_COLUMNS)), tuple(rows)))


def without_empty_columns(table: Table) -> Table:
    """Return a table without the columns in which no row has anything."""
    kept = [number for number in range(len(table.head)) if any(row[number] != _DASH for row in table.rows)]
    head, *rows = (tuple(row[number] for number in kept) for row in (table.head, *table.rows))
    return replace(table, head=head, rows=tuple(rows))


def figure_cells(figure: Figure, indicator: Indicator, teller: Teller) -> tuple[str, ...]:
    """Return a figure as a row of a table tells it, under the heads that `FIGURE_COLUMNS` names."""
    if figure.n is None:
        return (teller.words["too_few"], *[_DASH] * 5)
    n = number(figure.n, teller.language)
    if figure.crude is None:
        return (teller.words["count_only"], *[_DASH] * 3, n, _DASH)
    note = f" ({teller.words['uncertain']})" if figure.display is Display.UNCERTAIN else ""
    own = (_DASH, _DASH)
    if each := figure.standardised:
        own = (teller.value(indicator, each.value) + note, teller.interval(indicator, each.low, each.high))
    crude = (teller.value(indicator, figure.crude.value) + note, teller.interval(indicator, figure.crude.low, figure.crude.high))
    return (*own, *crude, n, teller.words[figure.standing] if figure.standing else _DASH)


def _behind(comparison: Comparison, indicator: Indicator, teller: Teller) -> Table | None:
    """Return each county's change and spread of units; None where no county has either."""
    head = (teller.words["county"], teller.words["change"], teller.words["units"])
    rows = tuple(
        (
            teller.label(row.county),
            _change(row.figures[indicator].change, indicator, teller),
            _units(row.figures[indicator], indicator, teller),
        )
        for row in comparison.rows
    )
    told = without_empty_columns(Table(teller.words["behind_caption"], head, rows))
    return told if len(told.head) > 1 else None


def _change(change: Change | None, indicator: Indicator, teller: Teller) -> str:
    return teller.change(indicator, change.value, change.low, change.high) if change else _DASH


def _units(figure: Figure, indicator: Indicator, teller: Teller) -> str:
    if figure.units is None:
        return _DASH
    return teller.say("units_told", interval=teller.interval(indicator, figure.units.low, figure.units.high), n=figure.units.units)


def _asked(comparison: Comparison, indicator: Indicator, teller: Teller) -> Table:
    words = teller.words
    head = (words["county"], words["responses"], words["rate"], *(words[key] for key in _CHANNELS.values()), words["coarse"])
    rows = tuple(_asked_row(row, indicator, teller) for row in comparison.rows)
    return without_empty_columns(Table(teller.say("asked_caption", quarter=teller.quarter(comparison.quarter)), head, rows))


def _asked_row(row: CountyRow, indicator: Indicator, teller: Teller) -> tuple[str, ...]:
    def share(part: int | None) -> str:
        return _DASH if part is None or not row.responses else percent(part / row.responses, teller.language)

    each = row.figures[indicator].standardised
    return (
        teller.label(row.county),
        teller.words["too_few"] if row.responses is None else number(row.responses, teller.language),
        _DASH if row.rate is None else percent(row.rate, teller.language),
        *(share(row.channels.get(channel)) for channel in _CHANNELS),
        percent(each.coarse, teller.language) if each else _DASH,
    )


def _calls(comparison: Comparison, teller: Teller) -> Block:
    """Return how many units call in each county; which, says the open data, and each county's own page with their names."""
    counts = Counter(call.county for call in comparison.calls)
    if not counts:
        return Paragraph(teller.words["calls_none" if comparison.tells_units else "calls_untold"])
    rows = tuple((teller.label(county), number(counts[county], teller.language)) for county in sorted(counts))
    return Table(teller.words["calls_caption"], (teller.words["county"], teller.words["calls_count"]), rows)


def _refused(comparison: Comparison, teller: Teller) -> Table | None:
    rows = tuple((teller.label(each.county), reason_of(each, teller)) for each in comparison.refused)
    return Table(teller.words["not_compared_caption"], (teller.words["county"], teller.words["reason"]), rows) if rows else None


def _absent(comparison: Comparison, teller: Teller) -> Paragraph | None:
    """Return the counties that have not delivered; all for one reason, so a sentence names them."""
    absent = [teller.short_name(code) for code in sorted(teller.organisations) if code not in comparison.delivered]
    return Paragraph(teller.say("absent", n=len(absent), counties=", ".join(absent))) if absent else None


def reason_of(refusal: Refusal, teller: Teller) -> str:
    """Return why a county is not compared."""
    how = refusal.method
    theirs = {
        Unlike.METHOD: how.version,
        Unlike.INSTRUMENT: how.instrument,
        Unlike.INSTRUMENT_VERSION: how.instrument_version,
        Unlike.THRESHOLD: how.k,
        Unlike.CHANNELS: ", ".join(sorted(how.channels)),
    }[refusal.reason]
    return teller.say(f"unlike_{refusal.reason}", theirs=theirs)

"""What the country's open data says of one county, in words, a table and a drawing. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vaste.documents.blocks import Chart, Table
from vaste.indicators.display import Display
from vaste.indicators.funnel import Standing
from vaste.indicators.standardised import ALL
from vaste.national.comparison.charts import Mark, interval_chart
from vaste.national.comparison.open_data import REFUSED
from vaste.national.comparison.rules import FEWEST_IN_A_FUNNEL, NPS, Indicator, Kind, Unlike
from vaste.national.comparison.telling import Teller, begun, without_empty_columns
from vaste.organisations.formats import number, percent
from vaste.organisations.words import Words

Record = Mapping[str, Any]
_DASH = "–"
_MUCH_COARSE = 0.5


@dataclass(frozen=True)
class OwnCounty:
    """A county beside the country. problem: why there is nothing to show, in place of the table."""

    code: str
    heading: str
    problem: str | None = None
    is_standardised: bool = False
    finding: str = ""
    note: str = ""
    table: Table | None = None
    chart: Chart | None = None
    units: Table | None = None


@dataclass(frozen=True)
class _Pair:
    """An indicator with the county's record and that of all counties compared."""

    indicator: Indicator
    own: Record
    country: Record | None


def own_county(comparison: Mapping[str, Any], code: str, name: str, units: Mapping[str, str], words: Words, teller: Teller) -> OwnCounty:
    """Return what a published comparison says of a county.

    name: as the county calls itself. units: the names of those that the reader sees, by OID. words: of the page.
    """
    own = {str(record["indicator"]): record for record in comparison["records"] if record["county"] == code}
    quarter = teller.quarter(str(comparison["quarter"]))
    if not own:
        return OwnCounty(code, f"{words['title']}: {quarter}", words["absent"].format(county=name))
    score = own[NPS.key]
    if score["state"] == REFUSED:
        reason = words[f"reason_{Unlike(score['reason'])}"]
        return OwnCounty(code, f"{words['title']}: {quarter}", words["refused"].format(county=name, reason=reason))
    compared = {str(each["county"]) for each in comparison["records"] if each["state"] != REFUSED} - {ALL}
    beside = {str(each["indicator"]): each for each in comparison["records"] if each["county"] == ALL and len(compared) > 1}
    everybody = teller.everybody(compared)
    pairs = [_Pair(_indicator(key), record, beside.get(key)) for key, record in own.items()]
    return OwnCounty(
        code=code,
        heading=_heading(pairs[0], name, everybody, words, teller),
        is_standardised=score["standardised"] is not None,
        finding=_finding(score, name, compared, words),
        note=_note(score, words, teller),
        table=_table(pairs, quarter, everybody, words, teller),
        units=_units([call for call in comparison["calls"] if call["unit"] in units], units, words, teller),
        chart=_chart([pair for pair in pairs if pair.indicator.kind is Kind.AGREEING and pair.country], words, teller),
    )


def _indicator(key: str) -> Indicator:
    item, _, kind = key.rpartition("-")
    return Indicator(item, Kind(kind)) if item else NPS


def _heading(pair: _Pair, name: str, everybody: str, words: Words, teller: Teller) -> str:
    own, country = pair.own, pair.country
    if own["crude"] is None:
        return words["heading_few"].format(county=name)
    if own["standardised"] is None:
        return words["heading_crude"].format(county=name, figure=_told(own, "crude", NPS, teller))
    told = words["heading_own"].format(county=name, figure=_told(own, "standardised", NPS, teller))
    if not country:
        return told
    return words["heading"].format(own=told, everybody=everybody, country=teller.value(NPS, country["standardised"]))


def _finding(score: Record, name: str, compared: Collection[str], words: Words) -> str:
    """Return whether the difference is real, or what is missing to tell."""
    if len(compared) == 1:
        return words["alone"].format(county=name, fewest=FEWEST_IN_A_FUNNEL)
    return words["finding"].format(verdict=words[_verdict(score)].format(n=len(compared), fewest=FEWEST_IN_A_FUNNEL))


def _verdict(record: Record) -> str:
    """Return the name of the words for where a county stands."""
    return Standing(record["standing"]) if record["standing"] else "unknown"


def _note(score: Record, words: Words, teller: Teller) -> str:
    """Return a warning where much of the county's own mix, or all, has stayed in its figures; nothing otherwise."""
    if score["crude"] is not None and score["standardised"] is None:
        return teller.words["unstandardised"]
    coarse = score["coarse"] or 0.0
    return words["coarse"].format(share=percent(coarse, teller.language)) if coarse > _MUCH_COARSE else ""


def _table(pairs: Sequence[_Pair], quarter: str, everybody: str, words: Words, teller: Teller) -> Table:
    names = ("verdict", "crude", "answers", "change")
    head = (words["indicator"], words["own"], begun(everybody), *(words[name] for name in names))
    rows = tuple(_row(pair, words, teller) for pair in pairs)
    return without_empty_columns(Table(words["caption"].format(quarter=quarter), head, rows))


def _row(pair: _Pair, words: Words, teller: Teller) -> tuple[str, ...]:
    own, indicator = pair.own, pair.indicator
    name = teller.indicator(indicator)
    if own["state"] == Display.TOO_FEW:
        return (name, teller.words["too_few"], *[_DASH] * 5)
    n = number(own["n"], teller.language)
    if own["state"] == Display.COUNT_ONLY:
        return (name, teller.words["count_only"], *[_DASH] * 3, n, _DASH)
    note = f", {teller.words['uncertain']}" if own["state"] == Display.UNCERTAIN else ""
    country = teller.value(indicator, pair.country["standardised"]) if pair.country else _DASH
    return (
        name,
        f"{_told(own, 'standardised', indicator, teller)}{note}",
        country,
        words[f"short_{_verdict(own)}"] if own["standing"] else _DASH,
        _told(own, "crude", indicator, teller),
        n,
        teller.change(indicator, own["change"], own["change_low"], own["change_high"]),
    )


def _told(record: Record, figure: str, indicator: Indicator, teller: Teller) -> str:
    value, low, high = (record[name] for name in (figure, f"{figure}_low", f"{figure}_high"))
    return _DASH if value is None else f"{teller.value(indicator, value)} ({teller.interval(indicator, low, high)})"


def _units(calls: Sequence[Record], names: Mapping[str, str], words: Words, teller: Teller) -> Table | None:
    """Return the units that call, by name."""
    if not calls:
        return None
    head = tuple(words[key] for key in ("unit", "unit_detractors", "unit_answers", "unit_service"))
    rows = sorted(
        (
            names[call["unit"]],
            percent(call["detractors"] / call["n"], teller.language),
            number(call["n"], teller.language),
            percent(call["service_share"], teller.language),
        )
        for call in calls
    )
    return Table(words["units_caption"], head, tuple(rows))


def _chart(pairs: Sequence[_Pair], words: Words, teller: Teller) -> Chart | None:
    if not pairs:
        return None
    marks = [_mark(pair, teller) for pair in pairs]
    country = [teller.value(pair.indicator, pair.country["standardised"]) for pair in pairs if pair.country]
    told = "; ".join(f"{mark.label} {mark.text or teller.words['too_few']}, {beside}" for mark, beside in zip(marks, country, strict=True))
    measure = pairs[0].indicator.measure
    svg = interval_chart(
        marks,
        scale=measure.scale,
        country=None,
        country_text="",
        too_few=teller.words["too_few"],
        write=lambda value: teller.value(pairs[0].indicator, value),
    )
    return Chart(svg, words["chart_alt"].format(figures=told), words["chart_caption"])


def _mark(pair: _Pair, teller: Teller) -> Mark:
    own, label = pair.own, teller.statements.get(pair.indicator.item, pair.indicator.item)
    if own["standardised"] is None:
        return Mark(label, "")
    return Mark(
        label,
        teller.value(pair.indicator, own["standardised"]),
        own["standardised"],
        own["standardised_low"],
        own["standardised_high"],
        is_uncertain=own["state"] == Display.UNCERTAIN,
        country=pair.country["standardised"] if pair.country else None,
    )

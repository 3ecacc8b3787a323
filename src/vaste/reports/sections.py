"""The chapters of a report from its facts, in the reader's words. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date

from vaste.documents.blocks import Block, Chart, Paragraph, Quote, Section, Table
from vaste.indicators.nps import Nps
from vaste.indicators.statements import Statement
from vaste.organisations.formats import day, month
from vaste.organisations.words import Words, service_name
from vaste.reports.charts import Bar, Point, score_chart, statement_chart
from vaste.reports.data import data_of
from vaste.reports.document import Report
from vaste.reports.facts import Collected, Facts, Way
from vaste.reports.periods import earlier
from vaste.reports.rules import RANKED_FROM, SLIGHT_MEAN, SLIGHT_NPS, best_items, missing_groups, weakest_items
from vaste.reports.sentences import (
    Writer,
    goal_word,
    items_named,
    mean_sentences,
    order_sentences,
    overall_of,
    score_sentences,
    shown_statements,
)
from vaste.responses.rules import UNKNOWN_AGE, Channel
from vaste.results.figures import Figures

_OWN_LANGUAGE = "own-language"
_CHANNEL_WORDS = {Channel.SMS: "channel_sms", Channel.LINK: "channel_link", Channel.BOTH: "channel_both"}


def write(facts: Facts, words: Words) -> Report:
    """Return the report that facts make."""
    county = facts.scope.county
    writer = Writer(words, facts.language, facts.goals, facts.limits)
    sections = [
        Section(words["chapter_collected"], ()),
        *(Section(_way_name(way, writer), tuple(_collected(way, writer)), 2) for way in facts.ways),
        Section(words["chapter_figures"], ()),
        *(Section(_way_name(way, writer), tuple(_figures(way, writer, facts)), 2) for way in facts.ways),
        Section(words["chapter_language"], tuple(_language(facts, writer))),
        Section(words["chapter_said"], tuple(_said(facts, writer))),
        Section(words["chapter_done"], tuple(Paragraph(text) for text in facts.done or (words["done_none"],))),
        Section(words["chapter_method"], tuple(Paragraph(text) for text in _method(writer))),
    ]
    return Report(
        language=facts.language,
        county=county.name(facts.language),
        title=words["title"],
        subtitle=words["subtitle"],
        scope=_scope_name(facts, writer),
        period=writer.period(facts.period),
        made=writer.say("made", day=day(facts.made_on)),
        page=words["page"],
        summary_heading=words["in_short"],
        summary=tuple(_summary(facts, writer)),
        sections=tuple(sections),
        data=tuple(data_of(facts)),
    )


def _scope_name(facts: Facts, writer: Writer) -> str:
    scope = facts.scope
    if scope.is_county:
        return writer.words["whole_county"]
    return (
        scope.units[0].name(writer.language)
        if scope.is_unit
        else writer.say("service_line", service=service_name(scope.key, writer.language))
    )


def _way_name(way: Collected, writer: Writer) -> str:
    return ", ".join(way.names) or writer.words[f"way_{way.way}"]


def _before(writer: Writer, facts: Facts) -> str:
    return writer.period(earlier(facts.period))


def _summary(facts: Facts, writer: Writer) -> Iterator[str]:
    """Yield the findings, one line for each way and question."""
    for way in facts.ways:
        whole, name, before = way.whole, _way_name(way, writer), _before(writer, facts)
        if whole.is_hidden:
            yield f"{name}: {writer.words['nothing_short']}" if len(facts.ways) > 1 else writer.words["nothing_short"]
            continue
        found = (score_sentences(writer, name, whole.nps, (before, way.before.nps)), _mean_and_order(way, writer, name, before))
        yield from (" ".join(said) for said in found if said)


def _mean_and_order(way: Collected, writer: Writer, name: str, before: str) -> list[str]:
    mean = overall_of(writer, way.whole.statements)
    if mean is None:
        return []
    said = mean_sentences(writer, name, way.whole.responses, mean, (before, overall_of(writer, way.before.statements)))
    return [*said, *order_sentences(writer, shown_statements(writer, way.whole.statements), way.statements)]


def _collected(way: Collected, writer: Writer) -> Iterator[Block]:
    """Yield how answers came on one way, how many, and in which languages."""
    if way.way is Way.INVITED:
        yield Paragraph(" ".join([writer.words["collected_invited"], *_who_answered(way, writer), *_covers(way, writer)]))
        yield _channel_table(way, writer)
    else:
        yield Paragraph(" ".join([writer.words["collected_old"], *_covers(way, writer)]))
    yield _language_table(way, writer)
    if len(way.series) > 1:
        series = ", ".join(f"{writer.short(period)}: {writer.count(figures.responses)}" for period, figures in way.series)
        yield Paragraph(writer.say("series_answers", series=series))


def _who_answered(way: Collected, writer: Writer) -> Iterator[str]:
    """Yield the response rate, and which languages and ages answered clearly less often."""
    whole = way.whole
    if whole.response_rate is None or not whole.invited:
        return
    yield writer.say("response_rate_is", invited=writer.number(whole.invited), rate=writer.percent(whole.response_rate))
    groups = {_language_name(key, writer): figures for key, figures in way.languages.items()}
    groups |= {writer.say("age", band=key): figures for key, figures in way.ages.items() if key != UNKNOWN_AGE}
    rates = {name: figures.response_rate for name, figures in groups.items() if figures.invited}
    missing = missing_groups(rates, whole.response_rate)
    unknown = [name for name, rate in rates.items() if rate is None]
    if missing:
        yield writer.say("missing_is", groups=", ".join(f"{name} ({writer.percent(rates[name] or 0.0)})" for name in missing))
    elif not unknown:
        yield writer.words["missing_none"]
    if unknown:
        yield writer.say("missing_unknown", groups=", ".join(unknown))


def _covers(way: Collected, writer: Writer) -> Iterator[str]:
    """Yield the months that answers come from, where they are not the whole period."""
    if not way.months:
        return
    first, last = (month(date.fromisoformat(f"{key}-01"), writer.language) for key in (way.months[0], way.months[-1]))
    yield writer.say("covers", first=first, last=last) if first != last else writer.say("covers_one", first=first)


def _channel_table(way: Collected, writer: Writer) -> Table:
    words, total = writer.words, way.whole.responses
    rows = []
    for channel, figures in way.channels.items():
        share = writer.percent(figures.responses / total) if figures.responses and total else words["none"]
        rows.append((words[_CHANNEL_WORDS[Channel(channel)]], writer.count(figures.responses), share))
    return Table(words["channels_caption"], (words["column_channel"], words["column_answers"], words["column_share"]), tuple(rows))


def _language_table(way: Collected, writer: Writer) -> Table:
    words = writer.words
    rows = []
    for language, figures in way.languages.items():
        row = [_language_name(language, writer), writer.count(figures.responses)]
        if way.way is Way.INVITED:
            rate = words["none"] if figures.response_rate is None else writer.percent(figures.response_rate)
            row += [words["none"] if figures.invited is None else writer.number(figures.invited), rate]
        rows.append((*row, *_result_cells(way, figures, writer)))
    head = [words["column_language"], words["column_answers"]]
    head += [words["column_invited"], words["column_rate"]] if way.way is Way.INVITED else []
    return Table(f"{_way_name(way, writer)}: {words['languages_caption']}", (*head, *_result_head(way, writer)), tuple(rows))


def _result_head(way: Collected, writer: Writer) -> tuple[str, str]:
    return writer.words["column_nps" if way.asks_to_recommend else "column_mean_of_all"], writer.words["column_interval"]


def _result_cells(way: Collected, figures: Figures, writer: Writer) -> tuple[str, str]:
    """Return the score and its interval; where nobody was asked to recommend, the mean of all statements."""
    if way.asks_to_recommend:
        return _score_cells(figures.nps, writer)
    mean = overall_of(writer, figures.statements)
    if mean is None:
        return writer.words["none"], writer.words["none"]
    return writer.number(mean.mean, 2), writer.interval(mean.low, mean.high, 2)


def _score_cells(nps: Nps | None, writer: Writer) -> tuple[str, str]:
    if nps is None:
        return writer.words["none"], writer.words["none"]
    if not writer.is_figure(nps):
        return writer.words["too_few"], writer.words["none"]
    return writer.number(nps.value), writer.interval(nps.low, nps.high)


def _figures(way: Collected, writer: Writer, facts: Facts) -> Iterator[Block]:
    """Yield one way's score and statements, each in words, drawn and as a table."""
    whole, name, before = way.whole, _way_name(way, writer), _before(writer, facts)
    if way.asks_to_recommend:
        yield Paragraph(" ".join([*score_sentences(writer, name, whole.nps, (before, way.before.nps)), _score_series(way, writer)]))
        yield _score_drawn(way, writer, name)
        yield _score_table(way, writer)
    elif whole.is_hidden:
        yield Paragraph(writer.words["nothing_short"])
    if shown_statements(writer, whole.statements):
        yield Paragraph(" ".join(_mean_and_order(way, writer, name, before)))
        yield _statements_drawn(way, writer)
        yield _statement_table(way, writer)
    if len(way.units) > 1:
        yield _unit_table(way, writer)


def _score_series(way: Collected, writer: Writer) -> str:
    if len(way.series) < 2:
        return ""
    return writer.say("series_nps", series=_series(way, writer))


def _series(way: Collected, writer: Writer) -> str:
    return ", ".join(f"{writer.short(period)}: {_score_cells(figures.nps, writer)[0]}" for period, figures in way.series)


def _score_drawn(way: Collected, writer: Writer, name: str) -> Chart:
    points = [
        Point(writer.short(period), figures.nps if writer.is_figure(figures.nps) else None, _score_cells(figures.nps, writer)[0])
        for period, figures in way.series
    ]
    goal = writer.number(writer.goals.nps)
    return Chart(
        svg=score_chart(points, goal=writer.goals.nps, goal_text=writer.say("goal_line", goal=goal), too_few=writer.words["too_few"]),
        alt=writer.say("nps_chart_alt", way=name, series=_series(way, writer), goal=goal),
        caption=writer.words["nps_chart"],
    )


def _score_table(way: Collected, writer: Writer) -> Table:
    words, goal = writer.words, writer.number(writer.goals.nps)
    rows = tuple(
        (
            writer.period(period),
            writer.count(figures.responses),
            *_score_cells(figures.nps, writer),
            goal_word(writer, figures.nps, writer.goals.nps),
        )
        for period, figures in way.series
    )
    head = tuple(words[key] for key in ("column_period", "column_answers", "column_nps", "column_interval"))
    return Table(words["periods_caption"], (*head, writer.say("column_goal", goal=goal)), rows)


def _statements_drawn(way: Collected, writer: Writer) -> Chart:
    words, shown = writer.words, shown_statements(writer, way.whole.statements)
    bars = [
        Bar(text, shown.get(item), writer.number(shown[item].mean, 2) if item in shown else "")
        for item, text in way.statements.items()
        if item in way.whole.statements
    ]
    return Chart(
        svg=statement_chart(
            bars, steps=(words["step_low"], words["step_middle"], words["step_high"]), mean=words["column_mean"], too_few=words["too_few"]
        ),
        alt=writer.say("statement_chart_alt", items=items_named(writer, list(shown), shown, way.statements)),
        caption=words["statement_chart"],
    )


def _statement_table(way: Collected, writer: Writer) -> Table:
    words, goal = writer.words, writer.number(writer.goals.statement_mean, 1)
    results = way.whole.statements
    rows = tuple(
        (text, *_statement_cells(results[item], writer), goal_word(writer, results[item], writer.goals.statement_mean))
        for item, text in way.statements.items()
        if item in results
    )
    head = ("column_statement", "column_answers", "column_mean", "column_interval", "column_agree")
    return Table(words["statements_caption"], (*(words[key] for key in head), writer.say("column_goal", goal=goal)), rows)


def _statement_cells(result: Statement | None, writer: Writer) -> tuple[str, str, str, str]:
    none = writer.words["none"]
    if result is None:
        return writer.words["too_few"], none, none, none
    n = writer.number(result.n)
    if not writer.is_figure(result):
        return n, writer.words["too_few"], none, none
    return n, writer.number(result.mean, 2), writer.interval(result.low, result.high, 2), writer.percent(result.agree_share)


def _unit_table(way: Collected, writer: Writer) -> Table:
    words = writer.words
    rows = tuple((name, writer.count(figures.responses), *_result_cells(way, figures, writer)) for name, figures in way.units.items())
    head = (words["column_unit"], words["column_answers"], *_result_head(way, writer))
    return Table(words["units_caption"], head, rows)


def _language(facts: Facts, writer: Writer) -> Iterator[Block]:
    """Yield how people got service in their own language, the question that a language section of decision-makers asks."""
    ways = [way for way in facts.ways if way.whole.statements.get(_OWN_LANGUAGE)]
    if not ways:
        yield Paragraph(writer.words["own_language_none"])
    for way in ways:
        result = way.whole.statements[_OWN_LANGUAGE]
        text = way.statements.get(_OWN_LANGUAGE, _OWN_LANGUAGE)
        if result is None or not writer.is_figure(result):
            yield Paragraph(writer.words["own_language_none"])
            continue
        shown = shown_statements(writer, way.whole.statements)
        said = writer.say(
            "own_language_is",
            way=_way_name(way, writer),
            text=text,
            mean=writer.number(result.mean, 1),
            interval=writer.interval(result.low, result.high, 1),
            agree=writer.percent(result.agree_share),
            n=writer.number(result.n),
        )
        extreme = [key for key, items in (("best", best_items(shown)), ("weakest", weakest_items(shown))) if items == [_OWN_LANGUAGE]]
        yield Paragraph(" ".join([said, *(writer.words[f"own_language_{key}"] for key in extreme)]))
        yield _own_language_table(way.languages, text, writer)


def _own_language_table(rows: Mapping[str, Figures], text: str, writer: Writer) -> Table:
    words = writer.words
    cells = tuple(
        (_language_name(language, writer), *_statement_cells(figures.statements.get(_OWN_LANGUAGE), writer))
        for language, figures in rows.items()
    )
    head = ("column_language", "column_answers", "column_mean", "column_interval", "column_agree")
    return Table(writer.say("own_language_caption", text=text), tuple(words[key] for key in head), cells)


def _said(facts: Facts, writer: Writer) -> Iterator[Block]:
    """Yield what comments are about, how they sound, and the quotes that staff approved."""
    words = writer.words
    if facts.comments >= writer.limits.too_few_below:
        yield Paragraph(writer.say("comments_are", n=writer.number(facts.comments)))
        yield Table(words["themes_caption"], (words["column_theme"], words["column_comments"]), tuple(_themes(facts, writer)))
    if not facts.quotes:
        yield Paragraph(words["quotes_none"])
        return
    yield Paragraph(words["quotes_intro"])
    for quote in facts.quotes:
        yield Quote(quote.text, quote.language, quote.unit)


def _themes(facts: Facts, writer: Writer) -> Iterator[tuple[str, str]]:
    """Yield themes with how many comments are about them, the most frequent first; few are hidden like few answers."""
    for theme, count in sorted(facts.themes, key=lambda pair: -pair[1]):
        yield writer.words[f"theme_{theme}"], writer.count(count if count >= writer.limits.too_few_below else None)


def _method(writer: Writer) -> Iterator[str]:
    limits = writer.limits
    yield writer.words["method_nps"]
    yield writer.words["method_mean"]
    yield writer.say(
        "method_words", nps=writer.number(SLIGHT_NPS), mean=writer.number(SLIGHT_MEAN, 1), ranked=writer.number(RANKED_FROM, 1)
    )
    yield writer.say("method_few", n=str(limits.too_few_below), figure=str(limits.count_only_below), uncertain=str(limits.uncertain_below))
    yield writer.words["method_period"]


def _language_name(language: str, writer: Writer) -> str:
    return writer.words.get(f"language_{language}", language)

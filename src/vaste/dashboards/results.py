"""Put a question to the record: whose figures, of which days, by what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from vaste.dashboards.figures import Figures, Part, breakdown, figures, hidden_figures, shown_counts
from vaste.indicators.display import Thresholds, hidden_parts
from vaste.invitations.models import InvitedCount
from vaste.invitations.queries import count_invited
from vaste.organisations.models import County, Unit
from vaste.organisations.rules import CountySettings
from vaste.responses.models import Response
from vaste.responses.periods import span
from vaste.responses.queries import Dimension, Selection, count_responses, known_days, responses_by_unit
from vaste.responses.rules import Channel
from vaste.responses.tally import Tally
from vaste.surveys.instrument import Branch, ItemKind, national_adult


@dataclass(frozen=True)
class Question:
    """What is asked of the record.

    units: whose figures. reach: all units whose figures the same reader may see, among which no hidden one may be found
    by subtraction. first and last: days, both included; None where open.
    """

    county: County
    units: tuple[str, ...]
    reach: tuple[str, ...]
    first: date | None = None
    last: date | None = None
    channel: str | None = None
    by: Dimension | None = None


@dataclass(frozen=True)
class Results:
    """The answer. `first` and `last` are the days counted, None when there is nothing; `rows` are by key, in order."""

    first: date | None
    last: date | None
    whole: Figures
    channels: dict[str, int | None]
    rows: dict[str, Figures]
    thresholds: Thresholds


def thresholds(settings: CountySettings) -> Thresholds:
    """Return the county's numbers of answers from which more is shown."""
    display = settings.display
    return Thresholds(display.too_few_below, display.count_only_below, display.uncertain_below)


def statement_ids(settings: CountySettings) -> list[str]:
    """Return the statements that a county asks, the national ones first."""
    asked = [item for branch in Branch for item in national_adult().statements_for(branch)]
    own = set(settings.own_statements)
    return list(dict.fromkeys(item.id for item in asked if item.kind is ItemKind.BASE or item.id in own))


def answer_question(question: Question) -> Results:
    """Return the figures that a question asks for, each with its interval, or hidden where answers are too few."""
    settings = question.county.settings
    limits, counted = thresholds(settings), span(question.first, question.last)
    selection = Selection(question.units, counted)
    tallies = count_responses(selection, question.by)
    invited = {} if question.channel else count_invited(selection, question.by)
    by_channel = _responses_by_channel(tallies, settings)
    items = _items(settings, tallies)
    whole = Part(_added(tallies, channel=question.channel), None if question.channel else sum(invited.values()))
    few = limits.too_few_below
    gives_away = _is_hidden_sibling(question, selection, few) or _is_hidden_channel(question.channel, by_channel, few)
    rows = {} if question.by is None else _parts(question, tallies, invited, by_channel)
    first, last = _days(question, selection)
    return Results(
        first=first,
        last=last,
        whole=hidden_figures(whole.invited, items) if gives_away else figures(whole, items, few),
        channels=dict.fromkeys(by_channel) if gives_away else shown_counts(by_channel, few),
        rows={key: hidden_figures(part.invited, items) for key, part in rows.items()} if gives_away else breakdown(rows, items, few),
        thresholds=limits,
    )


def _added(tallies: Mapping[tuple[str, str], Tally], *, part: str | None = None, channel: str | None = None) -> Tally:
    """Return the counts of a part and a channel together; None takes them all."""
    chosen = [tally for key, tally in tallies.items() if part in {None, key[0]} and channel in {None, key[1]}]
    return sum(chosen, Tally())


def _responses_by_channel(tallies: Mapping[tuple[str, str], Tally], settings: CountySettings) -> dict[str, int]:
    """Return the responses by channel: those that the county offers, also without answers, and those found."""
    sending = settings.sending
    offered = {Channel.SMS: sending.reply_way, Channel.LINK: sending.link_way, Channel.BOTH: sending.reply_way and sending.link_way}
    found = {channel for _, channel in tallies}
    named = [channel for channel in Channel if offered[channel] or channel in found]
    return {str(channel): _added(tallies, channel=channel).responses for channel in [*named, *sorted(found.difference(named))]}


def _items(settings: CountySettings, tallies: Mapping[tuple[str, str], Tally]) -> list[str]:
    """Return the statements to show: those the county asks, then those that only earlier instruments had."""
    asked = statement_ids(settings)
    found = {item for tally in tallies.values() for item in tally.statements}
    return [*asked, *sorted(found.difference(asked))]


def _is_hidden_sibling(question: Question, selection: Selection, too_few_below: int) -> bool:
    """Tell whether the reader, who sees more units than asked about, could find another unit's few answers by subtraction."""
    if set(question.units) == set(question.reach):
        return False
    counts = responses_by_unit(Selection(question.reach, selection.span))
    answered = list(counts)
    hidden = hidden_parts(list(counts.values()), too_few_below)
    return any(answered[place] in question.units for place in hidden)


def _is_hidden_channel(channel: str | None, by_channel: Mapping[str, int], too_few_below: int) -> bool:
    return channel is not None and shown_counts(by_channel, too_few_below).get(channel) is None


def _parts(
    question: Question, tallies: Mapping[tuple[str, str], Tally], invited: Mapping[str, int], by_channel: Mapping[str, int]
) -> dict[str, Part]:
    """Return the parts in order: every channel and language that the county offers, and the units and months with anybody in them."""
    if question.by is Dimension.CHANNEL:
        chosen = [channel for channel in by_channel if question.channel in {None, channel}]
        return {channel: Part(_added(tallies, channel=channel), None) for channel in chosen}
    keys = sorted({part for part, _ in tallies} | {part for part, count in invited.items() if count})
    if question.by is Dimension.LANGUAGE:
        keys = list(dict.fromkeys([*question.county.settings.languages, *keys]))
    if question.by is Dimension.UNIT:
        order = list(Unit.objects.filter(oid__in=keys).order_by("name_fi", "oid").values_list("oid", flat=True))
        keys.sort(key=order.index)
    return {
        key: Part(_added(tallies, part=key, channel=question.channel), None if question.channel else invited.get(key, 0)) for key in keys
    }


def _days(question: Question, selection: Selection) -> tuple[date | None, date | None]:
    """Return the first and last day counted: as asked, moved to the start of a period, or as far as the record reaches."""
    first, last = selection.span.weeks_from, question.last
    if first is not None and last is not None:
        return first, last
    ranges = [known_days(question.units, table.objects.all()) for table in (Response, InvitedCount)]
    known = [days for days in ranges if days is not None]
    if not known:
        return first, last
    return first or min(days[0] for days in known), last or max(days[1] for days in known)

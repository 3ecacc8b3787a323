"""Put a question to the record: whose figures, of which days, by what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from vaste.indicators.display import Thresholds
from vaste.invitations.models import InvitedCount
from vaste.invitations.queries import count_invited
from vaste.organisations.models import County, Unit
from vaste.organisations.rules import CountySettings
from vaste.responses.models import Response
from vaste.responses.periods import span
from vaste.responses.queries import Dimension, Selection, count_responses, known_days
from vaste.responses.rules import INVITED_CHANNELS, Channel, channels_beside, in_order_of_age
from vaste.results.figures import Figures, what_is_shown
from vaste.results.table import Place, Table
from vaste.surveys.instrument import Branch, ItemKind, national_adult


@dataclass(frozen=True)
class Question:
    """What is asked of the record.

    units: whose figures: one unit's or those of the whole reach. reach: all units whose figures the same reader may see,
    among which no hidden one may be found by subtraction. first and last: days, both included; None where open.
    """

    county: County
    units: tuple[str, ...]
    reach: tuple[str, ...]
    first: date | None = None
    last: date | None = None
    channel: str | None = None
    by: Dimension | None = None

    def __post_init__(self) -> None:
        assert len(self.units) == 1 or set(self.units) == set(self.reach), "some of several units would be found by subtraction"


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
    limits, selection = (
        thresholds(settings),
        Selection(question.units, span(question.first, question.last), channels_beside(question.channel)),
    )
    table = _table(question, selection, limits.too_few_below)
    invited = _invited(question, selection)
    asked = _asked_cell(question)
    first, last = _days(question, selection)
    return Results(
        first=first,
        last=last,
        whole=table.figures(asked, None if question.channel else sum(invited.values())),
        channels={channel: table.figures({**asked, Dimension.CHANNEL: channel}, None).responses for channel in _channels(question, table)},
        rows={} if question.by is None else _rows(question, question.by, table, invited),
        thresholds=limits,
    )


def _table(question: Question, selection: Selection, too_few_below: int) -> Table:
    """Return the table in which the question's figures lie, with the neighbours from which hidden ones could be found.

    The channel always divides, because no figure may mix channels silently. Other units count only where units are told
    apart: all units together are the same total without them.
    """
    tells_units_apart = question.by is Dimension.UNIT or set(question.units) != set(question.reach)
    axes = [Dimension.UNIT] if tells_units_apart else []
    axes += [Dimension.CHANNEL]
    axes += [question.by] if question.by in {Dimension.MONTH, Dimension.LANGUAGE, Dimension.AGE} else []
    tallies = count_responses(Selection(question.reach, selection.span, selection.channels), axes)
    found = {item for tally in tallies.values() for item in tally.statements}
    asked = statement_ids(question.county.settings) if selection.channels == INVITED_CHANNELS else []
    # Those the county asks, then those that only earlier instruments had.
    items = [*asked, *sorted(found.difference(asked))]
    return Table(tuple(axes), tallies, what_is_shown(tallies, items, too_few_below))


def _asked_cell(question: Question) -> Place:
    unit = None if set(question.units) == set(question.reach) else question.units[0]
    return {Dimension.UNIT: unit, Dimension.CHANNEL: question.channel}


def _channels(question: Question, table: Table) -> list[str]:
    """Return the channels that the county offers, also without answers, and those found; or the one of old answers that is asked for."""
    beside = channels_beside(question.channel)
    if beside != INVITED_CHANNELS:
        return list(beside)
    sending = question.county.settings.sending
    offered = {Channel.SMS: sending.reply_way, Channel.LINK: sending.link_way, Channel.BOTH: sending.reply_way and sending.link_way}
    found = table.values(Dimension.CHANNEL)
    return [channel for channel in INVITED_CHANNELS if offered[channel] or channel in found]


def _rows(question: Question, by: Dimension, table: Table, invited: Mapping[str, int]) -> dict[str, Figures]:
    """Return the rows in order: every channel and language that the county offers, and the units and months with anybody in them."""
    settings, asked = question.county.settings, _asked_cell(question)
    if by is Dimension.CHANNEL:
        chosen = [channel for channel in _channels(question, table) if question.channel in {None, channel}]
        return {channel: table.figures({**asked, by: channel}, None) for channel in chosen}
    keys = in_order(by, table.values(by, asked) | {key for key, count in invited.items() if count}, settings)
    return {key: table.figures({**asked, by: key}, None if question.channel else invited.get(key, 0)) for key in keys}


def _invited(question: Question, selection: Selection) -> dict[str, int]:
    """Return how many were invited by the parts asked for; none where a channel is, for nobody is invited by one."""
    by = [] if question.by in {None, Dimension.CHANNEL} else [Dimension(question.by)]
    counted = None if question.channel else count_invited(selection, by)
    return {"".join(key): count for key, count in (counted or {}).items()}


def in_order(by: Dimension, found: Collection[str], settings: CountySettings) -> list[str]:
    """Return the parts of a breakdown as they are read: units by name, ages from the youngest, and all the county's languages."""
    if by is Dimension.UNIT:
        return list(Unit.objects.filter(oid__in=found).order_by("name_fi", "oid").values_list("oid", flat=True))
    if by is Dimension.AGE:
        return in_order_of_age(found)
    keys = sorted(found)
    return list(dict.fromkeys([*settings.languages, *keys])) if by is Dimension.LANGUAGE else keys


def _days(question: Question, selection: Selection) -> tuple[date | None, date | None]:
    """Return the first and last day counted: as asked, moved to the start of a period, or as far as the record reaches."""
    first, last = selection.span.weeks_from, question.last
    if first is not None and last is not None:
        return first, last
    ranges = [known_days(question.units, Response.objects.filter(channel__in=selection.channels))]
    if selection.channels == INVITED_CHANNELS:
        ranges.append(known_days(question.units, InvitedCount.objects.all()))
    known = [days for days in ranges if days is not None]
    if not known:
        return first, last
    return first or min(days[0] for days in known), last or max(days[1] for days in known)

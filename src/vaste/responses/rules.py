"""How coarsely an answer is kept, how it is written, and when a unit's answers may go to the record. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class PeriodKind(StrEnum):
    """How coarse the date of a response is."""

    WEEK = "week"
    MONTH = "month"


class Channel(StrEnum):
    """The way on which an answer came; one begun by text message and finished on the page came both ways."""

    SMS = "sms"
    LINK = "link"
    BOTH = "sms+link"
    DEVICE = "device"
    QUESTIONNAIRE = "questionnaire"


# Answers of people who were invited after a visit: what a figure counts unless it names another channel.
INVITED_CHANNELS = (Channel.SMS, Channel.LINK, Channel.BOTH)
# Answers that other systems collected before, from whoever wished to give one.
HISTORY_CHANNELS = (Channel.DEVICE, Channel.QUESTIONNAIRE)


def channels_beside(channel: str | None) -> tuple[str, ...]:
    """Return the channels that one table of figures holds: those of the invited, or the one of old answers that is asked for."""
    return (channel,) if channel is not None and channel in HISTORY_CHANNELS else INVITED_CHANNELS


_BANDS = ((18, "0-17"), (25, "18-24"), (35, "25-34"), (45, "35-44"), (55, "45-54"), (65, "55-64"), (75, "65-74"))
_WIDE_BANDS = ((18, "0-17"), (45, "18-44"), (65, "45-64"))
# The wide bands of answers from before they fitted the others (ADR 28); the record may still hold them.
_FORMER_BANDS = ((40, "18-39"), (65, "40-64"))
_OLDEST, _WIDE_OLDEST = "75+", "65+"
UNKNOWN_AGE = "unknown"


def coarse_period(visited_on: date, *, is_small: bool) -> tuple[date, PeriodKind]:
    """Return the first day and kind of the period under which a visit is kept: its week, or its month where the unit is small."""
    if is_small:
        return visited_on.replace(day=1), PeriodKind.MONTH
    return visited_on - timedelta(days=visited_on.weekday()), PeriodKind.WEEK


def age_band(age: int | None, *, is_small: bool) -> str:
    """Return the band of an age in years: seven adult bands, three where the unit is small, `unknown` for a guardian."""
    if age is None:
        return UNKNOWN_AGE
    for below, name in _WIDE_BANDS if is_small else _BANDS:
        if age < below:
            return name
    return _WIDE_OLDEST if is_small else _OLDEST


def without_wide_bands(bands: Iterable[str]) -> set[str]:
    """Return age bands without those of small units, which hold several of the others; all, where there are only such."""
    found = set(bands)
    wide = {name for _, name in (*_WIDE_BANDS, *_FORMER_BANDS)} - {name for _, name in _BANDS} | {_WIDE_OLDEST}
    return found - wide if found - wide - {UNKNOWN_AGE} else found


def in_order_of_age(bands: Iterable[str]) -> list[str]:
    """Return age bands from the youngest to the oldest, a wide one after those that begin at the same age, the unknown last."""
    order = [name for _, name in sorted((*_BANDS, *_WIDE_BANDS, *_FORMER_BANDS))] + [_WIDE_OLDEST, _OLDEST, UNKNOWN_AGE]
    return sorted(bands, key=lambda band: (order.index(band) if band in order else len(order), band))


def channel(*, by_sms: bool, by_link: bool) -> Channel:
    """Return the channel of an answer from the ways that were used."""
    if by_sms and by_link:
        return Channel.BOTH
    return Channel.SMS if by_sms else Channel.LINK


def write_answers(answers: Mapping[str, int]) -> str:
    """Return statement answers as one line, sorted by item id: `access=5;safety=4`. Equal answers give equal lines."""
    return ";".join(f"{item}={value}" for item, value in sorted(answers.items()))


def read_answers(line: str) -> dict[str, int]:
    """Return the statement answers of a line that `write_answers` wrote."""
    return {item: int(value) for item, _, value in (pair.partition("=") for pair in line.split(";") if pair)}


@dataclass(frozen=True)
class Waiting:
    """How many answers of a unit wait in the mailbox, and since which day."""

    unit_oid: str
    answers: int
    since: date


def units_to_publish(waiting: Sequence[Waiting], *, at_least: int, at_most_days: int, today: date) -> list[str]:
    """Return the units whose waiting answers go to the record now.

    A unit's answers go when at least `at_least` of them wait, so that the moment of one answer cannot be tied to one
    response; fewer go when the oldest has waited `at_most_days`, because an answer is owed its place in the figures.
    """
    return [unit.unit_oid for unit in waiting if unit.answers >= at_least or today - unit.since >= timedelta(days=at_most_days)]

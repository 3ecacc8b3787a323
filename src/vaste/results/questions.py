"""Read a question from words, as a command line or an address gives them. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from vaste.responses.queries import Dimension
from vaste.responses.rules import Channel

BREAKDOWNS = (Dimension.UNIT, Dimension.MONTH, Dimension.CHANNEL, Dimension.LANGUAGE, Dimension.AGE)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Fault(StrEnum):
    """Why words are not a question."""

    FROM_IS_NO_DAY = "The first day must be written as 2024-04-01."
    TO_IS_NO_DAY = "The last day must be written as 2024-04-30."
    ENDS_BEFORE_IT_BEGINS = "The last day lies before the first."
    NO_SUCH_CHANNEL = "There is no such channel; the channels are sms, link, sms+link, and for old answers device and questionnaire."
    NO_SUCH_BREAKDOWN = "Results can be broken down by unit, month, channel, language or age."


class QuestionRefused(ValueError):
    """The words given are no question; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Wanted:
    """What a reader wants to see, apart from whose figures."""

    first: date | None = None
    last: date | None = None
    channel: Channel | None = None
    by: Dimension | None = None


def read_wanted(words: Mapping[str, str]) -> Wanted:
    """Return what the words from, to, channel and by say; a missing or empty word says nothing. Raises QuestionRefused."""
    first = _day(words.get("from", ""), Fault.FROM_IS_NO_DAY)
    last = _day(words.get("to", ""), Fault.TO_IS_NO_DAY)
    if first and last and last < first:
        raise QuestionRefused(Fault.ENDS_BEFORE_IT_BEGINS)
    channel, by = words.get("channel", ""), words.get("by", "")
    if channel and channel not in set(Channel):
        raise QuestionRefused(Fault.NO_SUCH_CHANNEL)
    if by and by not in BREAKDOWNS:
        raise QuestionRefused(Fault.NO_SUCH_BREAKDOWN)
    return Wanted(first, last, Channel(channel) if channel else None, Dimension(by) if by else None)


def _day(text: str, fault: Fault) -> date | None:
    if not text:
        return None
    if not _DAY.fullmatch(text):
        raise QuestionRefused(fault)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise QuestionRefused(fault) from None

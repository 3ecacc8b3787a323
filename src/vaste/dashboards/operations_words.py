"""What the page on messaging says, in the reader's words and numbers. The template only sets it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from vaste.messaging.alarms import Raised, Standing, Waiting
from vaste.messaging.measures import What
from vaste.messaging.queries import HourOf, Refusal
from vaste.organisations.formats import day
from vaste.organisations.reader import Reader
from vaste.organisations.words import Words

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class MessagingReader(Reader):
    """Whom the page speaks to, with the time zone of their county."""

    zone: tzinfo

    def moment(self, moment: datetime) -> str:
        local = moment.astimezone(self.zone)
        return f"{day(local.date())} {local:%H.%M}" if self.language == "fi" else f"{day(local.date())} {local:%H:%M}"

    def duration(self, length: timedelta) -> str:
        """Return a length of time in the largest unit that says enough."""
        seconds = int(length.total_seconds())
        for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
            if seconds >= 2 * size:
                return self.words[unit].format(n=self.number(seconds // size))
        return self.words["seconds"].format(n=self.number(max(seconds, 0)))


@dataclass(frozen=True)
class AlarmWords:
    """What is wrong and what to do."""

    what: str
    do: str


@dataclass(frozen=True)
class AccountRow:
    """How an account stands. is_well: nothing about it needs attention."""

    name: str
    state: str
    is_well: bool
    weight: str
    note: str


@dataclass(frozen=True)
class HourRow:
    """An hour of an account. A share is empty where there is nothing to divide."""

    hour: str
    account: str
    handed_over: str
    in_time: str
    soon: str
    undelivered: str
    refused: str
    put_off: str
    unknown: str


@dataclass(frozen=True)
class RefusalRow:
    """What an operator said no to, in plain words. code: as the operator wrote it."""

    account: str
    what: str
    why: str
    code: str
    messages: str


def heading(reader: MessagingReader, alarms: int) -> str:
    """Return the finding in words."""
    if not alarms:
        return reader.words["heading_well"]
    return reader.words["heading_one" if alarms == 1 else "heading_several"].format(n=reader.number(alarms))


def alarm_words(reader: MessagingReader, alarm: Raised, queue_limit: timedelta) -> AlarmWords:
    """Return an alarm with what to do about it."""
    facts = {"account": alarm.account or reader.words["no_account"], "limit": reader.duration(queue_limit)}
    name = alarm.alarm.value
    return AlarmWords(reader.words[f"alarm_{name}"].format(**facts), reader.words[f"do_{name}"].format(**facts))


def waiting_words(reader: MessagingReader, waiting: Waiting) -> list[tuple[str, str]]:
    """Return what waits, and for how long, as names and values."""
    words = reader.words
    nothing = words["nothing_waits"]
    return [
        (words["messages_waiting"], reader.number(waiting.messages)),
        (words["oldest_message"], reader.duration(waiting.oldest_message) if waiting.messages else nothing),
        (words["replies_waiting"], reader.number(waiting.replies)),
        (words["oldest_reply"], reader.duration(waiting.oldest_reply) if waiting.replies else nothing),
    ]


def account_row(reader: MessagingReader, standing: Standing) -> AccountRow:
    """Return how an account stands."""
    words = reader.words
    if standing.trouble:
        state = words[f"state_{standing.trouble}"]
    elif standing.is_silent:
        state = words["state_silent"]
    else:
        state = words["state_connected" if standing.is_connected else "state_not_connected"]
        state = state.format(time=reader.duration(standing.unchanged_for))
    is_well = standing.is_connected and not (standing.trouble or standing.is_silent)
    note = status_words(words, standing.status) if standing.status else ""
    return AccountRow(standing.account, state, is_well, percent_whole(standing.weight / 100, reader), note)


def percent_whole(share: float, reader: MessagingReader) -> str:
    """Return a share as a whole percentage."""
    return reader.percent(share).replace(",0", "").replace(".0", "")


def hour_row(reader: MessagingReader, found: HourOf) -> HourRow:
    """Return what became of an account's messages in an hour."""
    counts = found.counts
    begins = found.hour.astimezone(reader.zone)
    handed_over = counts[What.HANDED_OVER]
    return HourRow(
        hour=f"{begins.day}.{begins.month}. {begins:%H}–{begins + _HOUR:%H}",
        account=found.account,
        handed_over=reader.number(handed_over),
        in_time=_share(counts, What.IN_TIME, reader),
        soon=_share(counts, What.SOON, reader),
        undelivered=reader.number(counts[What.UNDELIVERED] + counts[What.EXPIRED]),
        refused=reader.number(counts[What.REFUSED]),
        put_off=reader.number(counts[What.PUT_OFF]),
        unknown=reader.number(counts[What.UNKNOWN]),
    )


def _share(counts: Mapping[str, int], what: What, reader: MessagingReader) -> str:
    handed_over = counts[What.HANDED_OVER]
    return reader.percent(min(counts[what] / handed_over, 1)) if handed_over else ""


def refusal_row(reader: MessagingReader, found: Refusal) -> RefusalRow:
    """Return what an operator said no to, in plain words."""
    return RefusalRow(
        account=found.account,
        what=reader.words[f"what_{found.what}"],
        why=status_words(reader.words, found.status),
        code=found.status,
        messages=reader.number(found.messages),
    )


def status_words(words: Words, status: str) -> str:
    """Return what an operator's status means; one that we do not know is named as it came."""
    if not status:
        return words["status_none"]
    return words.get(f"status_{status}") or words["status_other"].format(code=status)

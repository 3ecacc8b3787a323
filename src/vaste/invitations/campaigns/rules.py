"""What a campaign may be, what it says of the sending in its units, and when it ends. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_KEY, _LONGEST_NAME = 40, 120
_MOST_NEEDED = 10_000_000
_MOST_MONTHS = 36
_YEARS = range(2000, 2200)
# Answers of the last visits come for two weeks, and the record takes them in within another.
DAYS_AFTER_PERIOD = 21
_MONTHS_IN_QUARTER = 3


class CampaignState(StrEnum):
    """Where a campaign stands."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"


class CampaignEnd(StrEnum):
    """Why a campaign ended."""

    REACHED = "reached"
    PERIOD_OUT = "period_out"
    BY_STAFF = "by_staff"


class Afterwards(StrEnum):
    """What becomes of the sending in a campaign's units when it has ended: it stops, or goes on as the county's settings say."""

    STOP = "stop"
    CONTINUE = "continue"


class CampaignProblem(StrEnum):
    """Why a campaign cannot be begun as it is wished for."""

    KEY = "key"
    KEY_TAKEN = "key_taken"
    NAME = "name"
    UNITS = "units"
    PERIOD = "period"
    PERIOD_OVER = "period_over"
    NEEDED = "needed"
    DEADLINE = "deadline"
    OVERLAP = "overlap"


@dataclass(frozen=True)
class CampaignPlan:
    """A campaign as somebody wishes it. first_on, last_on: the first day of its first month, the last day of its last one.

    Months are those of the record: a response stands in the month in which its week begins, or the month of its visit where the unit
    is small. deadline: the last day on which answers count.
    """

    key: str
    name: str
    unit_oids: frozenset[str]
    first_on: date
    last_on: date
    needed: int
    deadline: date
    afterwards: Afterwards = Afterwards.STOP


@dataclass(frozen=True)
class Cover:
    """What a campaign says of the sending in one of its units."""

    first_on: date
    last_on: date
    has_ended: bool
    afterwards: Afterwards

    def holds_in(self, period_start: date) -> bool:
        """Tell whether a week or month, by its first day, lies in the campaign's months."""
        return self.first_on <= period_start <= self.last_on


def is_collecting(covers: Sequence[Cover], period_start: date, *, only_in_campaigns: bool) -> bool:
    """Tell whether visits of a unit's week or month, by its first day, are asked about.

    A running campaign asks in its months. When it has ended, or its months are over, it decides whether the unit goes on; of several
    the one that began last. Where none has begun yet the county's setting decides.
    """
    if any(cover.holds_in(period_start) and not cover.has_ended for cover in covers):
        return True
    begun = [cover for cover in covers if cover.first_on <= period_start]
    latest = max(begun, key=lambda cover: (cover.first_on, cover.last_on), default=None)
    if latest is not None and latest.afterwards is Afterwards.STOP:
        return False
    return not only_in_campaigns


def state_of(*, first_on: date, ended_on: date | None, today: date) -> CampaignState:
    """Return where a campaign stands on a day of the county."""
    if ended_on is not None:
        return CampaignState.ENDED
    return CampaignState.RUNNING if first_on <= today else CampaignState.PLANNED


def why_end(*, shown: int, needed: int, deadline: date, today: date) -> CampaignEnd | None:
    """Return why a campaign ends now, or None while it goes on.

    shown: the answers that may be shown. What may not be shown cannot be delivered either; and if it counted, campaigns over few
    people could be made to find out how many they are.
    """
    if shown >= needed:
        return CampaignEnd.REACHED
    return CampaignEnd.PERIOD_OUT if today > deadline else None


def usual_deadline(last_on: date) -> date:
    """Return the deadline where none is given: when the answers of the last visits are in."""
    return last_on + timedelta(days=DAYS_AFTER_PERIOD)


def problems_of(plan: CampaignPlan, *, known_units: Iterable[str], smallest: int, today: date) -> list[CampaignProblem]:
    """Return everything that is wrong with a plan in itself. smallest: from how many answers on a number may be shown."""
    wrong = {
        CampaignProblem.KEY: not _KEY.fullmatch(plan.key) or len(plan.key) > _LONGEST_KEY,
        CampaignProblem.NAME: not plan.name.strip() or not plan.name.isprintable() or len(plan.name) > _LONGEST_NAME,
        CampaignProblem.UNITS: not plan.unit_oids or not plan.unit_oids <= set(known_units),
        CampaignProblem.PERIOD: plan.last_on <= plan.first_on or _months(plan.first_on, plan.last_on) > _MOST_MONTHS,
        CampaignProblem.PERIOD_OVER: plan.first_on < plan.last_on < today,
        CampaignProblem.NEEDED: not smallest <= plan.needed <= _MOST_NEEDED,
        CampaignProblem.DEADLINE: plan.deadline < plan.last_on,
    }
    return [problem for problem, is_wrong in wrong.items() if is_wrong]


def key_of(name: str) -> str:
    """Return a key made of a name's plain letters and digits; `campaign` where it has none."""
    plain = name.lower().translate(str.maketrans("åäöé", "aaoe"))
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:_LONGEST_KEY].strip("-") or "campaign"


def month_span(first_month: str, last_month: str) -> tuple[date, date]:
    """Return the first day of one month and the last of another, each as `2026-04`. Raises ValueError."""
    first, last = (date.fromisoformat(f"{month}-01") for month in (first_month, last_month))
    if not all(re.fullmatch(r"[0-9]{4}-[0-9]{2}", month) for month in (first_month, last_month)):
        raise ValueError("A month is written as 2026-04.")
    if not {first.year, last.year} <= set(_YEARS):
        raise ValueError("No campaign lies so far away.")
    return first, (last + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def months_of(first_on: date, last_on: date) -> list[str]:
    """Return the months of a campaign in order, as `2026-04`."""
    start = 12 * first_on.year + first_on.month - 1
    return [f"{at // 12:04}-{at % 12 + 1:02}" for at in range(start, start + _months(first_on, last_on))]


def quarters_of(first_on: date, last_on: date) -> list[str]:
    """Return the quarters that a campaign reaches into, in order, as `2026-Q2`."""
    ends = [4 * day.year + (day.month - 1) // _MONTHS_IN_QUARTER for day in (first_on, last_on)]
    return [f"{at // 4:04}-Q{at % 4 + 1}" for at in range(ends[0], ends[1] + 1)]


def _months(first_on: date, last_on: date) -> int:
    return 12 * (last_on.year - first_on.year) + last_on.month - first_on.month + 1

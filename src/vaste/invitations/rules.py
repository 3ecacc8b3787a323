"""Whom to ask, when, and why not. Pure: values in, an outcome or a moment out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from vaste.organisations.rules import Sending, is_quiet

GUARDIAN = "guardian"


class Outcome(StrEnum):
    """How a visit ended: as an invitation, or as the first of the reasons that applied. The order is the order of the rules."""

    UNIT_NOT_PARTICIPATING = "unit_not_participating"
    DECEASED = "deceased"
    NON_DISCLOSURE = "non_disclosure"
    SENSITIVE_VISIT = "sensitive_visit"
    UNDER_AGE = "under_age"
    NO_CONSENT = "no_consent"
    SEVERAL_NUMBERS = "several_numbers"
    NO_MOBILE_NUMBER = "no_mobile_number"
    OPTED_OUT = "opted_out"
    LATER_VISIT_SAME_DAY = "later_visit_same_day"
    ASKED_RECENTLY = "asked_recently"
    OUTSIDE_PERIOD = "outside_period"
    SAMPLED_OUT = "sampled_out"
    DAILY_CAP = "daily_cap"
    INVITED = "invited"


@dataclass(frozen=True)
class VisitFacts:
    """What a visit itself says, and its unit. phone: E.164 when it is a mobile number, else None.

    participates_from: of the unit. is_collecting: whether the unit's campaigns let visits of these days be asked about.
    """

    visited_on: date
    participates_from: date | None
    deceased: bool
    non_disclosure: bool
    visit_type: str
    age: int | None
    respondent_role: str
    consent: bool
    several_numbers: bool
    phone: str | None
    is_collecting: bool = True


@dataclass(frozen=True)
class PersonFacts:
    """What is known of the person at the moment. asked_at: the planned moments of their other invitations."""

    opted_out: bool = False
    has_later_visit_same_day: bool = False
    asked_at: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class Limits:
    """What the county's settings and the instrument say. planned_at: when this visit's invitation would be sent."""

    age_limit: int
    sensitive_visit_types: frozenset[str]
    quarantine: timedelta
    visits_from: date | None
    visits_to: date | None
    sample_share: float
    daily_cap: int


def why_not_ask_about(visit: VisitFacts, limits: Limits) -> Outcome | None:
    """Return the first reason in the visit itself why nobody is asked about it, or None."""
    if visit.participates_from is None or visit.visited_on < visit.participates_from:
        return Outcome.UNIT_NOT_PARTICIPATING
    if visit.deceased:
        return Outcome.DECEASED
    if visit.non_disclosure:
        return Outcome.NON_DISCLOSURE
    if visit.visit_type in limits.sensitive_visit_types:
        return Outcome.SENSITIVE_VISIT
    if is_under_age(visit, limits.age_limit):
        return Outcome.UNDER_AGE
    if not visit.consent:
        return Outcome.NO_CONSENT
    if visit.several_numbers:
        return Outcome.SEVERAL_NUMBERS
    if visit.phone is None:
        return Outcome.NO_MOBILE_NUMBER
    return None


def is_under_age(visit: VisitFacts, age_limit: int) -> bool:
    """Tell whether the one who would be asked is too young; a guardian is of age, a client of unknown age is not known to be."""
    if visit.respondent_role == GUARDIAN:
        return False
    return visit.age is None or visit.age < age_limit


def why_not_invite(
    visit: VisitFacts, person: PersonFacts, limits: Limits, *, planned_at: datetime, draw: float, invited_that_day: int
) -> Outcome:
    """Return `INVITED`, or the first reason why no invitation may be planned.

    planned_at: when the invitation would be sent, aware. draw: the visit's fixed place in [0, 1) for sampling.
    invited_that_day: how many visits of the same unit and day are invited already.
    """
    reason = why_not_ask_about(visit, limits)
    if reason:
        return reason
    if person.opted_out:
        return Outcome.OPTED_OUT
    if person.has_later_visit_same_day:
        return Outcome.LATER_VISIT_SAME_DAY
    if was_asked_recently(person.asked_at, planned_at, limits.quarantine):
        return Outcome.ASKED_RECENTLY
    if not visit.is_collecting or is_outside_period(visit.visited_on, limits):
        return Outcome.OUTSIDE_PERIOD
    if draw >= limits.sample_share:
        return Outcome.SAMPLED_OUT
    if limits.daily_cap and invited_that_day >= limits.daily_cap:
        return Outcome.DAILY_CAP
    return Outcome.INVITED


def was_asked_recently(asked_at: Sequence[datetime], planned_at: datetime, quarantine: timedelta) -> bool:
    """Tell whether another invitation lies closer to the planned one than the quarantine, before or after it.

    Both directions count, because visits may be fed late and in any order.
    """
    return any(abs(planned_at - moment) < quarantine for moment in asked_at)


def is_outside_period(visited_on: date, limits: Limits) -> bool:
    """Tell whether a visit lies outside the days on which the county collects answers."""
    too_early = limits.visits_from is not None and visited_on < limits.visits_from
    return too_early or (limits.visits_to is not None and visited_on > limits.visits_to)


IsHoliday = Callable[[date], bool]


def planned_moment(visited_at: datetime, *, sending: Sending, zone: ZoneInfo, is_holiday: IsHoliday) -> datetime:
    """Return when a visit's invitation is to be sent: the next day at the county's time, moved past holidays and quiet hours.

    Immediately is the moment of the visit itself: the rule of a rehearsal, for which `next_allowed` holds nothing back.
    """
    if sending.is_immediate:
        return visited_at
    local_day = visited_at.astimezone(zone).date() + timedelta(days=1)
    return next_allowed(_at(local_day, sending.send_at, zone), sending=sending, zone=zone, is_holiday=is_holiday)


def next_allowed(moment: datetime, *, sending: Sending, zone: ZoneInfo, is_holiday: IsHoliday) -> datetime:
    """Return the moment itself when messages may be sent then, else the next one at which they may; aware, in UTC."""
    utc = ZoneInfo("UTC")
    if sending.is_immediate:
        return moment.astimezone(utc)
    local = moment.astimezone(zone)
    while sending.skip_holidays and is_holiday(local.date()):
        local = _at(local.date() + timedelta(days=1), min(local.time(), sending.send_at), zone)
    if is_quiet(local.time(), sending.quiet_from, sending.quiet_until):
        is_evening = local.time() >= sending.quiet_until
        day = local.date() + timedelta(days=1) if is_evening else local.date()
        return next_allowed(_at(day, sending.quiet_until, zone), sending=sending, zone=zone, is_holiday=is_holiday)
    return local.astimezone(utc)


def _at(day: date, moment: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, moment, tzinfo=zone)


class OptOutWay(StrEnum):
    """How a person said that they want no surveys, or want them again: by reply, on the survey page, or to somebody of staff."""

    SMS = "sms"
    PAGE = "page"
    STAFF = "staff"


class SendRefusal(StrEnum):
    """Why a planned message does not leave after all."""

    OPTED_OUT = "opted_out"
    SURVEY_CLOSED = "survey_closed"
    CAMPAIGN_OVER = "campaign_over"
    VISIT_TOO_OLD = "visit_too_old"


def why_not_send(
    *, opted_out: bool, expires_at: datetime, visited_at: datetime, sending: Sending, now: datetime, is_collecting: bool = True
) -> SendRefusal | None:
    """Return why a planned message must not leave, checked at the last second, or None.

    A visit older than `send_within_days` is not asked about any more, except in a rehearsal. is_collecting: whether the unit's campaigns
    still let its visits be asked about.
    """
    if opted_out:
        return SendRefusal.OPTED_OUT
    if expires_at <= now:
        return SendRefusal.SURVEY_CLOSED
    if not is_collecting:
        return SendRefusal.CAMPAIGN_OVER
    if not sending.is_immediate and now - visited_at > timedelta(days=sending.send_within_days):
        return SendRefusal.VISIT_TOO_OLD
    return None

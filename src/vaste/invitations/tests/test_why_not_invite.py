"""Whom to ask and why not: each reason, and that of two the earlier in the list is told."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.invitations.rules import (
    Limits,
    Outcome,
    PersonFacts,
    SendRefusal,
    VisitFacts,
    is_under_age,
    was_asked_recently,
    why_not_invite,
    why_not_send,
)
from vaste.organisations.rules import Sending

REASONS = tuple(outcome for outcome in Outcome if outcome is not Outcome.INVITED)
PLANNED_AT = datetime(2024, 4, 9, 9, tzinfo=UTC)
VISIT = VisitFacts(
    visited_on=date(2024, 4, 8),
    participates_from=date(2024, 4, 8),
    deceased=False,
    non_disclosure=False,
    visit_type="reception",
    age=18,
    respondent_role="client",
    consent=True,
    several_numbers=False,
    phone="+358400000001",
)
LIMITS = Limits(
    age_limit=18,
    sensitive_visit_types=frozenset({"abortion"}),
    quarantine=timedelta(days=30),
    visits_from=date(2024, 4, 1),
    visits_to=date(2024, 4, 30),
    sample_share=0.5,
    daily_cap=3,
)
CASE = {"visit": VISIT, "person": PersonFacts(), "limits": LIMITS, "draw": 0.49, "invited_that_day": 2}


def outcome(case: dict) -> Outcome:
    return why_not_invite(
        case["visit"], case["person"], case["limits"], planned_at=PLANNED_AT, draw=case["draw"], invited_that_day=case["invited_that_day"]
    )


def of_visit(**facts):
    return lambda case: case | {"visit": replace(case["visit"], **facts)}


def of_person(**facts):
    return lambda case: case | {"person": replace(case["person"], **facts)}


def of_limits(**limits):
    return lambda case: case | {"limits": replace(case["limits"], **limits)}


# What alone makes each reason apply, in the order of the issue.
CAUSES = {
    Outcome.UNIT_NOT_PARTICIPATING: of_visit(participates_from=None),
    Outcome.DECEASED: of_visit(deceased=True),
    Outcome.NON_DISCLOSURE: of_visit(non_disclosure=True),
    Outcome.SENSITIVE_VISIT: of_visit(visit_type="abortion"),
    Outcome.UNDER_AGE: of_visit(age=17),
    Outcome.NO_CONSENT: of_visit(consent=False),
    Outcome.SEVERAL_NUMBERS: of_visit(several_numbers=True),
    Outcome.NO_MOBILE_NUMBER: of_visit(phone=None),
    Outcome.OPTED_OUT: of_person(opted_out=True),
    Outcome.LATER_VISIT_SAME_DAY: of_person(has_later_visit_same_day=True),
    Outcome.ASKED_RECENTLY: of_person(asked_at=(PLANNED_AT,)),
    Outcome.OUTSIDE_PERIOD: of_limits(visits_from=date(2024, 4, 9)),
    Outcome.SAMPLED_OUT: lambda case: case | {"draw": 0.5},
    Outcome.DAILY_CAP: lambda case: case | {"invited_that_day": 3},
}


def test_a_visit_without_any_reason_against_it_is_invited():
    assert outcome(CASE) is Outcome.INVITED


def test_the_reasons_stand_in_the_order_in_which_they_are_told():
    assert [reason.value for reason in REASONS] == [
        "unit_not_participating",
        "deceased",
        "non_disclosure",
        "sensitive_visit",
        "under_age",
        "no_consent",
        "several_numbers",
        "no_mobile_number",
        "opted_out",
        "later_visit_same_day",
        "asked_recently",
        "outside_period",
        "sampled_out",
        "daily_cap",
    ]


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_alone_is_told(reason):
    assert outcome(CAUSES[reason](CASE)) is reason


@pytest.mark.parametrize(("earlier", "later"), list(combinations(REASONS, 2)))
def test_of_two_reasons_the_earlier_is_told(earlier, later):
    assert outcome(CAUSES[later](CAUSES[earlier](CASE))) is earlier


@given(st.lists(st.sampled_from(REASONS), min_size=1, max_size=14, unique=True))
def test_of_many_reasons_the_first_is_told(reasons):
    case = CASE
    for reason in reasons:
        case = CAUSES[reason](case)
    assert outcome(case) is min(reasons, key=REASONS.index)


@pytest.mark.parametrize(
    ("participates_from", "told"),
    [("2024-04-07", Outcome.INVITED), ("2024-04-08", Outcome.INVITED), ("2024-04-09", Outcome.UNIT_NOT_PARTICIPATING)],
)
def test_a_unit_participates_from_its_first_day_on(participates_from, told):
    assert outcome(of_visit(participates_from=date.fromisoformat(participates_from))(CASE)) is told


@pytest.mark.parametrize(
    ("age", "role", "is_too_young"),
    [
        (17, "client", True),
        (18, "client", False),
        (0, "client", True),
        (None, "client", True),
        (None, "guardian", False),
        (3, "guardian", False),
    ],
)
def test_who_would_be_asked_must_be_of_age_and_a_guardian_is(age, role, is_too_young):
    assert is_under_age(replace(VISIT, age=age, respondent_role=role), 18) is is_too_young


@pytest.mark.parametrize(("days", "is_recent"), [(0, True), (29, True), (30, False), (31, False), (-29, True), (-30, False), (-400, False)])
def test_a_person_is_left_in_peace_for_30_days_before_and_after_an_invitation(days, is_recent):
    asked_at = [PLANNED_AT + timedelta(days=days)]
    assert was_asked_recently(asked_at, PLANNED_AT, timedelta(days=30)) is is_recent


def test_one_minute_less_than_the_quarantine_is_too_early():
    assert was_asked_recently([PLANNED_AT - timedelta(days=30) + timedelta(minutes=1)], PLANNED_AT, timedelta(days=30))


def test_a_person_never_asked_was_not_asked_recently():
    assert not was_asked_recently([], PLANNED_AT, timedelta(days=365))


def test_with_a_quarantine_of_no_days_everybody_may_be_asked_again():
    assert not was_asked_recently([PLANNED_AT], PLANNED_AT, timedelta(0))


@pytest.mark.parametrize(
    ("visited_on", "told"),
    [
        ("2024-03-31", Outcome.OUTSIDE_PERIOD),
        ("2024-04-01", Outcome.INVITED),
        ("2024-04-30", Outcome.INVITED),
        ("2024-05-01", Outcome.OUTSIDE_PERIOD),
    ],
)
def test_the_first_and_the_last_day_of_the_period_belong_to_it(visited_on, told):
    case = of_visit(visited_on=date.fromisoformat(visited_on), participates_from=date(2024, 1, 1))(CASE)
    assert outcome(case) is told


def test_a_county_without_a_period_a_sample_or_a_cap_invites_every_visit():
    everyone = of_limits(visits_from=None, visits_to=None, sample_share=1.0, daily_cap=0)(CASE)
    assert outcome(everyone | {"draw": 0.999_999, "invited_that_day": 100_000}) is Outcome.INVITED


def test_a_sample_of_nobody_invites_nobody():
    assert outcome(of_limits(sample_share=0.0)(CASE) | {"draw": 0.0}) is Outcome.SAMPLED_OUT


NOW = datetime(2024, 4, 9, 9, tzinfo=UTC)
SENDABLE = {
    "opted_out": False,
    "expires_at": NOW + timedelta(days=1),
    "visited_at": NOW - timedelta(days=1),
    "sending": Sending(),
    "now": NOW,
}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"opted_out": True}, SendRefusal.OPTED_OUT),
        ({"expires_at": NOW}, SendRefusal.SURVEY_CLOSED),
        ({"visited_at": NOW - timedelta(days=30)}, None),
        ({"visited_at": NOW - timedelta(days=30, seconds=1)}, SendRefusal.VISIT_TOO_OLD),
        ({"visited_at": NOW - timedelta(days=400), "sending": Sending(when="immediately")}, None),
        ({"opted_out": True, "expires_at": NOW}, SendRefusal.OPTED_OUT),
        ({"opted_out": True, "sending": Sending(when="immediately")}, SendRefusal.OPTED_OUT),
    ],
)
def test_at_the_last_second_a_message_is_held_back_for_a_reason(changes, reason):
    assert why_not_send(**SENDABLE | changes) is reason

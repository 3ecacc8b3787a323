"""What a campaign may be, what it says of the sending in its units, and when it ends."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.invitations.campaigns.rules import (
    Afterwards,
    CampaignEnd,
    CampaignPlan,
    CampaignProblem,
    CampaignState,
    Cover,
    is_collecting,
    key_of,
    month_span,
    months_of,
    problems_of,
    quarters_of,
    state_of,
    usual_deadline,
    why_end,
)

APRIL, MAY, JULY = date(2026, 4, 1), date(2026, 5, 1), date(2026, 7, 1)
SPRING = Cover(APRIL, date(2026, 6, 30), has_ended=False, afterwards=Afterwards.STOP)
TODAY = date(2026, 3, 20)
PLAN = CampaignPlan("spring", "Kevät", frozenset({"1.2.3"}), APRIL, date(2026, 6, 30), 400, date(2026, 7, 21))

days = st.dates(date(2025, 1, 1), date(2027, 12, 31))
covers = st.builds(
    lambda ends, ended, after: Cover(min(ends), max(ends), ended, after), st.tuples(days, days), st.booleans(), st.sampled_from(Afterwards)
)


# Whether a unit's visits are asked about


@pytest.mark.parametrize("only_in_campaigns", [False, True])
def test_a_running_campaign_asks_in_its_months(only_in_campaigns):
    assert is_collecting([SPRING], MAY, only_in_campaigns=only_in_campaigns)


def test_a_unit_without_a_campaign_goes_on_as_the_county_says():
    assert is_collecting([], MAY, only_in_campaigns=False)
    assert not is_collecting([], MAY, only_in_campaigns=True)


def test_a_campaign_of_months_to_come_changes_nothing_before_them():
    assert is_collecting([SPRING], date(2026, 3, 30), only_in_campaigns=False)
    assert not is_collecting([SPRING], date(2026, 3, 30), only_in_campaigns=True)


@pytest.mark.parametrize("week", [MAY, JULY], ids=["in its months", "after them"])
def test_when_a_campaign_has_ended_its_units_are_left_in_peace(week):
    assert not is_collecting([replace(SPRING, has_ended=True)], week, only_in_campaigns=False)


def test_when_its_months_are_over_its_units_are_left_in_peace_even_before_its_deadline():
    assert not is_collecting([SPRING], JULY, only_in_campaigns=False)


@pytest.mark.parametrize("week", [MAY, JULY])
def test_units_go_on_after_a_campaign_that_says_so(week):
    ended = replace(SPRING, has_ended=True, afterwards=Afterwards.CONTINUE)
    assert is_collecting([ended], week, only_in_campaigns=False)
    assert not is_collecting([ended], week, only_in_campaigns=True)


def test_of_several_campaigns_the_one_that_began_last_says_what_comes_after():
    before = Cover(date(2025, 1, 1), date(2025, 3, 31), has_ended=True, afterwards=Afterwards.STOP)
    after = replace(SPRING, has_ended=True, afterwards=Afterwards.CONTINUE)
    assert is_collecting([after, before], JULY, only_in_campaigns=False)


@given(st.lists(covers, max_size=4), days, st.booleans())
def test_whatever_else_there_is_a_running_campaign_asks(others, week, only_in_campaigns):
    running = Cover(week, week, has_ended=False, afterwards=Afterwards.STOP)
    assert is_collecting([*others, running], week, only_in_campaigns=only_in_campaigns)


@given(st.lists(covers, max_size=4), days)
def test_the_countys_setting_never_makes_more_be_asked(others, week):
    if is_collecting(others, week, only_in_campaigns=True):
        assert is_collecting(others, week, only_in_campaigns=False)


@given(st.lists(covers, max_size=4), days)
def test_the_order_of_campaigns_does_not_matter_where_no_two_begin_and_end_alike(others, week):
    apart = list({(cover.first_on, cover.last_on): cover for cover in others}.values())
    assert is_collecting(apart, week, only_in_campaigns=False) == is_collecting(apart[::-1], week, only_in_campaigns=False)


# When it ends


@pytest.mark.parametrize(
    ("shown", "today", "why"),
    [
        (399, date(2026, 5, 1), None),
        (400, date(2026, 5, 1), CampaignEnd.REACHED),
        (0, date(2026, 7, 21), None),
        (0, date(2026, 7, 22), CampaignEnd.PERIOD_OUT),
        (401, date(2026, 7, 22), CampaignEnd.REACHED),
    ],
)
def test_a_campaign_ends_when_its_number_is_reached_or_its_deadline_is_over(shown, today, why):
    assert why_end(shown=shown, needed=400, deadline=date(2026, 7, 21), today=today) is why


@pytest.mark.parametrize(
    ("ended_on", "today", "state"),
    [
        (None, date(2026, 3, 31), CampaignState.PLANNED),
        (None, APRIL, CampaignState.RUNNING),
        (None, date(2026, 7, 10), CampaignState.RUNNING),
        (MAY, date(2026, 5, 2), CampaignState.ENDED),
    ],
)
def test_a_campaign_is_planned_then_runs_then_has_ended(ended_on, today, state):
    assert state_of(first_on=APRIL, ended_on=ended_on, today=today) is state


# What may be planned


def problems(**changes):
    return problems_of(replace(PLAN, **changes), known_units=["1.2.3", "1.2.4"], smallest=5, today=TODAY)


def test_a_plan_without_fault_has_no_problem():
    assert problems() == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"key": "Spring 2026"}, CampaignProblem.KEY),
        ({"key": "a" * 41}, CampaignProblem.KEY),
        ({"key": ""}, CampaignProblem.KEY),
        ({"name": "  "}, CampaignProblem.NAME),
        ({"name": "a\nb"}, CampaignProblem.NAME),
        ({"unit_oids": frozenset()}, CampaignProblem.UNITS),
        ({"unit_oids": frozenset({"1.2.3", "9.9.9"})}, CampaignProblem.UNITS),
        ({"last_on": date(2026, 3, 31)}, CampaignProblem.PERIOD),
        ({"last_on": date(2029, 4, 30), "deadline": date(2029, 4, 30)}, CampaignProblem.PERIOD),
        ({"first_on": date(2026, 1, 1), "last_on": date(2026, 2, 28)}, CampaignProblem.PERIOD_OVER),
        ({"needed": 4}, CampaignProblem.NEEDED),
        ({"needed": 10_000_001}, CampaignProblem.NEEDED),
        ({"deadline": date(2026, 6, 29)}, CampaignProblem.DEADLINE),
    ],
)
def test_each_fault_of_a_plan_is_named(changes, problem):
    assert problems(**changes) == [problem]


def test_a_campaign_may_begin_in_a_month_under_way_or_past_for_answers_that_are_there_count():
    assert problems(first_on=date(2026, 1, 1), last_on=date(2026, 3, 31), deadline=date(2026, 4, 21)) == []


def test_the_usual_deadline_lets_the_answers_of_the_last_visits_come_in():
    assert usual_deadline(date(2026, 6, 30)) == date(2026, 7, 21)


@pytest.mark.parametrize(("name", "key"), [("Kevät 2026", "kevat-2026"), ("  Ööå!  ", "ooa"), ("***", "campaign"), ("x" * 60, "x" * 40)])
def test_a_key_is_made_of_a_name(name, key):
    assert key_of(name) == key


@given(st.text(max_size=80))
def test_whatever_the_name_its_key_is_one_that_may_be_used(name):
    assert problems(key=key_of(name)) == []


# Months and quarters


def test_months_are_whole():
    assert month_span("2025-12", "2026-02") == (date(2025, 12, 1), date(2026, 2, 28))
    assert months_of(date(2025, 12, 1), date(2026, 2, 28)) == ["2025-12", "2026-01", "2026-02"]
    assert quarters_of(date(2025, 12, 1), date(2026, 2, 28)) == ["2025-Q4", "2026-Q1"]


@pytest.mark.parametrize("month", ["2026-13", "2026", "", "2026-1", "x", "20260101-01", "9999-12", "0001-01", "1999-12"])
def test_what_is_no_month_is_refused(month):
    with pytest.raises(ValueError):
        month_span(month, "2026-04")
    with pytest.raises(ValueError):
        month_span("2026-04", month)

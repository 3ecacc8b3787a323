"""When a campaign's number will be reached, and how sure that is."""

import math
import random
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vaste.invitations.campaigns.forecast import Pace, forecast, pace_of, settled_weeks

TODAY, ENDS = date(2026, 5, 11), date(2026, 7, 7)
EVEN = [40, 40, 40, 40]
weeks = st.lists(st.integers(0, 400), min_size=4, max_size=12).filter(lambda counts: sum(counts[-8:]) >= 30)


def told(counts=EVEN, so_far=160, needed=400, ends_on=ENDS):
    return forecast(counts, so_far=so_far, needed=needed, today=TODAY, ends_on=ends_on)


def test_at_an_even_pace_the_day_is_the_rest_over_the_pace():
    found = told()

    assert found.pace == Pace(40.0, 4, 1.0)
    assert found.reached_on == TODAY + timedelta(weeks=6)
    assert found.is_in_time


def test_the_interval_is_as_the_method_says():
    # r 40, φ 1, m 4, t 3.182446 with 3 degrees: 0 = (1600 - 101.28) h² - 2 (9600 + 202.56) h + 57600, in weeks: 4.444 and 8.637
    found = told()

    assert found.earliest == TODAY + timedelta(days=math.ceil(7 * 4.4444))
    assert found.latest == TODAY + timedelta(days=math.ceil(7 * 8.6373))
    assert found.margin_days == 19


def test_what_is_to_be_there_at_the_end_has_an_interval_too():
    found = told()

    assert found.at_end == 160 + 40 * 57 // 7
    assert found.at_end_interval.low < found.at_end < found.at_end_interval.high
    assert found.at_end_interval.low >= 160


@pytest.mark.parametrize("counts", [[], [40, 40, 40], [7, 7, 7, 7], [0] * 20])
def test_where_the_weeks_say_too_little_nothing_is_foretold(counts):
    assert pace_of(counts) is None
    assert told(counts) is None


def test_only_the_last_eight_weeks_count():
    assert pace_of([1000, *EVEN, *EVEN]) == pace_of([*EVEN, *EVEN])


def test_weeks_that_vary_more_than_by_chance_make_the_interval_wider():
    varying = told([10, 70, 10, 70, 10, 70, 10, 70])
    even = told([*EVEN, *EVEN])

    assert varying.pace.dispersion > 20
    assert varying.margin_days is None or varying.margin_days > even.margin_days


def test_where_the_pace_is_too_unsure_no_latest_day_is_told():
    found = told([0, 0, 0, 160])

    assert found.reached_on
    assert found.latest is None
    assert found.margin_days is None


def test_a_number_that_the_period_does_not_reach_is_told_so():
    found = told(needed=1000)

    assert not found.is_in_time
    assert found.at_end < 1000


def test_a_day_too_far_away_is_not_told():
    assert told(needed=10_000_000).reached_on is None


@given(weeks, st.integers(0, 1000), st.integers(1, 5000))
def test_the_day_lies_within_its_interval(counts, so_far, more):
    found = told(counts, so_far, so_far + more)
    assume(found.reached_on)

    assert found.earliest <= found.reached_on
    assert found.latest is None or found.reached_on <= found.latest
    assert found.earliest >= TODAY


@given(weeks, st.integers(1, 3000), st.integers(1, 500))
def test_more_answers_needed_are_never_there_earlier(counts, needed, more):
    fewer, all_ = told(counts, 0, needed), told(counts, 0, needed + more)
    assume(all_.reached_on)

    assert fewer.reached_on <= all_.reached_on
    assert fewer.earliest <= all_.earliest
    assert all_.latest is None or fewer.latest <= all_.latest


@given(weeks, st.integers(1, 3000))
def test_the_more_there_is_the_sooner_it_is_reached(counts, so_far):
    assert told(counts, so_far, 3001).earliest <= (told(counts, 0, 3001).earliest or date.max)


@given(weeks, st.integers(0, 500), st.integers(501, 5000))
def test_the_answers_at_the_end_are_within_their_interval_and_never_fewer_than_there_are(counts, so_far, needed):
    found = told(counts, so_far, needed)

    assert so_far <= found.at_end_interval.low <= found.at_end <= found.at_end_interval.high


@pytest.mark.parametrize(("mean", "dispersion"), [(12, 1), (40, 1), (40, 3), (150, 6)])
def test_the_interval_holds_the_day_in_nineteen_of_twenty_campaigns(mean, dispersion):
    draw = random.Random(f"{mean} {dispersion}")
    held = sum(holds_the_day(draw, mean, dispersion) for _ in range(400))

    assert held >= 0.91 * 400


def holds_the_day(draw: random.Random, mean: int, dispersion: int) -> bool:
    """Draw eight weeks and those to come of one true pace; tell whether the interval holds the week in which the rest was there."""
    found = told([week_of(draw, mean, dispersion) for _ in range(8)], 0, needed := 6 * mean)
    total, weeks_gone = 0.0, 0
    while total < needed:
        answers = week_of(draw, mean, dispersion)
        last, total, weeks_gone = total, total + answers, weeks_gone + 1
    day = TODAY + timedelta(days=math.ceil(7 * (weeks_gone - 1 + (needed - last) / answers)))
    return found.earliest <= day and (found.latest is None or day <= found.latest)


def week_of(draw: random.Random, mean: int, dispersion: int) -> int:
    """Draw a count with a mean, and a variance so many times that: Poisson, of a rate drawn from a gamma where it varies more."""
    rate = mean if dispersion == 1 else draw.gammavariate(mean / (dispersion - 1), dispersion - 1)
    arrived, at = 0, draw.expovariate(1.0)
    while at < rate:
        arrived, at = arrived + 1, at + draw.expovariate(1.0)
    return arrived


# Weeks


def weeks_told(by_week=None, by_month=None, today=date(2026, 5, 14)):
    return settled_weeks(by_week or {}, by_month or {}, first_on=date(2026, 4, 1), last_on=date(2026, 6, 30), today=today)


def test_a_week_counts_when_its_answers_have_had_a_week_to_come_in():
    answers = {date(2026, 4, 6): 11, date(2026, 4, 13): 12, date(2026, 4, 20): 0, date(2026, 4, 27): 14, date(2026, 5, 4): 9}

    assert weeks_told(answers, today=date(2026, 5, 10)) == [11, 12, 0]
    assert weeks_told(answers, today=date(2026, 5, 11)) == [11, 12, 0, 14]


def test_a_week_whose_visits_have_not_all_been_fed_does_not_count():
    answers = {date(2026, 4, 6): 11, date(2026, 4, 13): 12, date(2026, 4, 20): 3}
    told = {"first_on": date(2026, 4, 1), "last_on": date(2026, 6, 30), "today": date(2026, 5, 20)}

    fed = {date(2026, 4, 8), date(2026, 4, 17), date(2026, 4, 21)}
    assert settled_weeks(answers, {}, **told, fed=fed) == [11, 12]
    assert settled_weeks(answers, {}, **told, fed={*fed, date(2026, 4, 27)}) == [11, 12, 3]
    assert settled_weeks(answers, {}, **told, fed={date(2026, 4, 8), date(2026, 4, 21), date(2026, 4, 27)}) == [11, 3]


def test_weeks_before_the_first_answer_do_not_count_for_sending_had_not_begun():
    assert weeks_told({date(2026, 4, 20): 5}, today=date(2026, 5, 10)) == [5]


def test_answers_of_which_only_the_month_is_known_are_shared_out_over_its_weeks():
    assert weeks_told({date(2026, 4, 6): 10}, {date(2026, 4, 1): 8}, today=date(2026, 5, 11)) == [12, 2, 2, 2]


def test_those_of_the_month_under_way_are_shared_out_over_the_weeks_that_have_begun():
    assert weeks_told({}, {date(2026, 4, 1): 4, date(2026, 5, 1): 6}, today=date(2026, 5, 18))[-1] == 2

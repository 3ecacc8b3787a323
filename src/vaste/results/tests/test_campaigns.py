"""How a campaign stands by the answers that may be shown, and how it ends by them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.campaigns import campaign
from tests.factories import COUNTY, HEALTH_STATION, SMALL_UNIT, SOCIAL_UNIT, at, make_county
from tests.record import record

from vaste.invitations.campaigns.rules import CampaignState, months_of
from vaste.organisations.models import County, Unit
from vaste.organisations.rules import parse_county
from vaste.responses.cells import cells_of
from vaste.responses.tally import Tally
from vaste.results.answers import WHOLE, Answers, counts_of
from vaste.results.calendar import Period
from vaste.results.campaign_actions import end_due_campaigns
from vaste.results.campaigns import shown_answers, standing_of, standings_of

NOW = at("2026-05-14 12:00")
MAY = "2026-05-04"


@pytest.fixture
def county(db) -> County:
    """Return a county whose health station has had forty answers in each week of April."""
    made = make_county()
    for monday in ("2026-04-06", "2026-04-13", "2026-04-20", "2026-04-27"):
        record(40, on=monday)
    return made


# The number


def test_the_number_is_that_of_the_units_and_months_of_the_campaign(county):
    record(20, on=MAY)
    record(30, on="2026-03-02")
    record(25, on="2026-04-06", unit=SOCIAL_UNIT)
    spring = campaign(county)

    assert standing_of(spring, NOW).shown == 180


def test_too_few_answers_look_like_none(county):
    may = campaign(county, first_on=date(2026, 5, 1))
    assert standing_of(may, NOW).has_too_few

    record(4, on=MAY)
    standing = standing_of(may, at("2026-05-14 12:01"))

    assert standing.has_too_few
    assert standing.shown == 0
    assert standing.forecast is None


def test_old_answers_of_other_systems_do_not_count(county):
    record(50, on="2026-04-06", channel="device")
    assert standing_of(campaign(county), NOW).shown == 160


def test_an_answer_that_is_hidden_on_the_results_pages_is_not_in_the_number(county):
    """The small unit's three answers could be found by taking the other units from a number that held them."""
    record(3, on="2026-04-06", unit=SMALL_UNIT)
    record(30, on="2026-04-06", unit=SOCIAL_UNIT)

    both = campaign(county, units=(SMALL_UNIT, SOCIAL_UNIT), last_on=date(2026, 4, 30), today=date(2026, 4, 30))

    assert standing_of(both, NOW).shown == 30
    alone = campaign(county, key="alone", units=(SMALL_UNIT,), first_on=date(2026, 5, 1), last_on=date(2026, 5, 31))
    assert standing_of(alone, NOW).shown == 0


units = [Unit(oid=oid, service=service) for oid, service in (("a", "x"), ("b", "x"), ("c", "y"), ("d", "y"))]
MONTHS = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
counts = st.dictionaries(st.tuples(st.sampled_from("abcd"), st.sampled_from(MONTHS)), st.integers(1, 40))


def answers_of(numbers: dict[tuple[str, str], int], settings) -> Answers:
    tallies = {(unit, month, "link", "fi", "45-54"): Tally(responses=number) for (unit, month), number in numbers.items()}
    return Answers(units, settings, counts_of(cells_of(tallies), {}), MONTHS[-1])


@pytest.fixture(scope="module")
def settings():
    return parse_county(COUNTY)


@given(numbers=counts, chosen=st.sets(st.sampled_from("abcd")), months=st.sets(st.sampled_from(MONTHS)))
def test_the_number_is_never_more_than_there_are_and_a_sum_of_shown_ones(settings, numbers, chosen, months):
    answers = answers_of(numbers, settings)
    shown = shown_answers(answers, chosen, months)

    assert shown <= sum(number for (unit, month), number in numbers.items() if unit in chosen and month in months)
    assert shown == 0 or shown >= 5
    alone = sum(answers.responses(unit, Period(month)) or 0 for unit in chosen for month in months)
    assert shown >= alone


@given(numbers=counts)
def test_of_the_whole_county_and_all_months_it_is_what_the_results_page_shows(settings, numbers):
    answers = answers_of(numbers, settings)
    over = answers.responses(WHOLE, Period("all"))
    now = answers.responses(WHOLE, Period(MONTHS[-1])) or 0

    assert over is None or shown_answers(answers, set("abcd"), set(MONTHS)) == over + now


# The forecast


def test_at_the_pace_of_the_last_weeks_the_day_is_foretold(county):
    standing = standing_of(campaign(county), NOW)

    assert standing.state is CampaignState.RUNNING
    assert standing.forecast.pace.per_week == 40
    assert standing.forecast.reached_on == date(2026, 6, 25)
    assert standing.forecast.is_in_time


def test_a_campaign_of_few_weeks_foretells_nothing(county):
    assert standing_of(campaign(county, first_on=date(2026, 5, 1)), NOW).forecast is None


def test_those_that_run_stand_first_then_the_planned_then_the_ended(county):
    campaign(county, key="autumn", first_on=date(2026, 9, 1), last_on=date(2026, 9, 30))
    campaign(county, key="winter", first_on=date(2026, 1, 1), last_on=date(2026, 2, 28), needed=5, today=date(2026, 2, 1))
    end_due_campaigns(now=NOW)
    campaign(county)

    assert [standing.campaign.key for standing in standings_of(county, NOW)] == ["spring", "autumn", "winter"]


# The end


@pytest.mark.parametrize(("needed", "why"), [(160, "reached"), (161, "")])
def test_a_campaign_ends_when_its_number_may_be_shown(county, needed, why):
    spring = campaign(county, needed=needed)

    assert end_due_campaigns(now=NOW) == bool(why)

    spring.refresh_from_db()
    assert spring.ended_why == why
    assert end_due_campaigns(now=NOW) == 0


def test_a_campaign_ends_when_its_deadline_is_over_by_the_countys_clock(county):
    spring = campaign(county, deadline=date(2026, 6, 30))

    assert end_due_campaigns(now=at("2026-06-30 20:59")) == 0
    assert end_due_campaigns(now=at("2026-06-30 21:00")) == 1  # midnight in Finland

    spring.refresh_from_db()
    assert (spring.ended_why, spring.ended_on) == ("period_out", date(2026, 7, 1))


@pytest.mark.parametrize("answers", [1, 2, 3, 4])
def test_no_campaign_tells_how_many_too_few_are(answers, db):
    """Who could end a campaign by the answers of three people would learn that they are three."""
    county = make_county()
    record(answers, on="2026-04-06")
    record(60, on="2026-04-06", unit=SOCIAL_UNIT)
    campaign(county, needed=5, last_on=date(2026, 4, 30), today=date(2026, 4, 30))
    campaign(county, key="both", needed=61, units=(HEALTH_STATION, SOCIAL_UNIT), first_on=date(2026, 5, 1), last_on=date(2026, 5, 31))

    assert end_due_campaigns(now=at("2026-05-02 12:00")) == 0


def test_the_months_of_a_campaign_are_those_of_its_days(county):
    spring = campaign(county)
    assert months_of(spring.first_on, spring.last_on) == ["2026-04", "2026-05", "2026-06"]
    assert spring.quarters == ["2026-Q2"]

from datetime import date

import pytest
from tests.factories import HEALTH_STATION, SMALL_UNIT, SOCIAL_UNIT, make_county
from tests.record import invite, record

from vaste.organisations.models import County
from vaste.responses.queries import Dimension
from vaste.responses.rules import Channel
from vaste.results.results import Question, answer_question

pytestmark = pytest.mark.django_db
ALL_UNITS = (HEALTH_STATION, SMALL_UNIT, SOCIAL_UNIT)


@pytest.fixture
def county() -> County:
    return make_county()


def ask(county: County, **changes):
    question = {"county": county, "units": ALL_UNITS, "reach": ALL_UNITS, **changes}
    return answer_question(Question(**question))


def test_scores_statements_and_the_invited_are_counted(county):
    invite(40)
    record(7, nps=10, answers={"access": 5})
    record(2, nps=8)
    record(1, nps=0, answers={"access": 1})

    whole = ask(county).whole

    assert (whole.responses, whole.invited, whole.response_rate) == (10, 40, 0.25)
    assert whole.nps is not None
    assert (whole.nps.value, whole.nps.promoters, whole.nps.passives, whole.nps.detractors) == (60, 7, 2, 1)
    assert whole.statements["access"] is not None
    assert (whole.statements["access"].n, whole.statements["access"].mean) == (8, 4.5)


def test_every_statement_that_the_county_asks_is_named_also_without_answers(county):
    assert list(ask(county).whole.statements) == [
        "access", "encounter", "participation", "safety", "information", "clarity", "benefit", "own-language",
    ]  # fmt: skip


@pytest.mark.parametrize("by", [None, Dimension.CHANNEL, Dimension.LANGUAGE, Dimension.UNIT, Dimension.MONTH])
def test_nothing_and_too_little_look_the_same(county, by):
    invite(20)
    empty = ask(county, first=date(2024, 4, 1), last=date(2024, 4, 30), by=by)
    record(4, answers={"access": 5}, free_text="Hyvin meni.")

    assert ask(county, first=date(2024, 4, 1), last=date(2024, 4, 30), by=by) == empty


def test_a_channel_that_nobody_used_hides_no_other(county):
    record(20, channel=Channel.SMS)
    record(15, channel=Channel.LINK)

    assert ask(county).channels == {"sms": 20, "link": 15, "sms+link": None}
    assert [row.responses for row in ask(county, by=Dimension.CHANNEL).rows.values()] == [20, 15, None]


def test_without_days_the_results_reach_as_far_as_the_record(county):
    record(5, on="2024-04-10")
    record(5, on="2024-05-15", unit=SMALL_UNIT)

    answer = ask(county)

    assert (answer.first, answer.last) == (date(2024, 4, 8), date(2024, 5, 31))


def test_a_day_in_the_middle_of_a_week_takes_the_whole_week_and_says_so(county):
    record(6, on="2024-04-08")
    record(6, on="2024-04-01")

    answer = ask(county, first=date(2024, 4, 10), last=date(2024, 4, 30))

    assert (answer.first, answer.whole.responses) == (date(2024, 4, 8), 6)


def test_weeks_and_months_are_counted_beside_each_other_by_their_first_days(county):
    record(6, on="2024-04-10")
    record(7, on="2024-04-20", unit=SMALL_UNIT)

    assert ask(county, first=date(2024, 4, 17), last=date(2024, 4, 30)).whole.responses == 7


def test_the_months_of_a_year_add_up_to_the_year(county):
    for month in range(1, 13):
        record(5 + month, on=f"2024-{month:02d}-15")
        record(10, on=f"2024-{month:02d}-28", unit=SMALL_UNIT)

    rows = ask(county, first=date(2024, 1, 1), last=date(2024, 12, 31), by=Dimension.MONTH).rows
    months = [ask(county, first=date(2024, month, 1), last=date(2024, month, 28)).whole.responses for month in range(1, 13)]

    assert [row.responses for row in rows.values()] == months == [15 + month for month in range(1, 13)]
    assert list(rows) == [f"2024-{month:02d}" for month in range(1, 13)]


def test_rows_by_unit_and_by_language_carry_their_own_invited(county):
    invite(20, language="fi")
    invite(30, unit=SOCIAL_UNIT, language="sv")
    record(10, language="fi")
    record(12, unit=SOCIAL_UNIT, language="sv")

    by_unit = ask(county, by=Dimension.UNIT).rows
    by_language = ask(county, by=Dimension.LANGUAGE).rows

    assert {key: (row.responses, row.invited) for key, row in by_unit.items()} == {HEALTH_STATION: (10, 20), SOCIAL_UNIT: (12, 30)}
    assert {key: (row.responses, row.invited) for key, row in by_language.items()} == {"fi": (10, 20), "sv": (12, 30), "en": (None, 0)}


def test_a_unit_with_few_answers_hides_the_next_smallest_too(county):
    record(40)
    record(3, unit=SMALL_UNIT)
    record(20, unit=SOCIAL_UNIT)

    rows = ask(county, by=Dimension.UNIT).rows

    assert {key: row.responses for key, row in rows.items()} == {HEALTH_STATION: 40, SMALL_UNIT: None, SOCIAL_UNIT: None}


def test_who_sees_the_whole_county_cannot_find_a_small_unit_by_asking_for_its_neighbour(county):
    record(40)
    record(3, unit=SMALL_UNIT)
    record(20, unit=SOCIAL_UNIT)

    as_county = ask(county, units=(SOCIAL_UNIT,), by=Dimension.MONTH)
    as_unit = ask(county, units=(SOCIAL_UNIT,), reach=(SOCIAL_UNIT,))

    assert as_county.whole.is_hidden
    assert all(row.is_hidden for row in as_county.rows.values())
    assert set(as_county.channels.values()) == {None}
    assert as_unit.whole.responses == 20


def test_a_channel_cannot_be_found_by_subtracting_the_others(county):
    record(40, channel=Channel.SMS)
    record(20, channel=Channel.LINK)
    record(2, channel=Channel.BOTH)

    assert ask(county).channels == {"sms": 40, "link": None, "sms+link": None}
    assert ask(county, channel=Channel.LINK).whole.is_hidden
    assert ask(county, channel=Channel.SMS).whole.responses == 40


def test_a_small_unit_has_no_channel_that_its_neighbours_leave_over(county):
    for unit in ALL_UNITS:
        record(40, unit=unit, channel=Channel.SMS)
    record(30, channel=Channel.LINK)
    record(30, unit=SOCIAL_UNIT, channel=Channel.LINK)
    record(1, unit=SMALL_UNIT, channel=Channel.LINK)

    together = ask(county, channel=Channel.LINK).whole.responses
    apart = [ask(county, units=(unit,), channel=Channel.LINK).whole.responses for unit in ALL_UNITS]

    assert together == 61
    assert (apart[1], apart.count(None)) == (None, 2)


def test_a_statement_few_answered_in_one_unit_is_not_left_over_by_the_others(county):
    for unit, agreeing in zip(ALL_UNITS, (20, 2, 30), strict=True):
        record(agreeing, unit=unit, answers={"access": 5})
        record(40, unit=unit)

    apart = [ask(county, units=(unit,)).whole.statements["access"] for unit in ALL_UNITS]

    assert [result and result.n for result in apart] == [None, None, 30]


def test_a_statement_few_answered_on_one_channel_is_not_left_over_by_the_other(county):
    record(20, channel=Channel.LINK, answers={"access": 5})
    record(20, channel=Channel.LINK)
    record(1, channel=Channel.SMS, answers={"access": 1})
    record(20, channel=Channel.SMS)

    assert ask(county).whole.statements["access"] is not None
    assert ask(county, channel=Channel.LINK).whole.statements["access"] is None


def test_nobody_is_invited_by_a_channel(county):
    invite(100)
    record(20, channel=Channel.SMS)
    record(20, channel=Channel.LINK)
    record(20, channel=Channel.BOTH)

    assert ask(county, channel=Channel.SMS).whole.invited is None
    assert [row.invited for row in ask(county, by=Dimension.CHANNEL).rows.values()] == [None, None, None]


def test_a_unit_outside_the_question_is_not_counted(county):
    record(10)
    record(50, unit=SOCIAL_UNIT)

    assert ask(county, units=(HEALTH_STATION,)).whole.responses == 10


def test_the_county_sets_how_few_are_too_few():
    county = make_county(
        'code = "18"\nname = { fi = "Soite", sv = "Soite", en = "Soite" }\nsender_number = "+3584573960275"\n'
        'sender_name = "Soite"\n[display]\ntoo_few_below = 20\n'
    )
    record(19)

    assert ask(county).whole.is_hidden


def test_answers_of_other_systems_are_never_mixed_with_those_of_the_invited(county):
    invite(40)
    record(20, nps=10, on="2024-04-08")
    record(30, nps=0, on="2019-02-04", channel=Channel.DEVICE)

    answer = ask(county, by=Dimension.CHANNEL)

    assert (answer.whole.responses, answer.first, sorted(answer.rows)) == (20, date(2024, 4, 8), ["link", "sms", "sms+link"])


def test_answers_of_another_system_are_counted_where_they_are_asked_for_by_name(county):
    invite(40)
    record(20, nps=10, answers={"access": 5})
    record(30, nps=0, on="2019-02-04", channel=Channel.DEVICE, answers={"treated-well": 3})

    answer = ask(county, channel="device", by=Dimension.LANGUAGE)

    assert answer.whole.nps is not None
    assert (answer.whole.responses, answer.whole.nps.value, answer.whole.invited) == (30, -100, None)
    assert (answer.channels, list(answer.whole.statements)) == ({"device": 30}, ["treated-well"])
    assert (answer.first, answer.last) == (date(2019, 2, 4), date(2019, 2, 10))


def test_rows_by_age_go_from_the_youngest_and_carry_their_own_invited(county):
    for band, invited, answered in (("75+", 40, 20), ("18-24", 60, 6), ("unknown", 9, 8)):
        invite(invited, age_band=band)
        record(answered, age_band=band)

    rows = ask(county, by=Dimension.AGE).rows

    assert {key: (row.responses, row.invited) for key, row in rows.items()} == {"18-24": (6, 60), "75+": (20, 40), "unknown": (8, 9)}

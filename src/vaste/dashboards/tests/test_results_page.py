from datetime import date

import pytest
from django.test import Client
from tests.factories import HEALTH_STATION, SMALL_UNIT, SOCIAL_UNIT, at, make_county
from tests.record import invite, record

from vaste.cases.models import ContactRequest
from vaste.organisations.actions import give_role
from vaste.organisations.models import County, Unit, User
from vaste.results.goal_actions import save_goals
from vaste.results.goal_rules import parse_goals
from vaste.results.models import Alert

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> County:
    return make_county()


def person(county: County | None, *unit_oids: str, language: str = "en") -> User:
    """Return somebody who sees a county, or only some of its units, or nothing."""
    user = User.objects.create_user(f"p{User.objects.count()}@example.fi", "a long enough password", language=language)
    units = [Unit.objects.get(oid=oid) for oid in unit_oids] or [None]
    for unit in units if county else []:
        give_role(user=user, county=county, unit=unit, actor="test")
    return user


def page(user: User, **words: str):
    client = Client()
    client.force_login(user)
    return client.get("/staff/results", words)


def text(user: User, **words: str) -> str:
    response = page(user, **words)
    assert response.status_code == 200
    return response.content.decode()


def test_a_stranger_is_sent_to_sign_in(client):
    response = client.get("/staff/results?unit=1.2.3")

    assert (response.status_code, response["Location"]) == (302, "/staff/sign-in?next=/staff/results%3Funit%3D1.2.3")


@pytest.mark.parametrize("key", [SOCIAL_UNIT, "county-18", "1.2.3.4", "x"])
def test_another_unit_and_the_county_do_not_exist_for_who_sees_one_unit(county, key):
    record(50, unit=SOCIAL_UNIT)

    assert page(person(county, HEALTH_STATION), unit=key).status_code == 404


def test_who_sees_one_unit_sees_its_figures_only(county):
    record(50, unit=SOCIAL_UNIT, nps=0)
    record(50, nps=10)

    shown = text(person(county, HEALTH_STATION))

    assert "NPS 100 (87–100) from 50 answers" in shown
    assert "Adult social work" not in shown


def test_who_sees_the_county_sees_all_units_together_and_each(county):
    record(50, unit=SOCIAL_UNIT, nps=0)
    record(50, nps=10)
    user = person(county)

    assert "NPS 0 (" in text(user)
    assert "NPS −100 (" in text(user, unit=SOCIAL_UNIT)


def test_who_sees_two_units_sees_them_together(county):
    record(50, unit=SOCIAL_UNIT, nps=0)
    record(50, nps=10)
    record(50, unit=SMALL_UNIT)

    shown = text(person(county, HEALTH_STATION, SOCIAL_UNIT))

    assert "Your units (Soite)" in shown
    assert "from 100 answers" in shown


def test_who_has_no_role_is_told_whom_to_ask():
    assert "You have no unit yet" in text(person(None))


def test_too_few_answers_show_no_figure_and_no_comment(county):
    invite(20)
    record(4, free_text="Hoitaja oli ystävällinen.")

    shown = text(person(county))

    assert "<h1>Too few answers to show</h1>" in shown
    assert "ystävällinen" not in shown
    assert "Comments are shown from 5 answers on." in shown


def test_five_to_nine_answers_show_their_count_only(county):
    record(9)

    shown = text(person(county))

    assert "<h1>9 answers: the score is shown from 10 answers on</h1>" in shown
    assert "NPS 100" not in shown


def test_under_thirty_answers_are_called_uncertain(county):
    record(29)

    assert "from 29 answers: uncertain" in text(person(county))


def test_the_heading_says_whether_the_score_has_changed_since_the_period_before(county):
    record(60, on="2024-03-12", nps=0)
    record(60, on="2024-04-10", nps=10)
    record(60, on="2024-05-15", nps=10)
    user = person(county)

    assert "clearly up from the period before</h1>" in text(user, **{"from": "2024-04-01", "to": "2024-04-30"})
    assert "no clear change from the period before</h1>" in text(user, **{"from": "2024-05-01", "to": "2024-05-31"})
    assert "There are too few answers from the period before, February 2024" in text(user, **{"from": "2024-03-01", "to": "2024-03-31"})


def test_statements_are_worded_for_the_unit_s_branch(county):
    record(30, unit=SOCIAL_UNIT, answers={"safety": 5})
    record(30, answers={"safety": 5})
    user = person(county, language="fi")

    assert "Koin oloni turvalliseksi palvelun aikana" in text(user, unit=SOCIAL_UNIT)
    assert "Koin oloni turvalliseksi hoidon aikana" in text(user, unit=HEALTH_STATION)


def test_a_comment_is_shown_as_text_whatever_it_holds(county):
    record(30, free_text="<script>alert(1)</script>")

    shown = text(person(county))

    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>" not in shown


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ({"from": "yesterday"}, "Write the first day as 2024-04-01."),
        ({"to": "2024-02-31"}, "Write the last day as 2024-04-30."),
        ({"from": "2024-04-02", "to": "2024-04-01"}, "The last day lies before the first."),
        ({"period": "2024-W15"}, "Write the time as 2024, 2024-Q2 or 2024-04."),
        ({"only": "weather:rain"}, "Answers can be narrowed by one at a time: language, age band or channel."),
        ({"only": "language"}, "Answers can be narrowed by one at a time"),
        ({"theme": "parking"}, "Comments cannot be narrowed like this."),
        ({"score": "10"}, "Comments cannot be narrowed like this."),
    ],
)
def test_words_that_cannot_be_read_are_named_and_everything_is_shown(county, words, problem):
    record(30)

    shown = text(person(county), **words)

    assert problem in shown
    assert "from 30 answers" in shown


def test_any_day_of_the_calendar_can_be_asked_for(county):
    record(30)

    assert "from 30 answers" in text(person(county), **{"from": "0001-01-01", "to": "9999-12-31"})


def test_the_page_refreshes_itself_only_when_asked_and_says_so(county):
    user = person(county)

    assert "Refresh" not in page(user)
    assert page(user, live="1")["Refresh"] == "5"
    assert "This page refreshes itself every 5 seconds." in text(user, live="1")


@pytest.mark.parametrize(
    ("language", "heading"),
    [("fi", "NPS 67 (18–88), 12 vastausta"), ("sv", "NPS 67 (18–88), 12 svar"), ("en", "NPS 67 (18–88) from 12 answers")],
)
def test_the_finding_is_said_in_the_reader_s_language(county, language, heading):
    record(9, nps=10)
    record(2, nps=8)
    record(1, nps=2)

    assert heading in text(person(county, language=language))


def test_the_page_says_who_waits_to_be_contacted_in_the_chosen_units(county):
    ContactRequest.objects.create(
        unit_id=SOCIAL_UNIT, language="fi", received_on=at("2026-05-04").date(), due_on=at("2026-05-18").date(), sealed=b""
    )
    user = person(county)

    assert "Contact requests waiting: 1. The nearest deadline is 18.5.2026." in text(user)
    assert "Nobody is waiting to be contacted." in text(user, unit=HEALTH_STATION)


def test_an_open_alert_of_the_units_is_named_and_leads_to_the_alerts(county):
    record(50, nps=10)
    days = {name: date(2024, 4, 8) for name in ("raised_on", "begins", "run_from", "run_to")}
    Alert.objects.create(unit_id=HEALTH_STATION, kind=Alert.Kind.WARNING, baseline=0.1, basis="unit", baseline_answers=500, limit=4, **days)

    assert '<a href="/staff/alerts">1 alert waits to be acknowledged: Health station.</a>' in text(person(county))
    assert "waits to be acknowledged" not in text(person(county, SOCIAL_UNIT))


def test_the_target_is_that_of_the_goal_that_holds_for_the_scope(county):
    record(50, nps=10)
    words = '{ fi = "Tavoite", sv = "Mål", en = "Goal" }'
    file = parse_goals(
        f"""[goals.nps]
name = {words}
owner = {words}
indicator = "nps"
target = 72
scope = "unit {HEALTH_STATION}"
valid_from = 2024-01-01
""",
        units=[HEALTH_STATION],
        services=[],
        statements=[],
        channels=[],
    )
    save_goals(county=county, file=file, actor="test")

    assert "Goal 72" in text(person(county, HEALTH_STATION), unit=HEALTH_STATION)
    assert "Goal 50" in text(person(county))


def test_typed_days_are_moved_to_a_whole_period_and_the_page_says_so(county):
    record(30, on="2024-04-10")

    shown = text(person(county), **{"from": "2024-04-10", "to": "2024-04-12"})

    assert "In place of the days stands April 2024." in shown
    assert "from 30 answers" in shown


def test_two_spans_that_differ_by_a_week_do_not_give_that_week(county):
    record(40, on="2024-04-01")
    record(2, on="2024-04-08")
    user = person(county)

    assert "from 42 answers" in text(user, **{"from": "2024-04-01", "to": "2024-04-14"})
    assert "from 42 answers" in text(user, **{"from": "2024-04-01", "to": "2024-04-07"})


def test_a_narrowing_changes_answers_and_invited(county):
    invite(100, language="fi")
    invite(80, language="sv")
    record(50, language="fi", nps=0)
    record(40, language="sv", nps=10)

    shown = text(person(county), period="2024-04", only="language:sv")

    assert "NPS 100 (" in shown
    assert "<dd>80</dd>" in shown
    assert "<dd>50.0%</dd>" in shown


def test_how_many_gave_each_score_is_told_without_a_narrowing_only(county):
    record(50, language="fi", nps=0)
    record(40, language="sv", nps=10)
    user, why = person(county), "is shown of all answers together only"

    assert (why in text(user, period="2024-04"), why in text(user, period="2024-04", only="language:sv")) == (False, True)


def test_a_channel_has_no_response_rate_and_the_page_says_why(county):
    invite(100)
    record(50)
    record(50, channel="sms")

    assert "A channel has no response rate" in text(person(county), period="2024-04", only="channel:sms")


def test_who_answers_least_often_is_told(county):
    for band, answers in (("18-24", 10), ("75+", 60)):
        invite(100, age_band=band)
        record(answers, age_band=band)

    said = "The response rate was lowest in the group 18–24 (10.0%) and highest in the group 75+ (60.0%)."
    assert said in text(person(county), period="2024-04")


def test_answers_that_nobody_was_invited_to_give_stand_beside_the_figures(county):
    record(30, nps=10)
    record(400, nps=0, channel="device")

    shown = text(person(county), period="2024-04")

    assert "NPS 100 (" in shown
    assert "feedback device (not in the figures)" in shown
    assert "Earlier, from other systems" in shown
    assert "feedback device, 2024" in shown


def test_a_month_with_few_answers_is_named_too_few_on_every_page_that_could_show_it(county):
    record(60, on="2024-04-10")
    record(3, on="2024-05-15")
    user = person(county)

    assert "<h1>Too few answers to show</h1>" in text(user, period="2024-05")
    assert "<h1>Too few answers to show</h1>" in text(user, period="2024-04")
    assert "from 63 answers" in text(user, period="2024-Q2")


def test_comments_of_a_hidden_month_stand_only_with_the_larger_period(county):
    record(60, on="2024-04-10")
    record(3, on="2024-05-15", free_text="Odotin kauan.")
    user = person(county)

    assert "Odotin kauan." not in text(user, period="2024-05")
    assert "Odotin kauan." in text(user, period="2024-Q2")


def test_comments_of_a_hidden_unit_are_not_among_those_of_the_county(county):
    Unit.objects.filter(oid__in=[HEALTH_STATION, SMALL_UNIT, SOCIAL_UNIT]).update(service="primary_care_reception")
    record(60, free_text="Hyvin meni.")
    record(40, unit=SOCIAL_UNIT, free_text="Sain apua.")
    record(2, unit=SMALL_UNIT, free_text="Odotin kauan.")

    shown = text(person(county), period="2024-04")

    assert "Hyvin meni." in shown
    assert "Odotin kauan." not in shown


def test_the_newest_comments_come_first_and_all_are_counted(county):
    record(25, on="2024-04-03", free_text="Vanhin.")
    record(25, on="2024-04-10", free_text="Hyvin meni.")
    record(10, unit=SMALL_UNIT, on="2024-04-10", free_text="Kuukauden alusta.")
    record(7, on="2024-04-24", free_text="Uusin.")

    shown = text(person(county), period="2024-04")

    assert "30 of 67 comments, newest periods first" in shown
    assert [shown.count(each) for each in ("Uusin.", "Hyvin meni.", "Kuukauden alusta.", "Vanhin.")] == [7, 23, 0, 0]


def test_comments_are_never_narrowed_by_who_wrote_them(county):
    record(40, language="fi", free_text="Hyvin meni.")
    record(40, language="sv", free_text="Tack.")

    shown = text(person(county), period="2024-04", only="language:sv")

    assert "Hyvin meni." in shown
    assert "Comments are not narrowed by the respondent" in shown


def test_comments_can_be_narrowed_by_the_score_that_went_with_them(county):
    record(40, nps=10, free_text="Hyvin meni.")
    record(40, nps=2, free_text="Odotin kauan.")

    shown = text(person(county), period="2024-04", score="detractors")

    assert "Odotin kauan." in shown
    assert "Hyvin meni." not in shown


def test_the_chart_has_a_description_and_its_figures_stand_in_a_table(county):
    record(60, on="2024-04-10")
    record(60, on="2024-05-15")

    shown = text(person(county), period="2024-05")

    assert '<title id="chart-title">NPS over time</title>' in shown
    assert "The same figures as a table" in shown
    assert '<th scope="row"><a href="?unit=county-18&amp;period=2024-04">April 2024</a></th>' in shown


def test_a_service_line_with_several_units_has_a_page(county):
    record(30, nps=10)
    record(30, unit=SMALL_UNIT, nps=10)
    record(30, unit=SOCIAL_UNIT, nps=0)
    service = Unit.objects.get(oid=HEALTH_STATION).service
    Unit.objects.filter(oid=SMALL_UNIT).update(service=service)

    assert "NPS 100 (" in text(person(county), period="2024-04", unit=f"service-18-{service}")


def test_the_script_is_our_own_and_the_policy_allows_no_other(county):
    response = page(person(county))
    script = response.content.decode().split('<script src="')[1].split('"')[0]

    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert Client().get(script)["Content-Type"].startswith("text/javascript")

"""The page on goals: three states in the county's own words, and nothing of units that are not the reader's."""

import re
from html import unescape

import pytest
from django.test import Client
from tests.factories import HEALTH_STATION, SOCIAL_UNIT, make_county
from tests.record import record

from vaste.organisations.actions import give_role
from vaste.organisations.models import County, Unit, User
from vaste.results.goal_actions import save_goals
from vaste.results.goal_rules import parse_goals

pytestmark = pytest.mark.django_db
NAME = '{ fi = "Suosittelu", sv = "Rekommendation", en = "Recommended" }'
OWNER = '{ fi = "Johtaja", sv = "Direktör", en = "Director" }'
EXCELLENT = '{ fi = "erinomainen", sv = "utmärkt", en = "excellent" }'
GOOD = '{ fi = "hyvä", sv = "god", en = "good" }'
FILE = f"""
[goals.a-nps]
name = {NAME}
owner = {OWNER}
indicator = "nps"
target = 50
valid_from = 2024-01-01
bands = [{{ name = {GOOD} }}, {{ from = 50, name = {EXCELLENT} }}]
[goals.b-agree]
name = {NAME}
owner = {OWNER}
indicator = "agree"
statement = "access"
target = 0.8
every = "year"
valid_from = 2024-01-01
valid_to = 2024-12-31
"""


@pytest.fixture
def county() -> County:
    made = make_county()
    file = parse_goals(FILE, units=[], services=[], statements=["access"], channels=[])
    save_goals(county=made, file=file, actor="test")
    record(60, on="2024-05-13", nps=10, answers={"access": 4})
    record(60, on="2024-02-12", nps=0, answers={"access": 2})
    return made


def signed_in(county: County | None, *unit_oids: str, language: str = "en") -> Client:
    user = User.objects.create_user(f"p{User.objects.count()}@example.fi", "a long enough password", language=language)
    for unit in [Unit.objects.get(oid=oid) for oid in unit_oids] or [None]:
        if county:
            give_role(user=user, county=county, unit=unit, actor="test")
    client = Client()
    client.force_login(user)
    return client


def shown(client: Client) -> str:
    """Return the page's words without its markup."""
    response = client.get("/staff/goals")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def test_a_stranger_is_sent_to_sign_in(client):
    assert client.get("/staff/goals")["Location"] == "/staff/sign-in?next=/staff/goals"


def test_each_goal_says_how_it_stands_what_it_is_and_whose(county):
    page = shown(signed_in(county))

    assert "Goals: 1 met, 1 missed" in page
    assert "Recommended April to June 2024: 100 (89–100), met, excellent" in page
    assert "Goal NPS at least 50 Whose Soite, the whole county Owner Director Holds from 1.1.2024 Answers of the invited" in page
    assert "Bands excellent from 50, good below that" in page
    assert "January to March 2024 missed −100" in page


def test_a_goal_for_a_statement_is_shown_in_its_words_and_as_a_share(county):
    page = shown(signed_in(county))

    assert "2024: 50.0% (41.2%–58.8%), missed" in page
    assert "agree at least 80.0%, I received help when I needed it" in page
    assert "1.1.2024–31.12.2024" in page


def test_who_sees_one_unit_sees_it_held_against_the_goal(county):
    record(600, on="2024-05-13", nps=0, unit=SOCIAL_UNIT)

    page = shown(signed_in(county, HEALTH_STATION))

    assert "Whose Health station" in page
    assert "100 (89–100), met" in page
    assert "Adult social work" not in page


def test_too_few_answers_say_so(county):
    assert "There are no answers yet." in shown(signed_in(county, SOCIAL_UNIT))

    record(3, on="2024-05-13", unit=SOCIAL_UNIT)

    assert "too few answers to show" in shown(signed_in(county, SOCIAL_UNIT))


def test_without_goals_the_page_says_what_would_bring_them():
    assert "There are no goals yet" in shown(signed_in(make_county()))


def test_somebody_without_a_unit_is_told_so():
    assert "Your account has not been given the results of any unit." in shown(signed_in(None))


@pytest.mark.parametrize(("language", "said"), [("fi", "saavutettu, erinomainen"), ("sv", "uppnått, utmärkt"), ("en", "met, excellent")])
def test_the_page_speaks_every_language(county, language, said):
    assert said in shown(signed_in(county, language=language))

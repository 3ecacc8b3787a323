"""The pages on alerts: what called, how it came about, and acknowledging it; nobody learns a small number from them."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from tests.factories import HEALTH_STATION, SMALL_UNIT, SOCIAL_UNIT, make_county
from tests.record import record

from vaste.organisations.actions import give_role
from vaste.organisations.models import County, Unit, User
from vaste.results.alert_actions import raise_alerts
from vaste.results.models import Alert

pytestmark = pytest.mark.django_db
TODAY = date(2024, 5, 10)


@pytest.fixture
def county() -> County:
    """Return a county whose health station had ten answers a week for a year, and of late more detractors."""
    made = make_county()
    for week in range(66):
        on = (date(2023, 1, 2) + timedelta(weeks=week)).isoformat()
        record(9, on=on, nps=10)
        record(1, on=on, nps=8 if week % 2 else 3)
    record(6, on="2024-04-08", nps=2)
    record(4, on="2024-04-08", nps=9)
    raise_alerts(today=TODAY)
    return made


def signed_in(county: County, *unit_oids: str, language: str = "en") -> Client:
    user = User.objects.create_user(f"p{User.objects.count()}@example.fi", "a long enough password", language=language)
    units = [Unit.objects.get(oid=oid) for oid in unit_oids] or [None]
    for unit in units:
        give_role(user=user, county=county, unit=unit, actor="test")
    client = Client()
    client.force_login(user)
    return client


def shown(response) -> str:
    """Return a page's words without its markup."""
    assert response.status_code == 200
    text = re.sub(r"<(style|svg).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def address() -> str:
    return f"/staff/alerts/{Alert.objects.get().id}"


def test_a_stranger_is_sent_to_sign_in(county, client):
    assert client.get("/staff/alerts")["Location"] == "/staff/sign-in?next=/staff/alerts"
    assert client.post(address(), {"note": "x"}).status_code == 302
    assert Alert.objects.get().acknowledged_on is None


def test_the_list_names_what_called_and_how_many_false_alarms_to_expect(county):
    page = shown(signed_in(county).get("/staff/alerts"))

    assert "1 alert waits to be acknowledged" in page
    assert "Health station More detractors than usual 8.4.–14.4.2024 10.5.2024" in page
    assert "Units watched: 2 of 3." in page or "Units watched: 1 of 3." in page
    assert "expect, on average, less than one false warning a year" in page


def test_an_alert_says_what_is_usual_and_what_came(county):
    page = shown(signed_in(county, HEALTH_STATION).get(address()))

    assert "Health station: more detractors than usual" in page
    assert "10 people answered about visits of 8.4.–14.4.2024, and 60.0% of them were detractors. Usually it is 5.0%." in page
    assert "8.4.–14.4.2024 10 6 60.0%" in page
    assert "Chance alone calls in this unit about once in ten years." in page


def test_the_chart_is_described_and_shows_baseline_and_limit(county):
    page = signed_in(county).get(address()).content.decode()

    assert re.search(r'<svg class="chart"[^>]+role="img" aria-label="The share of detractors by week, and the sum. Usual share 5.0%', page)
    assert "usual 5.0%</text>" in page
    assert re.search(r"limit \d\.\d</text>", page)


def test_another_unit_s_alert_does_not_exist(county):
    client = signed_in(county, SOCIAL_UNIT)

    assert client.get(address()).status_code == 404
    assert client.post(address(), {"note": "x"}).status_code == 404
    assert "Nothing calls" in shown(client.get("/staff/alerts"))


def test_a_person_who_sees_the_unit_acknowledges_with_a_note(county):
    client = signed_in(county, HEALTH_STATION)

    assert client.post(address(), {"note": "The phones were down."}).status_code == 302

    page = shown(client.get(address()))
    assert "The phones were down." in page
    assert "p0@example.fi" in page
    assert "Nothing calls" in shown(client.get("/staff/alerts"))


def test_a_note_too_long_is_refused_and_kept_in_the_form(county):
    response = signed_in(county).post(address(), {"note": "x" * 2001})

    assert response.status_code == 422
    assert "x" * 2001 in response.content.decode()
    assert Alert.objects.get().acknowledged_on is None


def test_who_comes_second_is_told_and_loses_nothing_typed(county):
    first, second = signed_in(county), signed_in(county)
    first.post(address(), {"note": ""})

    response = second.post(address(), {"note": "Me too."})

    assert response.status_code == 409
    assert "Your note was not kept: Me too." in response.content.decode()


def test_months_whose_score_the_results_page_hides_are_hatched(county):
    # The small station has three answers in April, so the health station's April would give them away to who sees both,
    # and so does June, from the second quarter.
    record(30, on="2024-02-15", nps=9, unit=SMALL_UNIT)
    record(3, on="2024-04-15", nps=9, unit=SMALL_UNIT)
    record(30, on="2024-05-06", nps=9)
    record(40, on="2024-06-10", nps=9)
    record(30, on="2024-06-10", nps=9, unit=SMALL_UNIT)

    page = signed_in(county).get(address()).content.decode()

    assert "They cannot be shown" in page
    assert 'fill="url(#too-few)"' in page
    assert '8.4.–14.4.2024</th>\n      <td colspan="4" class="hidden">' in page
    assert "60.0%" not in page
    assert "60.0%" in signed_in(county, HEALTH_STATION).get(address()).content.decode()


def test_somebody_without_a_unit_is_told_so(county):
    user = User.objects.create_user("new@example.fi", "a long enough password", language="en")
    client = Client()
    client.force_login(user)

    assert "Your account has not been given the results of any unit." in shown(client.get("/staff/alerts"))


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_text_of_both_pages_exists_in_every_language(county, language):
    client = signed_in(county, language=language)
    Alert.objects.update(kind="good_news")

    assert client.get("/staff/alerts").status_code == 200
    page = client.get(address())
    assert page.status_code == 200
    assert not re.search(r' (x|y|cx|cy|y1|width|height)="[0-9]*,', page.content.decode())  # lengths have points in every language

"""The pages on campaigns: how they stand, beginning and ending one, for people who see a whole county alone."""

import re
from datetime import date, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from tests.campaigns import campaign
from tests.factories import COUNTY, HEALTH_STATION, SOCIAL_UNIT, make_county
from tests.record import record

from vaste.core import clock
from vaste.core.models import AuditEntry
from vaste.invitations.campaigns.actions import end_campaign
from vaste.invitations.campaigns.rules import Afterwards, CampaignEnd
from vaste.invitations.models import Campaign
from vaste.organisations.actions import give_role
from vaste.organisations.models import County, Unit, User

pytestmark = pytest.mark.django_db
TODAY = clock.now().astimezone(ZoneInfo("Europe/Helsinki")).date()  # the county's: on a Sunday night it is in its next week already
FIRST = (TODAY.replace(day=1) - timedelta(days=70)).replace(day=1)
LAST = date(TODAY.year + 1, 6, 30)
TYPED = {"name": "Kevät 2027", "first_month": f"{TODAY:%Y-%m}", "last_month": f"{LAST:%Y-%m}", "needed": "400", "units": "all"}


@pytest.fixture
def county() -> County:
    return make_county()


def reader(county: County, unit: str | None = None, language: str = "en") -> Client:
    user = User.objects.create_user(f"{unit or 'county'}@example.fi", "a long enough password", language=language)
    give_role(user=user, county=county, unit=Unit.objects.get(oid=unit) if unit else None, actor="test")
    client = Client()
    client.force_login(user)
    return client


def running(county: County, **changes) -> Campaign:
    return campaign(county, **{"first_on": FIRST, "last_on": LAST, "today": TODAY, **changes})


def text_of(response) -> str:
    body = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def answers_of_weeks(weeks: int, times: int) -> None:
    """Put as many answers into each of the weeks that have settled by now."""
    monday = TODAY - timedelta(days=TODAY.weekday())
    for week in range(2, 2 + weeks):
        record(times, on=(monday - timedelta(weeks=week)).isoformat())


def test_only_people_who_see_a_whole_county_see_campaigns(county):
    of_county = running(county)
    client = reader(county, HEALTH_STATION)

    assert client.get("/staff/campaigns").status_code == 404
    assert client.get(f"/staff/campaigns/{of_county.pk}").status_code == 404
    assert client.post("/staff/campaigns/new", TYPED).status_code == 404
    assert client.post(f"/staff/campaigns/{of_county.pk}/end").status_code == 404
    assert client.post(f"/staff/campaigns/{of_county.pk}/continue").status_code == 404
    assert "Campaigns" not in client.get("/staff/results").content.decode()
    assert Client().get("/staff/campaigns").status_code == 302
    assert Campaign.objects.get().ended_on is None


def test_a_campaign_of_another_county_does_not_exist(county):
    other = make_county(COUNTY.replace('code = "18"', 'code = "17"'), _units_of_another_county())
    foreign = running(other, units=("1.2.246.10.88888888.10.1",))
    client = reader(county)

    assert client.get(f"/staff/campaigns/{foreign.pk}").status_code == 404
    assert client.post(f"/staff/campaigns/{foreign.pk}/end").status_code == 404
    assert client.post("/staff/campaigns/new", {**TYPED, "county": "17"}).status_code == 404


def _units_of_another_county() -> str:
    from tests.factories import UNITS

    return UNITS.replace("99999999", "88888888")


def test_without_a_campaign_the_page_says_what_one_is_for(county):
    shown = text_of(reader(county).get("/staff/campaigns"))

    assert "There are no campaigns yet" in shown
    assert "In other units invitations go on as the county's settings say." in shown


def test_where_the_county_asks_only_in_campaigns_the_page_says_so(db):
    only = make_county(COUNTY + "only_in_campaigns = true\n")
    assert "invitations go only in units with a running campaign" in text_of(reader(only).get("/staff/campaigns"))


def test_a_running_campaign_shows_its_number_and_its_forecast(county):
    answers_of_weeks(8, 10)
    of_county = running(county, needed=100)
    client = reader(county)

    listed, shown = client.get("/staff/campaigns"), text_of(client.get(f"/staff/campaigns/{of_county.pk}"))

    assert "Campaigns running: 1" in text_of(listed)
    number = int(re.search(r"Kevät 2026: (\d+) of 100 answers", shown)[1])
    assert 60 <= number <= 80  # of the newest weeks some may lie before the campaign's first month
    assert f'<progress aria-label="Kevät 2026: {number} of 100" max="100" value="{number}">' in listed.content.decode()
    assert re.search(r"At this pace reached \d+\.\d+\.\d{4} ± \d+ days", shown)
    assert "about 10 answers a week" in shown


def test_too_few_answers_are_shown_as_everywhere(county):
    record(4, on=TODAY.isoformat())
    of_county = running(county)
    client = reader(county)

    page = client.get(f"/staff/campaigns/{of_county.pk}").content.decode()

    assert "too few answers to show" in page
    assert "<progress" not in page
    assert "<progress" not in client.get("/staff/campaigns").content.decode()


@pytest.mark.parametrize(("language", "words"), [("fi", "liian vähän vastauksia näytettäväksi"), ("sv", "för få svar för att visas")])
def test_the_pages_speak_the_readers_language(county, language, words):
    of_county = running(county)
    client = reader(county, language=language)

    assert words in text_of(client.get(f"/staff/campaigns/{of_county.pk}"))
    assert client.get("/staff/campaigns/new").headers["Content-Language"] == language


def test_a_campaign_is_begun(county):
    client = reader(county)

    answered = client.post(
        "/staff/campaigns/new", {**TYPED, "units": "chosen", "unit": [HEALTH_STATION, SOCIAL_UNIT], "afterwards": "continue"}
    )

    made = Campaign.objects.get()
    assert (answered.status_code, answered.url) == (302, f"/staff/campaigns/{made.pk}?said=created")
    assert (made.key, made.name, made.needed, made.afterwards) == ("kevat-2027", "Kevät 2027", 400, "continue")
    assert (made.first_on, made.last_on, made.deadline) == (TODAY.replace(day=1), LAST, LAST + timedelta(days=21))
    assert {unit.oid for unit in made.units.all()} == {HEALTH_STATION, SOCIAL_UNIT}
    assert AuditEntry.objects.get(action="campaign.created").actor == str(User.objects.get().pk)
    assert "The campaign Kevät 2027 has been saved." in text_of(client.get(answered.url))


def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(county):
    typed = {**TYPED, "needed": "many", "deadline": "tomorrow", "units": "chosen", "unit": [SOCIAL_UNIT, "\0"], "afterwards": "continue"}

    answered = reader(county).post("/staff/campaigns/new", typed)

    page = answered.content.decode()
    assert answered.status_code == 422
    assert '<a href="#needed">Give the number as a whole number. It must be at least 5, for fewer cannot be shown.</a>' in page
    assert '<a href="#deadline">The deadline must be a day' in page
    assert '<a href="#units-all">Choose at least one unit' in page
    assert 'value="Kevät 2027"' in page
    assert f'value="{SOCIAL_UNIT}" checked' in page
    assert 'name="afterwards" value="continue" checked' in page
    assert f'<option value="{LAST:%Y-%m}" selected>' in page
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    "typed", [{}, {"name": "\0", "first_month": "9999-12", "last_month": "9999-12"}, {"needed": "²", "last_month": "x"}]
)
def test_whatever_is_sent_is_answered_by_the_form(county, typed):
    assert reader(county).post("/staff/campaigns/new", typed).status_code == 422


def test_ending_asks_first_and_says_what_happens(county):
    of_county = running(county)
    client = reader(county)

    asked = text_of(client.get(f"/staff/campaigns/{of_county.pk}/end"))
    assert "End the campaign Kevät 2026?" in asked
    assert "Invitations that have not left are not sent." in asked
    assert "When the campaign has ended: No more invitations go to the units' clients." in asked
    assert Campaign.objects.get().ended_on is None

    answered = client.post(f"/staff/campaigns/{of_county.pk}/end")
    assert Campaign.objects.get().ended_why == "by_staff"
    shown = text_of(client.get(answered.url))
    assert "The campaign Kevät 2026 has been ended." in shown
    assert "staff ended it" in shown
    assert client.get(f"/staff/campaigns/{of_county.pk}/end").status_code == 302


def test_units_of_an_ended_campaign_can_be_let_go_on(county):
    of_county = running(county)
    end_campaign(campaign=of_county, why=CampaignEnd.REACHED, today=TODAY, actor="worker")
    client = reader(county)
    assert "Let invitations go again in these units" in text_of(client.get(f"/staff/campaigns/{of_county.pk}"))

    answered = client.post(f"/staff/campaigns/{of_county.pk}/continue")

    assert Campaign.objects.get().afterwards == Afterwards.CONTINUE
    shown = text_of(client.get(answered.url))
    assert "Invitations go again as the county's settings say." in shown
    assert "Let invitations go again" not in shown

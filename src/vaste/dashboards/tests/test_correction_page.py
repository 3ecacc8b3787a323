"""What was read in a comment can be corrected by who may see the comment."""

import pytest
from django.test import Client
from tests.factories import HEALTH_STATION, SOCIAL_UNIT, make_county
from tests.record import record

from vaste.core.models import AuditEntry
from vaste.free_text.labels import Sentiment, Theme
from vaste.organisations.actions import give_role
from vaste.organisations.models import County, Unit, User
from vaste.responses.models import Response
from vaste.responses.reading import staff_examples

pytestmark = pytest.mark.django_db
TEXT = "Odotin kauan."


@pytest.fixture
def county() -> County:
    county = make_county()
    record(40)
    record(1, free_text=TEXT)
    Response.objects.filter(free_text=TEXT).update(
        themes="care", sentiment="positive", text_language="fi", text_method="1", awaits_reading=False
    )
    return county


def signed_in(county: County | None, unit: str | None = None, language: str = "en") -> Client:
    user = User.objects.create_user(f"p{User.objects.count()}@example.fi", "a long enough password", language=language)
    if county:
        give_role(user=user, county=county, unit=Unit.objects.get(oid=unit) if unit else None, actor="test")
    client = Client()
    client.force_login(user)
    return client


def address() -> str:
    return f"/staff/comments/{Response.objects.get(free_text=TEXT).id}?unit={HEALTH_STATION}&period=2024-04"


def test_the_results_page_leads_to_the_form_and_the_form_back(county):
    client = signed_in(county, HEALTH_STATION)
    listed = client.get("/staff/results", {"unit": HEALTH_STATION, "period": "2024-04"}).content.decode()

    page = client.get(address()).content.decode()

    assert address().replace("&", "&amp;") in listed
    assert TEXT in page
    assert "Below is what the program read in it." in page
    assert f'href="/staff/results?unit={HEALTH_STATION}&amp;period=2024-04"' in page
    assert [page.count(f'value="{key}" checked') for key in ("care", "waiting", "positive", "negative")] == [1, 0, 1, 0]


def test_a_correction_is_kept_teaches_and_is_audited_without_the_text(county):
    client = signed_in(county, HEALTH_STATION)

    answer = client.post(address(), {"theme": ["waiting", "staff"], "mood": "negative"})

    assert (answer.status_code, answer["Location"]) == (302, f"/staff/results?unit={HEALTH_STATION}&period=2024-04#comments")
    (example,) = staff_examples()
    assert (example.themes, example.sentiment) == (frozenset({Theme.WAITING, Theme.STAFF}), Sentiment.NEGATIVE)
    entry = AuditEntry.objects.get(action="comment.corrected")
    assert TEXT not in str(entry.__dict__)
    assert "Below is what staff said of it." in client.get(address()).content.decode()


def test_a_comment_may_be_about_nothing_of_the_list(county):
    assert signed_in(county).post(address(), {"mood": "neutral"}).status_code == 302
    assert Response.objects.get(free_text=TEXT).themes == ""


@pytest.mark.parametrize("form", [{"theme": "waiting"}, {"theme": "waiting", "mood": "unsure"}, {"theme": "weather", "mood": "neutral"}])
def test_a_form_that_is_not_whole_changes_nothing_and_keeps_what_was_chosen(county, form):
    answer = signed_in(county).post(address(), form)

    assert answer.status_code == 422
    assert "The correction was not saved" in answer.content.decode()
    assert ('value="waiting" checked' in answer.content.decode()) == (form["theme"] == "waiting")
    assert Response.objects.get(free_text=TEXT).text_method == "1"


@pytest.mark.parametrize("unit", [SOCIAL_UNIT, None])
def test_a_comment_of_another_unit_does_not_exist(county, unit):
    client = signed_in(county if unit else None, unit)

    assert client.get(address()).status_code == 404
    assert client.post(address(), {"mood": "negative"}).status_code == 404


def test_a_comment_that_is_hidden_does_not_exist(county):
    Response.objects.exclude(free_text=TEXT).delete()
    client = signed_in(county)

    assert client.get(address()).status_code == 404
    assert client.post(address(), {"mood": "negative"}).status_code == 404


def test_a_stranger_is_sent_to_sign_in(county, client):
    assert client.get(address())["Location"].startswith("/staff/sign-in")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_page_exists_in_every_language_without_a_script(county, language):
    page = signed_in(county, language=language).get(address()).content.decode()

    assert f'<html lang="{language}">' in page
    assert "<script" not in page

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.test import Client

from vaste.core import clock
from vaste.organisations.actions import forget_old_sign_ins
from vaste.organisations.models import User
from vaste.organisations.staff_pages import stylesheet

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture
def person() -> User:
    return User.objects.create_user("aino@example.fi", PASSWORD, language="en")


def sign_in(client: Client, email: str, password: str, **more: str):
    return client.post("/staff/sign-in", {"username": email, "password": password, **more})


@pytest.mark.parametrize("email", ["aino@example.fi", " AINO@Example.fi "])
def test_the_right_password_opens_the_results_however_the_address_is_typed(client, person, email):
    response = sign_in(client, email, PASSWORD)

    assert (response.status_code, response["Location"]) == (302, "/staff/results")


@pytest.mark.parametrize("email", ["aino@example.fi", "nobody@example.fi"])
def test_a_wrong_password_and_an_unknown_address_say_the_same(client, person, email):
    response = sign_in(client, email, "wrong", next="/staff/requests")

    assert response.status_code == 200
    assert "Sähköposti tai salasana ei täsmää" in response.content.decode()
    assert 'value="/staff/requests"' in response.content.decode()


@pytest.mark.parametrize("typed", ["a" * 300, "a" * 100_000, "a@example.fi" + "%_" * 50_000, "\x00", "aino@example.fi\x00"])
def test_what_can_be_no_address_is_refused_as_an_unknown_one_is(client, person, typed):
    response = sign_in(client, typed, "wrong")

    assert response.status_code == 200
    assert not AccessAttempt.objects.exists()


def test_after_too_many_failures_the_account_is_locked_and_the_page_says_for_how_long(client, person):
    for failure in range(8):
        response = sign_in(client, "aino@example.fi" if failure % 2 else "AINO@example.fi", "wrong")

    assert response.status_code == 429
    assert "Odota 15 minuuttia" in response.content.decode()
    assert sign_in(client, "aino@example.fi", PASSWORD).status_code == 429


def test_a_sign_in_leads_back_to_the_page_that_was_asked_for_but_never_to_another_site(client, person):
    assert sign_in(client, "aino@example.fi", PASSWORD, next="/staff/requests")["Location"] == "/staff/requests"
    assert sign_in(Client(), "aino@example.fi", PASSWORD, next="https://example.org/")["Location"] == "/staff/results"


def test_a_closed_account_cannot_sign_in(client, person):
    User.objects.update(is_active=False)

    assert sign_in(client, "aino@example.fi", PASSWORD).status_code == 200


def test_pages_speak_the_browser_s_language_until_one_is_chosen(client):
    swedish = client.get("/staff/sign-in", headers={"Accept-Language": "sv-FI,sv;q=0.9"})
    client.post("/staff/language", {"language": "en", "next": "/staff/sign-in"})
    english = client.get("/staff/sign-in", headers={"Accept-Language": "sv-FI,sv;q=0.9"})

    assert '<html lang="sv">' in swedish.content.decode()
    assert '<html lang="en">' in english.content.decode()


def test_the_chosen_language_is_kept_with_the_account(client, person):
    client.force_login(person)

    response = client.post("/staff/language", {"language": "sv", "next": "https://example.org/"})

    person.refresh_from_db()
    assert (person.language, response["Location"]) == ("sv", "/staff/results")


def test_an_unknown_language_is_not_found(client):
    assert client.post("/staff/language", {"language": "xx"}).status_code == 404


def test_forms_are_refused_without_their_token():
    strict = Client(enforce_csrf_checks=True)

    assert strict.post("/staff/sign-in", {"username": "a@example.fi", "password": "x"}).status_code == 403
    assert strict.post("/staff/language", {"language": "sv"}).status_code == 403


def test_the_stylesheet_may_be_kept_for_good_and_only_under_its_own_hash(client):
    found = client.get(f"/staff/style-{stylesheet()[1]}.css")

    assert "immutable" in found["Cache-Control"]
    assert found["Content-Type"].startswith("text/css")
    assert client.get("/staff/style-0000000000000000.css").status_code == 404


def test_pages_are_not_kept_by_browsers_and_send_their_address_to_no_other_site(client):
    response = client.get("/staff/sign-in")

    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"


def test_failed_sign_ins_and_ended_sessions_are_erased_in_time(client, person):
    sign_in(client, person.email, "wrong password")
    now = clock.now()
    Session.objects.create(session_key="ended", session_data="", expire_date=now - timedelta(minutes=1))
    forget_old_sign_ins(now=now + timedelta(days=29))
    assert AccessAttempt.objects.count() == 1
    assert not Session.objects.filter(session_key="ended").exists()
    forget_old_sign_ins(now=now + timedelta(days=31))
    assert not AccessAttempt.objects.exists()

"""What somebody reads in place of a page that cannot be shown: in their language what happened, what was kept, what to do."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from tests.factories import make_county

from vaste.organisations.actions import give_role
from vaste.organisations.models import User

pytestmark = pytest.mark.urls(__name__)


def _breaks(_: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault of ours with 010594Y9032 in it")


def _forbids(_: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def _suspects(_: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


urlpatterns = [
    path("staff/breaks", _breaks),
    path("staff/forbids", _forbids),
    path("staff/suspects", _suspects),
    path("", include("vaste.config.urls")),
]
from vaste.config.urls import handler400, handler403, handler404, handler500  # noqa: E402, F401  - of these addresses too


@pytest.mark.parametrize(
    ("address", "status", "texts"),
    [
        ("/tuloks", 404, ("Sivua ei löydy", "Sidan finns inte", "This page does not exist")),
        ("/staff/forbids", 403, ("Sinulla ei ole oikeutta", "Du har inte rätt", "You may not see")),
        ("/staff/suspects", 400, ("Mitään ei tallennettu", "Ingenting sparades", "Nothing was saved")),
        ("/staff/breaks", 500, ("Järjestelmässä on vika", "Det är fel i systemet", "There is a fault in the system")),
    ],
)
def test_a_page_that_cannot_be_shown_says_why_in_the_readers_language_without_asking_the_database(address, status, texts):
    for language, text in zip(("fi", "sv-FI,sv;q=0.9", "en-GB"), texts, strict=True):
        response = Client(raise_request_exception=False).get(address, headers={"Accept-Language": language})
        assert response.status_code == status
        assert text in response.content.decode()
        assert f'<html lang="{language[:2]}">' in response.content.decode()
        assert "010594Y9032" not in response.content.decode()


def test_in_a_language_that_nobody_speaks_here_the_page_is_finnish():
    assert "Sivua ei löydy" in Client().get("/nothing", headers={"Accept-Language": "de"}).content.decode()


def test_staff_are_told_that_a_page_may_be_of_another_unit_and_are_led_to_their_results():
    page = Client().get("/staff/nothing", headers={"Accept-Language": "en"}).content.decode()
    assert "a unit in which you have no role" in page
    assert '<a href="/staff/results">To the results</a>' in page
    assert "/staff/" not in Client().get("/nothing").content.decode().replace("/staff/style-", "")


@pytest.mark.django_db
def test_a_form_without_its_proof_is_told_that_nothing_was_saved():
    user = User.objects.create_user("p@example.fi", "a long enough password", language="en")
    give_role(user=user, county=make_county(), unit=None, actor="test")
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    response = client.post("/staff/opt-outs", {"phone": "+358400000001"}, headers={"Accept-Language": "sv"})
    assert response.status_code == 403
    assert "Formuläret skickades inte" in response.content.decode()
    assert "+358400000001" not in response.content.decode()


@pytest.mark.urls("vaste.config.hub_urls")
def test_the_hub_says_it_too():
    assert "Sidan finns inte" in Client().get("/jamforelsen", headers={"Accept-Language": "sv"}).content.decode()

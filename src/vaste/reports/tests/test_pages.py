"""The pages of reports: who may make and fetch what, and how they say no."""

import pytest
from django.test import Client
from tests.factories import HEALTH_STATION, SOCIAL_UNIT, make_county
from tests.record import invite, record

from vaste.organisations.actions import give_role
from vaste.organisations.models import County, Unit, User
from vaste.reports.models import ApprovedQuote, MadeReport, WorkDone

pytestmark = pytest.mark.django_db
WANTED = {"scope": "18:county", "period": "2024-Q2", "language": "sv", "form": "pdf"}
PREPARED = "/staff/reports/prepare?scope=18:county&period=2024-Q2"


@pytest.fixture
def county() -> County:
    county = make_county()
    invite(60)
    record(30, free_text="Jonotin kauan.")
    return county


def signed_in(county: County, unit: str | None = None) -> Client:
    user = User.objects.create_user(f"p{User.objects.count()}@example.fi", "a long enough password", language="en")
    give_role(user=user, county=county, unit=Unit.objects.get(oid=unit) if unit else None, actor="test")
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("address", ["/staff/reports", PREPARED, "/staff/reports/00000000-0000-4000-8000-000000000000"])
def test_a_stranger_is_sent_to_sign_in(client, address):
    assert client.get(address)["Location"].startswith("/staff/sign-in")


def test_who_has_no_role_is_told_whom_to_ask(client):
    client.force_login(User.objects.create_user("a@example.fi", "a long enough password", language="en"))
    assert "Ask the administrator" in client.get("/staff/reports").content.decode()


def test_the_button_makes_a_report_that_can_be_fetched_as_it_was_made(county):
    client = signed_in(county)
    made = client.post("/staff/reports", WANTED, follow=True)
    report = MadeReport.objects.get()
    assert "The report is ready" in made.content.decode()
    fetched = client.get(f"/staff/reports/{report.pk}")
    assert fetched.content == bytes(report.content)
    assert fetched["Content-Type"] == "application/pdf"
    assert fetched["Content-Disposition"] == 'attachment; filename="vaste-county-2024-Q2-sv.pdf"'


def test_who_sees_one_unit_makes_reports_on_it_and_on_nothing_else(county):
    client = signed_in(county, HEALTH_STATION)
    assert client.post("/staff/reports", {**WANTED, "scope": f"18:{HEALTH_STATION}"}).status_code == 302
    for scope in ("18:county", f"18:{SOCIAL_UNIT}", "x", ""):
        assert client.post("/staff/reports", {**WANTED, "scope": scope}).status_code == 404
        assert client.get("/staff/reports/prepare", {"scope": scope, "period": "2024-Q2"}).status_code == 404


def test_a_report_on_what_the_reader_may_not_see_does_not_exist_for_them(county):
    signed_in(county).post("/staff/reports", WANTED)
    client, report = signed_in(county, HEALTH_STATION), MadeReport.objects.get()
    assert client.get(f"/staff/reports/{report.pk}").status_code == 404
    assert str(report.pk) not in client.get("/staff/reports").content.decode()


@pytest.mark.parametrize("period", ["", "x", "2024-Q9", "2999"])
def test_a_period_that_is_none_is_told_and_nothing_is_made(county, period):
    answer = signed_in(county).post("/staff/reports", {**WANTED, "period": period})
    assert answer.status_code == 422
    assert "Write the period as 2026, 2026-Q3 or 2026-08." in answer.content.decode()
    assert not MadeReport.objects.exists()


@pytest.mark.parametrize("changes", [{"language": "se"}, {"form": "docx"}, {"language": ""}])
def test_a_language_or_form_that_there_is_not_is_not_found(county, changes):
    assert signed_in(county).post("/staff/reports", {**WANTED, **changes}).status_code == 404


def test_staff_approve_a_comment_and_take_the_approval_back(county):
    client = signed_in(county)
    page = client.get(PREPARED)
    assert "Jonotin kauan." in page.content.decode()
    key = page.context["comments"][0]["key"]
    assert client.post(PREPARED, {"quote": key, "act": "approve"}).status_code == 302
    assert ApprovedQuote.objects.count() == 1
    assert "Take the approval back" in client.get(PREPARED).content.decode()
    client.post(PREPARED, {"quote": key, "act": "withdraw"})
    assert not ApprovedQuote.objects.exists()


def test_a_comment_that_is_gone_cannot_be_approved(county):
    answer = signed_in(county).post(PREPARED, {"quote": "ab" * 32, "act": "approve"})
    assert answer.status_code == 409
    assert "The comment is no longer there" in answer.content.decode()


def test_what_was_done_is_kept_and_a_text_too_long_is_given_back(county):
    client = signed_in(county)
    client.post(PREPARED, {"done_sv": " Telefontiden förlängdes. ", "done_fi": ""})
    assert list(WorkDone.objects.values_list("scope", "period", "language", "text")) == [
        ("county", "2024-Q2", "sv", "Telefontiden förlängdes.")
    ]
    answer = client.post(PREPARED, {"done_sv": "x" * 4001})
    assert answer.status_code == 422
    assert "x" * 4001 in answer.content.decode()

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from tests.factories import HEALTH_STATION, SOCIAL_UNIT, make_county

from vaste.cases.actions import ContactDetails, request_contact, sealed_request
from vaste.cases.models import ContactRequest
from vaste.core import clock
from vaste.core.models import AuditEntry
from vaste.organisations.actions import give_role
from vaste.organisations.models import County, Unit, User

pytestmark = pytest.mark.django_db
DETAILS = ContactDetails(name="Aino Esimerkki", phone="+358400000001", answers={"nps": 3, "free_text": "Jonotin kauan."})


@pytest.fixture
def county() -> County:
    return make_county()


@pytest.fixture
def nurse(county) -> User:
    user = User.objects.create_user("nurse@example.fi", "a long enough password", language="en")
    give_role(user=user, county=county, unit=Unit.objects.get(oid=HEALTH_STATION), actor="test")
    return user


@pytest.fixture
def staff(nurse) -> Client:
    client = Client()
    client.force_login(nurse)
    return client


def ask_for_contact(unit: str = HEALTH_STATION, details: ContactDetails = DETAILS, received_on: date = date(2026, 5, 4)) -> ContactRequest:
    with connection.cursor() as cursor:
        request_contact(
            cursor,
            sealed_request(unit_oid=unit, language="fi", details=details, working_days=10, is_holiday=lambda _: False, today=received_on),
        )
    return ContactRequest.objects.get(unit_id=unit, received_on=received_on)


def test_a_stranger_is_sent_to_sign_in(client, county):
    request = ask_for_contact()

    for address in ("/staff/requests", f"/staff/requests/{request.pk}"):
        assert client.get(address)["Location"].startswith("/staff/sign-in?next=")


def test_requests_are_listed_by_deadline_and_late_ones_are_named(staff):
    ask_for_contact(received_on=date(2026, 5, 6))
    ask_for_contact(received_on=date(2026, 5, 4))

    shown = staff.get("/staff/requests").content.decode()

    assert "Requests waiting: 2, of which past their deadline: 2" in shown
    assert shown.index("18.5.2026") < shown.index("20.5.2026")


def test_a_long_list_comes_in_pages_that_leave_out_nobody_and_repeat_nobody(staff):
    asked = {str(ask_for_contact(received_on=date(2026, 3, day)).pk) for day in range(1, 32)}

    pages = [staff.get(f"/staff/requests{page}").content.decode() for page in ("", "?page=2")]

    assert "Requests 1–25 of 31, the nearest deadline first." in pages[0]
    assert "Requests 26–31 of 31" in pages[1]
    listed = [re.findall(r"/staff/requests/([0-9a-f-]{36})", page) for page in pages]
    assert [len(each) for each in listed] == [25, 6]
    assert {*listed[0], *listed[1]} == asked
    assert '<nav class="pages" aria-label="Pages of the list of requests">' in pages[0]
    assert '<a rel="next" href="?page=2">Next</a>' in pages[0]
    assert '<a rel="prev" href="?">Previous</a>' in pages[1]


@pytest.mark.parametrize(("page", "shown"), [("0", "26–31"), ("99", "26–31"), ("x", "1–25"), ("-1", "26–31")])
def test_a_page_that_is_not_there_any_more_is_the_last_one(staff, page, shown):
    for day in range(1, 32):
        ask_for_contact(received_on=date(2026, 3, day))

    assert f"Requests {shown} of 31" in staff.get(f"/staff/requests?page={page}").content.decode()


def test_a_list_asks_the_database_as_often_for_many_as_for_few(staff, django_assert_max_num_queries):
    for day in range(1, 32):
        ask_for_contact(received_on=date(2026, 3, day))

    with django_assert_max_num_queries(12):
        staff.get("/staff/requests")


def test_the_list_is_narrowed_to_a_unit_and_the_heading_counts_that_unit(staff, nurse, county):
    give_role(user=nurse, county=county, unit=Unit.objects.get(oid=SOCIAL_UNIT), actor="test")
    ask_for_contact()
    for day in (5, 6):
        ask_for_contact(SOCIAL_UNIT, received_on=date(2026, 5, day))

    everything = staff.get("/staff/requests").content.decode()
    shown = staff.get(f"/staff/requests?unit={SOCIAL_UNIT}").content.decode()

    assert "Requests waiting: 3" in everything
    assert "Adult social work (2)</option>" in everything
    assert "Requests waiting: 2" in shown
    assert "Requests 1–2 of 2" in shown
    assert f"?unit={SOCIAL_UNIT}" in shown


def test_past_their_deadline_are_those_alone_and_what_is_due_today_is_named(staff, county):
    ask_for_contact()
    today = county.day_of(clock.now())
    ContactRequest.objects.filter(pk=ask_for_contact(received_on=date(2026, 5, 5)).pk).update(due_on=today)

    every = staff.get("/staff/requests").content.decode()
    late = staff.get("/staff/requests?show=late").content.decode()

    assert "Requests waiting: 2, of which past their deadline: 1" in every
    assert "<strong>today</strong>" in every
    assert "Requests 1–1 of 1, the one that has waited longest first." in late
    assert "<strong>today</strong>" not in late


def test_the_answered_are_listed_by_themselves_last_answered_first(staff):
    first, second = ask_for_contact(), ask_for_contact(received_on=date(2026, 5, 5))
    for request in (first, second):
        staff.post(f"/staff/requests/{request.pk}", {"note": ""})
    ContactRequest.objects.filter(pk=first.pk).update(answered_on=date(2026, 5, 6))

    shown = staff.get("/staff/requests?show=answered").content.decode()

    assert "nurse@example.fi" in shown
    assert shown.index(str(second.pk)) < shown.index(str(first.pk))
    assert "No client of your units is waiting" in staff.get("/staff/requests").content.decode()


def test_who_has_answered_one_is_led_to_the_next_and_back_to_the_same_list(staff):
    first, second = ask_for_contact(), ask_for_contact(received_on=date(2026, 5, 5))

    answered = staff.post(f"/staff/requests/{first.pk}?show=late", {"note": ""}, follow=True).content.decode()

    assert f'href="/staff/requests/{second.pk}?show=late">The next request that waits</a>' in answered
    assert 'href="/staff/requests?show=late">All requests</a>' in answered


def test_a_choice_that_nothing_fits_says_so_and_leads_back(staff):
    assert "No requests fit this choice." in staff.get("/staff/requests?show=late").content.decode()


def test_the_list_of_a_unit_of_somebody_else_does_not_exist(staff):
    assert staff.get(f"/staff/requests?unit={SOCIAL_UNIT}").status_code == 404


def test_the_list_shows_no_name_or_number(staff):
    ask_for_contact()

    shown = staff.get("/staff/requests").content.decode()

    assert "Aino" not in shown
    assert "358400000001" not in shown


def test_a_request_of_another_unit_does_not_exist_and_cannot_be_answered(staff):
    request = ask_for_contact(SOCIAL_UNIT)

    assert "Adult social work" not in staff.get("/staff/requests").content.decode()
    assert staff.get(f"/staff/requests/{request.pk}").status_code == 404
    assert staff.post(f"/staff/requests/{request.pk}", {"note": ""}).status_code == 404
    request.refresh_from_db()
    assert request.state == ContactRequest.State.RECEIVED


def test_opening_a_request_shows_who_asked_with_their_answers_and_is_audited_by_id(staff, nurse):
    request = ask_for_contact()

    shown = staff.get(f"/staff/requests/{request.pk}").content.decode()

    assert "Aino Esimerkki" in shown
    assert 'href="tel:+358400000001"' in shown
    assert "Jonotin kauan." in shown
    entry = AuditEntry.objects.get(action="contact_request.opened")
    assert (entry.actor, entry.subject, entry.details) == (str(nurse.pk), str(request.pk), "{}")


def test_without_answers_the_page_says_that_they_were_not_let_go_along(staff):
    request = ask_for_contact(details=ContactDetails(email="aino@example.fi"))

    shown = staff.get(f"/staff/requests/{request.pk}").content.decode()

    assert "The client did not let the answers go along." in shown
    assert 'href="mailto:aino@example.fi"' in shown


def test_a_request_is_marked_as_answered_with_who_when_and_a_note(staff, nurse):
    request = ask_for_contact()

    staff.post(f"/staff/requests/{request.pk}", {"note": "Called, agreed on a new time."})

    request.refresh_from_db()
    assert (request.state, request.answered_by) == (ContactRequest.State.ANSWERED, nurse)
    assert request.answered_on is not None
    assert b"Called" not in bytes(request.sealed_note)
    shown = staff.get(f"/staff/requests/{request.pk}").content.decode()
    assert "Called, agreed on a new time." in shown
    assert "nurse@example.fi" in shown
    assert AuditEntry.objects.filter(action="contact_request.answered").count() == 1


def test_who_comes_second_is_told_and_loses_no_words(staff):
    request = ask_for_contact()
    staff.post(f"/staff/requests/{request.pk}", {"note": "first"})

    second = staff.post(f"/staff/requests/{request.pk}", {"note": "second {word}"})

    assert second.status_code == 409
    assert "Your note was not saved: second {word}" in second.content.decode()
    assert AuditEntry.objects.filter(action="contact_request.answered").count() == 1


def test_a_note_that_is_too_long_is_kept_in_the_form(staff):
    request = ask_for_contact()

    response = staff.post(f"/staff/requests/{request.pk}", {"note": "x" * 2001})

    assert response.status_code == 422
    assert "x" * 2001 in response.content.decode()
    request.refresh_from_db()
    assert request.state == ContactRequest.State.RECEIVED


def test_details_that_no_key_opens_are_named_instead_of_shown(staff):
    request = ask_for_contact()
    ContactRequest.objects.update(sealed=b"\0" * 40)

    shown = staff.get(f"/staff/requests/{request.pk}")

    assert shown.status_code == 200
    assert "The contact details cannot be opened" in shown.content.decode()


def test_nobody_waiting_is_said_with_the_reason(staff):
    assert "New requests come here when a client leaves contact details" in staff.get("/staff/requests").content.decode()

"""A contact request is sealed, opened by name, and answered once."""

from datetime import date

import pytest
from django.db import connection
from tests.factories import HEALTH_STATION, make_county, phone

from vaste.cases.actions import ContactDetails, erase_old_requests, mark_answered, open_details, open_note, request_contact, sealed_request
from vaste.cases.models import ContactRequest
from vaste.core.keys import SealBroken
from vaste.core.models import AuditEntry
from vaste.invitations.holidays import is_holiday
from vaste.organisations.models import User

pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 4)
DETAILS = ContactDetails(
    name="Maija Meikäläinen", phone=phone(1), email="maija@example.fi", answers={"nps": 3, "free_text": "Odotin kauan"}
)


@pytest.fixture
def nurse() -> User:
    make_county()
    return User.objects.create_user("nurse@example.fi")


def requested(details: ContactDetails = DETAILS) -> ContactRequest:
    with connection.cursor() as cursor:
        request_contact(
            cursor,
            sealed_request(unit_oid=HEALTH_STATION, language="fi", details=details, working_days=10, is_holiday=is_holiday, today=TODAY),
        )
    return ContactRequest.objects.get()


def test_a_request_waits_with_its_deadline_and_tells_nobody_who_asked(nurse):
    request = requested()
    assert (request.unit_id, request.state, request.received_on, request.due_on) == (HEALTH_STATION, "received", TODAY, date(2026, 5, 19))
    stored = b" ".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        for value in ContactRequest.objects.values_list().get()
    )
    assert not [word for word in ("Maija", "400000001", "maija@", "Odotin") if word.encode() in stored]


def test_who_opens_a_request_is_audited_without_what_it_holds(nurse):
    request = requested()
    assert open_details(request=request, reader=nurse) == DETAILS
    entry = AuditEntry.objects.get(action="contact_request.opened")
    assert (entry.actor, entry.subject, entry.details) == (str(nurse.pk), str(request.id), "{}")


def test_the_details_open_in_their_own_row_alone(nurse):
    first = requested()
    sealed = bytes(first.sealed)
    first.delete()
    second = requested(ContactDetails(phone=phone(2)))
    second.sealed = sealed
    with pytest.raises(SealBroken):
        open_details(request=second, reader=nurse)


def test_a_request_is_answered_once_and_the_first_note_stays(nurse):
    request = requested()
    assert open_note(request) == ""
    assert mark_answered(request=request, by=nurse, note="Soitettu, asia selvisi", today=TODAY)
    assert not mark_answered(request=request, by=nurse, note="uudestaan", today=TODAY)
    answered = ContactRequest.objects.get()
    assert (answered.state, answered.answered_on, answered.answered_by) == ("answered", TODAY, nurse)
    assert open_note(answered) == "Soitettu, asia selvisi"
    assert AuditEntry.objects.filter(action="contact_request.answered").count() == 1


def test_an_answered_request_is_erased_when_the_county_keeps_it_no_longer(nurse):
    mark_answered(request=requested(), by=nurse, note="Soitettu", today=date(2026, 5, 6))
    assert erase_old_requests(today=date(2027, 5, 6)) == 0
    assert erase_old_requests(today=date(2027, 5, 7)) == 1
    assert not ContactRequest.objects.exists()


def test_a_request_that_waits_is_never_erased(nurse):
    requested()
    assert erase_old_requests(today=date(2036, 5, 4)) == 0

"""Receive contact requests, open their sealed details, and mark them as answered."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec
from django.db import transaction

from vaste.cases.models import ContactRequest
from vaste.cases.rules import due_on
from vaste.core import database
from vaste.core.audit import audit
from vaste.core.database import Cursor
from vaste.core.ids import new_id
from vaste.core.keys import BLOCK_OF_ANSWERS, ring
from vaste.organisations.models import County, User

_INSERT = "INSERT INTO cases_contactrequest (id, unit_id, language, received_on, due_on, sealed, state) VALUES (%s, %s, %s, %s, %s, %s, %s)"


class ContactDetails(msgspec.Struct, frozen=True, kw_only=True):
    """What a person left about themselves. answers: only when they let them go along, item id → value."""

    name: str = ""
    phone: str = ""
    email: str = ""
    answers: dict[str, int | str] | None = None


_read_details = msgspec.msgpack.Decoder(ContactDetails)


def sealed_request(
    *, unit_oid: str, language: str, details: ContactDetails, working_days: int, is_holiday: Callable[[date], bool], today: date
) -> tuple[Any, ...]:
    """Return a contact request, sealed, as the row that `request_contact` keeps; nothing in it points to the answers in the record."""
    request_id = new_id()
    sealed = ring().seal(msgspec.msgpack.encode(details), bound_to=f"contact request {request_id.hex}", block=BLOCK_OF_ANSWERS)
    due = due_on(today, working_days=working_days, is_holiday=is_holiday)
    stored = database.as_stored
    return (stored(request_id), unit_oid, language, stored(today), stored(due), sealed, ContactRequest.State.RECEIVED.value)


def request_contact(cursor: Cursor, row: tuple[Any, ...]) -> None:
    """Keep a contact request in the caller's transaction."""
    cursor.execute(_INSERT, row)


@transaction.atomic
def open_details(*, request: ContactRequest, reader: User) -> ContactDetails:
    """Return what a person left about themselves; who looked is audited."""
    audit(str(reader.pk), "contact_request.opened", str(request.id))
    sealed = ring().open(request.sealed, bound_to=f"contact request {request.id.hex}")
    return _read_details.decode(sealed)


@transaction.atomic
def mark_answered(*, request: ContactRequest, by: User, note: str, today: date) -> bool:
    """Note that a person was contacted, and by whom; return False when somebody had done so before."""
    sealed_note = ring().seal(note.encode(), bound_to=f"contact note {request.id.hex}") if note else None
    changed = ContactRequest.objects.filter(id=request.id, state=ContactRequest.State.RECEIVED).update(
        state=ContactRequest.State.ANSWERED, answered_on=today, answered_by=by, sealed_note=sealed_note
    )
    if changed:
        audit(str(by.pk), "contact_request.answered", str(request.id))
    return changed == 1


def open_note(request: ContactRequest) -> str:
    """Return the note that was left when the request was answered."""
    if request.sealed_note is None:
        return ""
    return ring().open(request.sealed_note, bound_to=f"contact note {request.id.hex}").decode()


@transaction.atomic
def erase_old_requests(*, today: date) -> int:
    """Erase the requests answered longer ago than their county keeps them; return how many. One still waiting is never erased."""
    erased = 0
    for county in County.objects.all():
        last_kept = today - timedelta(days=county.settings.answering.keep_days)
        erased += ContactRequest.objects.filter(unit__county=county, answered_on__lt=last_kept).delete()[0]
    if erased:
        audit("worker", "contact_requests.erased", requests=erased)
    return erased

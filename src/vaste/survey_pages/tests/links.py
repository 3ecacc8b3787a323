"""Links and what stands behind them in the database, for tests of the pages."""

import re
from typing import Any

import msgspec
import pytest
from django.db import connection
from msgspec.structs import replace
from tests.factories import at, take_in_visits, visit_fields

from vaste.core.keys import ring
from vaste.invitations.models import Invitation
from vaste.invitations.sessions import OpenSession, find_open, save_progress
from vaste.messaging.actions import Letter
from vaste.messaging.models import OutboundMessage, sealed_place
from vaste.responses.mailbox import SealedAnswer, open_answer
from vaste.responses.models import MailboxAnswer
from vaste.survey_pages.app import Pages
from vaste.survey_pages.store import Store

# The one thread that writes on SQLite has a connection of its own, which sees nothing of a test's open transaction.
WITH_DATABASE = pytest.mark.django_db(transaction=connection.vendor == "sqlite")
NOW = "2026-05-05 12:00"
UNKNOWN = "/s/2222222222ZZ"


def open_link(**visit: Any) -> str:
    """Take a visit in and return the path of its link, as the message would tell it."""
    before = set(OutboundMessage.objects.values_list("id", flat=True))
    take_in_visits(visit_fields(**visit), now=at(NOW))
    message = OutboundMessage.objects.exclude(id__in=before).get()
    letter = msgspec.msgpack.decode(ring().open(message.sealed, bound_to=sealed_place(message.id)), type=Letter)
    match = re.search(r"/s/\w+", letter.text)
    assert match
    return match[0]


def pages_over(store: Store) -> Pages:
    """Return pages over a store, at the moment at which these links are open."""
    return Pages(store, base_url="https://palaute.example.fi", clock=lambda: at(NOW))


def session(path: str) -> OpenSession | None:
    """Return the open session of a link."""
    with connection.cursor() as cursor:
        return find_open(cursor, path.removeprefix("/s/"), at(NOW))


def answer_by_sms(path: str, **answers: int | str) -> None:
    """Keep answers on a session as the text message dialogue does."""
    found = session(path)
    assert found
    with connection.cursor() as cursor:
        save_progress(cursor, found.id, replace(found.progress, answers={**found.progress.answers, **answers}, by_sms=True))


def kept(path: str) -> dict[str, int | str] | None:
    """Return the answers kept on an open session, or None when it is no longer open."""
    found = session(path)
    return found and dict(found.progress.answers)


def mailbox() -> list[SealedAnswer]:
    """Return every answer in the mailbox."""
    return [open_answer(row.id, row.sealed) for row in MailboxAnswer.objects.all()]


def expire_everything() -> None:
    """Let the time of every invitation be out."""
    Invitation.objects.update(expires_at=at("2026-05-05 11:59"))

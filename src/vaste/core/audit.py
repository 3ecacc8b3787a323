"""Write and check the audit trail. Auditing is an explicit call in the transaction of the change it tells of."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from vaste.core import clock
from vaste.core.models import AuditEntry

_START = "0" * 64
_LOCK = 8_271_838  # an advisory lock's number, any that nobody else uses


def _hash(previous: str, number: int, at: datetime, actor: str, action: str, subject: str, details: str) -> str:
    line = json.dumps([previous, number, at.isoformat(), actor, action, subject, details], ensure_ascii=False)
    return hashlib.sha256(line.encode()).hexdigest()


def audit(actor: str, action: str, subject: str = "", **details: Any) -> None:
    """Append one entry, within the present transaction or its own.

    actor: a user's id, `feed:<id>`, `command` or `worker`. details: ids and counts; never a name, number, text or token.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":  # two writers must not follow the same entry; SQLite lets in only one
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        last = AuditEntry.objects.order_by("-number").first()
        previous, number = (last.hash, last.number + 1) if last else (_START, 1)
        at, text = clock.now(), json.dumps(details, sort_keys=True, ensure_ascii=False)
        AuditEntry.objects.create(
            number=number,
            at=at,
            actor=actor,
            action=action,
            subject=subject,
            details=text,
            previous_hash=previous,
            hash=_hash(previous, number, at, actor, action, subject, text),
        )


def first_broken_entry() -> int | None:
    """Return the number of the first entry that does not follow from the one before, or None when the chain is whole."""
    previous, expected = _START, 1
    for entry in AuditEntry.objects.order_by("number").iterator():
        made = _hash(previous, entry.number, entry.at, entry.actor, entry.action, entry.subject, entry.details)
        if entry.number != expected or entry.previous_hash != previous or entry.hash != made:
            return expected
        previous, expected = entry.hash, expected + 1
    return None

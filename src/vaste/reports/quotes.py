"""Comments that may stand in a report: only those that a member of staff has approved, known by a keyed hash of their text."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet

from vaste.core.audit import audit
from vaste.core.keys import Purpose, ring
from vaste.organisations.models import User
from vaste.reports.facts import ReportScope, answers_for
from vaste.reports.models import ApprovedQuote
from vaste.responses.models import Response
from vaste.results.calendar import Period
from vaste.results.comments import rows_shown

AT_MOST_SHOWN = 50


@dataclass(frozen=True)
class Quotable:
    """A comment that may be quoted or not. keys: the hashes of its text, by the current key first."""

    text: str
    language: str
    unit_oid: str
    period_start: date
    keys: tuple[bytes, ...]

    @property
    def key(self) -> str:
        """Return the hash by which a page names it."""
        return self.keys[0].hex()


def approved_quotes(scope: ReportScope, period: Period, now: datetime) -> list[Quotable]:
    """Return the comments of a period that were approved and are still there, the newest first, each text once."""
    approved = {(each.unit_id, each.period_start, bytes(each.text_hash)) for each in ApprovedQuote.objects.filter(unit__in=scope.units)}
    if not approved:
        return []
    rows = _rows(scope, period, now).filter(
        unit_id__in={unit for unit, _, _ in approved}, period_start__in={start for _, start, _ in approved}
    )
    once: dict[str, Quotable] = {}
    for comment in _read(rows):
        if any((comment.unit_oid, comment.period_start, key) in approved for key in comment.keys):
            once.setdefault(comment.text, comment)
    return list(once.values())


def newest_comments(scope: ReportScope, period: Period, now: datetime) -> list[Quotable]:
    """Return the newest comments of the invited, at most `AT_MOST_SHOWN`, within a period in random order, each text once."""
    once = {comment.text: comment for comment in islice(_read(_rows(scope, period, now)), 4 * AT_MOST_SHOWN)}
    return list(once.values())[:AT_MOST_SHOWN]


@transaction.atomic
def set_approval(*, scope: ReportScope, period: Period, key: str, approved: bool, by: User, now: datetime) -> bool:
    """Let a comment stand in reports, or no longer; return whether the scope has it in the period."""
    comment = next((each for each in _read(_rows(scope, period, now)) if key in {hashed.hex() for hashed in each.keys}), None)
    if comment is None:
        return False
    today = scope.county.day_of(now)
    here = ApprovedQuote.objects.filter(unit_id=comment.unit_oid, period_start=comment.period_start, text_hash__in=comment.keys)
    if not approved and here.delete()[0]:
        audit(str(by.pk), "quote.withdrawn", unit=comment.unit_oid)
    if approved and not here.exists():
        quote = ApprovedQuote.objects.create(
            unit_id=comment.unit_oid, period_start=comment.period_start, text_hash=comment.keys[0], approved_by=by, approved_on=today
        )
        audit(str(by.pk), "quote.approved", f"quote:{quote.pk}", unit=comment.unit_oid)
    return True


def _rows(scope: ReportScope, period: Period, now: datetime) -> QuerySet[Response]:
    """Return the responses whose comments may be shown, as on the page of results."""
    return rows_shown(answers_for(scope, now), scope.units, period).order_by("-period_start", "pk")


def _read(rows: QuerySet[Response]) -> Iterator[Quotable]:
    columns = rows.values_list("unit_id", "period_start", "text_language", "language", "free_text")
    for unit, start, written_in, answered_in, text in columns.iterator(chunk_size=500):
        keys = ring().keyed_hashes(Purpose.QUOTE, f"{unit} {start} {text}")
        yield Quotable(text, written_in or answered_in, unit, start, tuple(keys))

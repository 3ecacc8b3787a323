"""Move answers from the mailbox to the record in shuffled batches, and erase one by its withdrawal code."""

import secrets
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Min

from vaste.core import database
from vaste.core.audit import audit
from vaste.core.ids import canonical_code, new_id
from vaste.core.keys import Purpose, ring
from vaste.organisations.models import County, Unit
from vaste.responses.models import MailboxAnswer, Response
from vaste.responses.rules import Waiting, units_to_publish

_BATCH = 500
_COLUMNS = (
    "unit_id",
    "instrument",
    "channel",
    "language",
    "respondent_role",
    "age_band",
    "period_start",
    "period_kind",
    "nps",
    "answers",
    "free_text",
    "withdrawal_hash",
)


def mix(*, today: date, actor: str = "worker", publish_all: bool = False) -> int:
    """Publish what the county's rule lets go, or everything when `publish_all` (rehearsals only); return how many answers went.

    Each unit's answers go in one transaction, in random order and under new ids, so that neither ids nor the order of rows
    tells which answer came when. Afterwards SQLite's write-ahead log is folded in and cut.
    """
    published = 0
    for unit_oid in _units_to_publish(today, publish_all=publish_all):
        published += _publish_unit(unit_oid)
    if published:
        audit(actor, "mix.published_all" if publish_all else "mix.published", answers=published)
        database.checkpoint()
    return published


def _units_to_publish(today: date, *, publish_all: bool) -> list[str]:
    rows = MailboxAnswer.objects.values("unit_id").annotate(answers=Count("*"), since=Min("arrived_on")).order_by()
    waiting = [Waiting(row["unit_id"], row["answers"], row["since"]) for row in rows]
    if publish_all:
        return [unit.unit_oid for unit in waiting]
    counties = {county.code: county.settings.mixing for county in County.objects.all()}
    county_of = dict(Unit.objects.filter(oid__in=[unit.unit_oid for unit in waiting]).values_list("oid", "county_id"))
    ready: list[str] = []
    for unit in waiting:
        rule = counties[county_of[unit.unit_oid]]
        ready += units_to_publish([unit], at_least=rule.at_least, at_most_days=rule.at_most_days, today=today)
    return ready


@transaction.atomic
def _publish_unit(unit_oid: str) -> int:
    rows = list(MailboxAnswer.objects.select_for_update().filter(unit_id=unit_oid))
    secrets.SystemRandom().shuffle(rows)
    Response.objects.bulk_create((_as_response(row) for row in rows), batch_size=_BATCH)
    _delete_from_mailbox([row.id for row in rows])
    return len(rows)


def _as_response(row: MailboxAnswer) -> Response:
    return Response(id=new_id(), **{column: getattr(row, column) for column in _COLUMNS})


def _delete_from_mailbox(ids: Sequence[UUID]) -> None:
    for start in range(0, len(ids), _BATCH):
        MailboxAnswer.objects.filter(id__in=ids[start : start + _BATCH]).delete()


@transaction.atomic
def withdraw(typed_code: str) -> bool:
    """Erase the answer that a withdrawal code belongs to, in the mailbox or the record; return whether there was one."""
    code = canonical_code(typed_code)
    if code is None:
        return False
    hashes = ring().keyed_hashes(Purpose.WITHDRAWAL, code)
    erased = 0
    for table in (MailboxAnswer, Response):
        erased += table.objects.filter(withdrawal_hash__in=hashes).delete()[0]
    if erased:
        audit("respondent", "response.withdrawn")
    return erased > 0


def vacuum() -> None:
    """Take burnt rows out of PostgreSQL's files; SQLite's secure_delete has done so already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in ("responses_mailboxanswer", "invitations_invitation", "messaging_outboundmessage"):
                cursor.execute(f"VACUUM {table}")  # the names stand above, nothing comes from outside

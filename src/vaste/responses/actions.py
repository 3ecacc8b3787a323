"""Move answers from the mailbox to the record in shuffled batches, and erase one by its withdrawal code."""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

import structlog
from django.db import connection, transaction

from vaste.core import database
from vaste.core.audit import audit
from vaste.core.ids import canonical_code, new_id
from vaste.core.keys import Purpose, SealBroken, ring
from vaste.organisations.models import County, Unit
from vaste.responses.changes import note_changes
from vaste.responses.mailbox import SealedAnswer, mailbox_hashes, open_answer
from vaste.responses.models import MailboxAnswer, Response
from vaste.responses.rules import Waiting, units_to_publish

log = structlog.get_logger()

_BATCH = 500
_LOCK = 8_271_840  # an advisory lock's number, any that nobody else uses
_TABLES_THAT_FORGET = (
    "invitations_invitation",
    "invitations_contactoffer",
    "invitations_quarantine",
    "messaging_outboundmessage",
    "messaging_messagepart",
    "messaging_inboundpart",
    "messaging_inboundseen",
    "responses_mailboxanswer",
    "responses_response",
    "responses_changedmonth",
    "responses_copystate",
)
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
_READ_COLUMNS = ("text_language", "themes", "sentiment", "text_method", "awaits_reading")


def mix(*, today: date, actor: str = "worker", publish_all: bool = False) -> int:
    """Publish what the county's rule lets go, or everything when `publish_all` (rehearsals only); return how many answers went.

    Each unit's answers go in one transaction, in random order and under new ids, so that neither ids nor the order of rows
    tells which answer came when. Afterwards SQLite's write-ahead log is folded in and cut.
    """
    waiting = _waiting_by_unit()
    published = 0
    for unit_oid in list(waiting) if publish_all else _units_to_publish(waiting, today):
        published += _publish(unit_oid, [row_id for row_id, _ in waiting[unit_oid]])
    if published:
        audit(actor, "mix.published_all" if publish_all else "mix.published", answers=published)
        database.checkpoint()
    return published


def _waiting_by_unit() -> Mapping[str, list[tuple[UUID, SealedAnswer]]]:
    """Return what waits in the mailbox, by unit OID."""
    found: defaultdict[str, list[tuple[UUID, SealedAnswer]]] = defaultdict(list)
    for row in MailboxAnswer.objects.iterator(chunk_size=_BATCH):
        answer = _opened(row)
        if answer:
            found[answer.unit_id].append((row.id, answer))
    return found


def _opened(row: MailboxAnswer) -> SealedAnswer | None:
    """Return what a row seals; one whose key is gone stays where it is and must not hold up the others."""
    try:
        return open_answer(row.id, row.sealed)
    except SealBroken:
        log.exception("mailbox.seal_broken", row=str(row.id))
        return None


def _units_to_publish(waiting: Mapping[str, Sequence[tuple[UUID, SealedAnswer]]], today: date) -> list[str]:
    rules = {county.code: county.settings.mixing for county in County.objects.all()}
    county_of = dict(Unit.objects.filter(oid__in=waiting).values_list("oid", "county_id"))
    ready: list[str] = []
    for unit_oid, answers in waiting.items():
        rule = rules[county_of[unit_oid]]
        unit = Waiting(unit_oid, len(answers), min(answer.arrived_on for _, answer in answers))
        ready += units_to_publish([unit], at_least=rule.at_least, at_most_days=rule.at_most_days, today=today)
    return ready


@transaction.atomic
def _publish(unit_oid: str, ids: Sequence[UUID]) -> int:
    """Move answers of a unit to the record; return how many were still there.

    What the record has of the same periods is written anew among them: else the order of its rows would tell, long after,
    which answers came together, and the audit when.
    """
    _wait_for_others()
    rows = [row for start in range(0, len(ids), _BATCH) for row in MailboxAnswer.objects.filter(id__in=ids[start : start + _BATCH])]
    fresh = [open_answer(row.id, row.sealed) for row in rows]
    periods = {answer.period_start for answer in fresh}
    before = list(Response.objects.filter(unit_id=unit_oid, period_start__in=periods))
    _delete(Response, [response.id for response in before])
    _delete(MailboxAnswer, [row.id for row in rows])
    responses = [*map(_rewritten, before), *map(_response, fresh)]
    secrets.SystemRandom().shuffle(responses)
    Response.objects.bulk_create(responses, batch_size=_BATCH)
    note_changes((unit_oid, period_start) for period_start in periods)
    return len(fresh)


def _response(answer: SealedAnswer) -> Response:
    columns = {column: getattr(answer, column) for column in _COLUMNS}
    return Response(id=new_id(), awaits_reading=bool(answer.free_text), **columns)


def _rewritten(response: Response) -> Response:
    return Response(id=new_id(), **{column: getattr(response, column) for column in (*_COLUMNS, *_READ_COLUMNS)})


@transaction.atomic
def add_past_answers(responses: Iterable[Response]) -> int:
    """Put answers that another system collected into the record, under new ids and in random order; return how many."""
    _wait_for_others()
    shuffled = list(responses)
    secrets.SystemRandom().shuffle(shuffled)
    Response.objects.bulk_create(shuffled, batch_size=_BATCH)
    note_changes((response.unit_id, response.period_start) for response in shuffled)
    return len(shuffled)


def _delete(table: type[MailboxAnswer | Response], ids: Sequence[UUID]) -> None:
    for start in range(0, len(ids), _BATCH):
        table.objects.filter(id__in=ids[start : start + _BATCH]).delete()


def _wait_for_others() -> None:
    """Let one change of the record follow the other: a withdrawal must not miss a row that is just being written anew.

    SQLite lets in one writer at a time by itself.
    """
    if database.is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


@transaction.atomic
def withdraw(typed_code: str) -> bool:
    """Erase the answer that a withdrawal code belongs to, in the mailbox or the record; return whether there was one."""
    code = canonical_code(typed_code)
    if code is None:
        return False
    hashes = ring().keyed_hashes(Purpose.WITHDRAWAL, code)
    _wait_for_others()
    erased = MailboxAnswer.objects.filter(withdrawal_hash__in=mailbox_hashes(hashes)).delete()[0]
    published = Response.objects.filter(withdrawal_hash__in=hashes)
    note_changes(published.values_list("unit_id", "period_start"))
    erased += published.delete()[0]
    if erased:
        audit("respondent", "response.withdrawn")
    return erased > 0


def vacuum() -> None:
    """Take burnt rows out of PostgreSQL's tables; SQLite overwrites them at once, see `core.database`."""
    if database.is_postgresql():
        with connection.cursor() as cursor:
            for table in _TABLES_THAT_FORGET:
                cursor.execute(f"VACUUM {table}")  # the names stand above, nothing comes from outside

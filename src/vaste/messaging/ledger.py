"""The outbox as the worker moves it: lease, record the ends, settle what nobody answered for.

Every move is a conditional update inside one transaction, so that a worker killed anywhere leaves rows that the next one
understands, and two workers never both send a row.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog
from django.db import IntegrityError, transaction

from vaste.core.database import as_stored, bare_cursor, one_of
from vaste.core.keys import KeyRing, SealBroken, ring
from vaste.messaging.actions import Letter
from vaste.messaging.gateway import Outgoing, SubmitEnd, SubmitOutcome
from vaste.messaging.measures import Tally
from vaste.messaging.models import MessagePart, OrphanReceipt, OutboundMessage, sealed_place
from vaste.messaging.moving import Outstanding, Submitted, TakenPart, keep_parts, move, outstanding, submitted
from vaste.messaging.plain_ends import accept_plain
from vaste.messaging.queue import DueMessage, is_something_due, put_off, take_due
from vaste.messaging.receipts import apply_orphans
from vaste.messaging.rules import (
    FINAL,
    HANDED_OVER,
    Event,
    MessageClass,
    MessageState,
    after_hold,
    event_of_parts,
    has_all_parts,
    next_state,
)

log = structlog.get_logger()

_DAY = timedelta(days=1)
_OPERATOR_TRIES_FOR = _DAY
# A phone may be off for as long as the message lives; after this, a receipt is not coming.
_RECEIPT_WAIT = 3 * _DAY
_KEPT_AFTER_THE_END = 14 * _DAY
_ORPHAN_LIFE = timedelta(hours=1)

_LETTERS = msgspec.msgpack.Decoder(Letter)

WhyNotSend = Callable[[Sequence[UUID], datetime], Mapping[UUID, str]]
PostponeUntil = Callable[[Sequence[UUID], datetime], Mapping[UUID, datetime]]
OnSent = Callable[[UUID, str, datetime], None]


@dataclass(frozen=True, slots=True)
class Leased:
    """A row taken by this worker. leased_until is its claim: whoever takes the row later writes another."""

    outgoing: Outgoing
    part_count: int
    leased_until: datetime


def nobody_waits(_conversations: Sequence[UUID], _now: datetime) -> Mapping[UUID, datetime]:
    """Postpone nothing: what is said where no hour is quiet."""
    return {}


def lease(
    *,
    account: str,
    limit: int,
    until: datetime,
    why_not_send: WhyNotSend,
    now: datetime,
    postpone_until: PostponeUntil = nobody_waits,
) -> list[Leased]:
    """Take the messages that are due, dropping those that may not be sent any more and putting off invitations that come too soon.

    The same change of each row writes down that it is about to be written to the operator. Only after it is committed may the
    socket see the messages.
    """
    if not is_something_due(account, now):
        return []  # most looks find nothing, and must not hold SQLite's only place for writing
    try:
        with transaction.atomic():
            rows, letters = _may_go(take_due(account, limit, now), why_not_send, postpone_until, now)
            ids = [row.id for row in rows]
            move(ids, Event.LEASED, MessageState.QUEUED, then=Event.BEGUN, account=account, leased_until=until, begun_at=now)
            _mark_answered(ids, now)
            parts_done = _parts_done(rows)
    except IntegrityError:
        # Another worker took a message to one of these numbers in the same moment; the next look sees it.
        return []
    return [Leased(_outgoing(row, letters[row.id], parts_done[row.id], now), row.part_count, until) for row in rows]


def _may_go(
    rows: Sequence[DueMessage], why_not_send: WhyNotSend, postpone_until: PostponeUntil, now: datetime
) -> tuple[list[DueMessage], dict[UUID, Letter]]:
    """Return the rows that may be sent now with their letters; the others are dropped or put off."""
    letters = _opened(rows, ring())
    drop_reasons = _drop_reasons(rows, why_not_send, now) | {row.id: "seal_broken" for row in rows if row.id not in letters}
    for reason in set(drop_reasons.values()):
        drop([row_id for row_id, found in drop_reasons.items() if found == reason], reason=reason)
    kept = [row for row in rows if row.id not in drop_reasons]
    later = _postponed(kept, postpone_until, now)
    return [row for row in kept if row.id not in later], letters


def _postponed(rows: Sequence[DueMessage], postpone_until: PostponeUntil, now: datetime) -> set[UUID]:
    """Put off the invitations whose hour is quiet, and return them. Somebody who waits for an answer gets it at any hour."""
    invitations = {row.conversation: row.id for row in rows if row.conversation and row.message_class is MessageClass.INVITATION}
    moments = postpone_until(list(invitations), now) if invitations else {}
    later: defaultdict[datetime, list[UUID]] = defaultdict(list)
    for conversation, moment in moments.items():
        if moment > now:
            later[moment].append(invitations[conversation])
    for moment, ids in later.items():
        put_off(ids, moment)
    return {row_id for ids in later.values() for row_id in ids}


def _opened(rows: Iterable[DueMessage], keys: KeyRing) -> dict[UUID, Letter]:
    """Return what can be opened; a row whose key is gone must not stop the queue behind it."""
    found: dict[UUID, Letter] = {}
    for row in rows:
        try:
            found[row.id] = _LETTERS.decode(keys.open(row.sealed, bound_to=sealed_place(row.id)))
        except SealBroken:
            log.exception("ledger.seal_broken", message=str(row.id))
    return found


def _drop_reasons(rows: Sequence[DueMessage], why_not_send: WhyNotSend, now: datetime) -> dict[UUID, str]:
    # Who asked to be left in peace still gets the confirmation of just that.
    asked = {row.conversation for row in rows if row.conversation and row.message_class != MessageClass.STOP_CONFIRMATION}
    by_conversation = why_not_send(list(asked), now) if asked else {}
    reasons: dict[UUID, str] = {}
    for row in rows:
        if row.expires_at <= now:
            reasons[row.id] = "window_passed"
        elif row.conversation in asked and row.conversation in by_conversation:
            reasons[row.id] = by_conversation[row.conversation]
    return reasons


def drop(ids: Sequence[UUID], *, reason: str) -> None:
    """Let go of messages that are not written yet, number and text with them. reason: a short name."""
    for state in (MessageState.QUEUED, MessageState.LEASED):
        move(ids, Event.DROPPED, state, reason=reason[:60], leased_until=None, hold_until=None)


def _outgoing(row: DueMessage, letter: Letter, parts_done: frozenset[int], now: datetime) -> Outgoing:
    return Outgoing(
        reference=row.id,
        sender=row.sender,
        to=letter.to,
        text=letter.text,
        # A phone that was off must not get last week's invitation.
        validity=min(row.expires_at - now, _OPERATOR_TRIES_FOR),
        attempt=row.attempt,
        parts_done=parts_done,
    )


def _parts_done(rows: Sequence[DueMessage]) -> Mapping[UUID, frozenset[int]]:
    found: defaultdict[UUID, frozenset[int]] = defaultdict(frozenset)
    long_ids = [row.id for row in rows if row.part_count > 1]
    if long_ids:
        for message_id, number in MessagePart.objects.filter(message_id__in=long_ids).values_list("message_id", "number"):
            found[message_id] |= {number}
    return found


def _mark_answered(ids: Sequence[UUID], now: datetime) -> None:
    """Remember when we write to people again: a little later the same word from them may be the answer to a new question."""
    among, params = one_of(ids)
    with bare_cursor() as cursor:
        cursor.execute(
            "UPDATE messaging_inboundseen SET answered_at = %s WHERE answered_at IS NULL AND person_hash IN "  # noqa: S608 - our own names
            f"(SELECT person_hash FROM messaging_outboundmessage WHERE id {among})",
            [as_stored(now), *params],
        )


Ends = Mapping[UUID, Sequence[SubmitOutcome]]


@transaction.atomic(savepoint=False)
def record(ends: Ends, *, account: str, hold_until: datetime, on_sent: OnSent, now: datetime) -> None:
    """Write down how submits ended; what came by receipt before the answer is applied at once.

    An end of a message that has moved on meanwhile, or was erased, changes nothing.
    """
    taken = accept_plain(ends, account=account, now=now)
    tally = Tally()
    tally.ended(taken, Event.ACCEPTED, "", account=account, now=now)
    tell_sent(taken, on_sent, now)
    ids = [row.id for row in taken]
    others = {row_id: ends[row_id] for row_id in ends.keys() - set(ids)}
    if others:
        ids += _record_thoughtfully(others, tally, account=account, hold_until=hold_until, on_sent=on_sent, now=now)
    tally.write()
    apply_orphans(ids, on_sent=on_sent, now=now)


def _record_thoughtfully(ends: Ends, tally: Tally, *, account: str, hold_until: datetime, on_sent: OnSent, now: datetime) -> list[UUID]:
    """Write down ends of any kind, and return the messages that they are of."""
    found = {row.id: row for row in submitted(list(ends), account)}
    keep_parts(
        [
            TakenPart(row_id, outcome.part, outcome.provider_id)
            for row_id in found
            for outcome in ends[row_id]
            if outcome.end is SubmitEnd.ACCEPTED
        ],
        account,
    )
    changed: defaultdict[tuple[MessageState, Event, str], list[UUID]] = defaultdict(list)
    for row in found.values():
        event, status = _end_of(row, ends[row.id])
        changed[row.state, event, status].append(row.id)
    for (state, event, status), ids in changed.items():
        move(ids, event, state, **_columns(event, status, hold_until, now))
        moved = [found[row_id] for row_id in ids]
        if next_state(state, event) is not state:
            tally.ended(moved, event, status, account=account, now=now)
        if event is Event.ACCEPTED:
            tell_sent(moved, on_sent, now)
    return list(found)


def _end_of(row: Submitted, outcomes: Sequence[SubmitOutcome]) -> tuple[Event, str]:
    """Return what all ends of a message mean together, with the operator's status where it refused."""
    event = event_of_parts(outcome.event for outcome in outcomes)
    if event is Event.ACCEPTED and row.part_count == 1:
        return event, ""
    status = next((outcome.status for outcome in outcomes if outcome.event is event), "")
    if event is Event.ACCEPTED:
        # A late answer may speak of one part while another is still unknown.
        taken = MessagePart.objects.filter(message_id=row.id).values_list("number", flat=True)
        if not has_all_parts(set(taken), row.part_count):
            return Event.NO_ANSWER, status
    return event, status


def _columns(event: Event, status: str, hold_until: datetime, now: datetime) -> dict[str, Any]:
    """Return what else an end changes in the row."""
    if event is Event.ACCEPTED:
        return {"handed_over_at": now, "leased_until": None, "hold_until": None}
    if event is Event.NO_ANSWER:
        return {"hold_until": hold_until, "leased_until": None}
    if event is Event.REJECTED:
        return {"reason": status[:60], "leased_until": None, "hold_until": None}
    return {"account": "", "leased_until": None, "hold_until": None}


def tell_sent(rows: Iterable[Submitted], on_sent: OnSent, now: datetime) -> None:
    """Tell whoever planned the messages that the operator has them."""
    for row in rows:
        if row.conversation is not None:
            on_sent(row.conversation, row.step, now)


@transaction.atomic
def take_over(*, account: str, hold_until: datetime) -> None:
    """Begin where the last worker of an account was cut off: give back what it took, hold what it may have written.

    What was unknown before is held anew: while nobody listened, no receipt could prove it.
    """
    left = [row for row in outstanding() if row.account == account]
    OutboundMessage.objects.filter(id__in=[row.id for row in left if row.state is MessageState.UNKNOWN]).update(hold_until=hold_until)
    _unlease(left, hold_until=hold_until)


@transaction.atomic
def settle(*, hold_until: datetime, on_sent: OnSent, now: datetime) -> None:
    """Decide what time has decided: leases and holds that ran out, and receipts that waited for a message of unknown outcome."""
    rows = outstanding()
    _unlease([row for row in rows if row.leased_until is not None and row.leased_until < now], hold_until=hold_until)
    unknown = [row.id for row in rows if row.state is MessageState.UNKNOWN]
    apply_orphans(unknown, on_sent=on_sent, now=now)
    _end_holds(list(OutboundMessage.objects.select_for_update().filter(id__in=unknown, state=MessageState.UNKNOWN, hold_until__lt=now)))
    # Thanks and the like, which belong to no conversation: nothing asks for them again, and they tell when somebody had answered.
    OutboundMessage.objects.filter(conversation=None, state__in=FINAL).delete()


@transaction.atomic
def forget(*, now: datetime) -> None:
    """Let go of what has served: messages whose time has passed, people behind receipts that are not coming, old rows."""
    drop(
        list(OutboundMessage.objects.filter(state=MessageState.QUEUED, expires_at__lte=now).values_list("id", flat=True)),
        reason="window_passed",
    )
    OutboundMessage.objects.filter(state=MessageState.ACCEPTED, expires_at__lt=now - _RECEIPT_WAIT).update(person_hash=None)
    OutboundMessage.objects.filter(state__in=HANDED_OVER, expires_at__lt=now - _KEPT_AFTER_THE_END).delete()
    OrphanReceipt.objects.filter(received_at__lt=now - _ORPHAN_LIFE).delete()


def _unlease(rows: Sequence[Outstanding], *, hold_until: datetime) -> None:
    released = [row.id for row in rows if row.state is MessageState.LEASED]
    move(released, Event.RELEASED, MessageState.LEASED, account="", leased_until=None)
    # Written or not, nobody knows: the worker that knew is gone.
    begun = {row.id: row for row in rows if row.state is MessageState.SUBMITTING}
    tally = Tally()
    for row_id in move(list(begun), Event.NO_ANSWER, MessageState.SUBMITTING, hold_until=hold_until, leased_until=None):
        row = begun[row_id]
        tally.ended([row], Event.NO_ANSWER, "", account=row.account, now=row.begun_at or row.due_at)
    tally.write()


def _end_holds(rows: Sequence[OutboundMessage]) -> None:
    repeated: list[UUID] = []
    tally = Tally()
    for row in rows:
        event = after_hold(MessageClass(row.message_class), row.attempt)
        tally.ended([row], event, "", account=row.account, now=row.hold_until or row.due_at)
        if event is Event.REPEATED:
            repeated.append(row.id)
            move([row.id], event, MessageState.UNKNOWN, account="", attempt=row.attempt + 1, hold_until=None)
        else:
            move([row.id], event, MessageState.UNKNOWN, reason="outcome_unknown", hold_until=None)
    tally.write()
    # The second sending is whole, so that the phone need not join parts of two.
    MessagePart.objects.filter(message_id__in=repeated).delete()

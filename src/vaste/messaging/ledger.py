"""The outbox as the worker moves it: lease, begin, record the ends, settle what nobody answered for.

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

from vaste.core.keys import KeyRing, SealBroken, ring
from vaste.messaging.actions import Letter
from vaste.messaging.gateway import Outgoing, SubmitEnd, SubmitOutcome
from vaste.messaging.measures import Tally
from vaste.messaging.models import InboundSeen, MessagePart, OrphanReceipt, OutboundMessage
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
    id_key,
    next_state,
)

log = structlog.get_logger()

_DAY = timedelta(days=1)
_OPERATOR_TRIES_FOR = _DAY
# A phone may be off for as long as the message lives; after this, a receipt is not coming.
_RECEIPT_WAIT = 3 * _DAY
_KEPT_AFTER_THE_END = 14 * _DAY
_ORPHAN_LIFE = timedelta(hours=1)

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
    *, account: str, limit: int, until: datetime, why_not_send: WhyNotSend, now: datetime, postpone_until: PostponeUntil = nobody_waits
) -> list[Leased]:
    """Take the messages that are due, dropping those that may not be sent any more and putting off invitations that come too soon."""
    if not OutboundMessage.objects.to_send(account, now).exists():
        return []  # most looks find nothing, and must not hold SQLite's only place for writing
    try:
        with transaction.atomic():
            rows, letters = _may_go(_due(account, limit, now), why_not_send, postpone_until, now)
            _move([row.id for row in rows], Event.LEASED, MessageState.QUEUED, account=account, leased_until=until)
            parts_done = _parts_done(rows)
    except IntegrityError:
        # Another worker took a message to one of these numbers in the same moment; the next look sees it.
        return []
    return [Leased(_outgoing(row, letters[row.id], parts_done[row.id], now), row.part_count, until) for row in rows]


def _due(account: str, limit: int, now: datetime) -> list[OutboundMessage]:
    due = OutboundMessage.objects.to_send(account, now).select_for_update(skip_locked=True, of=("self",))
    return _first_of_each_number(due[:limit])


def _may_go(
    rows: Sequence[OutboundMessage], why_not_send: WhyNotSend, postpone_until: PostponeUntil, now: datetime
) -> tuple[list[OutboundMessage], dict[UUID, Letter]]:
    """Return the rows that may be sent now with their letters; the others are dropped or put off."""
    letters = _opened(rows, ring())
    drop_reasons = _drop_reasons(rows, why_not_send, now) | {row.id: "seal_broken" for row in rows if row.id not in letters}
    for reason in set(drop_reasons.values()):
        drop([row_id for row_id, found in drop_reasons.items() if found == reason], reason=reason)
    kept = [row for row in rows if row.id not in drop_reasons]
    later = _postponed(kept, postpone_until, now)
    return [row for row in kept if row.id not in later], letters


def _postponed(rows: Sequence[OutboundMessage], postpone_until: PostponeUntil, now: datetime) -> set[UUID]:
    """Put off the invitations whose hour is quiet, and return them. Somebody who waits for an answer gets it at any hour."""
    invitations = {row.conversation: row.id for row in rows if row.conversation and row.message_class == MessageClass.INVITATION}
    moments = postpone_until(sorted(conversation for conversation in invitations if conversation), now) if invitations else {}
    later: defaultdict[datetime, set[UUID]] = defaultdict(set)
    for conversation, moment in moments.items():
        if moment > now:
            later[moment].add(invitations[conversation])
    for moment, ids in later.items():
        OutboundMessage.objects.filter(id__in=ids, state=MessageState.QUEUED).update(due_at=moment)
    return set().union(*later.values())


def _opened(rows: Iterable[OutboundMessage], keys: KeyRing) -> dict[UUID, Letter]:
    """Return what can be opened; a row whose key is gone must not stop the queue behind it."""
    found: dict[UUID, Letter] = {}
    for row in rows:
        try:
            found[row.id] = msgspec.msgpack.decode(keys.open(bytes(row.sealed or b""), bound_to=row.place), type=Letter)
        except SealBroken:
            log.exception("ledger.seal_broken", message=str(row.id))
    return found


def _first_of_each_number(rows: Iterable[OutboundMessage]) -> list[OutboundMessage]:
    found: dict[bytes, OutboundMessage] = {}
    for row in rows:
        found.setdefault(bytes(row.person_hash or b""), row)
    return list(found.values())


def _drop_reasons(rows: Sequence[OutboundMessage], why_not_send: WhyNotSend, now: datetime) -> dict[UUID, str]:
    # Who asked to be left in peace still gets the confirmation of just that.
    asked = {row.conversation for row in rows if row.conversation and row.message_class != MessageClass.STOP_CONFIRMATION}
    by_conversation = why_not_send(sorted(asked), now) if asked else {}
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
        _move(ids, Event.DROPPED, state, reason=reason[:60], leased_until=None, hold_until=None)


def _outgoing(row: OutboundMessage, letter: Letter, parts_done: frozenset[int], now: datetime) -> Outgoing:
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


def _parts_done(rows: Sequence[OutboundMessage]) -> Mapping[UUID, frozenset[int]]:
    found: defaultdict[UUID, frozenset[int]] = defaultdict(frozenset)
    long_ids = [row.id for row in rows if row.part_count > 1]
    if long_ids:
        for message_id, number in MessagePart.objects.filter(message_id__in=long_ids).values_list("message_id", "number"):
            found[message_id] |= {number}
    return found


@transaction.atomic
def begin(leased: Sequence[Leased], *, until: datetime, now: datetime) -> list[Leased]:
    """Write down that messages are about to be written to the operator; return those still ours to write.

    Only after this is committed may the socket see them.
    """
    claims = {one.outgoing.reference: one.leased_until for one in leased}
    rows = OutboundMessage.objects.select_for_update().filter(id__in=claims, state=MessageState.LEASED)
    ours = {row.id: row for row in rows if row.leased_until == claims[row.id]}
    _move(list(ours), Event.BEGUN, MessageState.LEASED, leased_until=until, begun_at=now)
    people = [row.person_hash for row in ours.values() if row.person_hash]
    InboundSeen.objects.filter(person_hash__in=people).update(is_answered=True)
    return [one for one in leased if one.outgoing.reference in ours]


def release(leased: Sequence[Leased]) -> None:
    """Give messages back that were taken and not begun."""
    for until in {one.leased_until for one in leased}:
        ids = [one.outgoing.reference for one in leased if one.leased_until == until]
        mine = OutboundMessage.objects.filter(id__in=ids, leased_until=until)
        _move(list(mine.values_list("id", flat=True)), Event.RELEASED, MessageState.LEASED, account="", leased_until=None)


Ends = Mapping[UUID, Sequence[SubmitOutcome]]


@transaction.atomic
def record(ends: Ends, *, account: str, hold_until: datetime, on_sent: OnSent, now: datetime) -> None:
    """Write down how submits ended; what came by receipt before the answer is applied at once.

    An end of a message that has moved on meanwhile, or was erased, changes nothing.
    """
    rows = OutboundMessage.objects.select_for_update().filter(id__in=list(ends), account=account)
    rows = rows.filter(state__in=[MessageState.SUBMITTING, MessageState.UNKNOWN])
    found = {row.id: row for row in rows}
    _keep_parts(found, ends, account)
    changed: defaultdict[tuple[MessageState, Event, str], list[UUID]] = defaultdict(list)
    for row in found.values():
        event, status = _end_of(row, ends[row.id])
        changed[MessageState(row.state), event, status].append(row.id)
    tally = Tally()
    for (state, event, status), ids in changed.items():
        _move(ids, event, state, **_columns(event, status, hold_until, now))
        moved = [found[row_id] for row_id in ids]
        if next_state(state, event) is not state:
            tally.ended(moved, event, status, account=account, now=now)
        if event is Event.ACCEPTED:
            tell_sent(moved, on_sent, now)
    tally.write()
    apply_orphans(found.values(), on_sent=on_sent, now=now)


def _keep_parts(found: Mapping[UUID, OutboundMessage], ends: Ends, account: str) -> None:
    MessagePart.objects.bulk_create(
        [
            MessagePart(
                message_id=row_id,
                number=outcome.part,
                account=account,
                provider_id=outcome.provider_id[:80],
                id_key=id_key(outcome.provider_id)[:80],
            )
            for row_id in found
            for outcome in ends[row_id]
            if outcome.end is SubmitEnd.ACCEPTED
        ],
        ignore_conflicts=True,
    )


def _end_of(row: OutboundMessage, outcomes: Sequence[SubmitOutcome]) -> tuple[Event, str]:
    """Return what all ends of a message mean together, with the operator's status where it refused."""
    event = event_of_parts(outcome.event for outcome in outcomes)
    status = next((outcome.status for outcome in outcomes if outcome.event is event), "")
    if event is Event.ACCEPTED and row.part_count > 1:
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


def tell_sent(rows: Iterable[OutboundMessage], on_sent: OnSent, now: datetime) -> None:
    """Tell whoever planned the messages that the operator has them."""
    for row in rows:
        if row.conversation is not None:
            on_sent(row.conversation, row.step, now)


def _move(ids: Sequence[UUID], event: Event, state: MessageState, **columns: Any) -> int:
    """Take rows from one state to the next; rows in another state stay. Return how many moved."""
    target = next_state(state, event)
    if target in HANDED_OVER:
        columns["sealed"] = None
    if target in FINAL:
        columns["person_hash"] = None
    return OutboundMessage.objects.filter(id__in=ids, state=state).update(state=target.value, **columns)


@transaction.atomic
def take_over(*, account: str, hold_until: datetime) -> None:
    """Begin where the last worker of an account was cut off: give back what it took, hold what it may have written."""
    left = OutboundMessage.objects.select_for_update().filter(account=account)
    _unlease(left, hold_until=hold_until)


@transaction.atomic
def settle(*, hold_until: datetime, on_sent: OnSent, now: datetime) -> None:
    """Decide what time has decided: leases and holds that ran out, receipts that waited, rows that have served."""
    _unlease(OutboundMessage.objects.select_for_update().filter(leased_until__lt=now), hold_until=hold_until)
    unknown = OutboundMessage.objects.select_for_update().filter(state=MessageState.UNKNOWN)
    apply_orphans(list(unknown), on_sent=on_sent, now=now)
    _end_holds(list(unknown.filter(hold_until__lt=now)))
    drop(
        list(OutboundMessage.objects.filter(state=MessageState.QUEUED, expires_at__lte=now).values_list("id", flat=True)),
        reason="window_passed",
    )
    OutboundMessage.objects.filter(state=MessageState.ACCEPTED, expires_at__lt=now - _RECEIPT_WAIT).update(person_hash=None)
    OutboundMessage.objects.filter(state__in=HANDED_OVER, expires_at__lt=now - _KEPT_AFTER_THE_END).delete()
    # Thanks and the like, which belong to no conversation: nothing asks for them again, and they tell when somebody had answered.
    OutboundMessage.objects.filter(state__in=FINAL, conversation=None).delete()
    OrphanReceipt.objects.filter(received_at__lt=now - _ORPHAN_LIFE).delete()


def _unlease(rows: Any, *, hold_until: datetime) -> None:
    by_state: defaultdict[str, list[UUID]] = defaultdict(list)
    tally = Tally()
    for row in rows.only("id", "state", "account", "begun_at"):
        by_state[row.state].append(row.id)
        if row.state == MessageState.SUBMITTING:
            tally.ended([row], Event.NO_ANSWER, "", account=row.account, now=row.begun_at)
    tally.write()
    _move(by_state[MessageState.LEASED], Event.RELEASED, MessageState.LEASED, account="", leased_until=None)
    # Written or not, nobody knows: the worker that knew is gone.
    _move(by_state[MessageState.SUBMITTING], Event.NO_ANSWER, MessageState.SUBMITTING, hold_until=hold_until, leased_until=None)


def _end_holds(rows: Sequence[OutboundMessage]) -> None:
    repeated: list[UUID] = []
    tally = Tally()
    for row in rows:
        event = after_hold(MessageClass(row.message_class), row.attempt)
        tally.ended([row], event, "", account=row.account, now=row.hold_until or row.due_at)
        if event is Event.REPEATED:
            repeated.append(row.id)
            _move([row.id], event, MessageState.UNKNOWN, account="", attempt=row.attempt + 1, hold_until=None)
        else:
            _move([row.id], event, MessageState.UNKNOWN, reason="outcome_unknown", hold_until=None)
    tally.write()
    # The second sending is whole, so that the phone need not join parts of two.
    MessagePart.objects.filter(message_id__in=repeated).delete()

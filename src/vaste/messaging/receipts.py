"""Receipts find their message: by the operator's id under the rules learnt, or by the number of the one outstanding message."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef

from vaste.core.keys import Purpose, ring
from vaste.messaging.gateway import Receipt
from vaste.messaging.models import AccountNote, MessagePart, OrphanReceipt, OutboundMessage
from vaste.messaging.numbers import mobile_number
from vaste.messaging.rules import FINAL, HANDED_OVER, Event, IdRule, MessageState, id_key, id_keys, id_rule, next_state, state_of_message

log = structlog.get_logger()

_ONE_ROUND = 500

OnSent = Callable[[UUID, str, datetime], None]

_RECEIPT_OF_STATE = {
    MessageState.ACCEPTED: Event.RECEIPT_TAKEN,
    MessageState.DELIVERED: Event.RECEIPT_DELIVERED,
    MessageState.UNDELIVERED: Event.RECEIPT_UNDELIVERED,
    MessageState.EXPIRED: Event.RECEIPT_EXPIRED,
}


def person_hash(number: str) -> bytes:
    """Return the hash under which a phone is known in messaging; a number we cannot read is known as written.

    By the current key alone: after a rotation, what waits for a few minutes is not found and its class decides.
    """
    return ring().keyed_hash(Purpose.ADDRESS, mobile_number(number) or number)


@transaction.atomic
def record_receipts(receipts: Sequence[Receipt], *, on_sent: OnSent, now: datetime) -> None:
    """Apply receipts in the order they came; those whose message is not known wait for it."""
    orphans = [_as_row(receipt, now) for receipt in receipts]
    left = _applied(orphans, on_sent=on_sent, now=now)
    OrphanReceipt.objects.bulk_create(left)


def keep_receipts(receipts: Sequence[Receipt], *, now: datetime) -> None:
    """Store receipts that came to another process than the account's worker, which takes them up from there."""
    OrphanReceipt.objects.bulk_create([_as_row(receipt, now) for receipt in receipts])


@transaction.atomic
def apply_kept(*, account: str, on_sent: OnSent, now: datetime) -> int:
    """Apply the stored receipts of an account whose parts are known under the id they name; return how many."""
    part = MessagePart.objects.filter(account=account, id_key=OuterRef("id_key"))
    waiting = list(OrphanReceipt.objects.filter(Exists(part), account=account).order_by("id")[:_ONE_ROUND])
    left = {orphan.pk for orphan in _applied(waiting, on_sent=on_sent, now=now)}
    done = [orphan.pk for orphan in waiting if orphan.pk not in left]
    OrphanReceipt.objects.filter(pk__in=done).delete()
    return len(done)


def _as_row(receipt: Receipt, now: datetime) -> OrphanReceipt:
    return OrphanReceipt(
        account=receipt.account,
        provider_id=receipt.provider_id[:80],
        id_key=id_key(receipt.provider_id)[:80],
        event=receipt.event.value,
        status=receipt.status[:60],
        person_hash=person_hash(receipt.number) if receipt.number else None,
        part=receipt.part,
        received_at=now,
    )


def apply_orphans(rows: Iterable[OutboundMessage], *, on_sent: OnSent, now: datetime) -> None:
    """Apply the receipts that waited for these messages: for the ids of their parts, or for the number of an unknown one."""
    rows = list(rows)
    if not rows or not OrphanReceipt.objects.exists():
        return
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for account, key in MessagePart.objects.filter(message__in=rows).values_list("account", "id_key"):
        # The rules are their own inverse: what a receipt may be stored under, may be a receipt of what is stored.
        keys[account].update(id_keys(key))
    people = [row.person_hash for row in rows if row.person_hash]
    waiting = {orphan.pk: orphan for orphan in OrphanReceipt.objects.filter(person_hash__in=people)}
    for account, found in keys.items():
        waiting |= {orphan.pk: orphan for orphan in OrphanReceipt.objects.filter(account=account, id_key__in=found)}
    left = _applied([waiting[pk] for pk in sorted(waiting)], on_sent=on_sent, now=now)
    OrphanReceipt.objects.filter(pk__in=set(waiting) - {orphan.pk for orphan in left}).delete()


@dataclass(frozen=True, slots=True)
class _Known:
    """What a batch of receipts may speak of; one object a row, so that each receipt sees what the one before it changed."""

    parts: defaultdict[tuple[str, str], list[MessagePart]]
    messages: dict[UUID, OutboundMessage]


def _applied(orphans: Sequence[OrphanReceipt], *, on_sent: OnSent, now: datetime) -> list[OrphanReceipt]:
    """Apply what finds its message and return the rest."""
    known = _known_to(orphans)
    left = []
    for orphan in orphans:
        candidates = [part for key in id_keys(orphan.provider_id) for part in known.parts[orphan.account, key]]
        part = _best(orphan, candidates) or _proven_part(orphan, known)
        if part is None:
            left.append(orphan)
        else:
            _apply(part, Event(orphan.event), orphan.status, on_sent, now)
    return left


def _known_to(orphans: Sequence[OrphanReceipt]) -> _Known:
    keys = {key for orphan in orphans for key in id_keys(orphan.provider_id)}
    accounts = {orphan.account for orphan in orphans}
    known = _Known(defaultdict(list), {})
    parts = MessagePart.objects.filter(account__in=accounts, id_key__in=keys).select_related("message")
    for part in parts.select_for_update(of=("self", "message")):
        part.message = known.messages.setdefault(part.message_id, part.message)
        known.parts[part.account, part.id_key].append(part)
    return known


def _best(orphan: OrphanReceipt, candidates: Sequence[MessagePart]) -> MessagePart | None:
    """Return the part that a receipt speaks of by the surest rule; what is not letter for letter needs the number to agree."""
    found: list[tuple[IdRule, int, MessagePart]] = []
    for part in candidates:
        rule = id_rule(part.provider_id, orphan.provider_id)
        if rule is not None and (rule is IdRule.AS_GIVEN or _same_person(orphan, part.message)):
            found.append((rule, -part.pk, part))
    if not found:
        return None
    rule, _newest, part = min(found)
    _learn(orphan.account, rule, orphan.received_at)
    return part


def _same_person(orphan: OrphanReceipt, message: OutboundMessage) -> bool:
    if orphan.person_hash is None or message.person_hash is None:
        return True
    return bytes(orphan.person_hash) == bytes(message.person_hash)


def _learn(account: str, rule: IdRule, now: datetime) -> None:
    note, is_new = AccountNote.objects.get_or_create(account=account, defaults={"id_rule": rule, "learnt_at": now})
    if not is_new and note.id_rule != rule:
        log.warning("receipts.id_rule_changed", account=account, before=IdRule(note.id_rule).name, now=rule.name)
        AccountNote.objects.filter(account=account).update(id_rule=rule, learnt_at=now)


def _proven_part(orphan: OrphanReceipt, known: _Known) -> MessagePart | None:
    """Return a new part for the message of unknown outcome that a receipt proves taken: the only one to its number."""
    if orphan.person_hash is None:
        return None
    unknown = OutboundMessage.objects.select_for_update().filter(
        person_hash=orphan.person_hash, account=orphan.account, state=MessageState.UNKNOWN, begun_at__lte=orphan.received_at
    )
    message = unknown.first()
    if message is None:
        return None
    message = known.messages.setdefault(message.id, message)
    number = orphan.part
    if number is None:
        taken = set(message.parts.values_list("number", flat=True))
        number = next(number for number in range(1, message.part_count + 2) if number not in taken)
    part = MessagePart.objects.create(
        message=message, number=number, account=orphan.account, provider_id=orphan.provider_id, id_key=orphan.id_key
    )
    known.parts[part.account, part.id_key].append(part)
    return part


def _apply(part: MessagePart, event: Event, status: str, on_sent: OnSent, now: datetime) -> None:
    part.state = next_state(MessageState(part.state), event)
    part.save(update_fields=["state"])
    message = part.message
    parts = {part.number: MessageState(part.state)}
    if message.part_count > 1:
        parts = {number: MessageState(state) for number, state in message.parts.values_list("number", "state")}
    together = state_of_message(parts, message.part_count)
    if together is None:
        return
    before = MessageState(message.state)
    after = next_state(before, _RECEIPT_OF_STATE[together])
    if after is before:
        return
    message.state = after
    message.sealed = None if after in HANDED_OVER else message.sealed
    message.person_hash = None if after in FINAL else message.person_hash
    message.reason = status if after in {MessageState.UNDELIVERED, MessageState.EXPIRED} else ""
    message.hold_until = None
    message.handed_over_at = message.handed_over_at or now
    message.save(update_fields=["state", "sealed", "person_hash", "reason", "hold_until", "handed_over_at"])
    if before is MessageState.UNKNOWN and message.conversation is not None:
        on_sent(message.conversation, message.step, now)

"""Receipts find their message: by the operator's id under the rules learnt, or by the number of the one outstanding message."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from vaste.core.keys import Purpose, ring
from vaste.messaging.gateway import Receipt
from vaste.messaging.matching import ReceiptBatch
from vaste.messaging.models import MessagePart, OrphanReceipt, OutboundMessage
from vaste.messaging.numbers import mobile_number
from vaste.messaging.plain_receipts import settle_plain
from vaste.messaging.rules import id_key, id_keys

_ONE_ROUND = 500

OnSent = Callable[[UUID, str, datetime], None]


def person_hash(number: str) -> bytes:
    """Return the hash under which a phone is known in messaging; a number we cannot read is known as written.

    By the current key alone: after a rotation, what waits for a few minutes is not found and its class decides.
    """
    return ring().keyed_hash(Purpose.ADDRESS, mobile_number(number) or number)


@transaction.atomic(savepoint=False)
def record_receipts(receipts: Sequence[Receipt], *, on_sent: OnSent, now: datetime) -> None:
    """Apply receipts in the order they came; those whose message is not known wait for it."""
    if not receipts:
        return
    orphans = [_as_row(receipt, now) for receipt in settle_plain(receipts, now=now)]
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


def apply_orphans(ids: Sequence[UUID], *, on_sent: OnSent, now: datetime) -> None:
    """Apply the receipts that waited for these messages: for the ids of their parts, or for the number of an unknown one."""
    if not ids or not OrphanReceipt.objects.exists():
        return
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for account, key in MessagePart.objects.filter(message__in=ids).values_list("account", "id_key"):
        # The rules are their own inverse: what a receipt may be stored under, may be a receipt of what is stored.
        keys[account].update(id_keys(key))
    people = OutboundMessage.objects.filter(id__in=ids, person_hash__isnull=False).values_list("person_hash", flat=True)
    waiting = {orphan.pk: orphan for orphan in OrphanReceipt.objects.filter(person_hash__in=list(people))}
    for account, found in keys.items():
        waiting |= {orphan.pk: orphan for orphan in OrphanReceipt.objects.filter(account=account, id_key__in=found)}
    left = _applied([waiting[pk] for pk in sorted(waiting)], on_sent=on_sent, now=now)
    OrphanReceipt.objects.filter(pk__in=set(waiting) - {orphan.pk for orphan in left}).delete()


def _applied(orphans: Sequence[OrphanReceipt], *, on_sent: OnSent, now: datetime) -> list[OrphanReceipt]:
    """Apply what finds its message and return the rest."""
    if not orphans:
        return []
    batch = ReceiptBatch(orphans)
    left = [orphan for orphan in orphans if not batch.apply(orphan)]
    batch.write(now=now)
    for message in batch.proven:
        if message.conversation is not None:
            on_sent(message.conversation, message.step, now)
    return left

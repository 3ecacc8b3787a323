"""Replies: kept as they came before they are acknowledged, read once, and gone in the transaction that handles them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from django.db import transaction
from django.db.models import Count, F, Max, Min, Q

from vaste.core.keys import Purpose, ring
from vaste.messaging.decoding import text_of
from vaste.messaging.failures import place_of
from vaste.messaging.gateway import Coding, Concat, Incoming, Reply
from vaste.messaging.models import InboundPart, InboundSeen
from vaste.messaging.numbers import mobile_number
from vaste.messaging.receipts import person_hash
from vaste.messaging.rules import REPEAT_WINDOW, is_new_text

log = structlog.get_logger()

# What an operator numbers can be told for a day; what a lost connection brought, until the next one has stood for a while,
# and a day at most.
_DAY = timedelta(days=1)
_BROUGHT_AGAIN_WITHIN = timedelta(minutes=5)
_PARTS_WAIT = timedelta(hours=24)
_FIRST_RETRY = timedelta(seconds=5)
_LONGEST_RETRY = timedelta(hours=1)
_ONE_ROUND = 200
# A text that nobody's code could read for a week is not kept for ever.
_UNHANDLED_LIFE = timedelta(days=7)

OnReply = Callable[[Reply], None]


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed of a part."""

    sender: str
    recipient: str
    octets: bytes
    coding: str


_read_kept = msgspec.msgpack.Decoder(_Kept)


@transaction.atomic
def store(parts: Sequence[Incoming], *, now: datetime) -> None:
    """Keep parts of replies, sealed; a part that the operator brings again is kept once. After the commit they may be acknowledged."""
    for part in parts:
        if not _is_repeat(part, now):
            _keep(part, now)


def _is_repeat(part: Incoming, now: datetime) -> bool:
    """Tell whether a part was taken in before, and remember it, by its id and by what it says.

    An id alone does not tell, since some operators give the same text a new one when they bring it again.
    """
    if part.provider_id and _seen(_fingerprint_of_id(part), _nobody(part, now + _DAY, now), now):
        return True
    remembered = _person(part, now)
    seen = _seen(_fingerprint_of_text(part), remembered, now)
    if seen is None:
        return False
    if not is_new_text(
        same_connection=seen.bind == part.bind,
        seen_at=seen.seen_at,
        answered_at=seen.answered_at,
        heard_at=part.heard_at or now,
        soonest_answer=part.soonest_answer,
    ):
        return True
    InboundSeen.objects.filter(pk=seen.pk).update(**remembered)
    return False


def _seen(fingerprint: bytes, remembered: Mapping[str, Any], now: datetime) -> InboundSeen | None:
    """Return what is remembered under a fingerprint; where that is nothing, remember it from now on."""
    # Of two processes that take the same reply in the same moment, one makes the row and the other finds it.
    seen, is_new = InboundSeen.objects.select_for_update().get_or_create(fingerprint=fingerprint, defaults=remembered)
    if is_new:
        return None
    if seen.forget_at > now:
        return seen
    InboundSeen.objects.filter(pk=seen.pk).update(**remembered)
    return None


def _person(part: Incoming, now: datetime) -> dict[str, Any]:
    forget_at = now + (_DAY if part.bind else REPEAT_WINDOW)
    return _nobody(part, forget_at, now) | {"person_hash": person_hash(part.sender), "bind": part.bind}


def _nobody(part: Incoming, forget_at: datetime, now: datetime) -> dict[str, Any]:
    return {"account": part.account, "person_hash": b"", "bind": "", "seen_at": now, "forget_at": forget_at, "answered_at": None}


def _fingerprint_of_id(part: Incoming) -> bytes:
    return ring().keyed_hash(Purpose.REPLY, msgspec.msgpack.encode((part.account, part.provider_id)))


def _fingerprint_of_text(part: Incoming) -> bytes:
    concat = part.concat and (part.concat.reference, part.concat.number, part.concat.total)
    sender = mobile_number(part.sender) or part.sender
    what = (part.account, part.recipient, sender, part.octets, part.coding.value, concat)
    return ring().keyed_hash(Purpose.REPLY, msgspec.msgpack.encode(what))


def _keep(part: Incoming, now: datetime) -> None:
    kept = _Kept(part.sender, part.recipient, part.octets, part.coding.value)
    row = InboundPart(account=part.account, received_at=now, try_at=now)
    if part.concat is not None:
        joined_by = _free_place(part, part.concat, kept)
        if joined_by is None:
            return
        row.joined_by, row.number, row.total = joined_by, part.concat.number, part.concat.total
    row.sealed = ring().seal(msgspec.msgpack.encode(kept), bound_to=row.place)
    row.save()


def _free_place(part: Incoming, concat: Concat, kept: _Kept) -> bytes | None:
    """Return what joins a part to the others of its text, or None where it waits already.

    A phone may give every text the same reference. Its texts under way at once are told apart by the order in which their
    parts come: a place that other words have taken belongs to an earlier text.
    """
    earlier_texts = 0
    while there := InboundPart.objects.filter(joined_by=_joined_by(part, concat, earlier_texts), number=concat.number).first():
        if _open(there) == kept:
            return None
        earlier_texts += 1
    return _joined_by(part, concat, earlier_texts)


def _joined_by(part: Incoming, concat: Concat, earlier_texts: int) -> bytes:
    whose = (part.account, part.sender, part.recipient, concat.reference, concat.total, earlier_texts)
    return ring().keyed_hash(Purpose.REPLY, msgspec.msgpack.encode(whose))


def handle(*, on_reply: OnReply, now: datetime, limit: int = _ONE_ROUND) -> int:
    """Hand over the replies that are whole, or whose missing parts have not come for a day, up to a limit; return how many.

    Each goes in a transaction of its own, which also deletes it: it is handled once, wherever the process is cut off. One
    that cannot be handled is tried again later and holds up no other.
    """
    handled = 0
    for first in _ready(now, limit):
        try:
            with transaction.atomic():
                handled += _hand_over(first, on_reply)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other replies go on
            log.error("inbox.reply_not_handled", row=first.pk, tries=first.tries + 1, error=place_of(error))  # noqa: TRY400
            _put_off(first, now)
    return handled


def _ready(now: datetime, limit: int) -> list[InboundPart]:
    """Return the first part of each reply that is due, in the order they came, up to a limit."""
    whole = InboundPart.objects.filter(joined_by=None, try_at__lte=now).order_by("id")[:limit]
    joined = (
        InboundPart.objects.exclude(joined_by=None)
        .values("joined_by")
        .annotate(came=Count("id"), all=Max("total"), since=Min("received_at"))
        .filter(Q(came=F("all")) | Q(since__lt=now - _PARTS_WAIT))
        .values("joined_by")
    )
    firsts = InboundPart.objects.filter(joined_by__in=joined, try_at__lte=now).order_by("id")[:limit]
    by_group = {bytes(part.joined_by or b""): part for part in reversed(list(firsts))}
    return sorted([*whole, *by_group.values()], key=lambda part: part.pk)[:limit]


def _hand_over(first: InboundPart, on_reply: OnReply) -> int:
    rows = InboundPart.objects.select_for_update()
    rows = rows.filter(pk=first.pk) if first.joined_by is None else rows.filter(joined_by=first.joined_by)
    parts = sorted(rows, key=lambda part: part.number)
    if not parts:  # another worker was here first
        return 0
    opened = [_open(part) for part in parts]
    reply = Reply(
        account=first.account,
        from_number=mobile_number(opened[0].sender) or opened[0].sender,
        to=opened[0].recipient,
        text=text_of([(part.octets, Coding(part.coding)) for part in opened]),
        received_at=max(part.received_at for part in parts),
        complete=len(parts) == first.total,
    )
    InboundPart.objects.filter(pk__in=[part.pk for part in parts]).delete()
    on_reply(reply)
    return 1


def _open(part: InboundPart) -> _Kept:
    return _read_kept.decode(ring().open(bytes(part.sealed), bound_to=part.place))


def _put_off(first: InboundPart, now: datetime) -> None:
    pause = min(_FIRST_RETRY * 2 ** min(first.tries, 10), _LONGEST_RETRY)
    rows = InboundPart.objects.filter(pk=first.pk) if first.joined_by is None else InboundPart.objects.filter(joined_by=first.joined_by)
    rows.update(tries=first.tries + 1, try_at=now + pause)


@dataclass(frozen=True, slots=True)
class Connection:
    """The connection of an account that stands, by the name that its replies carry, and since when."""

    account: str
    bind: str
    since: datetime


def forget(connection: Connection | None, *, now: datetime) -> None:
    """Delete what an operator will not repeat any more, and replies that could not be handled for a week.

    While no connection stands, what the last one brought stays known, however long that takes.
    """
    InboundSeen.objects.filter(forget_at__lt=now).delete()
    if connection:
        theirs = InboundSeen.objects.filter(account=connection.account).exclude(bind="")
        # It has lived on since, so our acknowledgement has arrived.
        theirs.filter(bind=connection.bind, seen_at__lt=now - REPEAT_WINDOW).delete()
        if connection.since < now - _BROUGHT_AGAIN_WITHIN:
            theirs.exclude(bind=connection.bind).delete()
    lost, _by_model = InboundPart.objects.filter(received_at__lt=now - _UNHANDLED_LIFE).delete()
    if lost:
        log.error("inbox.replies_given_up", parts=lost)

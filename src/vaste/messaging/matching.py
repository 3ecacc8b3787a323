"""A batch of receipts and the messages they speak of: everything read at once, decided in memory, written at once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db.models import F
from django.db.models.functions import Coalesce

from vaste.messaging.measures import Tally, What
from vaste.messaging.models import AccountNote, MessagePart, OrphanReceipt, OutboundMessage
from vaste.messaging.rules import (
    FINAL,
    RECEIPT_OF_STATE,
    SAYS_WHY,
    Event,
    IdRule,
    Likeness,
    MessageState,
    id_keys,
    id_rule,
    may_name,
    next_state,
    state_of_message,
)

log = structlog.get_logger()


class ReceiptBatch:
    """Apply receipts one by one with `apply`, then `write`. One object a row, so that each receipt sees what the one before changed.

    proven: messages of unknown outcome that the batch has proved taken.
    """

    def __init__(self, orphans: Sequence[OrphanReceipt]) -> None:
        self.proven: list[OutboundMessage] = []
        self._messages: dict[UUID, OutboundMessage] = {}
        self._by_key: defaultdict[tuple[str, str], list[MessagePart]] = defaultdict(list)
        self._parts: defaultdict[UUID, dict[int, MessagePart]] = defaultdict(dict)
        self._new: list[MessagePart] = []
        self._moved_parts: dict[int, MessagePart] = {}
        self._moved: dict[UUID, OutboundMessage] = {}
        self._tally = Tally()
        accounts = {orphan.account for orphan in orphans}
        self._read_parts(accounts, {key for orphan in orphans for key in id_keys(orphan.provider_id)})
        self._unknown = self._read_unknown(accounts, {bytes(orphan.person_hash) for orphan in orphans if orphan.person_hash})
        self._read_other_parts()
        self._rules = {note.account: IdRule(note.id_rule) for note in AccountNote.objects.filter(account__in=accounts)}

    def apply(self, orphan: OrphanReceipt) -> bool:
        """Apply a receipt to the message it finds; tell whether it found one."""
        part = self._named_part(orphan) or self._proven_part(orphan)
        if part is None:
            return False
        self._apply(part, orphan)
        return True

    def write(self, *, now: datetime) -> None:
        """Write what has changed, with one statement for all rows that changed alike."""
        self._tally.write()
        MessagePart.objects.bulk_create(self._new)
        by_state: defaultdict[str, list[int]] = defaultdict(list)
        for part in self._moved_parts.values():
            by_state[part.state].append(part.pk)
        for state, part_ids in by_state.items():
            MessagePart.objects.filter(pk__in=part_ids).update(state=state)
        alike: defaultdict[tuple[str, str], list[UUID]] = defaultdict(list)
        for message in self._moved.values():
            alike[message.state, message.reason].append(message.id)
        for (state, reason), ids in alike.items():
            columns: dict[str, Any] = {"person_hash": None} if state in FINAL else {}
            handed_over_at = Coalesce(F("handed_over_at"), now)
            OutboundMessage.objects.filter(pk__in=ids).update(
                state=state, reason=reason, sealed=None, hold_until=None, handed_over_at=handed_over_at, **columns
            )

    def _read_parts(self, accounts: set[str], keys: set[str]) -> None:
        parts = MessagePart.objects.filter(account__in=accounts, id_key__in=keys).select_related("message").order_by("-pk")
        for part in parts.select_for_update(of=("self", "message")):
            part.message = self._messages.setdefault(part.message_id, part.message)
            self._keep(part)

    def _read_unknown(self, accounts: set[str], people: set[bytes]) -> dict[tuple[str, bytes], OutboundMessage]:
        if not people:
            return {}
        rows = OutboundMessage.objects.filter(account__in=accounts, person_hash__in=people, state=MessageState.UNKNOWN)
        found = [self._messages.setdefault(row.id, row) for row in rows.select_for_update()]
        return {(row.account, bytes(row.person_hash or b"")): row for row in found}

    def _read_other_parts(self) -> None:
        """Read the rest of the long messages, whose state hangs on all their parts."""
        long = [message.id for message in self._messages.values() if message.part_count > 1]
        if long:
            for part in MessagePart.objects.filter(message_id__in=long).select_for_update():
                if part.number not in self._parts[part.message_id]:
                    part.message = self._messages[part.message_id]
                    self._keep(part)

    def _keep(self, part: MessagePart) -> None:
        self._by_key[part.account, part.id_key].append(part)
        self._parts[part.message_id][part.number] = part

    def _named_part(self, orphan: OrphanReceipt) -> MessagePart | None:
        """Return the part that a receipt names: its number decides first, then the rule learnt of the account, then the surest rule."""
        learnt = self._rules.get(orphan.account)
        best: tuple[tuple[int, bool, IdRule], MessagePart] | None = None
        for part in (part for key in id_keys(orphan.provider_id) for part in self._by_key[orphan.account, key]):
            rule = id_rule(part.provider_id, orphan.provider_id)
            likeness = _likeness(orphan, part.message)
            if rule is None or not may_name(rule, likeness, learnt):
                continue
            rank = (likeness.value, rule is not learnt, rule)
            if best is None or rank < best[0]:
                best = (rank, part)
        if best is None:
            return None
        self._learn(orphan, best[0][2])
        return best[1]

    def _learn(self, orphan: OrphanReceipt, rule: IdRule) -> None:
        before = self._rules.get(orphan.account)
        if rule is before:
            return
        if before is not None:
            log.warning("receipts.id_rule_changed", account=orphan.account, before=before.name, now=rule.name)
            self._tally.count(orphan.account, What.ID_RULE_CHANGED, orphan.received_at)
        self._rules[orphan.account] = rule
        AccountNote.objects.update_or_create(account=orphan.account, defaults={"id_rule": rule, "learnt_at": orphan.received_at})

    def _proven_part(self, orphan: OrphanReceipt) -> MessagePart | None:
        """Return a new part for the message of unknown outcome that a receipt proves taken: the only one to its number."""
        message = self._unknown.get((orphan.account, bytes(orphan.person_hash or b"")))
        if message is None or message.state != MessageState.UNKNOWN:
            return None
        if message.begun_at is None or message.begun_at > orphan.received_at:
            return None
        taken = self._parts[message.id]
        number = orphan.part
        if number is None:
            number = next(number for number in range(1, message.part_count + 2) if number not in taken)
        if number in taken:
            return taken[number]
        part = MessagePart(message=message, number=number, account=orphan.account, provider_id=orphan.provider_id, id_key=orphan.id_key)
        self._new.append(part)
        self._keep(part)
        return part

    def _apply(self, part: MessagePart, orphan: OrphanReceipt) -> None:
        part.state = next_state(MessageState(part.state), Event(orphan.event))
        if part.pk is not None:
            self._moved_parts[part.pk] = part
        message = part.message
        states = {number: MessageState(one.state) for number, one in self._parts[message.id].items()}
        together = state_of_message(states, message.part_count)
        if together is None:
            return
        before = MessageState(message.state)
        after = next_state(before, RECEIPT_OF_STATE[together])
        if after is before:
            return
        message.state = after
        message.reason = orphan.status if after in SAYS_WHY else ""
        self._moved[message.id] = message
        self._tally.heard(message, before, orphan.status, at=orphan.received_at)
        if before is MessageState.UNKNOWN:
            self.proven.append(message)


def _likeness(orphan: OrphanReceipt, message: OutboundMessage) -> Likeness:
    if orphan.person_hash is None or message.person_hash is None:
        return Likeness.NOT_KNOWN
    return Likeness.SAME_NUMBER if bytes(orphan.person_hash) == bytes(message.person_hash) else Likeness.OTHER_NUMBER

"""Receipts of short messages named letter for letter: nearly all there are, and settled by a few statements for all together.

Whatever needs more thought (another spelling of the id, another phone, several parts, an unknown outcome) is left to
`matching.ReceiptBatch`, which would decide the same.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from vaste.core.database import as_moment, as_uuid, bare_cursor, is_postgresql, one_of
from vaste.core.keys import Purpose, ring
from vaste.messaging.gateway import Receipt
from vaste.messaging.measures import Tally
from vaste.messaging.models import AccountNote
from vaste.messaging.moving import move
from vaste.messaging.rules import RECEIPT_OF_STATE, SAYS_WHY, IdRule, MessageState, id_key, next_state

_NAMED: Final = """
    SELECT part.provider_id, message.id, message.state, message.person_hash, message.due_at, message.handed_over_at
    FROM messaging_messagepart AS part JOIN messaging_outboundmessage AS message ON message.id = part.message_id
    WHERE message.part_count = 1 AND part.account = %s AND part.id_key
"""


@dataclass(slots=True)
class _Named:
    """A message that a receipt names. before: its state in the database; reason: the operator's code, where that tells why."""

    id: UUID
    account: str
    before: MessageState
    person_hash: bytes
    due_at: datetime
    handed_over_at: datetime | None
    state: MessageState
    reason: str = ""


def settle_plain(receipts: Sequence[Receipt], *, now: datetime) -> list[Receipt]:
    """Apply what can be applied without further thought; return the others, in their order."""
    left = list(receipts)
    accounts = {receipt.account for receipt in receipts}
    for account in AccountNote.objects.filter(account__in=accounts, id_rule=IdRule.AS_GIVEN).values_list("account", flat=True):
        named = _named(account, [receipt.provider_id for receipt in receipts if receipt.account == account])
        left = [receipt for receipt in left if receipt.account != account or not _apply(receipt, named.get(receipt.provider_id))]
        _write([one for one in named.values() if one.state is not one.before], now)
    return left


def _named(account: str, provider_ids: Sequence[str]) -> dict[str, _Named]:
    """Return the messages that bear one of the ids alone, and hold them until the transaction ends."""
    among, params = one_of(list({id_key(provider_id) for provider_id in provider_ids}))
    with bare_cursor() as cursor:
        cursor.execute(f"{_NAMED} {among} {'FOR UPDATE OF message' if is_postgresql() else ''}", [account, *params])
        rows = cursor.fetchall()
    bearers = Counter(row[0] for row in rows)
    return {
        provider_id: _Named(
            as_uuid(row_id),
            account,
            MessageState(state),
            bytes(person_hash or b""),
            as_moment(due_at),
            handed_over_at and as_moment(handed_over_at),
            MessageState(state),
        )
        for provider_id, row_id, state, person_hash, due_at, handed_over_at in rows
        if bearers[provider_id] == 1 and state != MessageState.UNKNOWN
    }


def _apply(receipt: Receipt, named: _Named | None) -> bool:
    """Apply a receipt to the message that it names, and tell whether it was plain enough."""
    if named is None or not _may_be_of(receipt.number, named.person_hash):
        return False
    after = next_state(named.state, receipt.event)
    if after is not named.state:
        named.state, named.reason = after, receipt.status[:60] if after in SAYS_WHY else ""
    return True


def _may_be_of(number: str, person_hash: bytes) -> bool:
    """Tell whether a number is the message's as it stands, or one of the two is not known."""
    if not number or not person_hash:
        return True
    return ring().keyed_hash(Purpose.ADDRESS, "+" + number.removeprefix("+")) == person_hash


def _write(changed: Sequence[_Named], now: datetime) -> None:
    alike: defaultdict[tuple[MessageState, MessageState, str], list[_Named]] = defaultdict(list)
    for one in changed:
        alike[one.before, one.state, one.reason].append(one)
    tally = Tally()
    for (before, after, reason), messages in alike.items():
        move([one.id for one in messages], RECEIPT_OF_STATE[after], before, reason=reason)
        for one in messages:
            tally.heard(one, before, reason, at=now)
    tally.write()

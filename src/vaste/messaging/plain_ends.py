"""Short messages that an operator took: nearly all ends there are, and written down by two statements for all together.

Whatever needs more thought (a refusal, no answer, several parts) is left to `ledger.record`, which would decide the same.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from vaste.core.database import as_moment, as_stored, as_uuid, bare_cursor, one_of
from vaste.messaging.gateway import SubmitEnd, SubmitOutcome
from vaste.messaging.moving import Submitted, TakenPart, keep_parts
from vaste.messaging.rules import TRANSITIONS, Event, MessageState

_MAY_BE_TAKEN = sorted(
    state for (state, event), target in TRANSITIONS.items() if (event, target) == (Event.ACCEPTED, MessageState.ACCEPTED)
)
_ACCEPT: Final = f"""
    UPDATE messaging_outboundmessage
    SET state = '{MessageState.ACCEPTED.value}', sealed = NULL, handed_over_at = %s, leased_until = NULL, hold_until = NULL
    WHERE account = %s AND state IN ({", ".join(f"'{state.value}'" for state in _MAY_BE_TAKEN)}) AND part_count = 1 AND id
"""  # noqa: S608 - our own names
_RETURNING: Final = "RETURNING id, conversation, step, due_at"


def accept_plain(ends: Mapping[UUID, Sequence[SubmitOutcome]], *, account: str, now: datetime) -> list[Submitted]:
    """Write down which messages of one part an operator has taken, and return those that have changed by it."""
    plain = {row_id: outcomes[0] for row_id, outcomes in ends.items() if len(outcomes) == 1 and outcomes[0].end is SubmitEnd.ACCEPTED}
    if not plain:
        return []
    among, params = one_of(list(plain))
    with bare_cursor() as cursor:
        cursor.execute(f"{_ACCEPT} {among} {_RETURNING}", [as_stored(now), account, *params])
        rows = cursor.fetchall()
    taken = [
        Submitted(as_uuid(row_id), MessageState.SUBMITTING, conversation and as_uuid(conversation), step, 1, as_moment(due_at))
        for row_id, conversation, step, due_at in rows
    ]
    keep_parts([TakenPart(row.id, plain[row.id].part, plain[row.id].provider_id) for row in taken], account)
    return taken

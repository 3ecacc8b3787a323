"""A worker that comes back after a long time first hears what the operator has kept for it."""

from datetime import timedelta

import pytest

from vaste.messaging import ledger
from vaste.messaging.rules import Event, MessageClass
from vaste.messaging.tests.outbox import HOLD, NOW, lease_one, plan, receipt, record, row, settle, unknown

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("message_class", [MessageClass.INVITATION, MessageClass.QUESTION])
def test_what_was_unknown_is_not_decided_before_its_receipt_could_come(message_class: MessageClass) -> None:
    conversation = plan(message_class=message_class)
    record(lease_one(), unknown())
    back = NOW + timedelta(hours=2)

    ledger.take_over(account="a", hold_until=back + HOLD)
    settle(back)
    assert row(conversation).state == "unknown"
    receipt("88", Event.RECEIPT_DELIVERED, "358400000001", now=back + timedelta(seconds=5))

    assert row(conversation).state == "delivered"
    assert row(conversation).attempt == 1

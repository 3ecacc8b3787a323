"""A receipt finds its message by the operator's id, or by the number of the one whose outcome is unknown."""

from datetime import timedelta

import pytest

from vaste.messaging.models import AccountNote, MessagePart, OrphanReceipt, OutboundMessage
from vaste.messaging.rules import Event
from vaste.messaging.tests.outbox import LONG, NOW, SENT, accepted, lease, lease_one, plan, receipt, record, row, settle, unknown

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_sent() -> None:
    SENT.clear()


@pytest.mark.parametrize("first", ["answer", "receipt"])
def test_a_receipt_may_come_before_or_after_the_answer(first: str) -> None:
    conversation = plan()
    one = lease_one()
    if first == "receipt":
        receipt("77")
    record(one, accepted())
    if first == "answer":
        receipt("77")
    assert row(conversation).state == "delivered"
    assert OrphanReceipt.objects.count() == 0


def test_a_receipt_for_its_number_proves_an_unknown_message_and_a_second_receipt_finds_it_by_id() -> None:
    conversation = plan()
    record(lease_one(), unknown())

    receipt("88", Event.RECEIPT_TAKEN, "358400000001", now=NOW + timedelta(minutes=1))
    assert row(conversation).state == "accepted"
    receipt("88", now=NOW + timedelta(minutes=2))

    assert row(conversation).state == "delivered"
    assert [(conversation, "ask")] == SENT


def test_a_receipt_that_came_before_the_outcome_was_known_to_be_unknown_proves_it_too() -> None:
    conversation = plan()
    one = lease_one()
    receipt("88", number="0400000001", now=NOW)
    record(one, unknown())
    assert row(conversation).state == "delivered"


def test_a_receipt_for_another_number_or_from_before_proves_nothing() -> None:
    conversation = plan()
    receipt("87", number="+358400000001", now=NOW - timedelta(minutes=5))
    record(lease_one(), unknown())
    receipt("88", number="+358400000002")
    assert row(conversation).state == "unknown"


def test_the_rule_of_an_accounts_receipts_is_learnt() -> None:
    plan()
    record(lease_one(), accepted("ff"))
    receipt("255", number="+358400000001")
    assert OutboundMessage.objects.get().state == "delivered"
    assert AccountNote.objects.get().get_id_rule_display() == "hex_of_decimal"


def test_an_id_that_fits_only_by_a_rule_needs_the_right_number() -> None:
    conversation = plan(1)
    record(lease_one(), accepted("ff"))
    receipt("255", number="+358400000002")
    assert row(conversation).state == "accepted"


def test_receipts_that_come_together_are_told_once() -> None:
    conversation = plan(text=LONG)
    one = lease_one()
    receipt("2", number="+358400000001")
    receipt("1", number="+358400000001")
    receipt("3", number="+358400000001")

    record(one, accepted("1", 1), unknown(2), unknown(3))

    assert row(conversation).state == "delivered"
    assert [(conversation, "ask")] == SENT


def test_the_surest_rule_wins_where_two_messages_fit() -> None:
    by_rule, as_given = plan(1), plan(2)
    for one, provider_id in zip(lease(), ["16", "10"], strict=True):
        record(one, accepted(provider_id))
    receipt("10")
    assert {row(by_rule).state, row(as_given).state} == {"accepted", "delivered"}
    assert MessagePart.objects.get(provider_id="10").state == "delivered"


def test_receipts_of_forgotten_messages_go_within_the_hour_and_a_bit() -> None:
    receipt("99", number="+358400000001")
    settle(NOW + timedelta(minutes=59))
    assert OrphanReceipt.objects.count() == 1
    settle(NOW + timedelta(minutes=61))
    assert OrphanReceipt.objects.count() == 0

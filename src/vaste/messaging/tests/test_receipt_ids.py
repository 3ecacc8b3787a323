"""Which message a receipt speaks of, where ids are a running number and read as another message's id by another rule."""

import pytest

from vaste.messaging.models import OrphanReceipt, OutboundMessage
from vaste.messaging.rules import IdRule, Likeness, may_name
from vaste.messaging.tests.outbox import NOW, accepted, lease, lease_one, plan, receipt, record, row

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("rule", "likeness", "learnt", "speaks_of_it"),
    [
        (IdRule.AS_GIVEN, Likeness.NOT_KNOWN, None, True),
        (IdRule.AS_GIVEN, Likeness.OTHER_NUMBER, None, True),  # some operators swap the addresses
        (IdRule.AS_GIVEN, Likeness.OTHER_NUMBER, IdRule.HEX_OF_DECIMAL, False),
        (IdRule.HEX_OF_DECIMAL, Likeness.SAME_NUMBER, IdRule.AS_GIVEN, True),  # the operator has changed its ways
        (IdRule.HEX_OF_DECIMAL, Likeness.NOT_KNOWN, IdRule.HEX_OF_DECIMAL, True),
        (IdRule.HEX_OF_DECIMAL, Likeness.NOT_KNOWN, IdRule.AS_GIVEN, False),
        (IdRule.HEX_OF_DECIMAL, Likeness.OTHER_NUMBER, IdRule.HEX_OF_DECIMAL, False),
    ],
)
def test_a_new_rule_is_believed_where_the_phone_agrees(rule: IdRule, likeness: Likeness, learnt: IdRule | None, speaks_of_it: bool) -> None:
    assert may_name(rule, likeness, learnt) is speaks_of_it


def test_a_receipt_that_precedes_its_answer_waits_and_is_not_taken_for_a_delivered_message() -> None:
    plan(1)
    record(lease_one(), accepted("0000000e"))
    receipt("0000000e", number="+358400000001")
    second = plan(2)
    one = lease_one()

    receipt("00000014", number="+358400000002")  # 14 in decimal is e
    assert OrphanReceipt.objects.count() == 1
    record(one, accepted("00000014"))

    assert row(second).state == "delivered"


def test_where_the_operator_turns_ids_the_number_tells_two_messages_apart() -> None:
    plan(9)
    record(lease_one(), accepted("ff"))
    receipt("255", number="+358400000009")
    hexadecimal, letter_for_letter = plan(1), plan(2)
    for one, provider_id in zip(lease(now=NOW), ["E", "14"], strict=True):
        record(one, accepted(provider_id))

    receipt("14", number="+358400000001")

    assert (row(hexadecimal).state, row(letter_for_letter).state) == ("delivered", "accepted")
    assert OutboundMessage.objects.filter(state="delivered").count() == 2

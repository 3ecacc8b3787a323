"""The outbox as the worker moves it: nothing lost, nothing sent twice that must not be."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from vaste.core.ids import new_id
from vaste.messaging import ledger
from vaste.messaging.actions import cancel_all_to, enqueue, still_queued
from vaste.messaging.gateway import SubmitEnd, SubmitOutcome
from vaste.messaging.models import MessagePart, OutboundMessage
from vaste.messaging.rules import Event, MessageClass, MessageState
from vaste.messaging.tests.outbox import (
    HOLD,
    LEASE,
    LONG,
    NOW,
    SENT,
    accepted,
    erase,
    lease,
    lease_one,
    new_message,
    plan,
    receipt,
    record,
    row,
    settle,
    unknown,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_sent() -> None:
    SENT.clear()


def test_a_step_is_planned_once() -> None:
    conversation = plan(text="ensin")
    enqueue([new_message(conversation, text="sitten")], now=NOW)

    assert [one.outgoing.text for one in lease()] == ["ensin"]


def test_a_message_is_sealed_until_the_operator_has_it_and_forgotten_then() -> None:
    conversation = plan(text="Salaisuus")
    assert b"Salaisuus" not in bytes(row(conversation).sealed or b"")
    assert b"358400000001" not in bytes(row(conversation).sealed or b"")

    record(lease_one(), accepted())

    assert row(conversation).state == "accepted"
    assert row(conversation).sealed is None
    assert [(conversation, "ask")] == SENT


def test_the_database_itself_refuses_a_handed_over_message_that_keeps_its_text() -> None:
    conversation = plan()
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboundMessage.objects.filter(conversation=conversation).update(state="delivered")


def test_answers_are_taken_before_invitations_and_the_longest_due_first() -> None:
    plan(1, text="kutsu 2", due_at=NOW + timedelta(minutes=2))
    plan(2, text="kutsu 1", due_at=NOW + timedelta(minutes=1))
    plan(3, text="kysymys", message_class=MessageClass.QUESTION, due_at=NOW + timedelta(minutes=3))
    plan(4, text="huomenna", due_at=NOW + timedelta(days=1))

    assert [one.outgoing.text for one in lease(now=NOW + timedelta(minutes=5))] == ["kysymys", "kutsu 1", "kutsu 2"]
    assert OutboundMessage.objects.filter(state="queued").count() == 1


def test_two_workers_do_not_take_the_same_message() -> None:
    plan()
    assert len(lease(account="a")) == 1
    assert lease(account="b") == []


def test_one_number_has_one_outstanding_message() -> None:
    plan()
    plan()

    one = lease_one()
    assert lease() == []
    record(one, accepted())
    assert len(lease()) == 1


def test_messages_planned_together_for_one_number_go_in_their_order() -> None:
    texts = [f"{number}." for number in range(8)]
    enqueue([new_message(new_id(), text=text) for text in texts], now=NOW)

    sent = []
    for _ in texts:
        one = lease_one(now=NOW + timedelta(seconds=1))
        record(one, accepted())
        sent.append(one.outgoing.text)
    assert sent == texts


def test_the_database_itself_refuses_two_outstanding_messages_to_a_number() -> None:
    plan()
    plan()
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboundMessage.objects.update(state="leased")


def test_who_objects_at_the_last_moment_is_not_written_to() -> None:
    opted_out, other = plan(1), plan(2)

    leased = lease(why_not=lambda _conversations, _now: {opted_out: "opted_out"})

    assert len(leased) == 1
    assert (row(opted_out).state, row(opted_out).reason, row(opted_out).sealed) == ("dropped", "opted_out", None)
    assert row(other).state == "submitting"


def test_the_confirmation_of_an_opt_out_is_sent_to_who_opted_out() -> None:
    conversation = plan(message_class=MessageClass.STOP_CONFIRMATION)

    assert len(lease(why_not=lambda _conversations, _now: {conversation: "opted_out"})) == 1


def test_a_message_whose_time_has_passed_is_not_sent() -> None:
    conversation = plan()
    assert lease(now=NOW + timedelta(days=2)) == []
    assert (row(conversation).state, row(conversation).reason) == ("dropped", "window_passed")


def test_the_operator_tries_for_a_day_and_no_longer_than_the_message_lives() -> None:
    plan(1, expires_at=NOW + timedelta(days=14))
    plan(2, expires_at=NOW + timedelta(hours=3), due_at=NOW + timedelta(microseconds=1))

    leased = lease(now=NOW + timedelta(minutes=1))
    assert [one.outgoing.validity for one in leased] == [timedelta(days=1), timedelta(hours=2, minutes=59)]


def test_a_message_whose_key_is_gone_does_not_stop_the_queue() -> None:
    broken, other = plan(1), plan(2)
    OutboundMessage.objects.filter(conversation=broken).update(sealed=b"other key" * 5)

    assert len(lease()) == 1
    assert (row(broken).state, row(broken).reason) == ("dropped", "seal_broken")
    assert row(other).state == "submitting"


def test_only_what_no_worker_has_taken_is_still_queued() -> None:
    taken, waiting = plan(1), plan(2, due_at=NOW + timedelta(hours=1))
    lease()
    assert still_queued([taken, waiting], step="ask") == {waiting}


def test_a_message_is_written_down_as_begun_in_the_moment_in_which_it_is_taken() -> None:
    conversation = plan()
    lease()
    assert (row(conversation).state, row(conversation).begun_at) == ("submitting", NOW)


def left_by_an_earlier_version(conversation: UUID) -> None:
    """Let a worker have taken a message and stopped before it wrote down that it begins."""
    OutboundMessage.objects.filter(conversation=conversation).update(state="leased", account="a", leased_until=NOW + LEASE)


def test_what_a_worker_of_an_earlier_version_took_goes_back_when_its_lease_ends() -> None:
    conversation = plan()
    left_by_an_earlier_version(conversation)
    settle(NOW + LEASE + timedelta(seconds=1))
    assert row(conversation).state == "queued"


def test_what_a_worker_of_an_earlier_version_took_goes_back_at_the_restart() -> None:
    conversation = plan()
    left_by_an_earlier_version(conversation)
    ledger.take_over(account="a", hold_until=NOW + HOLD)
    assert row(conversation).state == "queued"


@pytest.mark.parametrize("how", ["restart", "lease ends"])
def test_a_message_that_a_killed_worker_had_begun_is_unknown(how: str) -> None:
    conversation = plan()
    lease_one()
    if how == "restart":
        ledger.take_over(account="a", hold_until=NOW + HOLD)
    else:
        settle(NOW + LEASE + timedelta(seconds=1))
    assert row(conversation).state == "unknown"
    assert lease() == []


def test_another_accounts_messages_are_left_alone_at_a_restart() -> None:
    conversation = plan()
    lease_one()
    ledger.take_over(account="b", hold_until=NOW + HOLD)
    assert row(conversation).state == "submitting"


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (SubmitOutcome(SubmitEnd.NOT_SENT), "queued"),
        (SubmitOutcome(SubmitEnd.REJECTED, status="throttled", temporary=True), "queued"),
        (SubmitOutcome(SubmitEnd.REJECTED, status="wrong_recipient"), "failed"),
        (unknown(), "unknown"),
        (accepted(), "accepted"),
    ],
)
def test_each_end_of_a_submit_has_its_state(outcome: SubmitOutcome, state: str) -> None:
    conversation = plan()
    record(lease_one(), outcome)
    assert row(conversation).state == state


def test_an_end_reported_by_a_worker_of_another_account_changes_nothing() -> None:
    conversation = plan()
    record(lease_one(), accepted(), account="b")
    assert row(conversation).state == "submitting"


def test_the_end_of_an_erased_message_changes_nothing() -> None:
    conversation = plan()
    one = lease_one()
    erase(conversation)
    record(one, accepted())
    assert MessagePart.objects.count() == 0


def test_after_the_hold_an_invitation_is_given_up_and_a_question_goes_once_more() -> None:
    invitation, question = plan(1), plan(2, message_class=MessageClass.QUESTION)
    for one in lease():
        record(one, unknown())

    settle(NOW + HOLD - timedelta(seconds=1))
    assert {row(invitation).state, row(question).state} == {"unknown"}
    settle(NOW + HOLD + timedelta(seconds=1))

    assert (row(invitation).state, row(invitation).reason, row(invitation).sealed) == ("abandoned", "outcome_unknown", None)
    assert (row(question).state, row(question).attempt) == ("queued", 2)


def test_a_question_unknown_twice_is_given_up() -> None:
    question = plan(message_class=MessageClass.QUESTION)
    record(lease_one(), unknown())
    later = NOW + HOLD + timedelta(seconds=1)
    settle(later)
    record(lease_one(now=later), unknown(), now=later)
    settle(later + HOLD + timedelta(seconds=1))
    assert row(question).state == "abandoned"


REFUSED_FOR_NOW = SubmitOutcome(SubmitEnd.REJECTED, status="throttled", temporary=True)


@pytest.mark.parametrize("end", [unknown(), REFUSED_FOR_NOW], ids=["unknown", "refused for now"])
def test_what_was_under_way_when_its_person_opted_out_is_not_tried_again(end: SubmitOutcome) -> None:
    thanks = plan(message_class=MessageClass.THANKS)
    one = lease_one()
    cancel_all_to("+358400000001")
    record(one, end)

    later = NOW + HOLD + timedelta(seconds=1)
    settle(later)

    assert lease(now=later) == []
    assert row(thanks).sealed is None


def test_what_was_under_way_when_its_person_opted_out_is_still_known_by_its_receipt() -> None:
    thanks = plan(message_class=MessageClass.THANKS)
    one = lease_one()
    cancel_all_to("+358400000001")
    record(one, accepted("77"))
    receipt("77")

    assert row(thanks).state == "delivered"


def test_a_late_answer_settles_an_unknown_message() -> None:
    conversation = plan()
    one = lease_one()
    record(one, unknown())
    record(one, accepted())
    assert row(conversation).state == "accepted"
    assert [(conversation, "ask")] == SENT


def test_an_end_that_is_reported_twice_is_told_once() -> None:
    conversation = plan()
    one = lease_one()
    record(one, accepted())
    record(one, accepted())
    assert [(conversation, "ask")] == SENT


def test_a_long_message_retries_only_the_parts_that_were_not_taken() -> None:
    plan(text=LONG)
    record(lease_one(), accepted("1", 1), SubmitOutcome(SubmitEnd.REJECTED, 2, temporary=True), accepted("3", 3))

    (again,) = lease()

    assert again.outgoing.parts_done == {1, 3}


def test_a_long_message_is_known_when_its_last_part_is() -> None:
    conversation = plan(text=LONG)
    one = lease_one()
    record(one, accepted("1", 1), unknown(2), unknown(3))
    assert row(conversation).state == "unknown"

    record(one, accepted("2", 2))
    assert row(conversation).state == "unknown"
    receipt("3", number="+358400000001")
    assert row(conversation).state == "accepted"
    receipt("1")
    receipt("2", Event.RECEIPT_UNDELIVERED)
    assert row(conversation).state == "undelivered"
    receipt("2")
    assert row(conversation).state == "delivered"


def test_a_second_sending_of_a_long_message_is_whole() -> None:
    plan(text=LONG, message_class=MessageClass.QUESTION)
    record(lease_one(), accepted("1", 1), unknown(2), unknown(3))
    later = NOW + HOLD + timedelta(seconds=1)
    settle(later)

    (again,) = lease(now=later)

    assert (again.outgoing.attempt, again.outgoing.parts_done) == (2, frozenset())


def test_erasing_a_conversation_leaves_no_row_of_it() -> None:
    burnt, other = plan(1), plan(2)
    for one in lease():
        record(one, accepted(str(one.outgoing.reference)))

    erase(burnt)

    assert list(OutboundMessage.objects.values_list("conversation", flat=True)) == [other]
    assert MessagePart.objects.count() == 1


def test_rows_that_have_served_are_deleted() -> None:
    plan()
    record(lease_one(), accepted())
    settle(NOW + timedelta(days=14))
    assert OutboundMessage.objects.get().person_hash is None
    settle(NOW + timedelta(days=16))
    assert OutboundMessage.objects.count() == 0


def test_states_of_the_rules_fit_their_column() -> None:
    assert max(len(state) for state in MessageState) <= 12

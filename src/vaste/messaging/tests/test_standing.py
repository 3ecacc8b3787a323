"""What is counted of messages, how accounts stand, and how traffic moves between two of them."""

from datetime import UTC, datetime, timedelta

import pytest

from vaste.core.ids import new_id
from vaste.core.models import AuditEntry
from vaste.messaging import ledger, standing
from vaste.messaging.actions import NewMessage, enqueue
from vaste.messaging.gateway import Receipt, SubmitEnd, SubmitOutcome
from vaste.messaging.measures import What, forget_old_counts, measured_lately
from vaste.messaging.models import AccountHour, AccountMinute, AccountState, OutboundMessage
from vaste.messaging.receipts import record_receipts
from vaste.messaging.routes import Measured
from vaste.messaging.rules import Event, MessageClass
from vaste.messaging.standing import Sighting, Trouble
from vaste.messaging.tests.outbox import erase

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 1, 12, 30, tzinfo=UTC)
LEASE, HOLD = timedelta(seconds=60), timedelta(minutes=10)
ACCEPTED = SubmitOutcome(SubmitEnd.ACCEPTED, provider_id="77")
UNKNOWN = SubmitOutcome(SubmitEnd.UNKNOWN)


def plan(due_at=NOW, message_class=MessageClass.INVITATION, number=1):
    conversation = new_id()
    facts = {"step": "ask", "text": "Hei", "sender": "18588", "due_at": due_at, "expires_at": due_at + timedelta(days=1)}
    message = NewMessage(conversation=conversation, message_class=message_class, to=f"+35840{number:07}", **facts)
    enqueue([message], now=due_at)
    return conversation


def lease(account="a", now=NOW):
    return ledger.lease(account=account, limit=10, until=now + LEASE, why_not_send=lambda *_: {}, now=now)


def hand_over(outcome=ACCEPTED, account="a", now=NOW):
    ends = {one.outgoing.reference: [outcome] for one in lease(account, now)}
    ledger.record(ends, account=account, hold_until=now + HOLD, on_sent=lambda *_: None, now=now)


def settle(now):
    ledger.settle(hold_until=now + HOLD, on_sent=lambda *_: None, now=now)


def receipt(event=Event.RECEIPT_DELIVERED, now=NOW, status="", number="", provider_id="77"):
    record_receipts([Receipt("a", provider_id, event, number=number, status=status)], on_sent=lambda *_: None, now=now)


def counted(account="a"):
    rows = AccountHour.objects.filter(account=account).values_list("what", "status", "messages")
    return {f"{what} {status}".strip(): messages for what, status, messages in rows}


def test_a_message_handed_over_within_10_seconds_and_delivered_within_5_minutes_counts_as_both():
    plan()
    hand_over(now=NOW + timedelta(seconds=10))
    receipt(now=NOW + timedelta(minutes=5, seconds=10))
    assert counted() == {What.HANDED_OVER: 1, What.IN_TIME: 1, What.DELIVERED: 1, What.SOON: 1}


def test_a_message_that_is_late_on_both_ways_counts_as_neither():
    plan()
    hand_over(now=NOW + timedelta(seconds=11))
    receipt(now=NOW + timedelta(minutes=5, seconds=12))
    assert counted() == {What.HANDED_OVER: 1, What.DELIVERED: 1}


def test_delivery_counts_in_the_hour_in_which_the_message_was_handed_over():
    plan()
    hand_over()
    receipt(now=NOW + timedelta(hours=3))
    assert set(AccountHour.objects.values_list("hour", flat=True)) == {NOW.replace(minute=0)}


def test_receipts_that_come_again_count_once():
    plan()
    hand_over()
    for _ in range(3):
        receipt()
    assert counted()[What.DELIVERED] == 1


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (SubmitOutcome(SubmitEnd.REJECTED, status="wrong_recipient"), {"refused wrong_recipient": 1}),
        (SubmitOutcome(SubmitEnd.REJECTED, status="throttled", temporary=True), {"put_off throttled": 1}),
        (UNKNOWN, {"unknown": 1}),
        (SubmitOutcome(SubmitEnd.NOT_SENT), {}),
    ],
)
def test_every_end_of_a_submit_is_counted_with_the_operators_status(outcome, expected):
    plan()
    hand_over(outcome)
    assert counted() == expected


def test_what_cannot_be_delivered_is_counted_with_the_operators_code():
    plan()
    hand_over()
    receipt(Event.RECEIPT_UNDELIVERED, status="044")
    assert counted()["undelivered 044"] == 1


def test_an_unknown_that_a_receipt_proves_counts_as_handed_over():
    plan()
    hand_over(UNKNOWN)
    receipt(number="+358400000001", provider_id="5", now=NOW + timedelta(seconds=5))
    assert counted() == {What.UNKNOWN: 1, What.HANDED_OVER: 1, What.IN_TIME: 1, What.DELIVERED: 1, What.SOON: 1}


def test_an_invitation_of_unknown_outcome_is_counted_as_given_up_after_its_hold():
    plan()
    hand_over(UNKNOWN)
    settle(NOW + HOLD + timedelta(seconds=1))
    assert counted() == {What.UNKNOWN: 1, What.GIVEN_UP: 1}


def test_what_a_killed_worker_may_have_written_counts_as_unknown():
    plan()
    lease()
    ledger.take_over(account="a", hold_until=NOW + HOLD)
    assert counted() == {What.UNKNOWN: 1}


def test_counts_stay_when_the_messages_are_erased_and_tell_neither_id_nor_phone():
    conversation = plan()
    hand_over()
    erase(conversation)
    assert not OutboundMessage.objects.exists()
    assert counted() == {What.HANDED_OVER: 1, What.IN_TIME: 1}
    columns = {column.name for model in (AccountHour, AccountMinute) for column in model._meta.get_fields()}
    assert columns == {"id", "account", "hour", "what", "status", "messages", "minute", "taken", "soon"}


def test_minutes_are_kept_for_half_an_hour_and_hours_for_five_weeks():
    plan()
    hand_over()
    forget_old_counts(now=NOW + timedelta(minutes=29))
    assert AccountMinute.objects.exists()
    forget_old_counts(now=NOW + timedelta(minutes=31))
    assert not AccountMinute.objects.exists()
    assert AccountHour.objects.exists()
    forget_old_counts(now=NOW + timedelta(days=36))
    assert not AccountHour.objects.exists()


def test_delay_is_measured_on_what_had_five_minutes_to_arrive():
    plan()
    hand_over()
    receipt(now=NOW + timedelta(minutes=1))
    assert measured_lately(now=NOW + timedelta(minutes=4)) == {}
    assert measured_lately(now=NOW + timedelta(minutes=6)) == {"a": Measured(taken=1, soon=1)}
    assert measured_lately(now=NOW + timedelta(minutes=16)) == {}


def test_an_account_without_any_receipt_is_known_as_one_that_gives_none():
    plan()
    hand_over()
    assert measured_lately(now=NOW + timedelta(minutes=6)) == {"a": Measured(1, 0, gives_receipts=False)}


# How accounts stand


def see(account="a", now=NOW, is_connected=True, refusal=""):
    standing.note_sighting(Sighting(account, is_connected, refusal), now=now)


def test_a_sighting_that_says_nothing_new_is_kept_only_now_and_then():
    see()
    see(now=NOW + timedelta(seconds=14))
    assert AccountState.objects.get().seen_at == NOW
    see(now=NOW + timedelta(seconds=15))
    assert AccountState.objects.get().seen_at == NOW + timedelta(seconds=15)


def test_a_lost_connection_is_kept_at_once_with_its_moment():
    see()
    see(now=NOW + timedelta(seconds=1), is_connected=False)
    state = AccountState.objects.get()
    assert (state.is_connected, state.connected_changed_at) == (False, NOW + timedelta(seconds=1))


def test_refused_credentials_are_kept_until_the_account_works_again():
    standing.note_refused_credentials("a", now=NOW)
    assert AccountState.objects.get().trouble == Trouble.CREDENTIALS_REFUSED
    see(now=NOW + timedelta(seconds=1))
    assert AccountState.objects.get().trouble == ""


def test_an_account_that_left_the_settings_is_forgotten():
    see("a")
    see("b")
    standing.keep_only(["b"])
    assert [state.account for state in AccountState.objects.all()] == ["b"]


def weights():
    return dict(AccountState.objects.values_list("account", "weight"))


def took(account, taken, soon, now=NOW):
    AccountMinute.objects.create(account=account, minute=now - timedelta(minutes=8), taken=taken, soon=soon)
    AccountHour.objects.create(account=account, hour=now.replace(minute=0), what=What.DELIVERED, messages=soon)


def test_a_slow_account_loses_weight_which_is_audited_and_gains_it_back_when_it_has_mended():
    see("a")
    see("b")
    took("a", 100, 80)
    took("b", 100, 99)
    standing.weigh_routes(now=NOW)
    assert weights() == {"a": 50, "b": 100}
    entry = AuditEntry.objects.get(action="route.weighed")
    assert (entry.actor, entry.subject, entry.details) == ("worker", "a", '{"before": 100, "weight": 50, "why": "slow"}')
    standing.weigh_routes(now=NOW + timedelta(minutes=15))
    assert weights() == {"a": 100, "b": 100}
    assert AuditEntry.objects.filter(action="route.weighed").count() == 2


def test_an_account_whose_circuit_is_open_takes_nothing_while_another_works():
    see("a", refusal="account_blocked")
    see("b")
    standing.weigh_routes(now=NOW)
    assert weights() == {"a": 0, "b": 100}
    assert (standing.room_for("a", 10, NOW), standing.room_for("b", 10, NOW)) == (0, 10)


def test_a_lowered_account_takes_everything_when_the_other_falls_silent():
    see("a")
    AccountState.objects.update(weight=10)
    see("b")
    assert standing.room_for("a", 10, NOW) == 0
    assert standing.room_for("a", 10, NOW + standing.SILENT_AFTER + timedelta(seconds=1)) == 10


def test_a_single_account_is_never_lowered():
    see("a", refusal="account_blocked")
    standing.weigh_routes(now=NOW)
    assert weights() == {"a": 100}


@pytest.mark.parametrize("message_class", [MessageClass.INVITATION, MessageClass.QUESTION])
def test_a_message_of_unknown_outcome_does_not_go_by_another_account_before_its_hold_ends(message_class):
    plan(message_class=message_class)
    hand_over(UNKNOWN, "a")
    almost = NOW + HOLD - timedelta(seconds=1)
    settle(almost)
    assert lease("b", almost) == []
    after = NOW + HOLD + timedelta(seconds=1)
    settle(after)
    assert len(lease("b", after)) == (message_class is MessageClass.QUESTION)

"""What becomes of a message and of a reply under each fault."""

import random
from datetime import timedelta

import pytest

from vaste.core.ids import new_id
from vaste.messaging.decoding import text_of
from vaste.messaging.gateway import Incoming, Outgoing, SubmitEnd
from vaste.messaging.numbers import mobile_number
from vaste.messaging.rules import Event, IdRule, id_rule
from vaste.simulator.fate import Fate, deliveries_of, fate_of, worded
from vaste.simulator.faults import Fault, Faults, Luck
from vaste.simulator.people import Habit, Person
from vaste.simulator.reactions import Reaction
from vaste.surveys.understanding import asks_to_stop

PHONE = "+358400000001"
DELIVERED, UNDELIVERED = Event.RECEIPT_DELIVERED, Event.RECEIPT_UNDELIVERED


def luck_with(*faults: Fault, seed: int = 0) -> Luck:
    return Luck(Faults.of(dict.fromkeys(faults, 1.0)), random.Random(seed))


def fate_under(*faults: Fault, parts: int = 1, seed: int = 0, is_visitors: bool = False) -> Fate:
    outgoing = Outgoing(reference=new_id(), sender="18588", to=PHONE, text="Hei", validity=timedelta(hours=24))
    ids = {part: 0xABCDEF0 + part for part in range(1, parts + 1)}
    return fate_of(outgoing, ids, account="a", is_visitors=is_visitors, luck=luck_with(*faults, seed=seed))


def told(fate: Fate) -> list[Event]:
    return [receipt.event for receipt in fate.receipts]


def test_without_faults_a_message_is_taken_arrives_and_has_one_receipt():
    fate = fate_under()
    assert [(outcome.end, outcome.provider_id) for outcome in fate.outcomes] == [(SubmitEnd.ACCEPTED, "abcdef1")]
    assert (fate.is_taken, fate.arrives, told(fate), fate.outage_seconds) == (True, True, [DELIVERED], 0.0)
    assert [(receipt.provider_id, receipt.number) for receipt in fate.receipts] == [("abcdef1", PHONE)]


@pytest.mark.parametrize(
    ("fault", "end", "has_outage"),
    [
        (Fault.THROTTLED, SubmitEnd.REJECTED, False),
        (Fault.VENDOR_STATUS, SubmitEnd.REJECTED, False),
        (Fault.UNBOUND, SubmitEnd.NOT_SENT, True),
        (Fault.DEAD_PEER, SubmitEnd.UNKNOWN, True),
    ],
)
def test_a_message_that_is_not_taken_ends_so_in_every_part_and_has_no_receipts(fault: Fault, end: SubmitEnd, has_outage: bool):
    fate = fate_under(fault, Fault.DOUBLED_RECEIPTS, parts=2)
    assert [(outcome.part, outcome.end) for outcome in fate.outcomes] == [(1, end), (2, end)]
    assert (fate.is_taken, fate.arrives, fate.receipts, fate.outage_seconds > 0) == (False, False, (), has_outage)


def test_only_a_throttled_message_may_be_tried_again():
    assert [fate_under(fault).outcomes[0].temporary for fault in (Fault.THROTTLED, Fault.VENDOR_STATUS)] == [True, False]


def test_a_lost_answer_is_unknown_though_the_message_arrives():
    fate = fate_under(Fault.LOST_ANSWER)
    assert ([outcome.end for outcome in fate.outcomes], fate.arrives, told(fate)) == ([SubmitEnd.UNKNOWN], True, [DELIVERED])
    assert fate.outage_seconds > 0


def test_an_answer_that_comes_too_late_is_unknown_and_the_receipt_comes_twice():
    fate = fate_under(Fault.TIMED_OUT)
    assert ([outcome.end for outcome in fate.outcomes], told(fate)) == ([SubmitEnd.UNKNOWN], [DELIVERED, DELIVERED])
    assert (fate.answer_after_seconds > 0, fate.outage_seconds) == (True, 0.0)


@pytest.mark.parametrize(("fault", "rule"), [(Fault.HEX_IDS, IdRule.HEX_OF_DECIMAL), (Fault.ODD_IDS, IdRule.WITHOUT_ZEROS)])
def test_ids_in_receipts_are_spelled_otherwise(fault: Fault, rule: IdRule):
    fate = fate_under(fault)
    assert id_rule(fate.outcomes[0].provider_id, fate.receipts[0].provider_id) is rule


def test_doubled_receipts_flip_and_go_backwards_and_end_with_the_truth():
    assert told(fate_under(Fault.DOUBLED_RECEIPTS)) == [UNDELIVERED, DELIVERED, Event.RECEIPT_TAKEN, DELIVERED]


def test_a_phone_that_is_off_gets_its_message_late_or_never_with_a_receipt_or_without():
    fates = [fate_under(Fault.PHONE_OFF, seed=seed) for seed in range(40)]
    assert {(fate.arrives, *told(fate)) for fate in fates} == {
        (True, Event.RECEIPT_TAKEN, DELIVERED),
        (True,),
        (False, Event.RECEIPT_TAKEN, Event.RECEIPT_EXPIRED),
        (False,),
    }
    assert min(fate.after_seconds for fate in fates) >= 10


def test_the_phone_of_who_tries_the_demo_is_never_off():
    assert all(fate_under(Fault.PHONE_OFF, seed=seed, is_visitors=True).arrives for seed in range(40))


def test_of_a_long_message_one_part_fails_and_it_is_not_on_the_screen():
    fate = fate_under(Fault.PART_FAILS, parts=3)
    assert (fate.arrives, told(fate)) == (False, [DELIVERED, DELIVERED, UNDELIVERED])
    assert fate_under(Fault.PART_FAILS).arrives


def test_an_early_receipt_is_early_only_where_there_is_one():
    fates = [fate_under(Fault.EARLY_RECEIPT, Fault.PHONE_OFF, seed=seed) for seed in range(40)]
    assert {fate.is_early for fate in fates} == {True, False}
    assert all(fate.is_early == bool(fate.receipts) for fate in fates)


def reply(text: str = "Tack så mycket 🙂") -> Incoming:
    return Incoming("a", PHONE, "18588", text.encode(), provider_id="77")


def test_without_faults_a_reply_is_brought_once_as_written():
    assert deliveries_of(reply(), luck_with()) == [reply()]


def test_a_cut_reply_comes_second_part_first_under_reference_nought_and_is_whole_when_joined():
    second, first = deliveries_of(reply(), luck_with(Fault.MIXED_PARTS))
    assert [(part.concat.reference, part.concat.number, part.concat.total) for part in (first, second) if part.concat] == [
        (0, 1, 2),
        (0, 2, 2),
    ]
    assert text_of([(first.octets, first.coding), (second.octets, second.coding)]) == "Tack så mycket 🙂"
    assert first.provider_id != second.provider_id


def test_a_reply_of_one_letter_is_not_cut():
    assert deliveries_of(reply("9"), luck_with(Fault.MIXED_PARTS)) == [reply("9")]


def test_an_unacknowledged_reply_comes_again_without_an_id_on_another_connection():
    first, again = deliveries_of(reply(), luck_with(Fault.UNACKNOWLEDGED))
    assert (first.octets, first.provider_id, again.provider_id) == (again.octets, "", "")
    assert first.bind != again.bind


def test_a_reply_comes_twice_under_one_id_or_under_two():
    brought = [deliveries_of(reply(), luck_with(Fault.REPLY_TWICE, seed=seed)) for seed in range(40)]
    assert all([one.octets for one in both] == [reply().octets] * 2 for both in brought)
    assert {len({one.provider_id for one in both}) for both in brought} == {1, 2}


def test_a_number_is_spelled_otherwise_and_is_still_the_same_phone():
    spelled = {deliveries_of(reply(), luck_with(Fault.NUMBER_FORMS, seed=seed))[0].sender for seed in range(40)}
    assert spelled == {"358400000001", "00358400000001", "0400000001"}
    assert {mobile_number(number) for number in spelled} == {PHONE}


def somebody(habit: Habit, language: str) -> Person:
    return Person(index=1, number=PHONE, language=language, age=50, municipality="272", habit=habit)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_refusal_in_odd_words_is_still_a_refusal(language: str):
    for seed in range(10):
        said = worded(Reaction(reply="STOP"), somebody(Habit.STOPS, language), luck_with(Fault.ODD_WORDS, seed=seed)).reply
        assert said != "STOP"
        assert asks_to_stop(said)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_phone_that_answers_by_itself_refuses_nothing(language: str):
    said = worded(Reaction(), somebody(Habit.SILENT, language), luck_with(Fault.ODD_WORDS)).reply
    assert said
    assert not asks_to_stop(said)


@pytest.mark.parametrize("reaction", [Reaction(reply="9"), Reaction(link="http://localhost/s/3hZkQ9mWxTy7")])
def test_an_answer_is_left_as_it_is(reaction: Reaction):
    luck = luck_with(Fault.ODD_WORDS)
    assert (worded(reaction, somebody(Habit.REPLIES, "fi"), luck), luck.met) == (reaction, [])

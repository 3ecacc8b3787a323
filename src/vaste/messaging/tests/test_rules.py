"""What may become of a message."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.messaging.rules import (
    FINAL,
    OUTSTANDING,
    TRANSITIONS,
    Event,
    IdRule,
    MessageClass,
    MessageState,
    after_hold,
    event_of_parts,
    id_key,
    id_keys,
    id_rule,
    next_state,
    state_of_parts,
)

EVENTS = st.lists(st.sampled_from(Event), max_size=60)


def states_along(events: list[Event]) -> list[MessageState]:
    states = [MessageState.QUEUED]
    for event in events:
        states.append(next_state(states[-1], event))
    return states


@pytest.mark.parametrize(
    ("history", "end"),
    [
        ([Event.LEASED, Event.BEGUN, Event.ACCEPTED, Event.RECEIPT_DELIVERED], "delivered"),
        ([Event.LEASED, Event.BEGUN, Event.ACCEPTED, Event.RECEIPT_UNDELIVERED, Event.RECEIPT_DELIVERED], "delivered"),
        ([Event.LEASED, Event.BEGUN, Event.ACCEPTED, Event.RECEIPT_DELIVERED, Event.RECEIPT_UNDELIVERED], "delivered"),
        ([Event.LEASED, Event.RELEASED], "queued"),
        ([Event.LEASED, Event.BEGUN, Event.REJECTED_FOR_NOW], "queued"),
        ([Event.LEASED, Event.BEGUN, Event.NOT_SENT], "queued"),
        ([Event.LEASED, Event.BEGUN, Event.REJECTED], "failed"),
        ([Event.LEASED, Event.BEGUN, Event.NO_ANSWER], "unknown"),
        ([Event.LEASED, Event.BEGUN, Event.NO_ANSWER, Event.GIVEN_UP], "abandoned"),
        ([Event.LEASED, Event.BEGUN, Event.NO_ANSWER, Event.RECEIPT_TAKEN], "accepted"),
        ([Event.LEASED, Event.BEGUN, Event.NO_ANSWER, Event.ACCEPTED], "accepted"),
        ([Event.DROPPED], "dropped"),
        ([Event.LEASED, Event.DROPPED], "dropped"),
        ([Event.LEASED, Event.BEGUN, Event.DROPPED], "submitting"),
    ],
)
def test_a_history_ends_where_the_table_says(history: list[Event], end: str) -> None:
    assert states_along(history)[-1] == end


@given(EVENTS)
def test_nothing_replaces_delivered(events: list[Event]) -> None:
    states = states_along(events)
    if MessageState.DELIVERED in states:
        assert set(states[states.index(MessageState.DELIVERED) :]) == {MessageState.DELIVERED}


@given(EVENTS)
def test_what_the_operator_has_taken_is_never_written_again(events: list[Event]) -> None:
    states = states_along(events)
    taken = [place for place, state in enumerate(states) if state is MessageState.ACCEPTED]
    if taken:
        assert not set(states[taken[0] :]) & {MessageState.QUEUED, MessageState.LEASED, MessageState.SUBMITTING}


@given(EVENTS)
def test_what_may_have_been_written_is_written_again_only_when_the_operator_refused_it_or_its_class_allows(events: list[Event]) -> None:
    for event, (before, after) in zip(events, pairwise(states_along(events)), strict=True):
        if before in {MessageState.SUBMITTING, MessageState.UNKNOWN} and after is MessageState.QUEUED:
            assert event in {Event.REJECTED_FOR_NOW, Event.NOT_SENT, Event.REPEATED}


def test_every_state_can_be_reached_and_only_the_final_ones_end() -> None:
    reached = {MessageState.QUEUED, *TRANSITIONS.values()}
    assert reached == set(MessageState)
    assert {state for state, _event in TRANSITIONS} & FINAL == {MessageState.UNDELIVERED, MessageState.EXPIRED}


def test_an_invitation_of_unknown_outcome_is_not_sent_again() -> None:
    assert after_hold(MessageClass.INVITATION, 1) is Event.GIVEN_UP


@pytest.mark.parametrize("message_class", ["question", "thanks", "stop_confirmation"])
def test_an_answer_of_unknown_outcome_is_sent_once_more(message_class: str) -> None:
    assert after_hold(MessageClass(message_class), 1) is Event.REPEATED
    assert after_hold(MessageClass(message_class), 2) is Event.GIVEN_UP


def test_answers_go_before_invitations() -> None:
    assert max(one.priority for one in MessageClass if one is not MessageClass.INVITATION) < MessageClass.INVITATION.priority


@pytest.mark.parametrize(
    ("events", "together"),
    [
        ([Event.ACCEPTED, Event.ACCEPTED], Event.ACCEPTED),
        ([Event.ACCEPTED, Event.NOT_SENT], Event.NOT_SENT),
        ([Event.ACCEPTED, Event.NO_ANSWER, Event.NOT_SENT], Event.NO_ANSWER),
        ([Event.REJECTED_FOR_NOW, Event.ACCEPTED], Event.REJECTED_FOR_NOW),
        ([Event.NO_ANSWER, Event.REJECTED], Event.REJECTED),
    ],
)
def test_the_part_that_binds_most_decides_for_the_message(events: list[Event], together: Event) -> None:
    assert event_of_parts(events) is together


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        (["delivered", "delivered"], "delivered"),
        (["delivered", "accepted"], "accepted"),
        (["delivered", "undelivered"], "undelivered"),
        (["expired", "delivered"], "expired"),
    ],
)
def test_a_long_message_is_as_its_worst_part(states: list[str], whole: str) -> None:
    assert state_of_parts([MessageState(state) for state in states]) == whole


@pytest.mark.parametrize(
    ("submitted", "received", "rule"),
    [
        ("1A2B", "1A2B", IdRule.AS_GIVEN),
        ("1A2B", "1a2b", IdRule.CASE_FOLDED),
        ("0001A2B", "1a2b", IdRule.WITHOUT_ZEROS),
        ("1A-2B", "1a2b", IdRule.WITHOUT_ZEROS),
        ("1A2B", "6699", IdRule.HEX_OF_DECIMAL),
        ("6699", "1A2B", IdRule.DECIMAL_OF_HEX),
        ("6699", "6698", None),
        ("", "0", None),
        ("abc", "", None),
    ],
)
def test_a_receipt_names_its_message_by_one_of_five_rules(submitted: str, received: str, rule: IdRule | None) -> None:
    assert id_rule(submitted, received) is rule


@given(st.text(max_size=90), st.text(max_size=90))
def test_a_message_is_found_under_the_keys_of_its_receipt_and_the_other_way_round(submitted: str, received: str) -> None:
    if id_rule(submitted, received) is not None:
        assert id_key(submitted) in id_keys(received)
        assert id_key(received) in id_keys(submitted)


def test_outstanding_states_are_those_between_the_queue_and_the_operators_answer() -> None:
    assert sorted(OUTSTANDING) == ["leased", "submitting", "unknown"]

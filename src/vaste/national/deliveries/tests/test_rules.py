import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaste.national.deliveries.rules import (
    ENDS,
    TRANSITIONS,
    DeliveryEvent,
    DeliveryRefused,
    DeliveryState,
    NextVersion,
    Version,
    moved,
    next_version,
    why_not_approve,
)

HAPPY = (DeliveryEvent.CHECK, DeliveryEvent.APPROVE, DeliveryEvent.SEND, DeliveryEvent.ACCEPT)


def after(events) -> list[DeliveryState]:
    """Return the states that a delivery goes through; what cannot happen leaves it where it is."""
    states = [DeliveryState.DRAFT]
    for event in events:
        try:
            states.append(moved(states[-1], event))
        except DeliveryRefused:
            states.append(states[-1])
    return states


def test_a_delivery_is_checked_approved_sent_and_acknowledged():
    assert after(HAPPY) == ["draft", "checked", "approved", "sent", "receipt"]


def test_a_delivery_may_be_sent_again_until_an_answer_comes():
    assert after([*HAPPY[:3], DeliveryEvent.SEND, DeliveryEvent.SEND, DeliveryEvent.REFUSE])[-2:] == ["sent", "refused"]


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.sampled_from(DeliveryEvent), max_size=30))
def test_nothing_is_sent_that_was_not_checked_and_approved_before(events):
    states = after(events)
    if DeliveryState.SENT in states:
        before = states[: states.index(DeliveryState.SENT)]
        assert before.index(DeliveryState.CHECKED) < before.index(DeliveryState.APPROVED)


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.sampled_from(DeliveryEvent), max_size=30), st.sampled_from(DeliveryEvent))
def test_an_end_is_an_end(events, event):
    last = after(events)[-1]
    if last in ENDS:
        with pytest.raises(DeliveryRefused, match="Nothing was changed"):
            moved(last, event)


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.sampled_from(DeliveryEvent), max_size=30))
def test_what_was_sent_is_never_given_up(events):
    states = after(events)
    assert DeliveryState.CANCELLED not in states[states.index(DeliveryState.SENT) :] if DeliveryState.SENT in states else True


def test_every_state_but_the_ends_leads_on():
    assert {state for state, _ in TRANSITIONS} == set(DeliveryState) - ENDS


@pytest.mark.parametrize(("drafted_by", "approver", "is_refused"), [(1, 1, True), (1, 2, False), (None, 1, False)])
def test_nobody_approves_what_they_drafted(drafted_by, approver, is_refused):
    assert (why_not_approve(drafted_by=drafted_by, approver=approver) is not None) is is_refused


def version(number: int, state: DeliveryState) -> Version:
    return Version(number, state, f"{number:064x}")


def test_the_first_delivery_of_a_campaign_replaces_nothing():
    assert next_version([], is_correction=False) == NextVersion(1, None)


@pytest.mark.parametrize("state", sorted(set(DeliveryState) - ENDS))
@pytest.mark.parametrize("is_correction", [True, False])
def test_no_other_is_begun_while_one_is_under_way(state, is_correction):
    with pytest.raises(DeliveryRefused, match="is under way"):
        next_version([version(1, DeliveryState.RECEIPT), version(2, state)], is_correction=is_correction)


def test_a_campaign_is_delivered_once():
    with pytest.raises(DeliveryRefused, match="delivered already"):
        next_version([version(1, DeliveryState.RECEIPT)], is_correction=False)


def test_a_correction_replaces_the_last_one_that_was_accepted():
    first = version(1, DeliveryState.RECEIPT)
    assert next_version([version(2, DeliveryState.REFUSED), first], is_correction=True) == NextVersion(3, first)


def test_what_was_never_accepted_cannot_be_corrected_but_delivered_anew():
    versions = [version(1, DeliveryState.CANCELLED), version(2, DeliveryState.REFUSED)]
    with pytest.raises(DeliveryRefused, match="nothing to correct"):
        next_version(versions, is_correction=True)
    assert next_version(versions, is_correction=False) == NextVersion(3, None)

"""How much of the traffic each of two accounts gets."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.messaging.routes import FULL, WEIGHTS, Change, Measured, Weighed, room_of, weigh

NOW = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
QUICK, SLOW, HARDLY_ANY = Measured(100, 86), Measured(100, 85), Measured(19, 0)


def weighed(weight: int = FULL, **facts: object) -> Weighed | None:
    usual = {"weighed_at": None, "measured": QUICK, "has_open_circuit": False, "is_slow_elsewhere": False, "now": NOW}
    return weigh(weight, **{**usual, **facts})


def test_a_route_on_which_15_in_100_phones_wait_longer_than_5_minutes_is_slow():
    assert SLOW.is_slow
    assert not QUICK.is_slow


def test_a_few_messages_prove_no_delay():
    assert not HARDLY_ANY.is_slow


def test_an_account_that_never_gives_receipts_is_not_called_slow_for_that():
    assert not Measured(100, 0, gives_receipts=False).is_slow


@pytest.mark.parametrize(("weight", "after"), [(100, Weighed(50, Change.SLOW)), (50, Weighed(10, Change.SLOW)), (10, None)])
def test_a_slow_route_loses_weight_step_by_step_and_keeps_a_little(weight, after):
    assert weighed(weight, measured=SLOW) == after


def test_where_every_route_is_slow_none_loses_weight():
    assert weighed(measured=SLOW, is_slow_elsewhere=True) is None


@pytest.mark.parametrize(("weight", "after"), [(10, Weighed(50, Change.MENDED)), (50, Weighed(100, Change.MENDED)), (100, None)])
def test_a_mended_route_gains_weight_step_by_step(weight, after):
    assert weighed(weight) == after


@pytest.mark.parametrize("measured", [QUICK, SLOW])
def test_a_route_is_weighed_again_only_after_five_minutes(measured):
    assert weighed(50, measured=measured, weighed_at=NOW - timedelta(minutes=4, seconds=59)) is None
    assert weighed(50, measured=measured, weighed_at=NOW - timedelta(minutes=5)) is not None


@pytest.mark.parametrize("weight", [100, 50, 10])
def test_an_open_circuit_takes_a_route_out_at_once(weight):
    assert weighed(weight, has_open_circuit=True, weighed_at=NOW) == Weighed(0, Change.CIRCUIT_OPEN)


def test_a_route_whose_circuit_stays_open_stays_out():
    assert weighed(0, has_open_circuit=True) is None


def test_a_route_whose_circuit_has_closed_begins_with_a_little():
    assert weighed(0, weighed_at=NOW) == Weighed(10, Change.CIRCUIT_CLOSED)


def test_a_route_of_full_weight_takes_all_it_has_room_for():
    assert room_of("a", 30, weights={"a": 100, "b": 10}, taken={"a": 1000}) == 30


def test_a_lowered_route_takes_its_share_of_what_all_took_lately():
    assert room_of("b", 10, weights={"a": 100, "b": 10}, taken={"a": 200, "b": 10}) == 10
    assert room_of("b", 10, weights={"a": 100, "b": 10}, taken={"a": 200, "b": 20}) == 0
    assert room_of("b", 11, weights={"a": 100, "b": 10}, taken={}) == 1


def test_a_lowered_route_takes_everything_while_no_other_works():
    assert room_of("b", 30, weights={"b": 10}, taken={"b": 1000}) == 30


@given(
    st.dictionaries(st.sampled_from("abc"), st.sampled_from(WEIGHTS)),
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 10_000)),
    st.integers(0, 1000),
)
def test_no_route_takes_more_than_it_has_room_for_or_less_than_nothing(weights, taken, room):
    assert 0 <= room_of("a", room, weights=weights, taken=taken) <= room


@given(st.sampled_from(WEIGHTS), st.booleans(), st.booleans(), st.integers(0, 100), st.integers(0, 100))
def test_a_route_always_keeps_one_of_the_known_weights_and_never_changes_to_the_same(weight, circuit, elsewhere, taken, soon):
    after = weighed(weight, has_open_circuit=circuit, is_slow_elsewhere=elsewhere, measured=Measured(taken, min(soon, taken)))
    assert after is None or (after.weight in WEIGHTS and after.weight != weight)

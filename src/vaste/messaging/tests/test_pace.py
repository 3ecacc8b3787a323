"""How fast an account is written to."""

import random
from itertools import cycle, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.messaging.pace import Pace


def written_at(rate: float, seconds: float, lateness: list[float], parts: list[int]) -> list[float]:
    """Return when parts were written by a worker that is late, each time by the next of some seconds."""
    pace, now, moments, late = Pace(rate, chance=random.Random(1)), 0.0, [], cycle(lateness)
    sizes = cycle(parts)
    while now < seconds:
        size = next(sizes)
        now += pace.wait_seconds(now)
        at = pace.reserve(size, now)
        while (wait := pace.hold_back(size, at, now)) > 0:
            now += wait + next(late)
        moments += [now] * size
    return moments


@given(
    st.sampled_from([1.0, 10.0, 20.0, 100.0]),
    st.lists(st.floats(0.0, 1.5), min_size=1, max_size=20),
    st.lists(st.integers(1, 4), min_size=1, max_size=5),
)
def test_no_second_holds_more_than_the_contract(rate: float, lateness: list[float], parts: list[int]) -> None:
    moments = written_at(rate, 10, lateness, [min(size, int(rate)) for size in parts])
    for first, last in zip(moments, moments[int(rate) :], strict=False):
        assert last - first >= 1


@pytest.mark.parametrize("lateness", [0.0, 0.005, 0.02])
def test_a_busy_account_uses_its_rate_but_for_two_hundredths(lateness: float) -> None:
    moments = written_at(20, 60, [lateness, 0.0], [1])
    assert 0.98 * 20 * 60 <= len(moments) <= 20 * 60


def test_messages_are_spread_evenly_over_the_second() -> None:
    moments = written_at(20, 10, [0.0], [1])
    assert max(later - earlier for earlier, later in pairwise(moments)) < 0.06


def test_messages_are_taken_half_a_second_ahead_and_no_more() -> None:
    pace = Pace(20, chance=random.Random(1))
    assert pace.room(0.0) == 10
    for _ in range(11):
        pace.reserve(1, 0.0)
    assert pace.room(0.0) == 0
    assert 0 < pace.wait_seconds(0.0) < 0.1


def test_without_a_contract_there_is_no_limit() -> None:
    pace = Pace(None, chance=random.Random(1))
    pace.reserve(1000, 0)
    assert pace.room(0) is None
    assert pace.hold_back(1000, 0, 0) == 0
    assert pace.wait_seconds(0) == 0


def test_a_throttled_account_waits_and_waits_longer_each_time_until_a_message_is_taken() -> None:
    pace, now, waits = Pace(None, chance=random.Random(1)), 0.0, []
    for _ in range(10):
        pace.pause(now)
        waits.append(pace.wait_seconds(now))
        now += waits[-1]
    assert all(0.75 * 2**turn <= wait <= 1.25 * 2**turn for turn, wait in enumerate(waits[:6]))
    assert max(waits) <= 75

    pace.accepted()
    pace.pause(now)
    assert pace.wait_seconds(now) <= 1.25


def test_the_refusals_of_one_window_are_one_refusal() -> None:
    pace = Pace(None, chance=random.Random(1))
    for _ in range(10):
        pace.pause(0.0)
    assert pace.wait_seconds(0.0) <= 1.25


def test_an_account_that_needs_people_waits_as_long_as_is_said() -> None:
    pace = Pace(20, chance=random.Random(1))
    pace.pause(0.0, 600)
    assert pace.is_paused(599)
    assert pace.room(599) == 0
    assert not pace.is_paused(601)


def test_a_long_message_is_written_when_there_is_room_for_all_its_parts() -> None:
    pace = Pace(10, chance=random.Random(1))
    assert pace.reserve(1, 0.0) == 0.0
    assert 0.4 < pace.reserve(4, 0.0) < 0.42

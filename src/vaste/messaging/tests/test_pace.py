"""How fast an account is written to."""

import random

from hypothesis import given
from hypothesis import strategies as st

from vaste.messaging.pace import Pace


def written_at(rate: float, seconds: float, steps: list[float]) -> list[float]:
    """Return when parts were written by somebody who looks again after each of the steps, in turn, and writes whatever may be."""
    pace, now, moments, turn = Pace(rate, chance=random.Random(1)), 0.0, [], 0
    while now < seconds:
        for _ in range(pace.room(now) or 0):
            pace.spend(1)
            moments.append(now)
        now += max(steps[turn % len(steps)], 1e-3)
        turn += 1
    return moments


@given(st.sampled_from([1.0, 10.0, 20.0, 100.0]), st.lists(st.floats(0.001, 1.5), min_size=1, max_size=20))
def test_no_second_holds_more_than_the_contract(rate: float, steps: list[float]) -> None:
    moments = written_at(rate, 10, steps)
    for start in moments:
        assert len([moment for moment in moments if start <= moment < start + 1]) <= rate


def test_a_busy_account_uses_nine_tenths_of_its_rate() -> None:
    moments = written_at(20, 60, [0.01])
    assert abs(len(moments) - 18 * 60) <= 0.02 * 18 * 60


def test_without_a_contract_there_is_no_limit() -> None:
    pace = Pace(None, chance=random.Random(1))
    pace.spend(1000)
    assert pace.room(0) is None
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


def test_a_long_message_may_overdraw_and_the_next_waits_for_it() -> None:
    pace = Pace(10, chance=random.Random(1))
    assert pace.room(0.0) == 1
    pace.spend(4)
    assert pace.wait_seconds(0.0) > 0.4

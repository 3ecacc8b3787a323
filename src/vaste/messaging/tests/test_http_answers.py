"""What HTTP statuses and silence mean for messages and accounts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.messaging.http.answers import pause_seconds, verdict_of_status
from vaste.messaging.http.caution import Caution
from vaste.messaging.http.provider import Answer, Verdict


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.TAKEN),
        (201, Verdict.TAKEN),
        (202, Verdict.TAKEN),
        (302, Verdict.CALL_SUPPORT),
        (400, Verdict.REJECTED),
        (401, Verdict.CREDENTIALS),
        (402, Verdict.CALL_SUPPORT),
        (403, Verdict.CALL_SUPPORT),
        (404, Verdict.CALL_SUPPORT),
        (408, Verdict.FOR_NOW),
        (422, Verdict.REJECTED),
        (429, Verdict.FOR_NOW),
        (500, Verdict.FOR_NOW),
        (503, Verdict.FOR_NOW),
    ],
)
def test_a_status_says_what_to_do_with_the_message(status: int, verdict: Verdict) -> None:
    assert verdict_of_status(status) is verdict


@pytest.mark.parametrize("status", [502, 504, 520, 524, 100, 999])
def test_a_status_by_which_nobody_can_tell_whether_the_operator_took_it_is_unknown(status: int) -> None:
    assert verdict_of_status(status) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("7", 7.0), ("0", 1.0), ("100000", 3600.0), ("", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("-5", None), ("٣", None)],
)
def test_the_operator_may_say_how_long_to_wait_in_seconds_and_within_reason(written: str, seconds: float | None) -> None:
    assert pause_seconds(Answer(429, {"retry-after": written}, b"")) == seconds


def test_while_all_is_well_every_request_may_be_written() -> None:
    caution = Caution()

    assert [caution.begin(0.0) for _ in range(10)] == [True] * 10


def test_after_a_failure_one_request_goes_alone_after_the_pause() -> None:
    caution = Caution()
    caution.begin(0.0)
    caution.failed(0.0)

    assert not caution.begin(0.4)
    assert caution.begin(0.5)
    assert not caution.begin(0.6)


def test_a_sign_of_life_ends_the_caution() -> None:
    caution = Caution()
    caution.failed(0.0)
    caution.begin(1.0)
    caution.answered()

    assert [caution.begin(1.0) for _ in range(3)] == [True] * 3


def test_pauses_double_up_to_a_minute_and_begin_anew_after_a_sign_of_life() -> None:
    caution, now, waited = Caution(), 0.0, []
    for _ in range(9):
        caution.failed(now)
        pause = next(tenth / 10 for tenth in range(1000) if caution.is_free(now + tenth / 10))
        waited.append(pause)
        now += pause
    caution.answered()
    caution.failed(now)

    assert waited == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]
    assert not caution.is_free(now + 0.4)
    assert caution.is_free(now + 0.5)


def test_failures_of_one_windowful_are_one_failure() -> None:
    caution = Caution()
    for _ in range(10):
        caution.begin(0.0)
    for _ in range(10):
        caution.failed(0.1)

    assert caution.is_free(0.61)


@given(st.lists(st.tuples(st.sampled_from(["begin", "answered", "failed"]), st.floats(0, 100)), max_size=60))
def test_in_trouble_no_two_requests_are_under_way_that_began_in_trouble(steps: list[tuple[str, float]]) -> None:
    caution, now, alone = Caution(), 0.0, 0
    for step, after in steps:
        now += after
        if step == "begin":
            was_in_trouble = caution.is_in_trouble
            alone += caution.begin(now) and was_in_trouble
        elif step == "answered":
            caution.answered()
            alone = 0
        else:
            caution.failed(now)
            alone = 0
        assert alone <= 1

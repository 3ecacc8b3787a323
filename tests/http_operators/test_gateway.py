"""The gateway of HTTP operators: each submit has one of four ends, in a bounded time, whatever the network does."""

import asyncio

import pytest
from tests.http_operators.peer import TAKEN, Behave, Peer, Web, cuts, drips, gateway_to, is_silent, outgoing, running, says, says_status

from vaste.messaging.gateway import GatewayError, SubmitEnd, SubmitOutcome
from vaste.messaging.http.gateway import HttpGateway
from vaste.messaging.rules import WHOLE

# So that what never comes is not waited for.
IMPATIENT = "&answer_seconds=1"


def end_when(behave: Behave, options: str = "") -> tuple[SubmitOutcome, bool]:
    """Return the end of one submit, and whether the account is still ready for the next."""

    async def submit() -> tuple[SubmitOutcome, bool]:
        async with running(options) as (gateway, peer):
            peer.behave = behave
            [outcome] = await gateway.submit(outgoing())
            return outcome, gateway.is_ready()

    return asyncio.run(submit())


def test_a_message_is_taken_whole_under_one_id_however_long_it_is() -> None:
    async def submit() -> list[SubmitOutcome]:
        async with running() as (gateway, _peer):
            return await gateway.submit(outgoing("pitkä " * 100))

    [outcome] = asyncio.run(submit())

    assert (outcome.end, outcome.part) == (SubmitEnd.ACCEPTED, WHOLE)
    assert outcome.provider_id


@pytest.mark.parametrize(
    "behave",
    [is_silent, cuts, says(b"nonsense\r\n\r\n"), says(TAKEN[:30]), says_status(502), says_status(504)],
    ids=["no answer", "cut", "nonsense", "half an answer", "502", "504"],
)
def test_a_request_that_was_written_and_not_answered_is_unknown_and_rests_the_account(behave: Behave) -> None:
    outcome, is_ready = end_when(behave, IMPATIENT)

    assert outcome.end is SubmitEnd.UNKNOWN
    assert not is_ready


def test_an_answer_that_drips_in_for_ever_is_unknown_in_a_bounded_time() -> None:
    async def submit() -> SubmitEnd:
        async with running(IMPATIENT) as (gateway, peer), asyncio.timeout(60):
            peer.behave = drips
            [outcome] = await gateway.submit(outgoing())
            return outcome.end

    assert asyncio.run(submit()) is SubmitEnd.UNKNOWN


def test_a_refused_connection_means_not_sent() -> None:
    async def submit() -> tuple[SubmitEnd, bool]:
        async with running() as (_gateway, peer):
            port_of_nobody = peer.port
        gateway = gateway_to(port_of_nobody)
        task = asyncio.create_task(gateway.run(Web()))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        [outcome] = await gateway.submit(outgoing())
        is_ready = gateway.is_ready()
        await gateway.close()
        task.cancel()
        return outcome.end, is_ready

    assert asyncio.run(submit()) == (SubmitEnd.NOT_SENT, False)


def test_before_it_runs_and_after_it_was_closed_nothing_is_sent() -> None:
    async def submit() -> list[SubmitEnd]:
        before = await gateway_to(9).submit(outgoing())
        async with running() as (gateway, _peer):
            await gateway.close()
            after = await gateway.submit(outgoing())
        return [before[0].end, after[0].end]

    assert asyncio.run(submit()) == [SubmitEnd.NOT_SENT, SubmitEnd.NOT_SENT]


@pytest.mark.parametrize(
    ("behave", "is_temporary", "pause"),
    [
        (says_status(400), False, None),
        (says_status(429, "Retry-After: 7"), True, 7.0),
        (says_status(503), True, None),
        (says_status(500), True, None),
        (says_status(302, "Location: https://elsewhere.example/"), True, 600.0),
        (says_status(404), True, 600.0),
    ],
    ids=["400", "429", "503", "500", "302", "404"],
)
def test_a_refusal_is_for_this_message_or_for_a_time(behave: Behave, is_temporary: bool, pause: float | None) -> None:
    outcome, is_ready = end_when(behave)

    assert outcome.end is SubmitEnd.REJECTED
    assert (outcome.temporary, outcome.pause_seconds) == (is_temporary, pause)
    assert outcome.needs_people is (pause == 600.0)
    assert is_ready


def test_a_refused_password_ends_the_account_with_a_sentence_and_keeps_the_message() -> None:
    async def submit() -> tuple[SubmitOutcome, str]:
        async with running() as (_unused, peer):
            peer.behave = says_status(401)
            gateway = gateway_to(peer.port)
            task = asyncio.create_task(gateway.run(Web()))  # type: ignore[arg-type]
            await asyncio.sleep(0)
            [outcome] = await gateway.submit(outgoing())
            with pytest.raises(GatewayError, match="refuses the user or the password") as caught:
                await task
            await gateway.close()
            assert caught.value.permanent
            return outcome, str(caught.value)

    outcome, sentence = asyncio.run(submit())

    assert (outcome.end, outcome.temporary) == (SubmitEnd.REJECTED, True)
    assert "secret" not in sentence


def test_an_operator_that_falls_silent_costs_one_windowful_and_then_one_message_at_a_time() -> None:
    async def ends(gateway: HttpGateway, count: int) -> list[SubmitEnd]:
        outcomes = await asyncio.gather(*(gateway.submit(outgoing()) for _ in range(count)))
        return [outcome.end for [outcome] in outcomes]

    async def submit() -> tuple[list[SubmitEnd], list[SubmitEnd], list[SubmitEnd], int]:
        async with running("&window=5&answer_seconds=3") as (gateway, peer):  # enough for the operator's answers once it speaks again
            peer.behave = is_silent
            first = await ends(gateway, 5)
            await asyncio.sleep(0.55)
            second = await ends(gateway, 5)
            taken_by_then = peer.requests
            peer.behave = says(TAKEN)
            await asyncio.sleep(1.05)
            await ends(gateway, 1)
            return first, second, await ends(gateway, 5), taken_by_then

    first, second, third, taken_by_then = asyncio.run(submit())

    assert first == [SubmitEnd.UNKNOWN] * 5
    assert sorted(second) == [SubmitEnd.NOT_SENT] * 4 + [SubmitEnd.UNKNOWN]
    assert taken_by_then == 6
    assert third == [SubmitEnd.ACCEPTED] * 5


def test_an_answer_of_any_length_takes_little_memory_and_ends() -> None:
    endless = b"HTTP/1.1 400 Bad\r\nContent-Length: 900000000\r\n\r\n" + b"x" * 1_000_000

    outcome, _is_ready = end_when(says(endless))

    assert outcome.end is SubmitEnd.REJECTED


def test_what_the_web_server_has_stored_is_looked_for_again_and_again() -> None:
    async def look() -> int:
        web, gateway = Web(), gateway_to(9)
        task = asyncio.create_task(gateway.run(web))  # type: ignore[arg-type]
        async with asyncio.timeout(60):
            while web.looks < 4:
                await asyncio.sleep(0.05)
        await gateway.close()
        task.cancel()
        return web.looks

    assert asyncio.run(look()) >= 4


def test_no_environment_sends_messages_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    outcome, _is_ready = end_when(Peer().behave)

    assert outcome.end is SubmitEnd.ACCEPTED

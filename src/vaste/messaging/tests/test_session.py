"""One SMPP connection against a peer that says anything: every request ends, nothing is left behind, memory stays small."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from vaste.messaging.smpp import statuses
from vaste.messaging.smpp.gateway import SmppGateway
from vaste.messaging.smpp.pdu import GENERIC_NACK, HEADER, RESPONSE, Address, Command, Pdu, ShortMessage, short_message_body
from vaste.messaging.smpp.session import NoAnswerError, NotWrittenError, Session, SessionTimes
from vaste.messaging.smpp.settings import SmppSettings

WINDOW = 3
BODY = short_message_body(ShortMessage(Address(1, 1, "18588"), Address(1, 1, "358400000001"), b"Hei"))
DELIVERY = short_message_body(ShortMessage(Address(1, 1, "358400000001"), Address(3, 0, "18588"), b"9"))
UNBOUND = Pdu(Command.UNBIND, 0, 1).encode()

Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def read_frame(reader: asyncio.StreamReader) -> Pdu:
    length, command, status, sequence = HEADER.unpack(await reader.readexactly(HEADER.size))
    return Pdu(command, status, sequence, await reader.readexactly(length - HEADER.size))


async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    bind = await read_frame(reader)
    writer.write(Pdu(bind.command | RESPONSE, statuses.OK, bind.sequence, b"peer\0").encode())


async def take(_message: ShortMessage) -> int:
    await asyncio.sleep(0)
    return statuses.OK


@asynccontextmanager
async def bound(peer: Peer, *, answer_seconds: float = 60.0) -> AsyncIterator[tuple[Session, asyncio.StreamWriter]]:
    """Yield a session that is bound to a peer, and what it writes to."""
    busy: list[asyncio.Task[Any]] = []

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        busy.append(asyncio.current_task())  # type: ignore[arg-type]
        try:
            await welcome(reader, writer)
            await peer(reader, writer)
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.transport.abort()

    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    server = await asyncio.start_server(play, sock=listening)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    session = Session(reader, writer, on_delivery=take, window=WINDOW, times=SessionTimes(answer_seconds, 600))
    try:
        await session.bind(user="vaste", password="secret", system_type="")
        yield session, writer
    finally:
        await session.end("the test is over")
        await asyncio.gather(*busy)
        server.close()


async def end_of_submit(session: Session) -> str:
    try:
        await session.submit(BODY, on_late=lambda _answer: None)
    except (NoAnswerError, NotWrittenError) as error:
        return type(error).__name__
    return "answered"


BODIES = st.one_of(st.just(b""), st.just(DELIVERY), st.just(b"id-1\0"), st.binary(max_size=60))
COMMANDS = st.sampled_from([*Command, *(command | RESPONSE for command in Command), GENERIC_NACK, 0x03, 0x21, 0x103])
STATUSES = st.sampled_from([0, 1, 0x58, 0x64, 1042, 0x4321, 0xFFFFFFFF])
FRAMES = st.builds(Pdu, COMMANDS, STATUSES, st.integers(0, 8), BODIES).map(Pdu.encode)
SAYINGS = st.lists(st.one_of(FRAMES, FRAMES, FRAMES, st.binary(max_size=30)), max_size=12)


@settings(max_examples=60, deadline=None)
@given(SAYINGS, st.integers(1, 50))
def test_whatever_the_operator_says_every_submit_ends_and_nothing_is_left_behind(sayings: list[bytes], cut: int) -> None:
    strays: list[Any] = []

    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        octets = b"".join(sayings)
        for start in range(0, len(octets), cut):
            writer.write(octets[start : start + cut])
            await asyncio.sleep(0)
        await writer.drain()

    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, facts: strays.append(facts))
        async with asyncio.timeout(60), bound(talk) as (session, _writer):
            ends = await asyncio.gather(*(end_of_submit(session) for _ in range(2 * WINDOW)))
            await session.ended.wait()
            # Had a submit kept its place in the window, these would wait for ever.
            after = [await end_of_submit(session) for _ in range(2 * WINDOW)]
        assert set(ends) <= {"answered", "NoAnswerError", "NotWrittenError"}
        assert set(after) == {"NotWrittenError"}
        for _ in range(5):
            await asyncio.sleep(0)
        assert {task.get_name() for task in asyncio.all_tasks() - {asyncio.current_task()}} == set()

    asyncio.run(run())
    assert strays == []


def test_no_more_submits_are_unanswered_than_the_window_holds() -> None:
    unanswered: list[Pdu] = []

    async def hesitate(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            unanswered.append(await read_frame(reader))
            if len(unanswered) < WINDOW:
                continue
            await asyncio.sleep(0.1)  # what had been written beyond the window would be here by now
            assert reader._buffer == b""  # type: ignore[attr-defined]
            for pdu in unanswered:
                writer.write(Pdu(pdu.command | RESPONSE, statuses.OK, pdu.sequence, b"id\0").encode())
            unanswered.clear()

    async def run() -> list[str]:
        async with asyncio.timeout(60), bound(hesitate) as (session, _writer):
            return await asyncio.gather(*(end_of_submit(session) for _ in range(3 * WINDOW)))

    assert asyncio.run(run()) == ["answered"] * 3 * WINDOW


def test_an_operator_that_asks_without_end_and_reads_nothing_costs_little_memory() -> None:
    asked = Pdu(Command.ENQUIRE_LINK, 0, 7).encode() * 4096

    async def flood(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        while True:
            writer.write(asked)
            await writer.drain()

    async def run() -> int:
        async with asyncio.timeout(60), bound(flood) as (_session, writer):
            # What this machine keeps on the way would hide how much we keep.
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
            before, now = -1, 0
            while now != before and now < 4 * 1_048_576:
                await asyncio.sleep(0.5)
                before, now = now, writer.transport.get_write_buffer_size()
            return now

    assert asyncio.run(run()) < 2 * 1_048_576


class Deaf:
    """The worker of an account that brings nothing."""

    async def connected(self, bind: str) -> None:
        """Take no notice."""


def test_an_operator_that_lets_us_in_and_throws_us_out_is_met_with_growing_pauses() -> None:
    binds = []

    async def throw_out(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await welcome(reader, writer)
        binds.append(1)
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(throw_out, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        gateway = SmppGateway(SmppSettings.from_url(f"smpp://vaste:secret@127.0.0.1:{port}"))
        running = asyncio.create_task(gateway.run(Deaf()))  # type: ignore[arg-type]
        async with asyncio.timeout(120):
            while not binds:
                await asyncio.sleep(0.01)
        await asyncio.sleep(2.5)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        server.close()

    asyncio.run(run())
    # At once, after half a second, and after one more; the next would be two more.
    assert 1 <= len(binds) <= 3

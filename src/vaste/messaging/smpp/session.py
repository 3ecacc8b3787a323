"""One SMPP connection: frames in and out, a bounded window, signs of life, and an orderly end."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import structlog

from vaste.messaging.failures import place_of
from vaste.messaging.smpp import statuses
from vaste.messaging.smpp.pdu import (
    GENERIC_NACK,
    HIGHEST_SEQUENCE,
    RESPONSE,
    Command,
    Pdu,
    ShortMessage,
    UnreadableError,
    bind_body,
    read_short_message,
    take_frames,
)

log = structlog.get_logger()

# Late answers remembered, and unacknowledged deliveries at once: more than any window, little memory.
_MOST_LATE = 1000
_MOST_DELIVERIES = 500
# What an operator may leave unread of ours before we stop reading it: many times a window, and still little memory.
_MOST_UNREAD = 1_048_576
_LEAVE_SECONDS = 5.0
# How much is read at once, and how often overdue answers are looked for.
_ONE_READ = 65_536
_CLOSE_SECONDS = 2.0
_TICK_SECONDS = 0.1


class BindRefusedError(Exception):
    """The operator answered the bind with another status than 0."""

    def __init__(self, status: int) -> None:
        super().__init__(statuses.name_of(status))
        self.status = status


class NotWrittenError(Exception):
    """The connection had ended before the request was written."""


class NoAnswerError(Exception):
    """The request was written and no answer came: in time, or before the connection ended."""


@dataclass(slots=True)
class _Waiting:
    """A request whose answer has not come. deadline: of the loop's clock."""

    command: int
    answer: asyncio.Future[Pdu]
    deadline: float
    on_late: Callable[[Pdu], None] | None


@dataclass(frozen=True, slots=True)
class SessionTimes:
    """answer_seconds: how long a request may wait. enquire_seconds: how often we ask whether the operator is there."""

    answer_seconds: float = 10.0
    enquire_seconds: float = 30.0


class Session:
    """A connection to an operator, from bind to unbind.

    on_delivery: takes a deliver_sm; what it returns ends once what the message says is durable, with the status to acknowledge it
    with, or with None for OK.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        on_delivery: Callable[[ShortMessage], Awaitable[int | None]],
        window: int,
        times: SessionTimes,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._on_delivery = on_delivery
        self._times = times
        self._slots = asyncio.Semaphore(window)
        self._deliveries_left = asyncio.Semaphore(_MOST_DELIVERIES)
        self._sequence = 0
        # In the order of their deadlines, since every request waits equally long.
        self._waiting: dict[int, _Waiting] = {}
        self._late: dict[int, Callable[[Pdu], None]] = {}
        self._unwritten: list[bytes] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._deliveries: set[asyncio.Future[int | None]] = set()
        self._is_leaving = False
        # Whether the operator has brought or answered anything but the bind.
        self.has_served = False
        self.ended = asyncio.Event()
        writer.transport.set_write_buffer_limits(high=_MOST_UNREAD)
        self._start(self._read())
        self._start(self._watch())

    @property
    def is_open(self) -> bool:
        """Tell whether a request could be written now."""
        return not (self._is_leaving or self.ended.is_set() or self._writer.is_closing())

    async def bind(self, *, user: str, password: str, system_type: str) -> None:
        """Bind as transceiver and keep the connection alive from then on. Raises BindRefusedError, NoAnswerError, NotWrittenError."""
        body = bind_body(system_id=user, password=password, system_type=system_type)
        answer = await self._request(Command.BIND_TRANSCEIVER, body, None)
        if answer.status != statuses.OK:
            raise BindRefusedError(answer.status)
        if not self.ended.is_set():  # the operator may have closed right behind its answer
            self._start(self._stay_alive())

    async def submit(self, body: bytes, *, on_late: Callable[[Pdu], None]) -> Pdu:
        """Write a submit_sm when the window has room and return its answer.

        on_late is called with an answer that comes after NoAnswerError was raised. Raises NotWrittenError, NoAnswerError.
        """
        async with self._slots:
            if not self.is_open:
                raise NotWrittenError
            return await self._request(Command.SUBMIT_SM, body, on_late)

    async def leave(self) -> None:
        """Wait a little for answers under way, unbind, and end the connection."""
        if self.is_open:
            self._is_leaving = True
            await self._settle()
            try:
                await self._request(Command.UNBIND, b"", None)
            except (NoAnswerError, NotWrittenError):
                log.info("smpp.unbind_unanswered")
        await self.end("left")
        # TLS takes leave over several round trips; an event loop that ends meanwhile would leave the socket open.
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._writer.wait_closed()
        self._writer.transport.abort()

    async def end(self, why: str) -> None:
        """End the connection at once; every waiting request learns that it has no answer."""
        if self.ended.is_set():
            return
        self.ended.set()
        log.info("smpp.ended", why=why, unanswered=len(self._waiting))
        for one in self._waiting.values():
            if not one.answer.done():
                one.answer.set_exception(NoAnswerError())
        self._waiting.clear()
        self._flush()
        self._writer.close()
        # What nobody reads would keep the socket open for ever.
        asyncio.get_running_loop().call_later(_CLOSE_SECONDS, self._writer.transport.abort)
        current = asyncio.current_task()
        for task in self._tasks - {current}:
            task.cancel()
        for stored in self._deliveries:
            stored.cancel()

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _request(self, command: Command, body: bytes, on_late: Callable[[Pdu], None] | None) -> Pdu:
        self._sequence = self._sequence % HIGHEST_SEQUENCE + 1
        sequence, loop = self._sequence, asyncio.get_running_loop()
        waiting = _Waiting(command, loop.create_future(), loop.time() + self._times.answer_seconds, on_late)
        self._waiting[sequence] = waiting
        self._write(Pdu(command, statuses.OK, sequence, body))
        try:
            return await waiting.answer
        finally:
            self._waiting.pop(sequence, None)

    async def _watch(self) -> None:
        """Let requests go that nobody has answered in time: one clock for all, since one for each costs more than the answer."""
        tick = min(_TICK_SECONDS, self._times.answer_seconds / 4)
        while True:
            await asyncio.sleep(tick)
            now = asyncio.get_running_loop().time()
            for sequence, one in list(self._waiting.items()):
                if one.deadline > now:
                    break
                self._give_up(sequence, one)

    def _give_up(self, sequence: int, one: _Waiting) -> None:
        del self._waiting[sequence]
        if one.on_late is not None:
            self._remember_late(sequence, one.on_late)
        if not one.answer.done():
            one.answer.set_exception(NoAnswerError())

    def _remember_late(self, sequence: int, on_late: Callable[[Pdu], None]) -> None:
        while len(self._late) >= _MOST_LATE:
            del self._late[next(iter(self._late))]
        self._late[sequence] = on_late

    def _write(self, pdu: Pdu) -> None:
        """Write at the end of this turn of the loop, together with what else it brings: a system call costs more than a frame."""
        if not self._unwritten:
            asyncio.get_running_loop().call_soon(self._flush)
        self._unwritten.append(pdu.encode())

    def _flush(self) -> None:
        if self._unwritten and not self._writer.is_closing():
            self._writer.write(b"".join(self._unwritten))
        self._unwritten.clear()

    def _answer(self, pdu: Pdu, status: int = statuses.OK, body: bytes = b"") -> None:
        self._write(Pdu(pdu.command | RESPONSE, status, pdu.sequence, body))

    async def _read(self) -> None:
        why, rest = "the operator closed the connection", bytearray()
        try:
            while octets := await self._reader.read(_ONE_READ):
                rest += octets
                for pdu in take_frames(rest):
                    await self._take(pdu)
                # Who asks and asks and reads no answer must not fill our memory with answers.
                await self._writer.drain()
        except UnreadableError:
            # What follows cannot be told from the middle of something: only a new connection helps.
            self._write(Pdu(GENERIC_NACK, statuses.INVALID_COMMAND_LENGTH, 0))
            why = "a frame of impossible length"
        except OSError:
            pass
        await self.end(why)

    async def _take(self, pdu: Pdu) -> None:
        if pdu.is_response:
            self._take_answer(pdu)
        elif pdu.command == Command.DELIVER_SM:
            await self._deliveries_left.acquire()
            self._deliver(pdu)
        elif pdu.command == Command.ENQUIRE_LINK:
            self._answer(pdu)
        elif pdu.command == Command.UNBIND:
            self._start(self._let_go(pdu))
        else:
            self._write(Pdu(GENERIC_NACK, statuses.INVALID_COMMAND_ID, pdu.sequence))

    def _take_answer(self, pdu: Pdu) -> None:
        waiting = self._waiting.get(pdu.sequence)
        if waiting is not None:
            if pdu.command in {waiting.command | RESPONSE, GENERIC_NACK} and not waiting.answer.done():
                self.has_served |= waiting.command != Command.BIND_TRANSCEIVER
                waiting.answer.set_result(pdu)
        elif pdu.command in {Command.SUBMIT_SM | RESPONSE, GENERIC_NACK} and pdu.sequence in self._late:
            self._late.pop(pdu.sequence)(pdu)

    def _deliver(self, pdu: Pdu) -> None:
        """Bring a delivery, and acknowledge it when that has ended. A task for each would cost as much as reading it."""
        try:
            stored = asyncio.ensure_future(self._on_delivery(read_short_message(pdu.body)))
        except Exception as error:  # noqa: BLE001 - see below
            self._acknowledge(pdu, _status_of(error))
            return
        self._deliveries.add(stored)
        stored.add_done_callback(partial(self._delivered, pdu))

    def _delivered(self, pdu: Pdu, stored: "asyncio.Future[int | None]") -> None:
        self._deliveries.discard(stored)
        if stored.cancelled():
            self._deliveries_left.release()
            return
        error = stored.exception()
        self.has_served |= error is None
        self._acknowledge(pdu, _status_of(error) if error else stored.result() or statuses.OK)

    def _acknowledge(self, pdu: Pdu, status: int) -> None:
        self._deliveries_left.release()
        self._answer(pdu, status, b"\0")

    async def _let_go(self, pdu: Pdu) -> None:
        """Follow the operator's unbind (it does so when it is patched): no more requests, the open answers, then the end."""
        self._is_leaving = True
        await self._settle()
        self._answer(pdu)
        await self.end("the operator unbound")

    async def _settle(self) -> None:
        futures = [one.answer for one in self._waiting.values()]
        if futures:
            await asyncio.wait(futures, timeout=_LEAVE_SECONDS)

    async def _stay_alive(self) -> None:
        while True:
            await asyncio.sleep(self._times.enquire_seconds)
            try:
                await self._request(Command.ENQUIRE_LINK, b"", None)
            except NoAnswerError:
                break
        await self.end("the operator was silent")


def _status_of(error: BaseException) -> int:
    """Return what to acknowledge a delivery with that could not be stored."""
    if isinstance(error, UnreadableError):
        log.warning("smpp.unreadable_delivery", field=str(error))
        return statuses.UNREADABLE
    # Whatever went wrong here is ours: the operator keeps the message and brings it again.
    log.error("smpp.delivery_not_stored", error=place_of(error))
    return statuses.TEMPORARY_FAULT

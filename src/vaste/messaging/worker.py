"""The worker of one operator's account: sends what is due and reads what comes in.

Sockets live on an event loop; the database is asked by one thread of its own, in batches. An answer reaches the operator
before invitations do, because the queue is looked at again for every windowful.
"""

import asyncio
import random
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import ParamSpec, TypeVar
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, connections, transaction

from vaste.messaging import inbox, ledger
from vaste.messaging.failures import place_of
from vaste.messaging.gateway import GatewayError, Incoming, Receipt, SmsGateway, SubmitEnd, SubmitOutcome
from vaste.messaging.hooks import Hooks, Timing
from vaste.messaging.pace import Pace
from vaste.messaging.queue import is_something_due
from vaste.messaging.receipts import apply_kept, record_receipts
from vaste.messaging.standing import Sighting

log = structlog.get_logger()

# A commit costs as much for one answer as for a hundred, so a few are waited for.
_GATHER_SECONDS = 0.01
# So that what answers them goes out before all that came with them is read.
_REPLIES_AT_ONCE = 20
# The database's thread asks for the interpreter at every answer of the database. By the usual five milliseconds that each
# such request may wait for the loop, a batch would wait for longer than it works.
_SWITCH_SECONDS = 0.0005

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _Heard:
    """What came in and is not yet stored; whoever waits for `stored` then acknowledges it."""

    what: Receipt | Incoming
    stored: asyncio.Future[None]


class Worker:
    """Runs one account. Make one per account and process; call one of the `run_…` methods once."""

    def __init__(self, gateway: SmsGateway, *, hooks: Hooks, timing: Timing | None = None) -> None:
        self._gateway = gateway
        self._hooks = hooks
        self._timing = timing or Timing()
        self._pace = Pace(gateway.rate, chance=random.Random())  # noqa: S311 - spreads pauses, keeps no secret
        self._submits: set[asyncio.Task[None]] = set()
        # By message and part: a late answer to a part replaces that there was none.
        self._ends: dict[UUID, dict[int, SubmitOutcome]] = {}
        self._heard: list[_Heard] = []
        self._is_stopping = False
        self._was_ready = False
        self._connection: inbox.Connection | None = None
        self._forgets_at = self._now()
        # The operator's code after which nothing gets through until people have talked.
        self._refusal = ""

    def run_forever(self, stop: threading.Event) -> None:
        """Work until stop is set, then let answers under way come in. Raises GatewayError when the account can never work."""
        asyncio.run(self._run(partial(self._until_set, stop)))

    def run_once(self, *, wait_seconds: float = 30.0, quiet_seconds: float = 2.0) -> None:
        """Send everything that is due and take in what comes, until nothing has happened for a while.

        wait_seconds: return at the latest then, also where the operator cannot be reached. quiet_seconds: how long
        receipts and replies may take after the last thing that happened. Raises GatewayError like `run_forever`, and when the
        operator was not reached in that time.
        """
        asyncio.run(self._run(partial(self._until_quiet, wait_seconds, quiet_seconds)))
        if not self._was_ready:
            raise GatewayError(
                f"The operator's account {self._gateway.account} could not be reached in {wait_seconds:.0f} seconds. "
                "Nothing is lost: what is due stays in the queue. Check address and connection, and run again.",
                permanent=False,
            )

    # What the gateway calls (`gateway.Inbox`).

    def receipt(self, receipt: Receipt) -> Awaitable[None]:
        """Store a receipt; what is returned ends when it is durable."""
        return self._stored(receipt)

    def incoming(self, incoming: Incoming) -> Awaitable[None]:
        """Store a part of a reply; what is returned ends when it is durable."""
        return self._stored(replace(incoming, heard_at=self._now()))

    async def late(self, reference: UUID, outcome: SubmitOutcome) -> None:
        """Record an answer that came after we had stopped waiting for it."""
        self._add_ends(reference, [outcome])

    async def connected(self, bind: str) -> None:
        """Remember which connection stands, and since when."""
        self._connection = inbox.Connection(self._gateway.account, bind, self._now())

    async def look(self) -> None:
        """Apply the receipts that the web process has stored for this account, and have its replies read."""
        if await self._db(self._apply_kept):
            self._touch()
        self._has_replies.set()

    def _apply_kept(self) -> int:
        return apply_kept(account=self._gateway.account, on_sent=self._hooks.on_sent, now=self._now())

    def _stored(self, what: Receipt | Incoming) -> asyncio.Future[None]:
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._heard.append(_Heard(what, stored))
        self._has_heard.set()
        self._touch()
        return stored

    # The loops.

    async def _run(self, until_done: Callable[[], Awaitable[None]]) -> None:
        self._has_heard, self._has_ends = asyncio.Event(), asyncio.Event()
        self._has_work, self._has_room, self._has_replies = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._taking, self._recording = asyncio.Lock(), asyncio.Lock()
        self._touch()
        sys.setswitchinterval(_SWITCH_SECONDS)
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="messaging-database") as self._database:
            try:
                await self._db(ledger.take_over, account=self._gateway.account, hold_until=self._now() + self._timing.hold)
                await self._work(until_done)
            finally:
                await asyncio.get_running_loop().run_in_executor(self._database, connections.close_all)

    async def _work(self, until_done: Callable[[], Awaitable[None]]) -> None:
        loops = (self._gateway.run(self), self._send(), self._record(), self._store(), self._read(), self._settle())
        tasks = [asyncio.ensure_future(loop) for loop in loops]
        done = asyncio.ensure_future(until_done())
        try:
            finished, _rest = await asyncio.wait([done, *tasks], return_when=asyncio.FIRST_COMPLETED)
            await self._leave()
        finally:
            for task in (done, *tasks):
                task.cancel()
            await asyncio.gather(done, *tasks, return_exceptions=True)
        for task in finished:
            task.result()  # a loop ends by itself only with an error, and that is the caller's to hear

    async def _leave(self) -> None:
        """Stop sending, wait for answers under way, write down what is known, say goodbye."""
        self._is_stopping = True
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timing.leave_seconds), self._taking:
                pass  # what was being taken has been begun by now
        if self._submits:
            await asyncio.wait(self._submits, timeout=self._timing.leave_seconds)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timing.leave_seconds):
                await self._gateway.close()
        await self._record_once()

    async def _until_set(self, stop: threading.Event) -> None:
        while not stop.is_set():
            await asyncio.sleep(self._timing.poll_seconds)

    async def _until_quiet(self, wait_seconds: float, quiet_seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_seconds):
                while not await self._is_quiet(quiet_seconds):
                    await asyncio.sleep(min(self._timing.poll_seconds, quiet_seconds))

    async def _is_quiet(self, quiet_seconds: float) -> bool:
        if self._submits or self._ends or self._heard or not self._gateway.is_ready():
            return False
        if await self._db(self._is_something_due):
            return False
        return asyncio.get_running_loop().time() - self._touched_at >= quiet_seconds

    def _is_something_due(self) -> bool:
        return is_something_due(self._gateway.account, self._now())

    async def _send(self) -> None:
        while True:
            room = await self._room()
            if not room:
                continue
            if not await self._take(room):
                await self._wait(self._has_work, self._timing.poll_seconds)

    async def _take(self, room: int) -> int:
        """Take messages and begin to submit them; return how many."""
        # Whoever leaves waits for this: a message that was written down as begun and is not submitted has an unknown outcome.
        async with self._taking:
            begun = [] if self._is_stopping else await self._db(self._lease, room)
            for one in begun:
                self._start_submit(one)
            return len(begun)

    async def _room(self) -> int:
        """Return how many messages may be begun now. Where it is none, a moment has been waited for that to change."""
        if self._is_stopping or not self._gateway.is_ready():
            await asyncio.sleep(self._timing.poll_seconds)
            return 0
        self._was_ready = True
        if self._free_slots() <= self._gateway.window // 2:
            # Half a window at a time: a lease for every single answer would cost a commit for every message.
            await self._wait(self._has_room, self._timing.poll_seconds)
        now = asyncio.get_running_loop().time()
        wait = self._pace.wait_seconds(now)
        if wait > 0:
            await asyncio.sleep(min(wait, self._timing.poll_seconds))
            return 0
        by_pace = self._pace.room(now)
        return self._free_slots() if by_pace is None else min(self._free_slots(), by_pace)

    def _free_slots(self) -> int:
        return self._gateway.window - len(self._submits)

    def _lease(self, limit: int) -> list[ledger.Leased]:
        """Take messages and write down that they are about to be written: one commit for both, and only then the socket."""
        now = self._now()
        return ledger.lease(
            account=self._gateway.account,
            limit=self._hooks.room_for(self._gateway.account, limit, now),
            until=now + self._timing.lease,
            why_not_send=self._hooks.why_not_send,
            postpone_until=self._hooks.postpone_until,
            now=now,
        )

    def _start_submit(self, one: ledger.Leased) -> None:
        task = asyncio.ensure_future(self._submit(one, self._pace.reserve(one.part_count, asyncio.get_running_loop().time())))
        self._submits.add(task)
        task.add_done_callback(self._submit_done)

    def _submit_done(self, task: asyncio.Task[None]) -> None:
        self._submits.discard(task)
        if len(self._submits) <= self._gateway.window // 2:
            self._has_room.set()
        self._touch()

    async def _submit(self, one: ledger.Leased, at: float) -> None:
        while (wait := self._pace.hold_back(one.part_count, at, asyncio.get_running_loop().time())) > 0:
            await asyncio.sleep(wait)
        outcomes = await self._gateway.submit(one.outgoing)
        for outcome in outcomes:
            if outcome.end is SubmitEnd.ACCEPTED:
                self._pace.accepted()
            elif outcome.temporary:
                self._pace.pause(asyncio.get_running_loop().time(), outcome.pause_seconds)
                self._refusal = outcome.status if outcome.needs_people else self._refusal
                log.warning("worker.paused", account=self._gateway.account, status=outcome.status)
        self._add_ends(one.outgoing.reference, outcomes)

    def _add_ends(self, reference: UUID, outcomes: list[SubmitOutcome]) -> None:
        self._ends.setdefault(reference, {}).update({outcome.part: outcome for outcome in outcomes})
        self._has_ends.set()

    async def _record(self) -> None:
        while True:
            await self._wait(self._has_ends, None)
            await asyncio.sleep(_GATHER_SECONDS)
            await self._record_once()
            # What was refused for now, or not written, is due again.
            self._has_work.set()

    async def _record_once(self, heard: Sequence[Receipt | Incoming] = ()) -> None:
        """Write down the ends known by now, and then what was heard: an answer that came before its receipt goes before it."""
        # Whoever leaves waits for what is being written: a write that is cancelled before it began is an end that is lost.
        async with self._recording:
            ends, self._ends = self._ends, {}
            if not (ends or heard):
                return
            try:
                await self._db(self._write_down, ends, heard)
            except Exception:
                for reference, parts in ends.items():
                    self._ends[reference] = parts | self._ends.get(reference, {})
                raise

    @transaction.atomic
    def _write_down(self, ends: Mapping[UUID, Mapping[int, SubmitOutcome]], heard: Sequence[Receipt | Incoming]) -> None:
        now = self._now()
        if ends:
            ledger.record(
                {reference: list(parts.values()) for reference, parts in ends.items()},
                account=self._gateway.account,
                hold_until=now + self._timing.hold,
                on_sent=self._hooks.on_sent,
                now=now,
            )
        incoming = [what for what in heard if isinstance(what, Incoming)]
        if incoming:
            inbox.store(incoming, now=now)
        record_receipts([what for what in heard if isinstance(what, Receipt)], on_sent=self._hooks.on_sent, now=now)

    async def _store(self) -> None:
        while True:
            await self._wait(self._has_heard, None)
            await asyncio.sleep(_GATHER_SECONDS)
            heard, self._heard = self._heard, []
            try:
                await self._record_once([one.what for one in heard])
            except Exception as error:  # noqa: BLE001 - see below
                # One of them cannot be stored. It must not take the others along, so each goes alone.
                log.error("worker.batch_not_stored", count=len(heard), error=place_of(error))  # noqa: TRY400
                await self._store_each(heard)
            for one in heard:
                if not one.stored.done():  # whoever waited may be gone with its connection
                    one.stored.set_result(None)
            if any(isinstance(one.what, Incoming) for one in heard):
                self._has_replies.set()

    async def _store_each(self, heard: list[_Heard]) -> None:
        for one in heard:
            try:
                await self._db(self._write_down, {}, [one.what])
            except Exception as error:  # noqa: BLE001
                log.error("worker.not_stored", error=place_of(error))  # noqa: TRY400
                if not one.stored.done():
                    one.stored.set_exception(error)

    async def _read(self) -> None:
        """Hand replies over; a look now and then finds those that an earlier process left."""
        while True:
            handled = await self._db(self._handle_some)
            if handled:
                self._touch()
                self._has_work.set()
            if handled < _REPLIES_AT_ONCE:
                await self._wait(self._has_replies, self._timing.settle_seconds)

    def _handle_some(self) -> int:
        return inbox.handle(on_reply=self._hooks.on_reply, now=self._now(), limit=_REPLIES_AT_ONCE)

    async def _settle(self) -> None:
        while True:
            await self._db(self._settle_once, self._sighting())
            await asyncio.sleep(self._timing.settle_seconds)

    def _sighting(self) -> Sighting:
        if not self._pace.is_paused(asyncio.get_running_loop().time()):
            self._refusal = ""
        return Sighting(self._gateway.account, is_connected=self._gateway.is_ready(), refusal=self._refusal)

    def _settle_once(self, seen: Sighting) -> None:
        now = self._now()
        self._hooks.on_sight(seen, now)
        ledger.settle(hold_until=now + self._timing.hold, on_sent=self._hooks.on_sent, now=now)
        inbox.forget(self._connection if seen.is_connected else None, now=now)
        if now >= self._forgets_at:
            ledger.forget(now=now)
            self._forgets_at = now + self._timing.forget

    # Small tools of the loops.

    def _now(self) -> datetime:
        return self._hooks.clock()

    def _touch(self) -> None:
        self._touched_at = asyncio.get_running_loop().time()

    async def _wait(self, event: asyncio.Event, seconds: float | None) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()
        event.clear()

    async def _db(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run work in the database thread; while the database is away, try again, for what happened must not be forgotten."""
        loop = asyncio.get_running_loop()
        pause = 0.2
        while True:
            try:
                return await loop.run_in_executor(self._database, partial(work, *args, **kwargs))
            except (OperationalError, InterfaceError) as error:
                log.warning("worker.database_away", error=type(error).__name__)
                await loop.run_in_executor(self._database, connections.close_all)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)

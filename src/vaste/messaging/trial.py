"""Try an account with one message to a number that somebody holds: taken, received, replied to."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ParamSpec, TypeVar
from uuid import UUID

from django.db import connections

from vaste.core import clock
from vaste.core.ids import new_id
from vaste.messaging import inbox
from vaste.messaging.gateway import GatewayError, Incoming, Outgoing, Receipt, SmsGateway, SubmitEnd, SubmitOutcome
from vaste.messaging.models import InboundSeen, OrphanReceipt
from vaste.messaging.receipts import person_hash, record_receipts
from vaste.messaging.rules import Event, id_keys

P = ParamSpec("P")
R = TypeVar("R")

_CONNECT_SECONDS = 15.0
_LOOK_SECONDS = 0.25
TEXT = "Vaste: koeviesti, testmeddelande, test message. Vastaa / svara / reply: 1"


@dataclass(frozen=True, slots=True)
class Step:
    """What was tried and how it went, as a sentence or two."""

    is_well: bool
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A message to try an account with. explain: what an operator's status means. tell: called with each step as it comes."""

    gateway: SmsGateway
    to: str
    sender: str
    wait_seconds: float
    explain: Callable[[str], str]
    tell: Callable[[Step], None]

    def run(self) -> None:
        """Send the message and wait for its receipt and a reply; end at the first step that fails."""
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="trial-database") as database:
            try:
                asyncio.run(_Course(self, database).run())
            finally:
                database.submit(connections.close_all).result()


class _Course:
    """One trial as it goes. What comes from other people meanwhile is kept for the worker, like anything that comes."""

    def __init__(self, trial: Trial, database: ThreadPoolExecutor) -> None:
        self._trial = trial
        self._database = database
        self._began_at = clock.now()

    async def run(self) -> None:
        gateway = self._trial.gateway
        running = asyncio.ensure_future(gateway.run(self))
        try:
            if await self._is_ready(running):
                await self._send()
        finally:
            await gateway.close()
            running.cancel()
            with suppress(asyncio.CancelledError, GatewayError):
                await running

    async def _is_ready(self, running: "asyncio.Future[None]") -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(_CONNECT_SECONDS):
                while not self._trial.gateway.is_ready() and not running.done():
                    await asyncio.sleep(_LOOK_SECONDS)
        if running.done():
            self._fail(str(running.exception()))
        elif not self._trial.gateway.is_ready():
            self._fail(f"The account could not be connected within {_CONNECT_SECONDS:g} seconds.")
        return self._trial.gateway.is_ready()

    async def _send(self) -> None:
        trial = self._trial
        message = Outgoing(new_id(), sender=trial.sender, to=trial.to, text=TEXT, validity=timedelta(minutes=10))
        outcomes = await trial.gateway.submit(message)
        refused = next((outcome for outcome in outcomes if outcome.end is not SubmitEnd.ACCEPTED), None)
        if refused:
            self._fail(self._about(refused))
            return
        self._well("The operator took the message.")
        if await self._receipt_came(outcomes[0].provider_id):
            self._well(f"Reply to the message now, with any word. Waiting {trial.wait_seconds:g} seconds.")
            await self._reply_came()

    def _about(self, outcome: SubmitOutcome) -> str:
        if outcome.end is SubmitEnd.UNKNOWN:
            return "The operator gave no answer in time: nobody can tell whether it took the message. Ask them before trying again."
        if outcome.end is SubmitEnd.NOT_SENT:
            return "The connection ended before the message was written. Nothing was sent; try again."
        advice = " Ask the operator to allow the sender." if "sender" in outcome.status else ""
        return f"The operator refuses the message: {self._trial.explain(outcome.status)} ({outcome.status}).{advice}"

    async def _receipt_came(self, provider_id: str) -> bool:
        receipt = await self._wait_for(lambda: _final_receipt(self._trial.gateway.account, provider_id))
        if receipt is None:
            self._fail(
                f"No receipt came in {self._trial.wait_seconds:g} seconds. Is the phone on? If the message came, ask the operator "
                "whether receipts are switched on; if not, whether the sender is allowed."
            )
            return False
        if receipt.event != Event.RECEIPT_DELIVERED:
            self._fail(f"The operator says that the message cannot be delivered: {self._trial.explain(receipt.status)}.")
            return False
        self._well("The operator says that the phone has the message.")
        return True

    async def _reply_came(self) -> None:
        if await self._wait_for(lambda: _has_replied(self._trial.to, self._began_at)):
            self._well("The reply came. The account works both ways.")
        else:
            self._fail(
                f"No reply came in {self._trial.wait_seconds:g} seconds. If you did reply, the sender {self._trial.sender} does not lead "
                "back to this account: ask the operator."
            )

    async def _wait_for(self, found: Callable[[], R | None]) -> R | None:
        loop = asyncio.get_running_loop()
        until = loop.time() + self._trial.wait_seconds
        while loop.time() < until:
            result = await self._db(found)
            if result:
                return result
            await asyncio.sleep(_LOOK_SECONDS)
        return None

    def _well(self, sentence: str) -> None:
        self._trial.tell(Step(True, sentence))

    def _fail(self, sentence: str) -> None:
        self._trial.tell(Step(False, sentence))

    def _db(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Awaitable[R]:
        return asyncio.get_running_loop().run_in_executor(self._database, lambda: work(*args, **kwargs))

    # What the gateway calls (`gateway.Inbox`).

    async def receipt(self, receipt: Receipt) -> None:
        """Keep a receipt, of this message or another."""
        await self._db(lambda: record_receipts([receipt], on_sent=lambda *_: None, now=clock.now()))

    async def incoming(self, incoming: Incoming) -> None:
        """Keep a reply for the worker, whoever wrote it: it may be somebody's STOP."""
        await self._db(lambda: inbox.store([incoming], now=clock.now()))

    async def late(self, reference: UUID, outcome: SubmitOutcome) -> None:
        """Take no notice: the trial has told that no answer came."""

    async def connected(self, bind: str) -> None:
        """Take no notice: a trial is over before it would matter."""

    async def look(self) -> None:
        """Leave what the web server has stored where the waiting finds it."""


def _final_receipt(account: str, provider_id: str) -> OrphanReceipt | None:
    """Return the receipt of a message that stands in no outbox, once it says more than that it is on its way."""
    found = OrphanReceipt.objects.filter(account=account, id_key__in=id_keys(provider_id)).exclude(event=Event.RECEIPT_TAKEN)
    return found.order_by("-id").first()


def _has_replied(number: str, since: datetime) -> bool:
    return InboundSeen.objects.filter(person_hash=person_hash(number), seen_at__gte=since).exists()

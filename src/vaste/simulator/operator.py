"""The simulated operator: it takes every message, gives receipts, and lets invented people answer. Nothing leaves the machine."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from datetime import timedelta
from time import monotonic
from typing import Any
from urllib.parse import urlencode, urljoin

import httpx
import structlog

from vaste.messaging.gateway import Inbox, Incoming, Outgoing, Receipt, SubmitEnd, SubmitOutcome
from vaste.messaging.text import segments
from vaste.simulator.fate import Fate, deliveries_of, fate_of, worded
from vaste.simulator.faults import Fault, Luck
from vaste.simulator.link_page import fill_in, survey_form
from vaste.simulator.opinions import USUAL_SERVICE, Opinion, Service, opinion_of
from vaste.simulator.people import Habit, Person, SimulatedSettings, index_of, person
from vaste.simulator.phones import Phones, Side
from vaste.simulator.reactions import Conversation, Reaction, react

_log = structlog.get_logger()
_REMEMBERED = 20_000


class SimulatedOperator:
    """An account at an operator whose phones are all in this process (an SmsGateway).

    phones: what the screens show. happened: counts of what people did. injected: counts of the faults that were made.
    expect: tell first how well somebody was served.
    """

    window = 50
    rate: float | None = None

    def __init__(self, settings: SimulatedSettings, *, base_url: str, account: str = "simulated") -> None:
        self.account = account
        self.settings = settings
        self.phones = Phones()
        self.happened: Counter[str] = Counter()
        self.injected: Counter[Fault] = Counter()
        self._base_url = base_url
        self._services: dict[str, Service] = {}
        self._conversations: dict[str, Conversation] = {}
        self._numbers = itertools.count(1)
        self._first_id = random.SystemRandom().getrandbits(48) << 32  # ids of another run must not be taken for ours
        self._away_until = 0.0
        self._rng = random.Random(settings.seed)  # noqa: S311 - a rehearsal must be repeatable
        self._inbox: Inbox | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._browser: httpx.AsyncClient | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    def is_idle(self) -> bool:
        """Tell whether no message is on its way to a phone, and nobody is about to do anything."""
        return not self._under_way

    def expect(self, number: str, service: Service) -> None:
        """Remember how well the unit of a person's next visit serves; without it, service is as usual."""
        if len(self._services) >= _REMEMBERED:
            self._services.pop(next(iter(self._services)))
        self._services[number] = service

    async def run(self, inbox: Inbox) -> None:
        """Let people live until cancelled."""
        self._inbox, self._loop = inbox, asyncio.get_running_loop()
        # Proxies of the environment are for the outside world; the survey page is this machine's own.
        async with httpx.AsyncClient(trust_env=False, timeout=10, limits=httpx.Limits(max_connections=4)) as self._browser:
            try:
                await asyncio.Event().wait()
            finally:
                self._inbox = self._loop = None
                for task in self._under_way:
                    task.cancel()
                await asyncio.gather(*self._under_way, return_exceptions=True)

    def is_ready(self) -> bool:
        """Tell whether the phones are switched on and the operator is connected."""
        return self._inbox is not None and monotonic() >= self._away_until

    async def close(self) -> None:
        """Take leave; nothing waits here, since a submit is answered at once."""

    async def submit(self, outgoing: Outgoing) -> list[SubmitOutcome]:
        """Take a message, unless a fault is in the way; the phone gets it a moment later."""
        if not self.is_ready():
            return [SubmitOutcome(SubmitEnd.NOT_SENT, part) for part in _parts(outgoing)]
        ids = {part: self._first_id + next(self._numbers) for part in _parts(outgoing)}
        luck = self._luck()
        fate = fate_of(outgoing, ids, account=self.account, is_visitors=index_of(outgoing.to) is None, luck=luck)
        self.injected.update(luck.met)
        if fate.outage_seconds:
            self._away_until = monotonic() + fate.outage_seconds / self.settings.speed
        if fate.is_early:
            await self._report(fate.receipts)
        if fate.is_taken:
            self._start(self._deliver(outgoing, fate))
        await self._pause(fate.answer_after_seconds)
        return [self._at_pace(outcome) for outcome in fate.outcomes]

    def _luck(self) -> Luck:
        return Luck(self.settings.faults, self._rng)

    def _at_pace(self, outcome: SubmitOutcome) -> SubmitOutcome:
        seconds = outcome.pause_seconds
        return outcome if seconds is None else replace(outcome, pause_seconds=seconds / self.settings.speed)

    def write_as(self, number: str, recipient: str, text: str) -> bool:
        """Send a text as if somebody had typed it on a phone, from any thread; tell whether the operator is running."""
        loop = self._loop
        if loop is None:
            return False
        asyncio.run_coroutine_threadsafe(self._write(number, recipient, text), loop).result(timeout=10)
        return True

    def _start(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(doing)
        self._under_way.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.warning("simulated.person_failed", error=type(task.exception()).__name__)

    async def _deliver(self, outgoing: Outgoing, fate: Fate) -> None:
        await self._pause(fate.after_seconds)
        if fate.arrives:
            self.phones.show(outgoing.to, Side.COUNTY, outgoing.text)
            self.happened["delivered"] += 1
        if not fate.is_early:
            await self._report(fate.receipts)
        somebody = index_of(outgoing.to)
        if somebody is not None and fate.arrives:
            await self._let_react(self._person(somebody), outgoing)

    async def _report(self, receipts: Sequence[Receipt]) -> None:
        for receipt in receipts:
            if self._inbox:
                await self._inbox.receipt(receipt)

    def _person(self, index: int) -> Person:
        return person(index, self.settings)

    async def _let_react(self, somebody: Person, outgoing: Outgoing) -> None:
        service = self._services.get(somebody.number, USUAL_SERVICE)
        opinion = opinion_of(somebody, service=service, seed=self.settings.seed)
        known = self._conversations.get(somebody.number, Conversation())
        conversation, reaction = react(somebody, opinion, known, outgoing.text, seed=self.settings.seed)
        self._remember(somebody.number, conversation)
        luck = self._luck()
        reaction = worded(reaction, somebody, luck)
        self.injected.update(luck.met)
        await self._pause(reaction.after_seconds)
        await self._act(somebody, opinion, reaction, outgoing.sender)

    async def _act(self, somebody: Person, opinion: Opinion, reaction: Reaction, sender: str) -> None:
        if reaction.reply:
            self.happened["stops"] += somebody.habit is Habit.STOPS
            await self._write(somebody.number, sender, reaction.reply)
        elif reaction.link.startswith(f"{self._base_url}/"):  # people open this machine's pages and no others
            await self._answer_on_page(somebody, opinion, reaction.link)

    def _remember(self, number: str, conversation: Conversation) -> None:
        self._conversations.pop(number, None)
        self._conversations[number] = conversation
        while len(self._conversations) > _REMEMBERED:
            self._conversations.pop(next(iter(self._conversations)))

    async def _write(self, number: str, recipient: str, text: str) -> None:
        self.phones.show(number, Side.PERSON, text)
        self.happened["replies"] += 1
        provider_id = f"{self._first_id + next(self._numbers):x}r"
        luck = self._luck()
        # Whoever plays with a phone on the page answers faster than the air would carry it; what is brought twice comes at once.
        reply = Incoming(self.account, number, recipient, text.encode(), provider_id=provider_id, soonest_answer=timedelta(0))
        brought = deliveries_of(reply, luck, reference=self._texts_of(number))
        self.injected.update(luck.met)
        if self._inbox:
            await asyncio.gather(*(self._inbox.incoming(incoming) for incoming in brought))

    def _texts_of(self, number: str) -> int:
        """Return how many texts of a phone are on its screen: every phone counts its own, so those of two phones are alike."""
        return sum(line.side is Side.PERSON for line in self.phones.screen(number))

    async def _answer_on_page(self, somebody: Person, opinion: Opinion, link: str) -> None:
        self.phones.show(somebody.number, Side.PAGE, link)
        self.happened["pages opened"] += 1
        if self._browser is None:
            return
        try:
            page = await self._browser.get(link)
            form = survey_form(page.text)
            if form is None:
                return
            await self._pause(self._rng.uniform(3, 10))  # reading and ticking
            address = urljoin(link, form.action)
            body = urlencode(fill_in(form, somebody, opinion))
            sent = await self._browser.post(address, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
            self.happened["pages sent" if sent.status_code == httpx.codes.OK else "pages refused"] += 1
        except httpx.HTTPError as error:
            _log.warning("simulated.page_failed", error=type(error).__name__)

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.settings.speed)


def _parts(outgoing: Outgoing) -> list[int]:
    return [part for part in range(1, segments(outgoing.text) + 1) if part not in outgoing.parts_done]

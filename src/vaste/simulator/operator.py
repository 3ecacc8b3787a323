"""The simulated operator: it takes every message, gives receipts, and lets invented people answer. Nothing leaves the machine."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlencode, urljoin

import httpx
import structlog

from vaste.messaging.gateway import Inbox, Incoming, Outgoing, Receipt, SubmitEnd, SubmitOutcome
from vaste.messaging.rules import Event
from vaste.messaging.text import segments
from vaste.simulator.link_page import fill_in, survey_form
from vaste.simulator.opinions import USUAL_SERVICE, Opinion, Service, opinion_of
from vaste.simulator.people import Habit, Person, SimulatedSettings, index_of, person
from vaste.simulator.phones import Phones, Side
from vaste.simulator.reactions import Conversation, Reaction, react

_log = structlog.get_logger()
_UNDELIVERED_SHARE = 0.02
_REMEMBERED = 20_000


class SimulatedOperator:
    """An account at an operator whose phones are all in this process (an SmsGateway).

    phones: what the screens show. happened: counts of what people did. expect: tell first how well somebody was served.
    """

    window = 50
    rate: float | None = None

    def __init__(self, settings: SimulatedSettings, *, base_url: str, account: str = "simulated") -> None:
        self.account = account
        self.settings = settings
        self.phones = Phones()
        self.happened: Counter[str] = Counter()
        self._base_url = base_url
        self._services: dict[str, Service] = {}
        self._conversations: dict[str, Conversation] = {}
        self._numbers = itertools.count(1)
        self._ids = f"{random.SystemRandom().getrandbits(48):x}"  # ids of another run must not be taken for ours
        self._rng = random.Random(settings.seed)  # noqa: S311 - a rehearsal must be repeatable
        self._inbox: Inbox | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._browser: httpx.AsyncClient | None = None
        self._under_way: set[asyncio.Task[None]] = set()

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
        """Tell whether the phones are switched on."""
        return self._inbox is not None

    async def close(self) -> None:
        """Take leave; nothing waits here, since a submit is answered at once."""

    async def submit(self, outgoing: Outgoing) -> list[SubmitOutcome]:
        """Take a message; every part is accepted at once, and the phone gets it a moment later."""
        if not self.is_ready():
            return [SubmitOutcome(SubmitEnd.NOT_SENT, part) for part in _parts(outgoing)]
        outcomes = [SubmitOutcome(SubmitEnd.ACCEPTED, part, f"{self._ids}-{next(self._numbers)}") for part in _parts(outgoing)]
        self._start(self._deliver(outgoing, [outcome.provider_id for outcome in outcomes]))
        return outcomes

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

    async def _deliver(self, outgoing: Outgoing, provider_ids: list[str]) -> None:
        await self._pause(self._rng.uniform(0.2, 0.8))
        somebody = index_of(outgoing.to)
        is_delivered = somebody is None or self._rng.random() >= _UNDELIVERED_SHARE
        if is_delivered:
            self.phones.show(outgoing.to, Side.COUNTY, outgoing.text)
            self.happened["delivered"] += 1
        event = Event.RECEIPT_DELIVERED if is_delivered else Event.RECEIPT_UNDELIVERED
        for provider_id in provider_ids:
            if self._inbox:
                await self._inbox.receipt(Receipt(self.account, provider_id, event, number=outgoing.to))
        if somebody is not None and is_delivered:
            await self._let_react(self._person(somebody), outgoing)

    def _person(self, index: int) -> Person:
        return person(index, self.settings)

    async def _let_react(self, somebody: Person, outgoing: Outgoing) -> None:
        service = self._services.get(somebody.number, USUAL_SERVICE)
        opinion = opinion_of(somebody, service=service, seed=self.settings.seed)
        known = self._conversations.get(somebody.number, Conversation())
        conversation, reaction = react(somebody, opinion, known, outgoing.text, seed=self.settings.seed)
        self._remember(somebody.number, conversation)
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
        if self._inbox:
            provider_id = f"{self._ids}-r{next(self._numbers)}"
            await self._inbox.incoming(Incoming(self.account, number, recipient, text.encode(), provider_id=provider_id))

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

"""An operator whose phones do what their people's habits say (an SmsGateway), in an order that chance decides."""

import asyncio
import random
import re
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from typing import Any

from tests.attack.people import Person

from vaste.messaging.gateway import Inbox, Incoming, Outgoing, Receipt, SubmitEnd, SubmitOutcome
from vaste.messaging.rules import Event

_TOKEN = re.compile(r"/s/(\w+)")
_AT_ONCE = 12

Doing = Callable[[Inbox], Coroutine[Any, Any, None]]


class ScriptedOperator:
    """Takes every message, gives a receipt for it, and lets its person reply. tokens: phone → the link it got."""

    account = "scripted"
    window = 20
    rate: float | None = None

    def __init__(self, people: Mapping[str, Person], *, chance: random.Random, let_time_pass: Callable[[], None]) -> None:
        self.tokens: dict[str, str] = {}
        self.texts: list[str] = []
        self._people = people
        self._replies = {phone: person.replies() for phone, person in people.items()}
        self._chance = chance
        self._let_time_pass = let_time_pass
        self._now: list[Doing] = []
        self._doing: list[Doing] = []
        self._tomorrow: list[Doing] = []
        self._inbox: Inbox | None = None
        self._ids = 0

    def begin_day(self) -> None:
        """Let those who had put the phone away take it up again."""
        self._now, self._tomorrow = [*self._now, *self._tomorrow], []

    def is_idle(self) -> bool:
        """Tell whether nobody does anything any more today."""
        return not self._now and not self._doing

    async def run(self, inbox: Inbox) -> None:
        self._inbox = inbox
        try:
            while True:
                await self._do_some(inbox)
        finally:
            self._inbox = None

    async def _do_some(self, inbox: Inbox) -> None:
        self._chance.shuffle(self._now)
        self._doing, self._now = self._now[:_AT_ONCE], self._now[_AT_ONCE:]
        self._let_time_pass()
        await asyncio.gather(*(doing(inbox) for doing in self._doing))
        if not self._doing:
            await asyncio.sleep(0.01)

    def is_ready(self) -> bool:
        return self._inbox is not None

    async def close(self) -> None:
        """Nothing is under way: a submit is answered at once."""

    async def submit(self, outgoing: Outgoing) -> list[SubmitOutcome]:
        self._ids += 1
        provider_id = f"op-{self._ids}"
        self.texts.append(outgoing.text)
        link = _TOKEN.search(outgoing.text)
        if link:
            self.tokens[outgoing.to] = link[1]
        receipt = Receipt(self.account, provider_id, Event.RECEIPT_DELIVERED, number=outgoing.to)
        self._now.append(lambda inbox: inbox.receipt(receipt))
        self._let_reply(outgoing)
        return [SubmitOutcome(SubmitEnd.ACCEPTED, 1, provider_id)]

    def _let_reply(self, outgoing: Outgoing) -> None:
        replies = self._replies[outgoing.to]
        if not replies:
            return
        is_first = len(replies) == len(self._people[outgoing.to].replies())
        octets = replies.pop(0).encode()
        # The clock stands still while people answer.
        soonest = timedelta(0)
        incoming = Incoming(self.account, outgoing.to, outgoing.sender, octets, provider_id=f"in-{self._ids}", soonest_answer=soonest)
        when = self._tomorrow if is_first and self._people[outgoing.to].is_late else self._now
        when.append(lambda inbox: inbox.incoming(incoming))

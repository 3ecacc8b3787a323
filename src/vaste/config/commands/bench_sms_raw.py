"""The SMPP session alone, without queue or ledger: what the same wire carries at most."""

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from vaste.core.ids import new_id
from vaste.messaging.gateway import Incoming, Outgoing, Receipt, SubmitOutcome
from vaste.messaging.smpp.gateway import SmppGateway
from vaste.messaging.smpp.settings import SmppSettings


class _Forgetful:
    """An inbox that keeps nothing."""

    async def receipt(self, receipt: Receipt) -> None: ...

    async def incoming(self, incoming: Incoming) -> None: ...

    async def late(self, reference: UUID, outcome: SubmitOutcome) -> None: ...

    async def connected(self, bind: str) -> None: ...

    async def look(self) -> None: ...


def raw_rate(port: int, *, window: int, messages: int) -> float:
    """Return how many messages a second one session hands over with receipts, without queue and ledger."""
    return asyncio.run(_raw_rate(SmppGateway(SmppSettings.from_url(f"smpp://vaste:secret@127.0.0.1:{port}?window={window}")), messages))


async def _raw_rate(gateway: SmppGateway, messages: int) -> float:
    running = asyncio.ensure_future(gateway.run(_Forgetful()))
    while not gateway.is_ready():
        await asyncio.sleep(0.01)
    numbers = iter(range(messages))
    began = time.perf_counter()
    await asyncio.gather(*(_submit(gateway, numbers) for _ in range(gateway.window)))
    seconds = time.perf_counter() - began
    await gateway.close()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return messages / seconds


async def _submit(gateway: SmppGateway, numbers: Iterator[int]) -> None:
    for number in numbers:
        message = Outgoing(new_id(), "18588", f"+35840{number:07}", "Hei, vastaa 0-10.", timedelta(days=1))
        await gateway.submit(message)

"""A server on this machine that answers HTTP requests as a test wants, or does not answer them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from vaste.core.ids import new_id
from vaste.messaging.gateway import Outgoing
from vaste.messaging.http.gateway import HttpGateway
from vaste.messaging.http.kannel import Kannel

TAKEN = b"HTTP/1.1 202 Accepted\r\nContent-Length: 24\r\n\r\n0: Accepted for delivery"

Behave = Callable[[asyncio.StreamWriter], Awaitable[None]]


def says(answer: bytes) -> Behave:
    """Answer these octets."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    return behave


def says_status(status: int, *headers: str) -> Behave:
    """Answer a status without a body."""
    return says("\r\n".join([f"HTTP/1.1 {status} Status", *headers, "Content-Length: 0", "", ""]).encode())


async def is_silent(_writer: asyncio.StreamWriter) -> None:
    """Take the request and never answer."""
    await asyncio.Event().wait()


async def cuts(writer: asyncio.StreamWriter) -> None:
    """Take the request and close the connection."""
    writer.transport.abort()


async def drips(writer: asyncio.StreamWriter) -> None:
    """Answer a letter now and then, for ever."""
    writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 1000\r\n\r\n")
    while True:
        writer.write(b"0")
        await asyncio.sleep(0.2)


@dataclass
class Peer:
    """A running server. requests: how many it has read whole."""

    port: int = 0
    behave: Behave = field(default_factory=lambda: says(TAKEN))
    requests: int = 0
    under_way: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.under_way.add(task)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next((line.split(b":")[1] for line in head.lower().splitlines() if line.startswith(b"content-length")), b"0")
                await reader.readexactly(int(length))
                self.requests += 1
                await self.behave(writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()
            self.under_way.discard(task)


@dataclass
class Web:
    """What the worker would be: it counts how often it was told to look."""

    looks: int = 0

    async def look(self) -> None:
        self.looks += 1


@asynccontextmanager
async def running(options: str = "") -> AsyncIterator[tuple[HttpGateway, Peer]]:
    """Run a gateway to a peer; whatever its account refuses ends it in the background."""
    peer = Peer()
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    peer.port = server.sockets[0].getsockname()[1]
    gateway = gateway_to(peer.port, options)
    task = asyncio.create_task(gateway.run(Web()))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    try:
        yield gateway, peer
    finally:
        await gateway.close()
        for one in [task, *peer.under_way]:
            one.cancel()
        await asyncio.gather(task, *peer.under_way, return_exceptions=True)
        server.close()


def gateway_to(port: int, options: str = "") -> HttpGateway:
    url = f"kannel://vaste:secret@127.0.0.1:{port}?secret=sixteen-letters!&answer_seconds=30{options}"
    return HttpGateway(Kannel.from_url(url, base_url="http://localhost:8000"))


def outgoing(text: str = "Hei") -> Outgoing:
    return Outgoing(reference=new_id(), sender="+3584573960275", to="+358400000001", text=text, validity=timedelta(hours=1))

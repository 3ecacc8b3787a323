"""TLS in front of an SMSC, as a shared address of an operator has it: which certificate it shows hangs on the name it is asked for."""

import asyncio
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

Files = tuple[Path, Path]


@dataclass
class TlsFront:
    """A running front. names: what the clients asked for, None where they asked for none."""

    port: int = 0
    names: list[str | None] = field(default_factory=list)


def _context(files: Files) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    return context


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while octets := await reader.read(65_536):
            writer.write(octets)
            await writer.drain()
    writer.close()


@contextmanager
def tls_front(smsc_port: int, *, certificates: Mapping[str, Files], otherwise: Files) -> Iterator[TlsFront]:
    """Run a front that shows the certificate of the name it is asked for, and another one to whoever asks for none that it knows."""
    front, contexts = TlsFront(), {name: _context(files) for name, files in certificates.items()}

    def choose(connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        front.names.append(name)
        if name in contexts:
            connection.context = contexts[name]

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        smsc_reader, smsc_writer = await asyncio.open_connection("127.0.0.1", smsc_port)
        await asyncio.gather(_pump(reader, smsc_writer), _pump(smsc_reader, writer))

    async def serve() -> None:
        shown = _context(otherwise)
        shown.sni_callback = choose
        server = await asyncio.start_server(forward, "127.0.0.1", 0, ssl=shown)
        front.port = server.sockets[0].getsockname()[1]
        is_up.set()
        await over.wait()
        server.close()

    loop, is_up, over = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=[serve()])
    thread.start()
    is_up.wait(60)
    try:
        yield front
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(60)
        loop.close()

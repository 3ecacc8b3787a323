"""The load generator of the survey bench: a program of its own that opens links and sends answers, and times both.

Reads its orders as JSON from standard input and writes what it saw as JSON to standard output. Plain sockets, kept alive,
because the machine's two cores are shared with the server that is measured.
"""

import asyncio
import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlencode

ANSWERS = {
    "nps": "9",
    "access": "5",
    "encounter": "4",
    "participation": "5",
    "safety": "5",
    "information": "3",
    "clarity": "4",
    "benefit": "5",
    "own-language": "5",
    "free_text": "Sain apua nopeasti ja minua kuunneltiin. Odotustila oli levoton.",
}
_BODY = urlencode({**ANSWERS, "do": "send"}).encode()
_CODE = re.compile(rb"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
_LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)


@dataclass
class Seen:
    """What the generator saw. Times are seconds; codes are of the answers that were thanked for."""

    get: list[float] = field(default_factory=list)
    post: list[float] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    failures: int = 0
    page_bytes: int = 0
    seconds: float = 0.0

    def add(self, other: "Seen") -> None:
        """Take in what was seen in another turn."""
        self.get += other.get
        self.post += other.post
        self.codes += other.codes
        self.failures += other.failures
        self.page_bytes = max(self.page_bytes, other.page_bytes)
        self.seconds += other.seconds


class _Visitor(asyncio.Protocol):
    """One connection: opens a link, answers, takes the next link, until the time is over."""

    def __init__(self, tokens: Iterator[str], ends_at: float, seen: Seen, done: asyncio.Future[None]) -> None:
        self._tokens, self._ends_at, self._seen, self._done = tokens, ends_at, seen, done
        self._token: str | None = None
        self._received = bytearray()
        self._expected = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._open_next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._seen.failures += exc is not None
            self._done.set_result(None)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._expected:
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                return
            match = _LENGTH.search(self._received, 0, end)
            self._expected = end + 4 + (int(match[1]) if match else 0)
        if len(self._received) >= self._expected:
            answer = bytes(self._received)
            self._received.clear()
            self._expected = 0
            self._take(answer, time.perf_counter() - self._asked_at)

    def _take(self, answer: bytes, seconds: float) -> None:
        if not answer.startswith(b"HTTP/1.1 200"):
            self._seen.failures += 1
            self._open_next()
        elif self._is_open:
            self._seen.post.append(seconds)
            code = _CODE.search(answer)
            if code:
                self._seen.codes.append(code[0].decode())
            else:
                self._seen.failures += 1
            self._open_next()
        else:
            self._seen.get.append(seconds)
            self._seen.page_bytes = max(self._seen.page_bytes, len(answer.partition(b"\r\n\r\n")[2]))
            self._answer()

    def _open_next(self) -> None:
        self._token = next(self._tokens, None) if time.perf_counter() < self._ends_at else None
        if self._token is None:
            self._transport.close()
            return
        self._is_open = False
        self._ask(b"GET /s/%b HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n" % self._token.encode())

    def _answer(self) -> None:
        assert self._token is not None
        self._is_open = True
        head = b"POST /s/%b HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n"
        self._ask(head % (self._token.encode(), len(_BODY)) + _BODY)

    def _ask(self, octets: bytes) -> None:
        self._asked_at = time.perf_counter()
        self._transport.write(octets)


async def load(port: int, tokens: list[str], connections: int, seconds: float) -> Seen:
    """Return what so many connections saw that answered as fast as they could for so long, or until the links ran out."""
    loop = asyncio.get_running_loop()
    seen, links = Seen(), iter(tokens)
    begun = time.perf_counter()
    ends = []
    for _ in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        ends.append(done)
        await loop.create_connection(partial(_Visitor, links, begun + seconds, seen, done), "127.0.0.1", port)
    await asyncio.gather(*ends)
    seen.seconds = time.perf_counter() - begun
    return seen


if __name__ == "__main__":
    json.dump(asyncio.run(load(**json.load(sys.stdin))).__dict__, sys.stdout)

"""The load generator of the survey bench: a program of its own that opens links and sends answers, and times both.

Reads its orders as JSON from standard input and writes what it saw as JSON to standard output. It shares the machine with the
server that it measures, so it does as little as it can: plain sockets, kept alive, and while the time runs nothing is read in an
answer but whether all of it has come.
"""

import json
import re
import select
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
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
BODY = urlencode({**ANSWERS, "do": "send"}).encode()
_HALF = {name: ANSWERS[name] for name in ("nps", "access", "free_text")}
_CONTACT = {"name": "Mitta Mittaaja", "phone": "+358400000002", "along": "yes"}
# what is sent, by the field of `Seen` that its time goes to
FORMS = {
    "post": BODY,
    "half": urlencode({**_HALF, "do": "save"}).encode(),
    "contact": urlencode({**ANSWERS, **_CONTACT, "do": "send"}).encode(),
}
_CODE = re.compile(rb"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
_LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)
_HEAD_ENDS = b"\r\n\r\n"
_OK = b"HTTP/1.1 200"
_MOST_OCTETS = 64 * 1024
_PATIENCE_SECONDS = 30.0


@dataclass
class Seen:
    """What the generator saw. Times are seconds; codes are of the answers that were thanked for.

    get: of pages; post, half, contact: of whole answers, of half ones that were kept, and of whole ones with contact details.
    """

    get: list[float] = field(default_factory=list)
    post: list[float] = field(default_factory=list)
    half: list[float] = field(default_factory=list)
    contact: list[float] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    failures: int = 0
    page_bytes: int = 0
    seconds: float = 0.0

    def add(self, other: "Seen") -> None:
        """Take in what was seen in another turn."""
        self.get += other.get
        self.post += other.post
        self.half += other.half
        self.contact += other.contact
        self.codes += other.codes
        self.failures += other.failures
        self.page_bytes = max(self.page_bytes, other.page_bytes)
        self.seconds += other.seconds


class _Visitor:
    """One connection: opens a link, answers, takes the next link, until the time is over.

    opened, answered: what came back, each with the seconds it took; answered also with the form that was sent. is_asking: whether
    an answer is awaited.
    """

    def __init__(self, port: int, links: Iterator[tuple[str, str]], ends_at: float) -> None:
        self._links, self._ends_at = links, ends_at
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_SECONDS)
        self._received = b""
        self._expected = 0
        self._is_open = False
        self.opened: list[tuple[float, bytes]] = []
        self.answered: list[tuple[str, float, bytes]] = []
        self.is_asking = True
        self._open_next()

    def fileno(self) -> int:
        """Return the number of the socket."""
        return self._socket.fileno()

    def receive(self) -> None:
        """Take what has come; when it is the whole of an answer, ask for the next page. Raises OSError."""
        octets = self._socket.recv(_MOST_OCTETS)
        if not octets:
            raise ConnectionResetError("The server closed the connection before it had answered.")
        self._received += octets
        if not self._expected:
            self._expected = _whole_length(self._received)
        if self._expected and len(self._received) >= self._expected:
            answer, self._received, self._expected = self._received, b"", 0
            self._take(answer, time.perf_counter() - self._asked_at)

    def _take(self, answer: bytes, seconds: float) -> None:
        if self._is_open:
            self.answered.append((self._form, seconds, answer))
        else:
            self.opened.append((seconds, answer))
        if self._is_open or not answer.startswith(_OK):
            self._open_next()
        else:
            self._answer()

    def _open_next(self) -> None:
        self._is_open = False
        link = next(self._links, None) if time.perf_counter() < self._ends_at else None
        if link is None:
            self.is_asking = False
            self._socket.close()
        else:
            self._token, self._form = link[0].encode(), link[1]
            self._ask(b"GET /s/%b HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n" % self._token)

    def _answer(self) -> None:
        self._is_open = True
        head = b"POST /s/%b HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n"
        body = FORMS[self._form]
        self._ask(head % (self._token, len(body)) + body)

    def _ask(self, octets: bytes) -> None:
        self._asked_at = time.perf_counter()
        self._socket.sendall(octets)


def _whole_length(received: bytes) -> int:
    """Return how long an answer will be with its head; 0 while its head has not come whole."""
    end = received.find(_HEAD_ENDS)
    if end < 0:
        return 0
    length = _LENGTH.search(received, 0, end)
    return end + len(_HEAD_ENDS) + (int(length[1]) if length else 0)


def load(port: int, tokens: list[str], connections: int, seconds: float, forms: list[str]) -> Seen:
    """Return what so many connections saw that answered as fast as they could for so long, or until the links ran out.

    forms: which of `FORMS` are sent, in turn. Raises OSError when the server closes a connection, or is silent for half a minute.
    """
    links = zip(tokens, cycle(forms), strict=False)
    begun = time.perf_counter()
    visitors = [_Visitor(port, links, begun + seconds) for _ in range(connections)]
    asking = {visitor.fileno(): visitor for visitor in visitors if visitor.is_asking}
    with select.epoll() as poll:
        for number in asking:
            poll.register(number, select.EPOLLIN)
        while asking:
            ready = poll.poll(_PATIENCE_SECONDS)
            if not ready:
                raise TimeoutError("The server does not answer.")
            for number, _ in ready:
                asking[number].receive()
                if not asking[number].is_asking:
                    del asking[number]
    return _seen_by(visitors, time.perf_counter() - begun)


def _seen_by(visitors: list[_Visitor], seconds: float) -> Seen:
    opened = [seen for visitor in visitors for seen in visitor.opened]
    answered = [seen for visitor in visitors for seen in visitor.answered]
    found = [_CODE.search(answer) for form, _, answer in answered if form != "half" and answer.startswith(_OK)]
    codes = [code[0].decode() for code in found if code]
    kept = sum(form == "half" and answer.startswith(_OK) for form, _, answer in answered)
    pages = [len(answer.partition(_HEAD_ENDS)[2]) for _, answer in opened if answer.startswith(_OK)]
    return Seen(
        get=[took for took, _ in opened],
        **{name: [took for form, took, _ in answered if form == name] for name in FORMS},
        codes=codes,
        failures=len(opened) - len(pages) + len(answered) - len(codes) - kept,
        page_bytes=max(pages, default=0),
        seconds=seconds,
    )


if __name__ == "__main__":
    json.dump(load(**json.load(sys.stdin)).__dict__, sys.stdout)

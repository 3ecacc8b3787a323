"""People who open survey pages and answer them at an even rate, whatever else the machine does."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from vaste.config.commands.bench_survey_load import BODY

# So many that a page is hardly ever opened late because its visitor still waits for another answer to be taken.
_THREADS = 16
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Visitors:
    """opened, answered: how long each page and answer took, in seconds, from the moment at which it was to begin."""

    def __init__(self, tokens: Sequence[str], *, a_second: int) -> None:
        """tokens: of open links, each of which is opened and answered once."""
        self.opened: list[float] = []
        self.answered: list[float] = []
        self.failures = 0
        self._gap = 1 / a_second
        self._links = iter(enumerate(tokens))
        self._ended = threading.Event()

    @contextmanager
    def at(self, port: int) -> Iterator[None]:
        """Visit the server at a port for as long as the context lasts."""
        threads = [threading.Thread(target=self._visit, args=(port, time.monotonic())) for _ in range(_THREADS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ended.set()
            for thread in threads:
                thread.join()

    def _visit(self, port: int, began: float) -> None:
        server = HTTPConnection("127.0.0.1", port, timeout=10)
        for number, token in self._links:
            planned = began + number * self._gap
            if self._ended.wait(max(0.0, planned - time.monotonic())):
                break
            try:
                self.opened.append(self._ask(server, planned, "GET", f"/s/{token}"))
                self.answered.append(self._ask(server, time.monotonic(), "POST", f"/s/{token}", BODY))
            except (OSError, HTTPException):
                self.failures += 1
                server.close()
        server.close()

    def _ask(self, server: HTTPConnection, since: float, method: str, path: str, body: bytes | None = None) -> float:
        server.request(method, path, body, _FORM if body else {})
        answer = server.getresponse()
        answer.read()
        self.failures += answer.status != HTTPStatus.OK
        return time.monotonic() - since

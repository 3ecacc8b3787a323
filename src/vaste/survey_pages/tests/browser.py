"""A browser for tests: asks the pages through WSGI and reads what comes back."""

import gzip
import io
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlencode

from vaste.survey_pages.app import Pages
from vaste.survey_pages.replies import send


@dataclass(frozen=True)
class Shown:
    """What a browser got. status: as `404 Not Found`."""

    status: str
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        body = gzip.decompress(self.body) if self.headers.get("Content-Encoding") == "gzip" else self.body
        return unescape(body.decode())


class Browser:
    """Asks one `Pages` for pages, from one network address."""

    def __init__(self, pages: Pages, *, address: str = "198.51.100.1") -> None:
        self._pages = pages
        self._address = address

    def get(self, path: str, query: str = "", **environ: Any) -> Shown:
        return self.ask("GET", path, query, **environ)

    def post(self, path: str, query: str = "", **fields: str) -> Shown:
        return self.ask("POST", path, query, body=urlencode(fields).encode())

    def ask(self, method: str, path: str, query: str = "", *, body: bytes = b"", **environ: Any) -> Shown:
        asked = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REMOTE_ADDR": self._address,
            "HTTP_ACCEPT_ENCODING": "gzip, deflate, br",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            **environ,
        }
        got: list[Any] = []
        parts = send(self._pages.reply_to(asked), asked, lambda status, headers: got.extend((status, dict(headers))))
        return Shown(got[0], got[1], b"".join(parts))

"""What goes back to a browser: status, headers and a page, compressed where the browser takes it."""

import gzip
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from vaste.survey_pages.markup import STYLE_HASH

_POLICY = f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Security-Policy", _POLICY),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
    ("X-Robots-Tag", "noindex"),
    ("X-Content-Type-Options", "nosniff"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
    ("Vary", "Accept-Encoding"),
)
# A page that goes out in the first flight of packets (about 14 KB) comes no sooner when it is smaller, and costs work.
_WORTH_COMPRESSING = 8 * 1024
_STATUS_LINES = {status: f"{status.value} {status.phrase}" for status in HTTPStatus}

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """A page on its way back, with its gzip form where that is at hand already."""

    page: bytes
    status: HTTPStatus = HTTPStatus.OK
    compressed: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PreparedPage:
    """A page that many will get: compressed once, as well as can be."""

    page: bytes
    compressed: bytes

    @classmethod
    def of(cls, page: bytes) -> "PreparedPage":
        """Prepare a page."""
        return cls(page, gzip.compress(page, 9, mtime=0))

    def reply(self, status: HTTPStatus = HTTPStatus.OK, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
        """Return the page as a reply."""
        return Reply(self.page, status, self.compressed, headers)


def send(reply: Reply, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Hand a reply to the web server; HEAD gets the headers of GET without the page."""
    body, headers = reply.page, [*_HEADERS, *reply.headers]
    if len(body) > _WORTH_COMPRESSING and _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
        body = reply.compressed or gzip.compress(reply.page, 1, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Length", str(len(body))))
    start_response(_STATUS_LINES[reply.status], headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _takes_gzip(accepted: str) -> bool:
    """Tell whether a browser that accepts these encodings takes gzip; one that says `gzip;q=0` does not."""
    for encoding in accepted.lower().split(","):
        name, _, quality = encoding.partition(";")
        if name.strip() == "gzip":
            return quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False

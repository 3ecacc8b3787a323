"""What a browser asks, read from the web server's words within bounds; nothing in it raises."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from vaste.survey_pages.limiter import caller
from vaste.survey_pages.rules import LONGEST_BODY

_LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True)
class Request:
    """A request for a page. query: only what the pages know; body: None when it is longer than a page can be."""

    method: str
    path: str
    language: str
    asks_to_refuse: bool
    body: bytes | None
    address: str


def read_request(environ: dict[str, Any]) -> Request:
    """Return the request that a WSGI environment describes."""
    method = environ["REQUEST_METHOD"]
    language, asks_to_refuse = "", False
    if environ.get("QUERY_STRING"):
        language, asks_to_refuse = _read_query(environ["QUERY_STRING"])
    return Request(
        method=method,
        path=environ.get("PATH_INFO", ""),
        language=language,
        asks_to_refuse=asks_to_refuse,
        body=_read_body(environ) if method == "POST" else b"",
        address=caller(environ),
    )


def _read_query(query: str) -> tuple[str, bool]:
    if len(query) > _LONGEST_QUERY:
        return "", False
    values = parse_qs(query, keep_blank_values=True)
    return values.get("lang", [""])[-1], "refuse" in values


def _read_body(environ: dict[str, Any]) -> bytes | None:
    """Return the body, or None when it is too long; where no length is told, as in a chunked request, reading finds it out."""
    told = environ.get("CONTENT_LENGTH") or ""
    is_told = told.isascii() and told.isdigit()
    if is_told and (len(told) > len(str(LONGEST_BODY)) or int(told) > LONGEST_BODY):
        return None
    body: bytes = environ["wsgi.input"].read(int(told) if is_told else LONGEST_BODY + 1)
    return body if len(body) <= LONGEST_BODY else None

"""The address to which feeds send visits: `POST /api/v1/visits`, with OpenAPI at `/api/v1/openapi.json`."""

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from ninja import NinjaAPI, Schema, Status
from ninja.security import HttpBearer

from vaste.core import clock
from vaste.invitations.intake import take_in
from vaste.visits.actions import feed_of
from vaste.visits.formats import Row, Unreadable, read_csv, read_json, read_ndjson
from vaste.visits.models import Feed
from vaste.visits.rules import OPTIONAL, REQUIRED

_READERS: dict[str, Callable[[bytes], Sequence[Row]]] = {
    "application/json": read_json,
    "application/x-ndjson": read_ndjson,
    "text/csv": read_csv,
}
_VISIT_SCHEMA = {
    "type": "object",
    "required": list(REQUIRED),
    "additionalProperties": False,
    "properties": {
        **{name: {"type": "string"} for name in REQUIRED},
        "visited_at": {"type": "string", "format": "date-time"},
        "age": {"type": ["integer", "string", "null"], "description": "full years; only a guardian's visit may leave it out"},
        "birth_year": {"type": ["integer", "string", "null"], "description": "instead of age"},
        "recipient": {"type": ["string", "null"], "enum": ["client", "guardian", "", None]},
        **{name: {"type": ["boolean", "string", "null"]} for name in OPTIONAL if name not in {"age", "birth_year", "recipient"}},
    },
}
_BODY = {
    "requestBody": {
        "required": True,
        "description": "One visit, or a list of visits; also one a line, or as CSV. Anything beyond the named fields is refused.",
        "content": {
            "application/json": {"schema": {"oneOf": [_VISIT_SCHEMA, {"type": "array", "items": _VISIT_SCHEMA}]}},
            "application/x-ndjson": {"schema": {"type": "string"}},
            "text/csv": {"schema": {"type": "string"}},
        },
    }
}


class RefusedRow(Schema):
    """A row that was not taken; its value is not repeated."""

    row: int
    field: str
    reason: str


class IntakeReport(Schema):
    """What became of the visits. outcomes: `invited` or a reason → visits."""

    received: int
    refused: list[RefusedRow]
    outcomes: dict[str, int]


class Problem(Schema):
    """Why nothing was taken, in one sentence."""

    error: str


class _FeedToken(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> Feed | None:  # noqa: ARG002 - ninja's signature
        return feed_of(token)


api = NinjaAPI(
    title="Vaste",
    version="1",
    description="Visits in: each ends as an invitation or as one named reason, once, however often it is sent.",
    docs_url=None,
    urls_namespace="api-v1",
)


@api.post(
    "/visits",
    auth=_FeedToken(),
    response={200: IntakeReport, 400: Problem, 413: Problem, 415: Problem},
    openapi_extra=_BODY,
    summary="Take visits in",
)
def post_visits(request: HttpRequest) -> Status[Any]:
    """Take one or many visits in. The same event id twice is one visit; refused rows do not hold up the others."""
    feed: Feed = request.auth  # type: ignore[attr-defined]  # set by ninja
    read = _READERS.get(request.content_type or "application/json")
    if read is None:
        return _refused(415, f"This content type is not read. Send {', '.join(_READERS)}. Nothing was taken in.")
    try:
        rows = read(request.body)
    except Unreadable as error:
        return _refused(400, str(error))
    except RequestDataTooBig:
        return _refused(413, "The message is too large. Nothing was taken in. Send the visits in parts.")
    report = take_in(rows, now=clock.now(), actor=f"feed:{feed.pk}", county=feed.county)
    return Status(200, report.as_json())


def _refused(status: int, sentence: str) -> Status[Any]:
    return Status(status, {"error": sentence})

"""Visits as JSON: one object a line, or one object, or a list of objects."""

from collections.abc import Sequence
from typing import Any

import msgspec

from vaste.visits.formats.rows import Row, Unreadable, decoded
from vaste.visits.rules import Fault

_decoder = msgspec.json.Decoder()
_NO_OBJECT = Fault("(row)", "it is not a JSON object")


def read_ndjson(octets: bytes) -> Sequence[Row]:
    """Return a row for each line that is not empty, numbered by line; a line that is no JSON object is a faulty row."""
    lines = enumerate(decoded(octets).split("\n"), start=1)
    return [_row(number, _decoded(line)) for number, line in lines if line.strip()]


def read_json(octets: bytes) -> Sequence[Row]:
    """Return the rows of one JSON object or of a list of objects, numbered from 1. Raises Unreadable when it is neither."""
    content = _decoded(decoded(octets))
    if isinstance(content, dict):
        return [_row(1, content)]
    if isinstance(content, list):
        return [_row(number, value) for number, value in enumerate(content, start=1)]
    raise Unreadable("The message is not a JSON object or a list of them. Nothing was taken in.")


def _decoded(text: str) -> Any:
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None


def _row(number: int, value: Any) -> Row:
    return Row(number, value) if isinstance(value, dict) else Row(number, {}, _NO_OBJECT)

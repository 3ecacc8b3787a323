"""What every format gives: rows with the number by which a person finds them, and a refusal of the whole when it cannot be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vaste.visits.rules import Fault

MOST_OCTETS = 64 * 1024 * 1024


class Unreadable(ValueError):
    """A file or message cannot be read as a whole; the message is one sentence. Nothing of it was taken."""


@dataclass(frozen=True, slots=True)
class Row:
    """One visit as written. number: the line in the file, or the place in a list, from 1. fault: when it is no row at all."""

    number: int
    fields: Mapping[str, Any] = field(repr=False)
    fault: Fault | None = None


def decoded(octets: bytes) -> str:
    """Return UTF-8 text, with or without a byte order mark. Raises Unreadable for other encodings, binary and too much."""
    if len(octets) > MOST_OCTETS:
        raise Unreadable(f"The file is larger than {MOST_OCTETS // 1024 // 1024} MiB. Nothing was taken in. Send it in parts.")
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("The file is not UTF-8 text. Nothing was taken in. Save it as UTF-8 and send it again.") from None
    if "\x00" in text:
        raise Unreadable("The file holds zero octets and is no text. Nothing was taken in. Save it as UTF-8 text and send it again.")
    return text

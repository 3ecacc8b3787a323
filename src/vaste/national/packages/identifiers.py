"""What no file of a package may hold: anything that looks like an identity code, a phone, an e-mail address or an account."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from vaste.free_text.folding import fold
from vaste.free_text.identifiers import accounts, identity_codes, mails, phones
from vaste.free_text.tags import TAKEN, Tag

_FINDERS = (identity_codes, accounts, mails, phones)
_WORDS = {
    Tag.ID: "a personal identity code",
    Tag.IBAN: "an account number",
    Tag.EMAIL: "an e-mail address",
    Tag.LINK: "an e-mail address or the name of an account",
    Tag.PHONE: "a phone number",
}
# Digits that name no person: checksums, and OIDs, of which no arc is as long as a phone number.
_NO_PERSON = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{64}(?![0-9A-Za-z])|(?<![0-9.])[12](?:\.[0-9]{1,8}){4,12}(?![0-9])")
# As many digits as the shortest identifier has; no count of a county's answers is as large.
_LARGEST_NUMBER = 99_999_999
_PRINTED = re.compile(rb"[\x20-\x7e]{7,}")
_MAIL = re.compile(r"[\w.+%'-]+@[\w-]+\.[\w.-]*[a-z]", re.IGNORECASE)


def looks_like(text: str) -> str | None:
    """Return in words what a text holds that looks like an identifier, or None."""
    folded = _NO_PERSON.sub(TAKEN, fold(text))
    found = next((place for find in _FINDERS for place in find(folded)), None)
    return _WORDS.get(found.tag, "an identifier") if found else None


def number_looks_like(number: float, sizes: Collection[int] = ()) -> str | None:
    """Return in words what a number may be, when it is too long for a count and not the size of a file; or None."""
    return "a number as long as an identifier" if abs(number) > _LARGEST_NUMBER and number not in sizes else None


def first_found(texts: Iterable[str]) -> str | None:
    """Return in words what the first of some texts holds that looks like an identifier, or None."""
    return next((found for text in texts if (found := looks_like(text))), None)


def found_in_json(value: Any, sizes: Collection[int]) -> str | None:
    """Return in words what a JSON value holds, in keys, texts or numbers, that looks like an identifier, or None."""
    for part in _parts(value):
        found = looks_like(part) if isinstance(part, str) else number_looks_like(part, sizes)
        if found:
            return found
    return None


def _parts(value: Any) -> Iterator[str | int | float]:
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting += [*part.keys(), *part.values()]
        elif isinstance(part, list):
            waiting += part
        elif isinstance(part, str | int | float):
            yield part


def found_in_bytes(octets: bytes) -> str | None:
    """Return in words what can be read in bytes that are no text, or None: a mail address counts only when it is a whole one."""
    for run in _PRINTED.findall(octets):
        text = run.decode("ascii")
        found = next((place for find in (identity_codes, accounts, phones) for place in find(text)), None)
        if found:
            return _WORDS.get(found.tag, "an identifier")
        if _MAIL.search(text):
            return _WORDS[Tag.EMAIL]
    return None

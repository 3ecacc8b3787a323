"""Take what identifies somebody out of a comment, and leave a tag that says what stood there."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vaste.free_text.addresses import addresses
from vaste.free_text.folding import fold
from vaste.free_text.identifiers import accounts, birth_dates, identity_codes, links, mails, other_accounts, phones, plates, told_numbers
from vaste.free_text.names import names
from vaste.free_text.tags import TAKEN, Place, Tag

# The surest first: what one has taken the next do not see.
_FINDERS: tuple[Callable[[str], Iterator[Place]], ...] = (
    links, mails, accounts, identity_codes, other_accounts, told_numbers, birth_dates, addresses, phones, plates, names,
)  # fmt: skip
_NEEDS_DIGITS = {accounts, identity_codes, other_accounts, told_numbers, birth_dates, phones, plates}
_TAGS = re.compile(r"\[(?:" + "|".join(Tag) + r")\]")
_DIGIT = re.compile("[0-9]")
_LONGEST_PART = 6000  # the page takes 5000 characters


@dataclass(frozen=True)
class Masked:
    """A comment without what identifies somebody, and where in the one given it stood, in order."""

    text: str
    given: str
    places: tuple[Place, ...]


def mask(text: str) -> str:
    """Return a comment with what identifies somebody replaced by tags such as `[PHONE]`. Masking twice changes nothing more."""
    return find_and_mask(text).text


def find_and_mask(text: str) -> Masked:
    """Return a comment masked, with the places. `given` is the text in Unicode's composed form, to which the places belong."""
    given = unicodedata.normalize("NFC", text)
    places = tuple(place for start, part in _parts(given) for place in _find(start, part))
    pieces, end = list[str](), 0
    for place in places:
        pieces += [given[end : place.start], f"[{place.tag}]"]
        end = place.end
    return Masked("".join([*pieces, given[end:]]), given, places)


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Return a text in parts with where each begins: one, unless it is longer than any comment; a cut is made at a blank."""
    start = 0
    while len(text) - start > _LONGEST_PART:
        blank = max(text.rfind(sign, start, start + _LONGEST_PART) for sign in "\n ")
        end = blank if blank > start else start + _LONGEST_PART
        yield start, text[start:end]
        start = end
    yield start, text[start:]


def _find(start: int, part: str) -> list[Place]:
    """Return what is found in a part of a text, in order, by its places in the whole."""
    left = _TAGS.sub(lambda match: TAKEN * len(match[0]), fold(part))
    has_digits = _DIGIT.search(left) is not None
    found, before = list[Place](), -1
    while before != len(found):  # what has been taken can uncover more beside it
        before = len(found)
        for finder in _FINDERS:
            if has_digits or finder not in _NEEDS_DIGITS:
                new = list(_new(finder(left), left))
                found += new
                left = _without(left, new)
    return sorted((Place(start + place.start, start + place.end, place.tag) for place in found), key=lambda place: place.start)


def _new(places: Iterator[Place], left: str) -> Iterator[Place]:
    """Return places that are not taken, the earliest first where two overlap."""
    end = 0
    for place in sorted(places, key=lambda place: (place.start, -place.end)):
        if place.start >= end and TAKEN not in left[place.start : place.end]:
            yield place
            end = place.end


def _without(left: str, places: list[Place]) -> str:
    pieces, end = list[str](), 0
    for place in places:
        pieces += [left[end : place.start], TAKEN * (place.end - place.start)]
        end = place.end
    return "".join([*pieces, left[end:]]) if places else left

"""Texts cut into words and digits, each knowing where it stands, so that what people wrote stays as it was."""

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from itertools import groupby

# Phones write the keycap 9️⃣ as a digit, a variation selector and an enclosing key.
_KEYCAP = "\ufe0f\u20e3"
_ACCENTS = "\u0300-\u036f"
_TOKEN = re.compile(
    rf"(?P<address>(?:https?://|www\.)\S+)|(?P<digits>\d[\d{_KEYCAP}]*)|(?P<word>[^\W\d_](?:[^\W\d_]|[{_ACCENTS}]|['\u2019](?=[^\W\d_]))*)",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.,;:!?()\n\r…\u2013\u2014]|\s-\s")
# A mark has one or two digits; without a bound, int() refuses texts of thousands of them.
_MOST_DIGITS = 2


@dataclass(frozen=True)
class Token:
    """A word or a number where it stands in a text; value: None for a word and for a number that can be no mark."""

    start: int
    end: int
    word: str
    value: int | None = None
    top: int | None = None  # the 10 of "9 out of 10"

    @property
    def is_digits(self) -> bool:
        return self.word.isdecimal()


def tokens_in(text: str) -> list[Token]:
    """Return the words and digit runs of a text, folded so that they can be compared, where they stand in it."""
    return [_token(match) for match in _TOKEN.finditer(text)]


def clauses_in(text: str) -> list[list[Token]]:
    """Return the words and digits of a text, parted where punctuation parts them."""
    ends = [match.start() for match in _CLAUSE_END.finditer(text)]
    return [list(clause) for _, clause in groupby(tokens_in(text), key=lambda token: bisect_left(ends, token.start))]


def rest_beside(text: str, start: int, end: int) -> str:
    """Return the words that come with an answer: what follows it, or the whole text when the answer stands inside it."""
    is_leading = not any(letter.isalnum() for letter in text[:start])
    return text[end:].strip().lstrip(",.;:!?=(-\u2013\u2014/) ").strip() if is_leading else text.strip()


def _token(match: re.Match[str]) -> Token:
    if match["digits"]:
        digits = "".join(str(unicodedata.digit(letter)) for letter in match["digits"] if letter not in _KEYCAP)
        is_mark = len(digits) <= _MOST_DIGITS and (digits == "0" or not digits.startswith("0"))
        return Token(match.start(), match.end(), digits, int(digits) if is_mark else None)
    return Token(match.start(), match.end(), unicodedata.normalize("NFKC", match[0]).casefold().replace("\u2019", "'"))

"""The words of a comment, each with what is known of it: a name, a word that could be one, a place, or nothing."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from vaste.free_text.inflection import first_forms
from vaste.free_text.voikko import WordReadings, is_voikko_here, word_readings

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_ENDS_SENTENCE = re.compile(r"[.!?\n\r;:…•*/|]|(?:^|\s)[-\"“”»'(]")
_SHOUTED, _FEW_CAPITALS, _SHORT_WORD = 0.7, 4, 3
_SHORTEST_NAME = 2
_SURE_ENDINGS = ("lle", "lta", "ltä", "lla", "llä")


@dataclass(frozen=True)
class Known:
    """What is known of a word in lower case. is_word: it is, or most often is, something else than a name."""

    is_first: bool = False
    is_last: bool = False
    is_word: bool = False
    is_other: bool = False
    is_in_dictionary: bool = False

    @property
    def is_name(self) -> bool:
        return self.is_first or self.is_last

    @property
    def is_surely_name(self) -> bool:
        return self.is_name and not (self.is_word or self.is_other)


class Word(NamedTuple):
    """A word where it stands. gap: what stands between it and the word before. begins: it begins a sentence.

    A named tuple, which is made in a fifth of the time of a frozen dataclass: a comment has dozens, and its sender waits.
    """

    text: str
    lower: str
    start: int
    end: int
    gap: str
    begins: bool
    is_capital: bool
    known: Known

    @property
    def is_initial(self) -> bool:
        return len(self.text) == 1 and self.text.isupper()

    @property
    def is_joined(self) -> bool:
        """Tell whether only a blank or a dash stands before it, perhaps after an initial's point."""
        return self.gap in {" ", "-", ". ", "  "}


def words_of(text: str) -> list[Word]:
    """Return the words of a text in order. Where all is written with capitals they say nothing."""
    capitals_tell, words, end = not _is_shouted(text), list[Word](), 0
    for match in _WORD.finditer(text):
        written, gap = match[0], text[end : match.start()]
        is_capital = capitals_tell and written[0].isupper()
        begins = end == 0 or _ENDS_SENTENCE.search(gap) is not None
        lower = written.lower()
        words.append(
            Word(written, lower, match.start(), match.end(), gap, begins, is_capital, known(lower, is_marked=is_capital and not begins))
        )
        end = match.end()
    return words


def _is_shouted(text: str) -> bool:
    """Tell whether a text is written in capitals, or Every Word With One."""
    capitals = sum(map(str.isupper, text))
    if capitals <= _FEW_CAPITALS:
        return False
    written = [word for word in text.split() if word[0].isalpha() and len(word) > _SHORT_WORD]
    begun = sum(word[0].isupper() for word in written)
    return capitals > _SHOUTED * sum(map(str.isalpha, text)) or (len(written) > _FEW_CAPITALS and begun > _SHOUTED * len(written))


@cache
def table() -> Mapping[str, Any]:
    """Return the cues, as cues.toml has them."""
    return tomllib.loads((files(__package__) / "cues.toml").read_text(encoding="utf-8"))


@cache
def _names() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    lists = tomllib.loads((files(__package__) / "names.toml").read_text(encoding="utf-8"))
    return frozenset(lists["first"].split()), frozenset(lists["last"].split()), frozenset(lists["also_words"].split())


@cache
def _others() -> frozenset[str]:
    return frozenset(table()["not_names"].split())


@lru_cache(maxsize=50_000)
def known(lower: str, *, is_marked: bool) -> Known:
    """Return what the lists, and the dictionary where there is one, know of a word. is_marked: by a capital inside a sentence."""
    if len(lower) < _SHORTEST_NAME:
        return Known()
    first, last, also_words = _names()
    forms, readings = first_forms(lower), word_readings(lower)
    listed = frozenset({lower}) & (first | last) or frozenset(_believed(lower, forms & (first | last), readings, is_marked=is_marked))
    is_other = any(form == lower or len(form) > _SHORT_WORD for form in forms & _others())
    if listed:
        return Known(bool(listed & first), bool(listed & last), listed <= also_words, is_other, readings.is_common)
    is_name = readings.is_first_name or readings.is_last_name
    # The dictionary knows names of all the world, among them `Will` and `More`: without a capital they are words.
    is_word = is_name and (readings.is_common or not is_marked)
    return Known(readings.is_first_name, readings.is_last_name, is_word, is_other, readings.is_known)


def _believed(lower: str, listed: frozenset[str], readings: WordReadings, *, is_marked: bool) -> Iterator[str]:
    """Return the listed names of which a word is a form, and not by chance only, as `kaikin` would be of Kai."""
    if readings.is_known:
        yield from listed if readings.is_first_name or readings.is_last_name or not readings.is_common else ()
    elif is_marked:
        yield from listed
    else:  # nobody knows it: a long name, or one in a form that little else has
        yield from (name for name in listed if lower == name + "s" and len(name) > 4)
        yield from (name for name in listed if not is_voikko_here() and (name.endswith("nen") or lower.endswith(_SURE_ENDINGS)))

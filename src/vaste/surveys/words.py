"""The words people answer with, read from words.toml: data, so that it can grow with what people really write."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec


class _Vocabulary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    stop: frozenset[str]
    start: frozenset[str]
    polite: frozenset[str]
    before_a_language: frozenset[str]
    skip: frozenset[str]
    nothing_to_add: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]
    contact_stems: tuple[str, ...]
    doubtful_numbers: frozenset[str]
    out_of: frozenset[str]
    counted: frozenset[str]
    numbered: frozenset[str]
    before_a_step: frozenset[str]
    other_meaning: dict[str, frozenset[str]]
    languages: dict[str, frozenset[str]]
    numbers: dict[int, frozenset[str]]
    tops: dict[int, frozenset[str]]
    steps: dict[int, frozenset[str]]


_Meaning = TypeVar("_Meaning", int, str)


def _by_word(words: Mapping[_Meaning, frozenset[str]]) -> dict[str, _Meaning]:
    return {word: meaning for meaning, spellings in words.items() for word in spellings}


SAID = msgspec.toml.decode(Path(__file__).with_name("words.toml").read_bytes(), type=_Vocabulary)
LANGUAGES = _by_word(SAID.languages)
NUMBERS = _by_word(SAID.numbers)
TOPS = _by_word(SAID.tops)
STEPS = _by_word(SAID.steps)

"""Themes and tone by the beginnings of words: crude, and anybody can see why. The words are in stems.toml."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from vaste.free_text.labels import Sentiment, Theme


@cache
def _patterns() -> dict[str, dict[str, re.Pattern[str]]]:
    """Return language → theme or tone → what finds its words."""
    table = tomllib.loads((files(__package__) / "stems.toml").read_text(encoding="utf-8"))
    return {
        language: {name: re.compile("|".join(map(_as_pattern, part["words"]))) for name, part in parts.items()}
        for language, parts in table.items()
    }


def _as_pattern(word: str) -> str:
    begins = "" if word.startswith("*") or not word[0].isalnum() else r"(?<!\w)"
    ends = r"(?!\w)" if word.endswith("=") else ""
    return begins + re.escape(word.lstrip("*").rstrip("=")) + ends


def words_found(text: str, language: str) -> dict[str, int]:
    """Return how many words of each theme and of each tone a comment has, in one language."""
    folded = " ".join(text.casefold().split())
    return {name: sum(1 for _ in pattern.finditer(folded)) for name, pattern in _patterns()[language].items()}


def themes_by_words(found: dict[str, int]) -> tuple[Theme, ...]:
    """Return the themes of which at least one word was found."""
    return tuple(theme for theme in Theme if found[theme])


def tone_by_words(found: dict[str, int]) -> Sentiment:
    """Return the tone that the words of a comment have: neutral where both kinds are, unsure where neither is."""
    good, bad = found[Sentiment.POSITIVE], found[Sentiment.NEGATIVE]
    if good and bad:
        return Sentiment.NEUTRAL
    if good or bad:
        return Sentiment.POSITIVE if good else Sentiment.NEGATIVE
    return Sentiment.UNSURE

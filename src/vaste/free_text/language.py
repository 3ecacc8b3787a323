"""In which language a comment is written, by `lingua` among the three that a county answers in."""

import re
from functools import cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from vaste.free_text.labels import LANGUAGES

_CODES = {Language.FINNISH: "fi", Language.SWEDISH: "sv", Language.ENGLISH: "en"}
_SURE_FROM = 0.8
# A word or two is too little to tell Swedish from English: then the language of the survey is the better guess.
_SHORT_LETTERS, _SURE_WHEN_SHORT = 12, 0.97
_TAG = re.compile(r"\[[A-Z]+\]")


@cache
def _detector() -> LanguageDetector:
    # The exact models take 120 MB and seconds to load; the small ones 7 MB, and comments are sentences.
    return LanguageDetectorBuilder.from_languages(*_CODES).with_low_accuracy_mode().build()


def language_of(text: str, *, asked_in: str) -> str:
    """Return `fi`, `sv` or `en`; the language of the survey where the comment itself does not tell."""
    words = _TAG.sub(" ", text)
    letters = sum(letter.isalpha() for letter in words)
    ranked = _detector().compute_language_confidence_values(words) if letters else []
    enough = _SURE_WHEN_SHORT if letters < _SHORT_LETTERS else _SURE_FROM
    if ranked and ranked[0].value >= enough:
        return _CODES[ranked[0].language]
    return asked_in if asked_in in LANGUAGES else LANGUAGES[0]

"""Read a comment: its language, what it is about, and how it sounds."""

from vaste.free_text.labels import Reading
from vaste.free_text.language import language_of
from vaste.free_text.stems import themes_by_words, tone_by_words, words_found

METHOD = "words-1"


def read_comment(text: str, *, asked_in: str) -> Reading:
    """Return what a comment is about and how it sounds. asked_in: the survey's language, for comments too short to tell."""
    language = language_of(text, asked_in=asked_in)
    found = words_found(text, language)
    return Reading(language, themes_by_words(found), tone_by_words(found))

"""Read a comment: its language, what it is about, and how it sounds."""

from vaste.free_text.classifier import Weights, classify, packaged_weights
from vaste.free_text.labels import Reading
from vaste.free_text.language import language_of


def read_comment(text: str, *, asked_in: str, weights: Weights | None = None) -> Reading:
    """Return what a comment is about and how it sounds, by the package's weights unless others are given.

    asked_in: the survey's language, for comments too short to tell. The respondent's score is not asked: what a comment
    is said to say must stand in the comment.
    """
    language = language_of(text, asked_in=asked_in)
    themes, sentiment, method = classify(text, language, weights or packaged_weights())
    return Reading(language, themes, sentiment, method)

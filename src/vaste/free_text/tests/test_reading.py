"""The words of a comment tell what it is about and how it sounds."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from vaste.free_text.classifier import Weights, load_weights, packaged_weights
from vaste.free_text.labels import LANGUAGES, Sentiment, Theme, read_themes, write_themes
from vaste.free_text.language import language_of
from vaste.free_text.reading import read_comment
from vaste.free_text.stems import themes_by_words, tone_by_words, words_found
from vaste.free_text.training import Example, agreement, labelled_themes, learn, why_reading_is_too_bad


@pytest.mark.parametrize(
    ("text", "asked_in", "language"),
    [
        ("Hoitaja oli ystävällinen ja kuunteli.", "sv", "fi"),
        ("Läkaren lyssnade på mig.", "fi", "sv"),
        ("The doctor listened to me.", "fi", "en"),
        ("ok", "sv", "sv"),
        ("Tack", "sv", "sv"),
        ("10/10", "en", "en"),
        ("", "fi", "fi"),
        ("[PHONE]", "sv", "sv"),
        ("👍👍", "se", "fi"),
    ],
)
def test_a_comment_tells_its_language_and_where_it_is_too_short_the_survey_does(text, asked_in, language):
    assert language_of(text, asked_in=asked_in) == language


@pytest.mark.parametrize(
    ("text", "language", "themes", "sentiment"),
    [
        ("Odotin kaksi tuntia.", "fi", {Theme.WAITING}, Sentiment.NEGATIVE),
        ("Ystävällinen henkilökunta!", "fi", {Theme.STAFF}, Sentiment.POSITIVE),
        ("Vänligt bemötande, men jag fick vänta länge.", "sv", {Theme.STAFF, Theme.WAITING}, Sentiment.NEUTRAL),
        ("The online form did not work.", "en", {Theme.DIGITAL}, Sentiment.NEGATIVE),
        ("Kaikki hyvin, kiitos", "fi", set(), Sentiment.POSITIVE),
    ],
)
def test_a_comment_tells_what_it_is_about_and_how_it_sounds(text, language, themes, sentiment):
    reading = read_comment(text, asked_in=language)
    assert (set(reading.themes), reading.sentiment) == (themes, sentiment)
    assert reading.method == packaged_weights().version


@pytest.mark.parametrize(
    ("text", "language", "themes", "sentiment"),
    [
        ("Odotin kaksi tuntia.", "fi", (Theme.WAITING,), Sentiment.NEGATIVE),
        ("Vänlig personal men lång kö", "sv", (Theme.WAITING, Theme.STAFF), Sentiment.POSITIVE),
        ("Ei kommentoitavaa tällä kertaa", "fi", (), Sentiment.UNSURE),
    ],
)
def test_words_alone_tell_themes_and_tone_too(text, language, themes, sentiment):
    found = words_found(text, language)
    assert (themes_by_words(found), tone_by_words(found)) == (themes, sentiment)


def test_any_text_can_be_read():
    for text in ("", " ", "👍", "[NAME]", "x" * 5000, "\u0000", "a b " * 2000):
        assert read_comment(text, asked_in="sv").language in LANGUAGES


def test_held_out_comments_are_read_above_the_floors():
    found = agreement(labelled_themes("held_out"), packaged_weights())
    assert found.comments >= 60
    assert why_reading_is_too_bad(found) == []


def test_examples_teach_a_new_theme_to_the_weights():
    examples = [
        *[
            Example(text, "en", frozenset({Theme.COST}), Sentiment.NEGATIVE)
            for text in ("Too dear.", "It cost a fortune.", "So expensive!")
        ],
        *[Example(text, "en", frozenset({theme}), Sentiment.POSITIVE) for theme in Theme for text in (f"Good {theme}.", f"Nice {theme}!")],
        *[Example(text, "en", frozenset(), Sentiment.NEUTRAL) for text in ("Nothing to say.", "It was ok.")],
    ]
    weights = learn(examples)
    assert Theme.COST in read_comment("What a high price, far too expensive.", asked_in="en", weights=weights).themes
    assert load_weights(saved(weights)).version == weights.version


def saved(weights: Weights) -> bytes:
    with TemporaryDirectory() as folder:
        weights.save(Path(folder) / "weights.npz")
        return (Path(folder) / "weights.npz").read_bytes()


def test_themes_are_one_line_in_one_order():
    assert write_themes((Theme.STAFF, Theme.CARE)) == "care;staff"
    assert read_themes("care;staff;of_an_older_version") == (Theme.CARE, Theme.STAFF)
    assert read_themes("") == ()

"""The words of a comment tell what it is about and how it sounds."""

import pytest

from vaste.free_text.labels import Sentiment, Theme, read_themes, write_themes
from vaste.free_text.language import language_of
from vaste.free_text.reading import read_comment


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
        ("Bra bemötande, men det var svårt att hitta en parkeringsplats.", "sv", {Theme.STAFF, Theme.PREMISES}, Sentiment.NEUTRAL),
        ("The online form did not work.", "en", {Theme.DIGITAL}, Sentiment.NEGATIVE),
        ("Ei kommentoitavaa tällä kertaa", "fi", set(), Sentiment.UNSURE),
    ],
)
def test_words_tell_themes_and_tone(text, language, themes, sentiment):
    reading = read_comment(text, asked_in=language)
    assert (set(reading.themes), reading.sentiment) == (themes, sentiment)


def test_themes_are_one_line_in_one_order():
    assert write_themes((Theme.STAFF, Theme.CARE)) == "care;staff"
    assert read_themes("care;staff;of_an_older_version") == (Theme.CARE, Theme.STAFF)
    assert read_themes("") == ()

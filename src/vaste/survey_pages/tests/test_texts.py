import string

import msgspec
import pytest

from vaste.survey_pages.rules import Problem
from vaste.survey_pages.texts import page_texts

FINNISH = msgspec.to_builtins(page_texts()["fi"])


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_language_has_every_text_with_the_same_gaps(language):
    texts = msgspec.to_builtins(page_texts()[language])
    problems = texts.pop("problems")
    months = texts.pop("months")
    assert set(problems) == set(Problem)
    assert len(set(months)) == 12
    for name, text in texts.items():
        assert text.strip() == text != ""
        assert placeholders(text) == placeholders(FINNISH[name]), name


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_no_text_shouts(language):
    texts = page_texts()[language]
    assert not any("!" in text for text in [*msgspec.to_builtins(texts).values(), *texts.problems.values()] if isinstance(text, str))


def test_the_standard_sentences_stand_as_agreed():
    texts = page_texts()
    assert texts["fi"].promise.startswith("Vastauksesi tallennetaan ilman nimeäsi ja puhelinnumeroasi.")
    assert texts["sv"].promise.startswith("Ditt svar sparas utan ditt namn och telefonnummer.")
    assert texts["en"].promise.startswith("Your answer is stored without your name and phone number.")
    assert [texts[language].may_skip for language in ("fi", "sv", "en")] == [
        "Voit jättää kysymyksen väliin.",
        "Du kan hoppa över en fråga.",
        "You may skip any question.",
    ]

"""Who writes a comparison in a language: the texts, the counties' names, the statements as they were asked."""

from pathlib import Path

from vaste.national.comparison.telling import Teller
from vaste.national.counties import organisations
from vaste.organisations.words import load_words
from vaste.surveys.instrument import Branch, national_adult

_TEXTS = Path(__file__).parent / "comparison.toml"


def teller_of(language: str) -> Teller:
    """Return the writer of a language."""
    statements = {item.id: item.text(language, branch) for branch in reversed(Branch) for item in national_adult().statements_for(branch)}
    return Teller(load_words(_TEXTS)[language], language, organisations(), statements)

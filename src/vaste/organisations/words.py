"""The texts of staff pages: one TOML file per package, each text in Finnish, Swedish and English."""

import tomllib
from functools import cache
from pathlib import Path

from vaste.organisations.rules import LANGUAGES

Words = dict[str, str]
_SERVICES = Path(__file__).parent / "services.toml"


class WordsWrong(ValueError):
    """A file of texts lacks a language or holds one too many; the message names file and text."""


@cache
def load_words(path: Path) -> dict[str, Words]:
    """Return the texts of a file by language and key. Raises WordsWrong."""
    with path.open("rb") as file:
        texts = tomllib.load(file)
    for key, versions in texts.items():
        if set(versions) != set(LANGUAGES) or not all(versions.values()):
            raise WordsWrong(f"{path.name}: the text {key} must be given in {', '.join(LANGUAGES)}, and in nothing else.")
    return {language: {key: versions[language] for key, versions in texts.items()} for language in LANGUAGES}


def service_name(service: str, language: str) -> str:
    """Return the name of a service line for people; of one that has none here, its key made readable."""
    return load_words(_SERVICES)[language].get(service) or service.replace("_", " ").capitalize()

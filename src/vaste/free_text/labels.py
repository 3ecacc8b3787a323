"""What is said of a comment: its themes, how it sounds, and its language."""

from dataclasses import dataclass
from enum import StrEnum

LANGUAGES = ("fi", "sv", "en")


class Theme(StrEnum):
    """What a comment is about; it can be about several things, or none of them."""

    WAITING = "waiting"
    STAFF = "staff"
    INFORMATION = "information"
    CARE = "care"
    PREMISES = "premises"
    DIGITAL = "digital"
    LANGUAGE = "language"
    COST = "cost"


class Sentiment(StrEnum):
    """How a comment sounds; mixed and matter-of-fact ones are neutral, those that the method cannot tell are unsure."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Reading:
    """What a method makes of a comment. method: its version."""

    language: str
    themes: tuple[Theme, ...]
    sentiment: Sentiment
    method: str


def write_themes(themes: tuple[Theme, ...]) -> str:
    """Return themes as one line, sorted: `care;staff`. Equal themes give equal lines."""
    return ";".join(sorted(themes))


def read_themes(line: str) -> tuple[Theme, ...]:
    """Return the themes of a line that `write_themes` wrote; those no longer known are left out."""
    known = {str(theme): theme for theme in Theme}
    return tuple(known[name] for name in line.split(";") if name in known)

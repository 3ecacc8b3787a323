"""One comment of the record, and how comments are chosen. What of them may be shown is decided above, in `results.comments`."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import BooleanField, F, Func

from vaste.free_text.labels import Sentiment, Theme

HAS_COMMENT = Func(F("free_text"), template="%(expressions)s > ''", output_field=BooleanField())
"""Said without a parameter, or SQLite would not see that the index of comments holds what is asked for."""


class ScoreBand(StrEnum):
    """What a respondent is called by their answer to the recommendation question."""

    PROMOTERS = "promoters"
    PASSIVES = "passives"
    DETRACTORS = "detractors"


@dataclass(frozen=True)
class Comment:
    """One comment with what was made of it. is_corrected: people of staff said so."""

    response_id: UUID
    text: str
    language: str
    themes: tuple[Theme, ...]
    sentiment: Sentiment | None
    is_corrected: bool

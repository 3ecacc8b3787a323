"""What a person thinks of a visit: score, statements, a comment, and whether to be contacted. Pure and repeatable by seed."""

import random
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from vaste.simulator.people import Person, weighted

_COMMENTS = Path(__file__).with_name("comments.toml")
_COMMENT_SHARE = 0.7
_CONTACT_SHARE = 0.06
_STATEMENTS = 12


class Mood(StrEnum):
    """How a visit went, in the classes of the net promoter score."""

    GLAD = "glad"
    CONTENT = "content"
    UNHAPPY = "unhappy"


@dataclass(frozen=True)
class Service:
    """How well a unit serves: of a hundred people so many leave glad, and so many unhappy."""

    glad: int
    unhappy: int


USUAL_SERVICE = Service(glad=78, unhappy=8)

_SCORES: dict[Mood, dict[int, int]] = {
    Mood.GLAD: {10: 62, 9: 38},
    Mood.CONTENT: {8: 64, 7: 36},
    Mood.UNHAPPY: {6: 24, 5: 22, 4: 14, 3: 14, 2: 10, 1: 6, 0: 10},
}
_STATEMENT_VALUES: dict[Mood, dict[int, int]] = {
    Mood.GLAD: {5: 68, 4: 26, 3: 5, 2: 1},
    Mood.CONTENT: {5: 22, 4: 50, 3: 18, 2: 10},
    Mood.UNHAPPY: {4: 16, 3: 24, 2: 34, 1: 26},
}


@dataclass(frozen=True)
class Opinion:
    """What a person would say if asked. statements: a value from 1 to 5 for each in the order in which they are asked."""

    score: int
    statements: tuple[int, ...]
    comment: str
    wants_contact: bool

    def statement(self, position: int) -> int:
        """Return the value for the statement asked at a position, counted from 0."""
        return self.statements[position % len(self.statements)]


def opinion_of(person: Person, *, service: Service, seed: int) -> Opinion:
    """Return what a person thinks of a visit to a unit that serves so; comment is empty where the person has none."""
    rng = random.Random(f"{seed}/opinion/{person.index}")  # noqa: S311 - a rehearsal must be repeatable
    content = 100 - service.glad - service.unhappy
    mood = weighted(rng, {Mood.GLAD: service.glad, Mood.CONTENT: content, Mood.UNHAPPY: service.unhappy})
    return Opinion(
        score=weighted(rng, _SCORES[mood]),
        statements=tuple(weighted(rng, _STATEMENT_VALUES[mood]) for _ in range(_STATEMENTS)),
        comment=rng.choice(_comments()[person.writes_in][mood]) if rng.random() < _COMMENT_SHARE else "",
        wants_contact=rng.random() < _CONTACT_SHARE * (3 if mood is Mood.UNHAPPY else 1),
    )


@cache
def _comments() -> dict[str, dict[str, list[str]]]:
    """Return the invented comments by language and mood."""
    return tomllib.loads(_COMMENTS.read_text(encoding="utf-8"))

"""How well the methods do, on the project's own labelled comments (`labelled/`), apart for what was held out from making them."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from vaste.free_text.labels import LANGUAGES
from vaste.free_text.masking import Masked, find_and_mask
from vaste.free_text.tags import Place, Tag

PARTS = ("made_with", "held_out")
"""Comments that were seen while the rules were made, and those written afterwards, for which nothing was changed."""

RECALL_AT_LEAST, PRECISION_AT_LEAST = 0.97, 0.95
_LABEL = re.compile(r"\{([A-Z]+)\|(.*?)\}")
# Between two names of one label: it may stay or go.
_JOINS = re.compile(r"\b(?:ja|och|and)\b")


@dataclass(frozen=True)
class Labelled:
    """A comment, and what of it must go."""

    text: str
    places: tuple[Place, ...]


@dataclass
class Score:
    """How many identifiers there were and were masked whole, and how many places were masked and rightly so."""

    comments: int = 0
    identifiers: int = 0
    found: int = 0
    masked: int = 0
    rightly: int = 0
    missed: Counter[str] = field(default_factory=Counter)

    @property
    def recall(self) -> float:
        return self.found / self.identifiers if self.identifiers else 1.0

    @property
    def precision(self) -> float:
        return self.rightly / self.masked if self.masked else 1.0


@cache
def labelled_comments(language: str, part: str) -> tuple[Labelled, ...]:
    """Return the labelled comments of a language and part."""
    name = f"masking_{language}.txt" if part == PARTS[0] else f"masking_{part}_{language}.txt"
    lines = (files(__package__) / "labelled" / name).read_text(encoding="utf-8").splitlines()
    return tuple(_labelled(line) for line in lines if line and not line.startswith("#"))


def _labelled(line: str) -> Labelled:
    text, places, end = "", list[Place](), 0
    for match in _LABEL.finditer(line):
        text += line[end : match.start()]
        places.append(Place(len(text), len(text) + len(match[2]), Tag(match[1])))
        text += match[2]
        end = match.end()
    return Labelled(text + line[end:], tuple(places))


def score_masking(comments: Iterable[Labelled], *, tag: Tag | None = None, masker: Callable[[str], Masked] = find_and_mask) -> Score:
    """Return how well comments are masked; with a tag, only what bears or was given that tag. An identifier counts under any tag."""
    score = Score()
    for comment in comments:
        found = masker(comment.text).places
        must_go = [place for place in comment.places if tag in {None, place.tag}]
        whole = [place for place in must_go if not "".join(_left(comment.text, place, found))]
        gone = [place for place in found if tag in {None, place.tag}]
        score.comments += 1
        score.identifiers += len(must_go)
        score.found += len(whole)
        score.masked += len(gone)
        score.rightly += sum(any(_overlap(place, label) for label in comment.places) for place in gone)
        score.missed.update(place.tag for place in must_go if place not in whole)
    return score


def _left(text: str, label: Place, found: Iterable[Place]) -> Iterator[str]:
    """Return the letters and digits of a label that were not masked."""
    joins = {place for match in _JOINS.finditer(text, label.start, label.end) for place in range(*match.span())}
    taken = {place for mask in found for place in range(mask.start, mask.end)} | joins
    return (text[place] for place in range(label.start, label.end) if text[place].isalnum() and place not in taken)


def _overlap(one: Place, other: Place) -> bool:
    return one.start < other.end and other.start < one.end


def masking_scores() -> dict[tuple[str, str], Score]:
    """Return the score of each part, and in it of all, each language and each tag, by their names."""
    scores: dict[tuple[str, str], Score] = {}
    for part in PARTS:
        comments = {language: labelled_comments(language, part) for language in LANGUAGES}
        everything = [comment for found in comments.values() for comment in found]
        scores[part, "all"] = score_masking(everything)
        scores |= {(part, language): score_masking(found) for language, found in comments.items()}
        scores |= {(part, str(tag)): score_masking(everything, tag=tag) for tag in Tag}
    return scores


def why_masking_is_too_bad(scores: dict[tuple[str, str], Score]) -> list[str]:
    """Return what is below the floors, in words."""
    return [
        f"{name} of {part}, {measure}: {value:.3f}, at least {floor}"
        for (part, name), score in scores.items()
        for measure, value, floor in _floors(name, score)
        if value < floor
    ]


def _floors(name: str, score: Score) -> Iterator[tuple[str, float, float]]:
    if name == Tag.ID:
        yield "recall", score.recall, 1.0
    elif name == "all" or name in LANGUAGES:
        yield "recall", score.recall, RECALL_AT_LEAST
        yield "precision", score.precision, PRECISION_AT_LEAST

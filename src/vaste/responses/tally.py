"""Counts of answers, the only thing that figures are made of."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from vaste.responses.rules import read_answers

_SCORES, _STEPS = 11, 5


@dataclass
class Tally:
    """How many responses there are, how many gave each score 0 to 10, and how many chose each step 1 to 5 of each statement."""

    responses: int = 0
    nps: list[int] = field(default_factory=lambda: [0] * _SCORES)
    statements: dict[str, list[int]] = field(default_factory=dict)

    def __add__(self, other: "Tally") -> "Tally":
        both = Tally(self.responses + other.responses, [a + b for a, b in zip(self.nps, other.nps, strict=True)])
        for tally in (self, other):
            for item, steps in tally.statements.items():
                so_far = both.statements.get(item, [0] * _STEPS)
                both.statements[item] = [a + b for a, b in zip(so_far, steps, strict=True)]
        return both

    def statement(self, item: str) -> list[int]:
        """Return how many chose each step of a statement; five zeros when nobody was asked."""
        return self.statements.get(item, [0] * _STEPS)


class TallyMaker:
    """Adds up answers; a line of statement answers is taken apart once, however often it was given."""

    def __init__(self) -> None:
        self._responses = 0
        self._scores: Counter[int] = Counter()
        self._lines: Counter[str] = Counter()

    def add(self, score: int | None, line: str, times: int) -> None:
        """Add equal answers."""
        self._responses += times
        self._lines[line] += times
        if score is not None:
            self._scores[score] += times

    def add_joined(self, responses: int, scores: Iterable[int], lines: Iterable[str]) -> None:
        """Add many answers: the scores that were given, and the line of each."""
        self._responses += responses
        self._scores.update(scores)
        self._lines.update(lines)

    def tally(self) -> Tally:
        """Return what has been added."""
        made = Tally(responses=self._responses, nps=[self._scores[score] for score in range(_SCORES)])
        pairs: Counter[str] = Counter()
        for line, times in self._lines.items():
            for pair in line.split(";"):
                pairs[pair] += times
        for pair, times in pairs.items():
            for item, step in read_answers(pair).items():
                made.statements.setdefault(item, [0] * _STEPS)[step - 1] += times
        return made

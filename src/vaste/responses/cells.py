"""Counts of answers cell by cell, as arrays: thousands of cells are added up at once, where a `Tally` is made for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vaste.responses.tally import Tally

SCORES, STEPS = slice(1, 12), 5
"""Where in a row of counts the scores stand, after the number of responses; after them five steps of each statement."""

Numbers = NDArray[np.int64]


def steps_of(place: int) -> slice:
    """Return where in a row of counts the steps of a statement stand, the first of which is at place 0."""
    start = SCORES.stop + STEPS * place
    return slice(start, start + STEPS)


def width(items: Sequence[str]) -> int:
    """Return how many numbers a row of counts has."""
    return SCORES.stop + STEPS * len(items)


@dataclass(frozen=True)
class Cells:
    """Counts by cell. keys: the values that tell a cell, which may come more than once; counts: a row for each, of `width(items)`."""

    keys: tuple[tuple[str, ...], ...]
    items: tuple[str, ...]
    counts: Numbers

    def __add__(self, other: "Cells") -> "Cells":
        items = (*self.items, *(item for item in other.items if item not in self.items))
        return Cells(self.keys + other.keys, items, np.vstack([self.counts_of(items), other.counts_of(items)]))

    def counts_of(self, items: Sequence[str]) -> Numbers:
        """Return the rows with the statements that are named, in their order; zeros for one that nobody was asked."""
        if tuple(items) == self.items:
            return self.counts
        counts = np.zeros((len(self.keys), width(items)), dtype=np.int64)
        counts[:, : SCORES.stop] = self.counts[:, : SCORES.stop]
        for place, item in enumerate(items):
            if item in self.items:
                counts[:, steps_of(place)] = self.counts[:, steps_of(self.items.index(item))]
        return counts

    def answered(self) -> set[str]:
        """Return the statements that anybody answered."""
        return {item for place, item in enumerate(self.items) if self.counts[:, steps_of(place)].any()}

    def by(self, *places: int) -> "Cells":
        """Return the same counts told apart by some values of the keys alone."""
        return Cells(tuple(tuple(key[place] for place in places) for key in self.keys), self.items, self.counts)

    def only(self, chosen: Sequence[bool]) -> "Cells":
        """Return the chosen cells alone."""
        keys = tuple(key for key, is_chosen in zip(self.keys, chosen, strict=True) if is_chosen)
        return Cells(keys, self.items, self.counts[np.array(chosen, dtype=bool)])

    def tallies(self) -> dict[tuple[str, ...], Tally]:
        """Return a tally for each cell; a statement that nobody answered there is left out."""
        tallies: dict[tuple[str, ...], Tally] = {}
        for key, row in zip(self.keys, self.counts.tolist(), strict=True):
            tally = Tally(row[0], row[SCORES])
            for place, item in enumerate(self.items):
                if any(steps := row[steps_of(place)]):
                    tally.statements[item] = steps
            tallies[key] = tallies[key] + tally if key in tallies else tally
        return tallies


def cells_of(tallies: Mapping[tuple[str, ...], Tally]) -> Cells:
    """Return tallies by cell as arrays."""
    items = tuple(sorted({item for tally in tallies.values() for item in tally.statements}))
    rows = [[tally.responses, *tally.nps, *(step for item in items for step in tally.statement(item))] for tally in tallies.values()]
    return Cells(tuple(tallies), items, np.array(rows, dtype=np.int64).reshape(len(rows), width(items)))

"""Counts of a reader's units as arrays: months by units by the parts of a breakdown by what is counted. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Grid:
    """Counts by month, unit and part. name: tells the grids of one reader apart; places: where each month stands."""

    name: str
    places: Mapping[str, int]
    parts: tuple[str, ...]
    numbers: NDArray[np.int32]
    _sums: dict[tuple[str, ...], Numbers] = field(default_factory=dict)

    def column(self, part: str) -> int | None:
        """Return where a part stands; None where nobody was counted in it."""
        return self.parts.index(part) if part in self.parts else None

    def counts(self, month: str, counted: slice) -> Numbers:
        """Return how often any of some things were counted in a month, units by parts."""
        place = self.places.get(month)
        if place is None:
            return np.zeros(self.numbers.shape[1:3], dtype=np.int64)
        numbers: Numbers = self.numbers[place, :, :, counted].sum(axis=2, dtype=np.int64)
        return numbers

    def sums(self, months: Sequence[str]) -> Numbers:
        """Return what was counted in some months together: units by parts by what is counted."""
        key = tuple(months)
        if key not in self._sums:
            self._sums[key] = self.numbers[[self.places[month] for month in key if month in self.places]].sum(axis=0, dtype=np.int64)
        return self._sums[key]

    def has(self, counted: slice) -> bool:
        """Tell whether any of some things was ever counted."""
        return bool(self.numbers[:, :, :, counted].any())


def make_grid(name: str, keys: Sequence[tuple[str, ...]], counts: Numbers, units: Mapping[str, int]) -> Grid:
    """Return counts as a grid. keys: unit, month and, where the grid is divided, part; the same one may come more than once.

    counts: a row for each key. units: the place of each unit.
    """
    months = {month: place for place, month in enumerate(sorted({key[1] for key in keys}))}
    parts = tuple(sorted({"".join(key[2:]) for key in keys})) or ("",)
    columns = {part: place for place, part in enumerate(parts)}
    shape = (len(months), len(units), len(parts))
    flat = [(months[key[1]] * shape[1] + units[key[0]]) * shape[2] + columns["".join(key[2:])] for key in keys]
    return Grid(name, months, parts, _added_up(np.array(flat, dtype=np.int64), counts, shape))


def _added_up(flat: Numbers, counts: Numbers, shape: tuple[int, int, int]) -> NDArray[np.int32]:
    """Return the rows of counts added up at their places. flat: the place of each, counted through the shape."""
    numbers = np.zeros((shape[0] * shape[1] * shape[2], counts.shape[1]), dtype=np.int32)
    if len(flat):
        order = np.argsort(flat, kind="stable")
        begins = np.flatnonzero(np.diff(flat[order], prepend=-1))
        numbers[flat[order][begins]] = np.add.reduceat(counts[order], begins, axis=0)
    return numbers.reshape(*shape, counts.shape[1])

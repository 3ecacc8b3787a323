"""Counts of answers in a table of one to three axes, and what may be shown of each part of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from vaste.indicators.disclosure import Cell
from vaste.responses.queries import Dimension
from vaste.responses.tally import Tally
from vaste.results.figures import Figures, Part, Shown, figures

Place = Mapping[Dimension, str | None]
"""A part of a table by its values; None, or no value, takes all values of an axis together."""


@dataclass(frozen=True)
class Table:
    """Counts by a value for each axis, and which of their sums may be shown."""

    axes: tuple[Dimension, ...]
    tallies: Mapping[tuple[str, ...], Tally]
    shown: Shown

    def figures(self, place: Place, invited: int | None) -> Figures:
        """Return what may be shown of a part. invited: how many were, None where that has no meaning, as by channel."""
        return figures(Part(sum(self._within(place).values(), Tally()), invited), self._cell(place), self.shown)

    def values(self, axis: Dimension, place: Place | None = None) -> set[str]:
        """Return the values that answers have on an axis, in a part of the table."""
        at = self.axes.index(axis)
        return {key[at] for key in self._within(place or {})}

    def _cell(self, place: Place) -> Cell:
        return tuple(place.get(axis) for axis in self.axes)

    def _within(self, place: Place) -> dict[tuple[str, ...], Tally]:
        cell = self._cell(place)
        return {key: tally for key, tally in self.tallies.items() if all(at in {None, value} for at, value in zip(cell, key, strict=True))}

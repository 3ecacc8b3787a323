"""How answers spread over a scale, as shares, and where each share lies in a bar that diverges from the middle."""

from collections.abc import Sequence
from typing import NamedTuple


class Piece(NamedTuple):
    """A part of a bar: where it begins and ends, as shares of the whole bar, 0 where the bar diverges."""

    start: float
    end: float


def shares(counts: Sequence[int]) -> tuple[float, ...] | None:
    """Return each count as a share of all, 0 to 1; None when there are no answers."""
    n = sum(counts)
    return tuple(count / n for count in counts) if n else None


def diverging(counts: Sequence[int]) -> tuple[Piece, ...] | None:
    """Return the pieces of a bar of counts, lowest step first, so that the middle of the scale lies at 0.

    An odd number of steps has one that leans neither way, and 0 lies in its middle. Every piece lies within -1 to 1, the
    bar is 1 long. None when there are no answers.
    """
    parts = shares(counts)
    if parts is None:
        return None
    half, odd = divmod(len(parts), 2)
    at = -sum(parts[:half]) - (parts[half] / 2 if odd else 0.0)
    pieces: list[Piece] = []
    for part in parts:
        pieces.append(Piece(at, at + part))
        at += part
    return tuple(pieces)

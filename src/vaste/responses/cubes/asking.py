"""A question to the cubes and its answer; light, so that who has no copy loads no engine."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from vaste.responses.cells import Cells
from vaste.responses.periods import Span


@dataclass(frozen=True)
class Asked:
    """A question to the cubes: whose counts, of which days, by which marks, with which marks alone.

    by: `month` or marks as the cubes call them. only: the values that count, of some marks.
    """

    units: tuple[str, ...]
    span: Span
    by: tuple[str, ...]
    only: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Counted:
    """The answer: counts by the values asked for, and the units' months that are not in them (unit OID, first day)."""

    cells: Cells
    missing: tuple[tuple[str, date], ...]


class CubesUnreadable(RuntimeError):
    """The cubes that the database tells of cannot be read."""

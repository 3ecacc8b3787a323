"""Leaks planted on purpose in what a county publishes, and whether the attacker's audit finds them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from vaste.national.disclosure.attack import Bounds, bounds
from vaste.national.disclosure.suppression import Unprotectable, protect
from vaste.national.disclosure.tables import Line, Table, two_way


class Leak(StrEnum):
    """A way in which a hidden cell gets out."""

    COMPLEMENTARY = "complementary"
    OVER_TIME = "differencing over time"
    HOMOGENEOUS = "homogeneous cell"


@dataclass(frozen=True)
class Found:
    """What the audit says of a planted leak: what an attacker learns of the cell as planted, and whether the leak can be closed.

    is_found: the cell stays within bounds closer than k - 1. is_closed: after protection it does not; False where nothing can
    protect it, and the delivery must stop.
    """

    leak: Leak
    bounds: Bounds
    is_found: bool
    is_closed: bool


@dataclass(frozen=True)
class _Planted:
    table: Table
    hidden: frozenset[int]
    cell: int


def audit_planted_leaks(k: int) -> tuple[Found, ...]:
    """Return what the audit says of one leak of each kind."""
    return tuple(_audited(leak, plant(k), k) for leak, plant in _PLANTED.items())


def _audited(leak: Leak, planted: _Planted, k: int) -> Found:
    found = bounds(planted.table, planted.hidden)[planted.cell]
    try:
        protected = protect(planted.table, k)
    except Unprotectable:
        return Found(leak, found, found.width < k - 1, is_closed=False)
    after = protected.bounds.get(planted.cell)
    return Found(leak, found, found.width < k - 1, is_closed=after is not None and after.width >= k - 1)


def _complementary(k: int) -> _Planted:
    """Hide one small cell of services by ages alone: its row and its column tell it."""
    rows = [[k - 2, 40, 35], [60, 52, 48], [31, 44, 58]]
    return _Planted(two_way(rows), frozenset({0}), 0)


def _over_time(k: int) -> _Planted:
    """Deliver a correction with k - 2 more people in a group than before: both totals stand there, and so does their difference."""
    before, more = 30, k - 2
    counts = (before, before + more, more)
    return _Planted(Table(counts, (Line(1, (0, 2)),), fixed=frozenset({0, 1}), secret=frozenset({2})), frozenset({2}), 2)


def _homogeneous(k: int) -> _Planted:
    """Show a group of many who all detract: whoever knows that somebody is in it knows what they answered.

    The cells are the group's detractors and others, who are none, beside those of another group; the group itself is large.
    """
    rows = [[4 * k, 0], [3 * k, 40]]
    table = two_way(rows)
    return _Planted(Table(table.counts, table.lines, table.fixed, frozenset({0, 1})), frozenset({0, 1}), 1)


_PLANTED: Mapping[Leak, Callable[[int], _Planted]] = {
    Leak.COMPLEMENTARY: _complementary,
    Leak.OVER_TIME: _over_time,
    Leak.HOMOGENEOUS: _homogeneous,
}

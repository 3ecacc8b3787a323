"""Which cells of a table to hide: those with too few respondents, and the fewest others that keep them from being worked out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count

import highspy
import numpy as np

from vaste.national.disclosure.attack import Attacker, Bounds, Solver, Vector
from vaste.national.disclosure.tables import Table

_SECONDS_A_CHOICE = 10.0
_NEAR = 1e-6


class Unprotectable(Exception):
    """Some cells can be worked out whatever else is hidden; what is published must be coarser. cells: which."""

    def __init__(self, cells: Iterable[int]) -> None:
        self.cells = tuple(sorted(cells))
        super().__init__(f"{len(self.cells)} cells cannot be protected.")


@dataclass(frozen=True)
class Protection:
    """What is hidden of a table, and what an attacker then knows of each hidden cell that needs protection."""

    hidden: frozenset[int]
    bounds: dict[int, Bounds]


def _nothing(_hidden: frozenset[int]) -> frozenset[int]:
    return frozenset()


def _never(_hidden: frozenset[int]) -> bool:
    return False


def protect(
    table: Table,
    k: int,
    *,
    gap: float = 1e-4,
    also: Callable[[frozenset[int]], frozenset[int]] = _nothing,
    most_choices: int | None = None,
    is_too_much: Callable[[frozenset[int]], bool] = _never,
) -> Protection:
    """Return the fewest cells to hide so that every hidden one stays open between bounds at least k - 1 apart.

    Raises Unprotectable. Primary are the cells with 1 to k - 1 respondents and the secret ones. The others are chosen by an
    integer program over all cells, to which an attack on its last answer adds what was missing, until no attack succeeds
    (Fischetti & Salazar 2001, doi:10.1287/opre.49.5.711.10609). Where cells have costs, those that cost least are hidden;
    among equals those with the fewest respondents. gap: by what share more than the fewest may be hidden, which saves time.
    also: given what is hidden, says what must be hidden beside it. most_choices: after so many it is given up as unprotectable;
    is_too_much: so it is where a choice hides what this says is too much.
    """
    primary = table.sensitive(k)
    if not primary:
        return Protection(frozenset(), {})
    _refuse_hopeless(table, primary, k)
    choice = _Choice(table, primary, gap)
    unprotected = table.unpublished - table.secret
    for number in count(1):
        hidden = choice.hidden()
        if is_too_much(hidden):
            raise Unprotectable(hidden - table.unpublished)
        attacker = Attacker(table, hidden)
        too_narrow = [cell for cell in sorted(hidden - unprotected) if not attacker.is_open(cell, k - 1)]
        more = also(hidden) if not too_narrow else frozenset()
        choice.require(more)
        if not too_narrow and not more:
            return Protection(hidden - table.unpublished, {cell: attacker.bounds(cell) for cell in sorted(hidden - unprotected)})
        if number == most_choices:
            raise Unprotectable(too_narrow or more)
        for cell in too_narrow:
            choice.demand(attacker, cell, k - 1)
    raise AssertionError("unreachable")


def _refuse_hopeless(table: Table, primary: frozenset[int], k: int) -> None:
    """Raise Unprotectable when some primary cell cannot be protected even with everything hidden that can be."""
    everything = frozenset(range(len(table.counts))) - table.fixed
    attacker = Attacker(table, everything) if everything else None
    hopeless = [cell for cell in primary if cell in table.fixed or not attacker or not attacker.is_open(cell, k - 1)]
    if hopeless:
        raise Unprotectable(hopeless)


class _Choice:
    """The integer program: one yes or no for each cell, as few yes as the demands allow."""

    def __init__(self, table: Table, primary: frozenset[int], gap: float) -> None:
        counts = np.array(table.counts, dtype=np.float64)
        self._room_below = counts
        self._room_above = table.most - counts
        size = len(counts)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = size, 0
        # Below one in all, so that a cell less always counts for more than respondents less.
        model.col_cost_ = np.array(table.costs or [1.0] * size) + counts / (counts.sum() + 1.0)
        must = primary | table.unpublished
        model.col_lower_ = np.array([float(cell in must) for cell in range(size)])
        model.col_upper_ = np.array([float(cell not in table.fixed) for cell in range(size)])
        model.integrality_ = [highspy.HighsVarType.kInteger] * size
        self._solver = Solver()
        self._solver.setOptionValue("time_limit", _SECONDS_A_CHOICE)
        self._solver.setOptionValue("mip_rel_gap", gap)
        self._solver.passModel(model)
        self._require_company(table)

    def _require_company(self, table: Table) -> None:
        """Nothing can be hidden alone in a line: the rest of the line would tell it."""
        for line in table.lines:
            cells = (*line.parts, line.total)
            for cell in cells:
                if cell not in table.fixed and cell not in table.unpublished - table.secret:
                    others = [other for other in cells if other != cell and other not in table.fixed]
                    self._add_row([*others, cell], [*([1.0] * len(others)), -1.0])

    def hidden(self) -> frozenset[int]:
        """Return the present best choice."""
        self._solver.run()
        assert self._solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        values = np.array(self._solver.getSolution().col_value)
        return frozenset(int(cell) for cell in np.flatnonzero(values > 0.5))

    def require(self, cells: Iterable[int]) -> None:
        """Demand of every later choice that it hides some cells."""
        for cell in cells:
            self._solver.changeColBounds(cell, 1.0, 1.0)

    def demand(self, attacker: Attacker, cell: int, width: float) -> None:
        """Demand of every later choice what keeps this cell open, if it is hidden then.

        The prices of an attack hold whatever is hidden: how far it lets the cell move is at most the sum over hidden cells
        of price times room. So a choice that leaves the cell open must hide cells worth that much.
        """
        down, up = attacker.reach(cell, -1), attacker.reach(cell, 1)
        if up.value - down.value > width - _NEAR:  # only because counts are whole is it too narrow
            worth = width * np.ones(len(self._room_below))
            worth[list(attacker.hidden)] = 0.0
        else:
            worth = np.minimum(self._worth(down.prices) + self._worth(up.prices), width)
        worth[cell] -= width
        cells = np.flatnonzero(np.abs(worth) > _NEAR)
        self._add_row(cells.tolist(), worth[cells].tolist())

    def _worth(self, prices: Vector) -> Vector:
        worth: Vector = np.where(prices > 0, prices * self._room_above, -prices * self._room_below)
        return worth

    def _add_row(self, cells: list[int], values: list[float]) -> None:
        self._solver.addRow(0.0, highspy.kHighsInf, len(cells), np.array(cells, dtype=np.int32), np.array(values))

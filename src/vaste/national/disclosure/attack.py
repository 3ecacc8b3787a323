"""What an attacker finds out of hidden cells, by linear programming over everything that is published."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor

import highspy
import numpy as np
from numpy.typing import NDArray

from vaste.national.disclosure.tables import Table

Vector = NDArray[np.float64]
_NEAR = 1e-6


@dataclass(frozen=True)
class Bounds:
    """The lowest and the highest count that a hidden cell can have for all that an attacker knows."""

    low: int
    high: int

    @property
    def width(self) -> int:
        """How far apart they are."""
        return self.high - self.low


class Solver(highspy.Highs):
    """HiGHS without its words on standard output. Its Python face turns them on with callbacks, which nobody here needs."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def enableCallbacks(self) -> None:  # noqa: N802 - the name is that of HiGHS
        """Turn the words off instead."""
        self.silent()


@dataclass(frozen=True)
class Reach:
    """How far up or down a cell can go. prices: for each cell, how much it gives per respondent of room above (> 0) or below (< 0)."""

    value: float
    prices: Vector


class Attacker:
    """Somebody who has every cell of a table but the hidden ones, knows the sums, and that no count is below zero or above all."""

    def __init__(self, table: Table, hidden: Iterable[int]) -> None:
        self.hidden = tuple(sorted(hidden))
        self._table = table
        self._sums = sums_of(table)
        self._columns = np.array(self.hidden, dtype=np.int32)
        self._place = {int(cell): column for column, cell in enumerate(self._columns)}
        self._solver = Solver()
        self._solver.passModel(self._model())
        # The least and the most that each hidden cell was in any solution so far: every attack on one tells of the others, too.
        self._least = np.full(len(self.hidden), np.inf)
        self._most = np.full(len(self.hidden), -np.inf)

    def _model(self) -> highspy.HighsLp:
        counts = np.array(self._table.counts, dtype=np.float64)
        known = counts.copy()
        known[self._columns] = 0.0
        sums = self._sums[:, self._columns]
        self._lines = np.flatnonzero(np.abs(sums).sum(axis=1))
        sums = sums[self._lines]
        all_sums = self._sums[self._lines]
        rest = -(all_sums @ known)
        self._rows, self._cells = np.nonzero(all_sums)
        self._signs = -all_sums[self._rows, self._cells]
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self._columns), len(self._lines)
        model.col_cost_ = np.zeros(len(self._columns))
        model.col_lower_ = np.zeros(len(self._columns))
        model.col_upper_ = np.full(len(self._columns), float(self._table.most))
        model.row_lower_ = model.row_upper_ = rest
        model.sense_ = highspy.ObjSense.kMaximize
        fill_rows(model, sums)
        return model

    def reach(self, cell: int, direction: int) -> Reach:
        """Return the highest (direction 1) or lowest (-1) count of a hidden cell, with the prices that prove it."""
        value, duals = self._push(cell, direction)
        prices = np.zeros(len(self._table.counts))
        np.add.at(prices, self._cells, self._signs * duals[self._rows])
        prices[cell] += direction
        return Reach(value, prices)

    def _push(self, cell: int, direction: int) -> tuple[float, Vector]:
        column = self._place[cell]
        self._solver.changeColCost(column, float(direction))
        self._solver.run()
        assert self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal  # the true counts are a solution
        value = direction * self._solver.getObjectiveValue()
        solution = self._solver.getSolution()
        counts, duals = np.array(solution.col_value), np.array(solution.row_dual)
        self._least, self._most = np.minimum(self._least, counts), np.maximum(self._most, counts)
        self._solver.changeColCost(column, 0.0)
        return value, duals

    def is_open(self, cell: int, width: int) -> bool:
        """Tell whether a hidden cell's bounds are at least so wide; quicker than the bounds where another attack has shown it."""
        column = self._place[cell]
        if self._most[column] >= self._least[column] and floor(self._most[column] + _NEAR) - ceil(self._least[column] - _NEAR) >= width:
            return True
        return self.bounds(cell).width >= width

    def bounds(self, cell: int) -> Bounds:
        """Return what the attacker finds out of a hidden cell; counts are whole, so the bounds are."""
        low, high = self._push(cell, -1)[0], self._push(cell, 1)[0]
        return Bounds(ceil(low - _NEAR), floor(high + _NEAR))


def bounds(table: Table, hidden: Iterable[int]) -> dict[int, Bounds]:
    """Return what an attacker finds out of each hidden cell of a table."""
    cells = sorted(hidden)
    if not cells:
        return {}
    attacker = Attacker(table, cells)
    return {cell: attacker.bounds(cell) for cell in cells}


def sums_of(table: Table) -> Vector:
    """Return the lines of a table as a matrix (lines × cells): its product with the counts is zero."""
    matrix = np.zeros((len(table.lines), len(table.counts)))
    for row, line in enumerate(table.lines):
        matrix[row, list(line.parts)] += 1.0
        matrix[row, line.total] -= 1.0
    return matrix


def fill_rows(model: highspy.HighsLp, matrix: Vector) -> None:
    """Put the rows of a matrix into a model."""
    rows, columns = np.nonzero(matrix)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=matrix.shape[0])))).astype(np.int32)
    model.a_matrix_.index_ = columns.astype(np.int32)
    model.a_matrix_.value_ = matrix[rows, columns]

"""Tables of counts whose cells are tied by sums, as an attacker sees them."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """A total and its parts, as numbers of cells: everybody knows that the parts add up to the total."""

    total: int
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Table:
    """Counts tied by lines. fixed: cells that cannot be hidden, because they are published already or were promised.

    Several tables, earlier releases too, are one table here when cells that count the same people are one cell.
    secret: cells to be hidden though they are large, such as those where all answered alike. unpublished: cells that stand in no table,
    but in sums that everybody knows, such as those who were invited and did not answer; they need no protection unless they are secret.
    costs: what hiding each cell is worth to the readers, at least 1; alike where left out.
    """

    counts: tuple[int, ...]
    lines: tuple[Line, ...]
    fixed: frozenset[int] = field(default_factory=frozenset)
    secret: frozenset[int] = field(default_factory=frozenset)
    unpublished: frozenset[int] = field(default_factory=frozenset)
    costs: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError where a count is below zero, or where parts do not add up to their total."""
        if any(count < 0 for count in self.counts):
            raise ValueError("A count is below zero.")
        for line in self.lines:
            if sum(self.counts[part] for part in line.parts) != self.counts[line.total]:
                raise ValueError("The parts of a line do not add up to its total.")

    @property
    def most(self) -> int:
        """The largest count, which no other exceeds."""
        return max(self.counts, default=0)

    def sensitive(self, k: int) -> frozenset[int]:
        """Return the cells with too few respondents, at least one and fewer than k, and the secret ones. An empty cell tells of nobody."""
        small = frozenset(cell for cell, count in enumerate(self.counts) if 0 < count < k)
        return small - self.unpublished | self.secret


def two_way(rows: Sequence[Sequence[int]]) -> Table:
    """Return a two-way table, its margins and grand total fixed; cell (i, j) of w columns has number i * w + j.

    The totals of rows, of columns and of all follow behind, in this order.
    """
    height, width = len(rows), len(rows[0]) if rows else 0
    inner = [count for row in rows for count in row]
    row_totals = [sum(row) for row in rows]
    column_totals = [sum(row[column] for row in rows) for column in range(width)]
    first_row, first_column = len(inner), len(inner) + height
    everything = first_column + width
    lines = [Line(first_row + i, tuple(range(i * width, (i + 1) * width))) for i in range(height)]
    lines += [Line(first_column + j, tuple(range(j, len(inner), width))) for j in range(width)]
    lines += [Line(everything, tuple(range(first_row, first_column))), Line(everything, tuple(range(first_column, everything)))]
    counts = (*inner, *row_totals, *column_totals, sum(inner))
    return Table(counts, tuple(lines), frozenset(range(first_row, everything + 1)))

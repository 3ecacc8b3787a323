"""A two-way table of counts as a CSV file: column names above, row names in the first column."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_MOST_CELLS = 20_000
_LARGEST_COUNT = 10**12
_WORDS_FOR_TOTAL = {"total", "sum", "all", "yhteensä", "summa", "kaikki", "totalt", "alla"}


class TableRefused(Exception):
    """The file holds no table of counts; the message is one sentence for people."""


@dataclass(frozen=True)
class CountTable:
    """Counts by row and column, with the names of both."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    def name(self, cell: int) -> tuple[str, str] | None:
        """Return the row and column of a cell of `tables.two_way`, or None for one of its totals."""
        row, column = divmod(cell, len(self.columns))
        return (self.rows[row], self.columns[column]) if row < len(self.rows) else None


def read_table(text: str) -> CountTable:
    """Return the table of a CSV text, separated by comma, semicolon or tab. Raises TableRefused.

    A last row and column of totals are taken for what they are when they are named so and add up.
    """
    lines = _lines(text)
    columns = _names(lines[0][1:], "column")
    rows = _names([line[0] for line in lines[1:]], "row")
    counts = tuple(_counts(line, number, len(columns)) for number, line in enumerate(lines[1:], start=2))
    return _without_totals(CountTable(rows, columns, counts))


def _lines(text: str) -> list[list[str]]:
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    try:
        lines = [[value.strip() for value in line] for line in csv.reader(text.splitlines(), delimiter=separator, strict=True)]
    except csv.Error as error:
        raise TableRefused("The file is no CSV table: its quotes do not fit together.") from error
    lines = [line for line in lines if any(line)]
    if len(lines) < 2 or len(lines[0]) < 2:
        raise TableRefused("The file holds no table: it needs a line of column names, and lines that begin with a row's name.")
    if len(lines) * len(lines[0]) > _MOST_CELLS:
        raise TableRefused(f"The table is too large: at most {_MOST_CELLS} cells can be protected in one go. Split or merge it.")
    return lines


def _names(names: Sequence[str], kind: str) -> tuple[str, ...]:
    if not all(names):
        raise TableRefused(f"A {kind} of the table has no name.")
    twice = next((one for one, other in pairwise(sorted(names)) if one == other), None)
    if twice:
        raise TableRefused(f"Two {kind}s of the table are called {twice}.")
    return tuple(names)


def _counts(line: Sequence[str], number: int, width: int) -> tuple[int, ...]:
    if len(line) != width + 1:
        raise TableRefused(f"Line {number} has {len(line) - 1} counts, and there are {width} column names.")
    for place, value in enumerate(line[1:], start=2):
        if not (value.isascii() and value.isdigit()) or int(value[:20]) > _LARGEST_COUNT:
            raise TableRefused(f"Line {number}, field {place}: a count is a whole number, 0 or more.")
    return tuple(map(int, line[1:]))


def _without_totals(table: CountTable) -> CountTable:
    counts = table.counts
    if table.columns[-1].casefold() in _WORDS_FOR_TOTAL and all(sum(row[:-1]) == row[-1] for row in counts) and len(table.columns) > 1:
        table = CountTable(table.rows, table.columns[:-1], tuple(row[:-1] for row in counts))
    counts = table.counts
    sums = tuple(map(sum, zip(*counts[:-1], strict=True)))
    if table.rows[-1].casefold() in _WORDS_FOR_TOTAL and sums == counts[-1]:
        table = CountTable(table.rows[:-1], table.columns, counts[:-1])
    return table

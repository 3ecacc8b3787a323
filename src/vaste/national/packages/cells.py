"""Whether a table of counts is one of a package, and tells of nobody: its columns, values, threshold and sums."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from vaste.national.packages.forms import Cell, Form
from vaste.national.packages.layout import AGES, ALL, CHANNELS, HIDDEN, LANGUAGES, NPS_COUNTS, SHOWN, STEPS, TableLayout
from vaste.national.packages.refusal import PackageRefused, Reason

Row = dict[str, Cell]
Key = tuple[Cell, ...]

_NAME = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
_OID = re.compile(r"[0-2](?:\.[0-9]{1,8}){4,12}")
_VALUES: Mapping[str, Sequence[str]] = {"age": (*AGES, ALL), "language": (*LANGUAGES, ALL), "channel": (*CHANNELS, ALL)}
_ITEM_COLUMN = re.compile(r"([a-z0-9]+(?:[-_][a-z0-9]+)*)_([1-5])")
_MOST_CELLS = 1_000_000


@dataclass(frozen=True)
class Cells:
    """A table whose columns and values are right. numbers: the columns that add up."""

    layout: TableLayout
    numbers: tuple[str, ...]
    rows: list[Row]
    by_key: dict[Key, Row] = field(default_factory=dict)


def is_item_column(name: str) -> bool:
    """Tell whether a column counts one step of a statement."""
    return name not in NPS_COUNTS and _ITEM_COLUMN.fullmatch(name) is not None


def items_of(columns: Sequence[str]) -> tuple[str, ...]:
    """Return the statements that columns of a table name, in order."""
    found = [match for name in columns if is_item_column(name) and (match := _ITEM_COLUMN.fullmatch(name))]
    return tuple(match[1] for match in found if match[2] == "1")


def checked(form: Form, layout: TableLayout, *, items: Sequence[str], quarters: Sequence[str]) -> Cells:
    """Return a table's cells, each value one that may stand there and each meeting of marks once. Raises PackageRefused."""
    if form.columns != layout.columns(items):
        raise PackageRefused(Reason.SCHEMA, f"{form.name} has not the columns of {layout.name}.")
    numbers = form.columns[len(layout.marks) + 1 :]
    cells = Cells(layout, numbers, [dict(zip(form.columns, row, strict=True)) for row in form.rows])
    for number, row in enumerate(cells.rows, start=2):
        wrong = _wrong_mark(row, layout, quarters) or _wrong_count(row, numbers)
        if wrong:
            raise PackageRefused(Reason.SCHEMA, f"{form.name}, row {number}: {wrong}.")
        if cells.by_key.setdefault(_key(row, layout), row) is not row:
            raise PackageRefused(Reason.SCHEMA, f"{form.name}, row {number}: this cell stands there twice.")
    _check_complete(form.name, cells)
    return cells


def _key(row: Row, layout: TableLayout) -> Key:
    return tuple(row[mark] for mark in layout.keys)


def _wrong_mark(row: Row, layout: TableLayout, quarters: Sequence[str]) -> str | None:
    for mark in layout.marks:
        value = row[mark]
        if not isinstance(value, str) or not _may_stand(mark, value, quarters):
            return f"the column {mark} holds what may not stand there"
    return None if row["state"] in {SHOWN, HIDDEN} else f"the state is neither {SHOWN} nor {HIDDEN}"


def _may_stand(mark: str, value: str, quarters: Sequence[str]) -> bool:
    if mark == "quarter":
        return value in quarters or (value == ALL and len(quarters) > 1)
    if mark in _VALUES:
        return value in _VALUES[mark]
    return (_OID if mark == "unit" else _NAME).fullmatch(value) is not None


def _wrong_count(row: Row, numbers: Sequence[str]) -> str | None:
    if row["state"] == HIDDEN:
        return None if all(row[name] is None for name in numbers) else "a hidden cell has numbers"
    if not all(isinstance(row[name], int) for name in numbers):
        return "a shown cell lacks a number, or has one that is no whole number"
    return _wrong_parts({name: value for name in numbers if isinstance(value := row[name], int)})


def _wrong_parts(counts: Mapping[str, int]) -> str | None:
    """Tell what does not fit together within a cell."""
    n = counts["n"]
    if any(count < 0 for count in counts.values()):
        return "a count is below zero"
    if "nps_n" not in counts:
        return None
    scores = counts["promoters"] + counts["passives"] + counts["detractors"]
    answered = [sum(counts[f"{item}_{step}"] for step in STEPS) for item in items_of(list(counts))]
    return "its counts do not fit its n" if scores != counts["nps_n"] or max([counts["nps_n"], *answered]) > n else None


def _check_complete(name: str, cells: Cells) -> None:
    """Every meeting of the values that occur must be there, or what is missing would be hidden without anybody's knowing."""
    values = [sorted({str(key[place]) for key in cells.by_key}) for place in range(len(cells.layout.keys))]
    count = 1
    for of_mark in values:
        count *= len(of_mark)
    if count > _MOST_CELLS or any(key not in cells.by_key for key in product(*values)):
        raise PackageRefused(Reason.SCHEMA, f"{name} does not list every meeting of its values.")


def check_threshold(cells: Cells, k: int) -> None:
    """Refuse a shown cell with fewer than k respondents but not none. Raises PackageRefused."""
    for number, row in enumerate(cells.rows, start=2):
        n = row["n"]
        if isinstance(n, int) and 0 < n < k:
            raise PackageRefused(Reason.THRESHOLD, f"data/{cells.layout.name}.csv, row {number}: shown with fewer than {k} respondents.")


def check_sums(cells: Cells) -> None:
    """Refuse margins that are not the sum of their parts, and hidden cells that a line of shown ones gives away."""
    for place, mark in enumerate(cells.layout.keys):
        for total, parts in _lines(cells, place):
            check_line(total, parts, cells.numbers, where=f"data/{cells.layout.name}.csv, over {mark}")


def _lines(cells: Cells, place: int) -> Iterator[tuple[Row, list[Row]]]:
    """Return each margin along one mark, with its parts."""
    totals: dict[Key, Row] = {}
    parts: dict[Key, list[Row]] = defaultdict(list)
    for key, row in cells.by_key.items():
        line = (*key[:place], *key[place + 1 :])
        if key[place] == ALL:
            totals[line] = row
        else:
            parts[line].append(row)
    return ((total, parts[line]) for line, total in totals.items() if parts[line])


def check_line(total: Row, parts: Sequence[Row], numbers: Sequence[str], *, where: str) -> None:
    """Refuse a line whose shown cells do not add up, or of which one hidden cell can be worked out. Raises PackageRefused."""
    shown = [part for part in parts if part["state"] == SHOWN]
    hidden = len(parts) - len(shown) + (total["state"] == HIDDEN)
    if hidden == 1:
        raise PackageRefused(Reason.SUBTRACTION, f"{where}: a hidden cell can be worked out from the shown ones.")
    if total["state"] == HIDDEN:
        return
    for name in numbers:
        together, whole = sum(_number(part[name]) for part in shown), _number(total[name])
        if together > whole or (not hidden and together != whole):
            raise PackageRefused(Reason.SUMS, f"{where}: the parts do not add up to their total.")


def _number(cell: Cell) -> int:
    assert isinstance(cell, int)
    return cell


def check_between(tables: Mapping[str, Cells]) -> None:
    """Refuse tables that contradict each other, or of which one shows what another hides. Raises PackageRefused."""
    services, strata, units = tables["services"], tables["strata"], tables["units"]
    for (service, quarter, age, channel), row in strata.by_key.items():
        if channel == ALL:
            _check_same(row, services.by_key.get((service, quarter, age, ALL)), services.numbers, where="services and strata")
            _check_same(services.by_key.get((service, quarter, age, ALL)), row, services.numbers, where="services and strata")
        if age == ALL:
            _check_same(row, tables["channels"].by_key.get((service, quarter, channel)), ("n",), where="strata and channels")
    for key, row in services.by_key.items():
        _check_same(row, tables["invited"].by_key.get(key), ("n",), where="services and invited")
    of_service: dict[Key, list[Row]] = defaultdict(list)
    for row in units.rows:
        of_service[row["service"], row["quarter"]].append(row)
    for (service, quarter), parts in of_service.items():
        total = services.by_key.get((service, quarter, ALL, ALL))
        if total:
            check_line(total, parts, units.numbers, where="units and services")


def _check_same(cell: Row | None, other: Row | None, numbers: Sequence[str], *, where: str) -> None:
    if cell is None or other is None or other["state"] == HIDDEN:
        return
    if cell["state"] == HIDDEN:
        raise PackageRefused(Reason.SUBTRACTION, f"{where}: a cell that one table hides stands in the other.")
    if any(cell[name] != other[name] for name in numbers):
        raise PackageRefused(Reason.SUMS, f"{where}: the same cell has other numbers in the other table.")

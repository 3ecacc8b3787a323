"""Responses on their way from the database to the copy: no id, no text, no hash; one column for each statement."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from arro3.core import Array, DataType, Table
from duckdb import DuckDBPyConnection

from vaste.responses.models import Response
from vaste.responses.periods import month_after

ITEM = "item_"
MARKS = ("unit", "period_start", "period_kind", "instrument", "channel", "language", "respondent_role", "age_band")
_FIELDS = ("unit_id", *MARKS[1:], "nps", "answers")
_CHUNK = 50_000
_EPOCH = date(1970, 1, 1)
# Sorted like this, equal marks and answers stand together; that is what makes the files small.
_ORDER = ("unit", "period_start", "channel", "language", "respondent_role", "age_band", "instrument", "nps")
EMPTY_LOADED = (
    "CREATE OR REPLACE TEMP TABLE loaded (unit VARCHAR, period_start DATE, period_kind VARCHAR, instrument VARCHAR, channel VARCHAR, "
    "language VARCHAR, respondent_role VARCHAR, age_band VARCHAR, nps TINYINT, answers VARCHAR)"
)


def load_responses(con: DuckDBPyConnection, *, month: date, units: Sequence[str]) -> list[str]:
    """Put a month's responses of some units into the table `loaded`, a row each; return the statements found, sorted."""
    con.execute(EMPTY_LOADED)
    for chunk in _chunks(month, units):
        con.register("chunk", chunk)
        con.execute("INSERT INTO loaded SELECT * REPLACE (DATE '1970-01-01' + period_start AS period_start) FROM chunk")
        con.unregister("chunk")
    return found_items(con)


def found_items(con: DuckDBPyConnection) -> list[str]:
    """Return the statements in the table `loaded`, sorted."""
    pairs = "SELECT unnest(string_split(answers, ';')) AS pair FROM (SELECT DISTINCT answers FROM loaded WHERE answers <> '')"
    found = con.execute(f"SELECT DISTINCT split_part(pair, '=', 1) AS item FROM ({pairs}) ORDER BY item")  # noqa: S608
    return [item for (item,) in found.fetchall()]


def _chunks(month: date, units: Sequence[str]) -> Iterator[Table]:
    chosen = Response.objects.filter(unit_id__in=units, period_start__gte=month, period_start__lt=month_after(month))
    rows = chosen.order_by().values_list(*_FIELDS).iterator(chunk_size=_CHUNK)
    while chunk := list(islice(rows, _CHUNK)):
        yield _arrow(chunk)


def _arrow(rows: list[tuple[Any, ...]]) -> Table:
    columns = dict(zip((*MARKS, "nps", "answers"), map(list, zip(*rows, strict=True)), strict=True))
    columns["period_start"] = [(day - _EPOCH).days for day in columns["period_start"]]
    types = {"period_start": DataType.int32(), "nps": DataType.int8()}
    return Table.from_pydict({name: Array(values, types.get(name, DataType.utf8())) for name, values in columns.items()})


def spread(items: Sequence[str], *, month: date) -> str:
    """Return the SQL that gives the copy's rows from the table `loaded`: marks, score, and a column for each statement."""
    steps = ", ".join(f"{_step(item)} AS {quoted(ITEM + item)}" for item in items)
    lines = f"(SELECT answers{', ' + steps if steps else ''} FROM (SELECT DISTINCT answers FROM loaded))"  # noqa: S608
    columns = ", ".join([f"'{month:%Y-%m}' AS month", *MARKS, "nps", *(quoted(ITEM + item) for item in items)])
    return f"SELECT {columns} FROM loaded JOIN {lines} AS lines USING (answers) ORDER BY {order(items)}"  # noqa: S608


def _step(item: str) -> str:
    pattern = f"(^|;){re.escape(item)}=([0-9]+)".replace("'", "''")
    return f"TRY_CAST(nullif(regexp_extract(answers, '{pattern}', 2), '') AS TINYINT)"


def order(items: Sequence[str]) -> str:
    """Return by what a file is sorted."""
    return ", ".join([*_ORDER, *(quoted(ITEM + item) for item in items)])


def quoted(name: str) -> str:
    """Return a column's name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'

"""The record's rows for those entitled: as coarse as they are kept, in files of any size, a piece at a time.

A row is not anonymous: its marks together can be one person's. So an export is no page and no open data: its purpose and the decision
that allows it are named and audited, with the number of rows and the checksum of the file.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from vaste.core.audit import audit
from vaste.responses.models import Response
from vaste.responses.queries import Selection
from vaste.responses.rules import read_answers

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MARKS = ("unit", "period_start", "period_kind", "instrument", "channel", "language", "respondent_role", "age_band", "nps")
_FIELDS = ("unit_id", *MARKS[1:], "answers", "free_text")
_CHUNK = 20_000
_REFERENCE = re.compile(r"[0-9A-Za-zÅÄÖåäö][0-9A-Za-zÅÄÖåäö/.:_ -]{0,39}")
# What a spreadsheet would take for a formula: at the beginning of a cell, and where one begins for a spreadsheet that parts cells by
# semicolons, as Finnish and Swedish ones do. `;-)` is none.
_FORMULA = re.compile(r"^(?=[=+@\t\r-])|(?<=[;\t\r\n])(?=[=+@]|-(?!\)))")


class Purpose(StrEnum):
    """What rows are exported for."""

    QUALITY = "quality"
    RESEARCH = "research"
    AUTHORITY = "authority"
    MOVING = "moving"


class Format(StrEnum):
    """How an export is written."""

    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True)
class Order:
    """What is exported and why. reference: of the decision that allows it. with_comments: the masked texts too."""

    county: str
    selection: Selection
    purpose: Purpose
    reference: str
    with_comments: bool = False


@dataclass
class Receipt:
    """What an export came to: rows, and the SHA-256 of the whole file, in hex."""

    rows: int = 0
    _hash: Any = field(default_factory=hashlib.sha256, repr=False)

    @property
    def sha256(self) -> str:
        return str(self._hash.hexdigest())

    def add(self, octets: bytes) -> bytes:
        """Count a piece of the file in, and return it."""
        self._hash.update(octets)
        return octets


def why_not_a_reference(text: str) -> str | None:
    """Return why a text cannot be the reference of a decision, or None when it can."""
    if _REFERENCE.fullmatch(text):
        return None
    return "The decision's reference must be 1 to 40 letters and digits, as SOITE/123/2026."


def export_csv(order: Order, receipt: Receipt, *, actor: str) -> Iterator[bytes]:
    """Return an export as pieces of a CSV file in UTF-8 with a heading; the receipt fills as they are taken.

    That it was begun is audited before the first piece, and how it ended after the last, also when nobody took it.
    """
    _audit_begun(order, Format.CSV, actor)
    ended = "record.export_broken"
    try:
        items = _items(order)
        yield receipt.add(_lines([_heading(order, items)]))
        for chunk in _chunks(order, items):
            receipt.rows += len(chunk)
            yield receipt.add(_lines(chunk))
        ended = "record.exported"
    finally:
        _audit_ended(order, receipt, Format.CSV, actor, ended)


def export_parquet(order: Order, path: Path, *, actor: str) -> Receipt:
    """Write an export as a Parquet file; return its receipt."""
    _audit_begun(order, Format.PARQUET, actor)
    receipt, items = Receipt(), _items(order)
    with TemporaryDirectory(prefix=".export-", dir=path.parent) as folder:
        receipt.rows = _write_parquet(order, items, path, Path(folder))
    with path.open("rb") as file:
        while octets := file.read(1 << 20):
            receipt.add(octets)
    _audit_ended(order, receipt, Format.PARQUET, actor, "record.exported")
    return receipt


def _audit_begun(order: Order, written_as: Format, actor: str) -> None:
    audit(actor, "record.export_begun", order.county, purpose=order.purpose, reference=order.reference, format=written_as)


def _audit_ended(order: Order, receipt: Receipt, written_as: Format, actor: str, action: str) -> None:
    audit(
        actor,
        action,
        order.county,
        purpose=order.purpose,
        reference=order.reference,
        format=written_as,
        comments=order.with_comments,
        rows=receipt.rows,
        sha256=receipt.sha256,
    )


def _responses(order: Order) -> QuerySet[Response]:
    return order.selection.responses()


def _items(order: Order) -> list[str]:
    """Return the statements that the rows have, sorted."""
    lines = _responses(order).exclude(answers="").order_by().values_list("answers", flat=True).distinct()
    return sorted({item for line in lines.iterator(chunk_size=_CHUNK) for item in read_answers(line)})


def _heading(order: Order, items: Sequence[str]) -> list[str]:
    return [*MARKS, *items, *(["comment"] if order.with_comments else [])]


def _chunks(order: Order, items: Sequence[str]) -> Iterator[list[list[Any]]]:
    """Return rows by unit and period; within a period in the order of random ids, which says nothing."""
    rows = _responses(order).order_by("unit_id", "period_start", "pk").values_list(*_FIELDS).iterator(chunk_size=_CHUNK)
    while chunk := [_row(row, items, with_comment=order.with_comments) for row in islice(rows, _CHUNK)]:
        yield chunk


def _row(row: tuple[Any, ...], items: Sequence[str], *, with_comment: bool) -> list[Any]:
    *marks, line, text = row
    steps = read_answers(line)
    return [*marks, *(steps.get(item) for item in items), *([text] if with_comment else [])]


def _lines(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([[_harmless(value) for value in row] for row in rows])
    return text.getvalue().encode()


def _harmless(value: Any) -> Any:
    """Return a value as a spreadsheet shows it and never runs it."""
    return _FORMULA.sub("'", value) if isinstance(value, str) else value


def _write_parquet(order: Order, items: Sequence[str], path: Path, folder: Path) -> int:
    """Write rows piece by piece beside the file, and then the pieces into it; return how many rows."""
    from vaste.responses.copy.engine import connect, listed  # loads the engines

    names, rows, parts = _heading(order, items), 0, []
    types = {name: "TINYINT" if name in {"nps", *items} else "DATE" if name == "period_start" else "VARCHAR" for name in names}
    with closing(connect(folder / "spill")) as con:
        for number, chunk in enumerate(_chunks(order, items)):
            parts.append(str(folder / f"{number}.parquet"))
            _write_part(con, types, chunk, parts[-1])
            rows += len(chunk)
        nothing = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in types.items())
        source = f"FROM read_parquet({listed(parts)})" if parts else f"SELECT {nothing} WHERE false"
        con.execute(f"COPY ({source}) TO {_quoted(str(path))} (FORMAT parquet, COMPRESSION zstd)")
    return rows


def _write_part(con: "DuckDBPyConnection", types: Mapping[str, str], rows: Sequence[Sequence[Any]], file: str) -> None:
    from arro3.core import Array, DataType, Table

    columns = dict(zip(types, map(list, zip(*rows, strict=True)), strict=True))
    columns["period_start"] = [day.isoformat() for day in columns["period_start"]]
    arrays: dict[str, Any] = {
        name: Array(values, DataType.int8() if types[name] == "TINYINT" else DataType.utf8()) for name, values in columns.items()
    }
    con.register("rows", Table.from_pydict(arrays))
    typed = ", ".join(f'"{name}"::{kind} AS "{name}"' for name, kind in types.items())
    con.execute(f"COPY (SELECT {typed} FROM rows) TO {_quoted(file)} (FORMAT parquet)")  # noqa: S608
    con.unregister("rows")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

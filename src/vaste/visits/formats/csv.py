"""Visits as CSV: a first row with the names of the fields, then a row a visit; comma or semicolon."""

import csv
import io
from collections.abc import Sequence

from vaste.visits.formats.rows import MOST_OCTETS, Row, Unreadable, decoded
from vaste.visits.rules import FIELDS, REQUIRED, Fault


def read_csv(octets: bytes) -> Sequence[Row]:
    """Return the rows of a CSV file, numbered by line. Raises Unreadable when there is no heading row or no CSV."""
    text = decoded(octets)
    heading = text.split("\n", 1)[0]
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    csv.field_size_limit(MOST_OCTETS)  # a huge field is refused with its own row, not with the file
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        _refuse_heading(names)
        return [_row(names, values, reader.line_num) for values in reader if values]
    except csv.Error as error:
        raise Unreadable(f"Line {reader.line_num} is not valid CSV. Nothing was taken in. Correct it and send the file again.") from error


def _refuse_heading(names: Sequence[str]) -> None:
    if not set(names) & set(FIELDS):
        raise Unreadable(f"The first row must name the fields: {', '.join(FIELDS)}. Nothing was taken in.")
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise Unreadable(f"The first row does not name {', '.join(missing)}. Nothing was taken in. Add it and send the file again.")
    if len(set(names)) != len(names):
        raise Unreadable("The first row names a field twice. Nothing was taken in. Name each field once and send the file again.")


def _row(names: Sequence[str], values: Sequence[str], line: int) -> Row:
    if len(values) != len(names):
        fault = Fault("(row)", f"it has {len(values)} values where the first row names {len(names)} fields")
        return Row(line, dict(zip(names, values, strict=False)), fault)
    return Row(line, dict(zip(names, values, strict=True)))

"""From the octets of a file to numbered rows, by its mapping. Pure."""

import csv
import io
from collections.abc import Iterator
from collections.abc import Mapping as Fields
from dataclasses import dataclass, field

from vaste.history.mapping import Encoding, Mapping

MOST_OCTETS = 64 * 1024 * 1024
_ZIP = b"PK\x03\x04"
_TEXT_CONTROLS = "\t\r\n\x0c"


class Unreadable(ValueError):
    """A file cannot be read as a whole; the message is one sentence. Nothing of it was taken."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as written, by column, without spaces around. number: the line it ends on. is_whole: it has a value for each column."""

    number: int
    values: Fields[str, str] = field(repr=False)
    is_whole: bool = True


def read_rows(octets: bytes, mapping: Mapping) -> Iterator[Row]:
    """Yield the rows of a file. Raises Unreadable, before the first row or at the line that is no CSV."""
    text = _decoded(octets, mapping.file.encoding)
    csv.field_size_limit(MOST_OCTETS)  # a huge field is refused with its own row, not with the file
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mapping.file.separator, strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        _refuse_heading(names, mapping)
        for values in reader:
            if any(value.strip() for value in values):
                fields = {name: value.strip() for name, value in zip(names, values, strict=False)}
                yield Row(reader.line_num, fields, is_whole=len(values) == len(names))
    except csv.Error as error:
        raise Unreadable(f"Line {reader.line_num} is not valid CSV. Nothing was imported. Correct it and import the file again.") from error


def _decoded(octets: bytes, encoding: Encoding) -> str:
    if len(octets) > MOST_OCTETS:
        raise Unreadable(f"The file is larger than {MOST_OCTETS // 1024 // 1024} MiB. Nothing was imported. Import it in parts.")
    if octets.startswith(_ZIP):
        raise Unreadable("The file is a spreadsheet or an archive, not text. Nothing was imported. Save it as CSV and import that.")
    if encoding in {Encoding.CP1252, Encoding.LATIN_1} and _is_utf_8_beyond_ascii(octets):
        raise Unreadable(f"The file is UTF-8, where the mapping says {encoding}. Nothing was imported. Correct file.encoding.")
    try:
        text = octets.decode("utf-8-sig" if encoding is Encoding.UTF_8 else encoding)
    except UnicodeDecodeError:
        raise Unreadable(f"The file is not {encoding} text, as the mapping says. Nothing was imported. Correct file.encoding.") from None
    if any(ord(letter) < 32 and letter not in _TEXT_CONTROLS for letter in set(text)):
        raise Unreadable("The file is no text. Nothing was imported. Save it as CSV, name its encoding in the mapping, and import that.")
    return text


def _is_utf_8_beyond_ascii(octets: bytes) -> bool:
    """Tell whether octets are UTF-8 with letters beyond ASCII, which text in a one-octet encoding practically never is."""
    if octets.isascii():
        return False
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _refuse_heading(names: list[str], mapping: Mapping) -> None:
    """Raise Unreadable where the first row is not the one the mapping speaks of."""
    if not names:
        raise Unreadable("The file is empty. Nothing was imported.")
    missing = [column for column in mapping.columns if column not in names]
    if missing:
        raise Unreadable(
            f"The first row does not name {', '.join(missing)}. Nothing was imported. "
            "Correct the names of columns, the separator or the encoding in the mapping."
        )
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Unreadable("The first row names a column twice. Nothing was imported. Name each once and import the file again.")
    unknown = [name for name in names if name not in {*mapping.columns, *mapping.file.ignored}]
    if unknown:
        raise Unreadable(
            f"The mapping says nothing of {len(unknown)} column{'s' if len(unknown) > 1 else ''}, the first of them number "
            f"{names.index(unknown[0]) + 1} in the first row. Nothing was imported. Map it, or name it in file.ignored."
        )

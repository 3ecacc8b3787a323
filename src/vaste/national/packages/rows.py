"""Rows under contract: each respondent's marks made so coarse that nobody stands alone, in CSV, Parquet and FHIR."""

import re
from collections import Counter

import msgspec

from vaste.national.packages.forms import Form, decoded
from vaste.national.packages.layout import FHIR_ROWS
from vaste.national.packages.refusal import PackageRefused, Reason

_COLUMN = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_MARK = re.compile(r"[a-zA-Z0-9+]+(?:[-_.+][a-zA-Z0-9]+)*")
_HIGHEST_ANSWER = 10


def check_rows(form: Form, k: int) -> None:
    """Refuse rows that are not made of marks and answers, and rows whose marks fewer than k share. Raises PackageRefused.

    A column of texts is a mark, one of whole numbers from 0 to 10 an answer; an answer may be missing.
    """
    if len(set(form.columns)) != len(form.columns) or not all(_COLUMN.fullmatch(name) for name in form.columns):
        raise PackageRefused(Reason.SCHEMA, f"{form.name} has not the columns of rows under contract.")
    marks = [place for place in range(len(form.columns)) if any(isinstance(row[place], str) for row in form.rows)]
    for number, row in enumerate(form.rows, start=2):
        if not all(_may_stand(cell, is_mark=place in marks) for place, cell in enumerate(row)):
            raise PackageRefused(Reason.SCHEMA, f"{form.name}, row {number}: a value that is neither a mark nor an answer.")
    alike = Counter(tuple(row[place] for place in marks) for row in form.rows)
    if any(count < k for count in alike.values()):
        raise PackageRefused(Reason.THRESHOLD, f"{form.name}: fewer than {k} rows share their marks.")


def _may_stand(cell: str | int | None, *, is_mark: bool) -> bool:
    if is_mark:
        return cell is None or (isinstance(cell, str) and _MARK.fullmatch(cell) is not None)
    return cell is None or (isinstance(cell, int) and 0 <= cell <= _HIGHEST_ANSWER)


def check_fhir_rows(octets: bytes, rows: int) -> list[object]:
    """Return the responses in FHIR, one for each row. Raises PackageRefused."""
    lines = decoded(FHIR_ROWS, octets).splitlines()
    if len(lines) != rows:
        raise PackageRefused(Reason.FORMS_DIFFER, f"{FHIR_ROWS} has not as many responses as the CSV file beside it has rows.")
    try:
        read: list[object] = [msgspec.json.decode(line) for line in lines]
    except (msgspec.DecodeError, RecursionError) as error:
        raise PackageRefused(Reason.SCHEMA, f"{FHIR_ROWS} is not written as one JSON object a line.") from error
    if not all(isinstance(line, dict) and line.get("resourceType") == "QuestionnaireResponse" for line in read):
        raise PackageRefused(Reason.SCHEMA, f"{FHIR_ROWS} holds something else than responses.")
    return read

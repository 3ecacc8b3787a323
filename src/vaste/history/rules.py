"""What an old row says as an answer of the record, or why it says none; what makes it the same row again. Pure."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache

from vaste.free_text.masking import mask
from vaste.history.mapping import Mapping, plain
from vaste.history.reading import Row
from vaste.responses.rules import write_answers
from vaste.surveys.instrument import NPS_RANGE, STATEMENT_RANGE

# A spreadsheet writes 5 as 5,0 or 5.00 when it thinks of a column as numbers.
_WHOLE = re.compile(r"([0-9]{1,3})(?:[.,]0+)?", re.ASCII)
_MOST_LETTERS = 4000


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is not taken: where it stands, which column is wrong and why. The value is not repeated."""

    row: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class OldAnswer:
    """An answer as the record takes it, its comment masked.

    unit: an OID, or the key of a historic unit. identity: what makes it the same row again.
    """

    unit: str
    month: date
    language: str
    nps: int | None
    answers: str
    free_text: str = field(repr=False)
    identity: str = field(repr=False)


class _Fault(ValueError):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


def read_answers_of(rows: Iterable[Row], mapping: Mapping, *, today: date) -> Iterator[OldAnswer | Refused]:
    """Yield what each row says, or why it is refused.

    Rows that are equal in every column are different answers, told apart by their number among their equals: the same
    file again, or another that overlaps with it, brings no answer twice, and none that happens to equal another is lost.
    """
    times: Counter[str] = Counter()
    for row in rows:
        try:
            answer = _answer(row, mapping, today)
        except _Fault as fault:
            yield Refused(row.number, fault.column, fault.reason)
            continue
        times[answer.identity] += 1
        yield replace(answer, identity=f"{times[answer.identity]} {answer.identity}")


def _answer(row: Row, mapping: Mapping, today: date) -> OldAnswer:
    if not row.is_whole:
        raise _Fault("(row)", "it has more or fewer values than the first row names columns")
    if any(len(value) > _MOST_LETTERS for value in row.values.values()):
        raise _Fault("(row)", f"a value has more than {_MOST_LETTERS} letters")
    score = _number(row, mapping.score.column, mapping.score.values, NPS_RANGE, mapping) if mapping.score else None
    given = {each.id: _number(row, each.column, each.values, STATEMENT_RANGE, mapping) for each in mapping.statements}
    answers = {item: value for item, value in given.items() if value is not None}
    comment = row.values[mapping.free_text.column] if mapping.free_text else ""
    comment = "" if comment in mapping.missing else _masked(comment)
    if score is None and not answers and not comment:
        raise _Fault("(row)", "it answers no question")
    return OldAnswer(
        unit=_named(row, mapping.unit.column, mapping.unit.names, mapping.unit.always, "unit"),
        month=_month(row, mapping, today),
        language=_named(row, mapping.language.column, mapping.language.names, mapping.language.always, "language"),
        nps=score,
        answers=write_answers(answers),
        free_text=comment,
        identity=json.dumps(sorted(row.values.items()), ensure_ascii=False),
    )


@lru_cache(maxsize=4096)
def _masked(comment: str) -> str:
    return mask(comment)


def _month(row: Row, mapping: Mapping, today: date) -> date:
    column = mapping.date.column
    day = _day(row.values[column], mapping.date.formats)
    if day is None:
        raise _Fault(column, "it is no date in a form that the mapping names")
    if day > today:
        raise _Fault(column, "it lies in the future")
    return day.replace(day=1)


@lru_cache(maxsize=4096)
def _day(text: str, forms: tuple[str, ...]) -> date | None:
    for form in forms:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, not a moment
        except ValueError:
            continue
    return None


def _named(row: Row, column: str, names: dict[str, str], always: str, what: str) -> str:
    if always:
        return always
    meant = _by_plain_name(tuple(names.items())).get(plain(row.values[column]))
    if meant is None:
        raise _Fault(column, f"the mapping names no such {what}")
    return meant


@lru_cache(maxsize=16)
def _by_plain_name(names: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {plain(name): meant for name, meant in names}


def _number(row: Row, column: str, values: dict[str, int], within: tuple[int, int], mapping: Mapping) -> int | None:
    """Return the number that a cell gives, None when it was not answered."""
    text, (low, high) = row.values[column], within
    if text in mapping.missing:
        return None
    if values:
        if text not in values:
            raise _Fault(column, "the mapping gives it no value")
        return values[text]
    whole = _WHOLE.fullmatch(text)
    if not whole or not low <= int(whole[1]) <= high:
        raise _Fault(column, f"it is not a whole number from {low} to {high}")
    return int(whole[1])

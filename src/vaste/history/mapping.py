"""How a file of another system is read: a mapping in TOML, checked before anything is read with it. Pure."""

import re
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

import msgspec

from vaste.organisations.rules import LANGUAGES, SettingsRefused, read_toml_as
from vaste.responses.rules import HISTORY_CHANNELS, Channel
from vaste.surveys.instrument import FREE_TEXT, NPS, NPS_RANGE, STATEMENT_RANGE

_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_LONGEST_NAME = 40
_LONGEST_TEXT = 200
# All answers of a response stand in one line of 400 characters, `access=5;…`.
_LONGEST_LINE = 400
_TRIAL_DAYS = (datetime(2019, 2, 28), datetime(2021, 11, 3))  # noqa: DTZ001 - they only try the written form of a day

Texts = dict[str, str]


class Encoding(StrEnum):
    """How a file's letters are written."""

    UTF_8 = "utf-8"
    UTF_16 = "utf-16"
    CP1252 = "cp1252"
    LATIN_1 = "latin-1"


class FileForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the file is written. ignored: columns that say nothing that is kept; they still tell rows apart."""

    encoding: Encoding = Encoding.UTF_8
    separator: str = ";"
    ignored: tuple[str, ...] = ()


class DateColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the day or month stands, in one of some forms, as `%d.%m.%Y`."""

    column: str
    formats: tuple[str, ...]


class HistoricUnit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A unit or service line that only the old system knows; it gets no visits any more."""

    name: Texts
    service: str
    branch: str = "health"


class UnitColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which unit a row belongs to: each name in the file leads to an OID or to the key of a historic unit."""

    column: str = ""
    always: str = ""
    names: dict[str, str] = {}
    historic: dict[str, HistoricUnit] = {}


class LanguageColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """In which language a row was answered."""

    column: str = ""
    always: str = ""
    names: dict[str, str] = {}


class ScoreColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The 0 to 10 question. values: what stands for which number, where it is not the number itself."""

    column: str
    values: dict[str, int] = {}


class FreeTextColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What people wrote in their own words; masked before anything keeps it."""

    column: str


class StatementColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A statement with five steps, under the id it has in the record, in the words it was asked in."""

    column: str
    id: str
    text: Texts
    values: dict[str, int] = {}


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that turns a row of another system into an answer of the record.

    source: the system's name; a row that a source has brought once is never taken again. missing: what stands for no answer.
    """

    source: str
    name: Texts
    channel: Channel
    instrument: str
    date: DateColumn
    unit: UnitColumn
    language: LanguageColumn
    file: FileForm = FileForm()
    score: ScoreColumn | None = None
    statements: tuple[StatementColumn, ...] = ()
    free_text: FreeTextColumn | None = None
    missing: tuple[str, ...] = ("", "-")

    @property
    def instrument_key(self) -> str:
        """Return what a response stores to say which questions it answers; never that of a survey of ours."""
        return f"history/{self.instrument}"

    @property
    def columns(self) -> dict[str, str]:
        """Return what each column that is read means, by its name."""
        named = {self.date.column: "date", self.unit.column: "unit", self.language.column: "language"}
        if self.score:
            named[self.score.column] = NPS
        if self.free_text:
            named[self.free_text.column] = FREE_TEXT
        named.update({statement.column: statement.id for statement in self.statements})
        return {column: meaning for column, meaning in named.items() if column}


def parse_mapping(text: str) -> Mapping:
    """Return the mapping that a TOML file gives. Raises SettingsRefused with one sentence that names the key."""
    mapping = read_toml_as(text, Mapping)
    for key, problem in _problems(mapping):
        raise SettingsRefused(f"The setting {key} is wrong: {problem}. Nothing was changed.")
    return mapping


def _problems(mapping: Mapping) -> Iterator[tuple[str, str]]:
    """Yield what the types cannot see, as (key, sentence without a full stop)."""
    for key, name in (("source", mapping.source), ("instrument", mapping.instrument)):
        if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
            yield key, f"write it in small letters, digits and single dashes, at most {_LONGEST_NAME} of them"
    if mapping.channel not in HISTORY_CHANNELS:
        yield "channel", f"an old answer came by {' or '.join(HISTORY_CHANNELS)}; the others are those of the invited"
    if len(mapping.file.separator) != 1 or mapping.file.separator in '"\r\n\0':
        yield "file.separator", 'it must be one character, for example ";", "," or "\\t"'
    if not (mapping.score or mapping.statements):
        yield "score", "the file must hold the 0 to 10 question, or statements, or both"
    yield from _text_problems("name", mapping.name)
    yield from _date_problems(mapping.date)
    yield from _unit_problems(mapping.unit)
    yield from _language_problems(mapping.language)
    if mapping.score:
        yield from _value_problems("score.values", mapping.score.values, NPS_RANGE)
    yield from _statement_problems(mapping.statements)
    yield from _column_problems(mapping)


def _text_problems(key: str, texts: Texts) -> Iterator[tuple[str, str]]:
    if set(texts) != set(LANGUAGES) or not all(text.strip() and text.isprintable() for text in texts.values()):
        yield key, f"give one line of text for each of {', '.join(LANGUAGES)}, and for nothing else"
    if any(len(text) > _LONGEST_TEXT for text in texts.values()):
        yield key, f"a text may have at most {_LONGEST_TEXT} characters"


def _date_problems(date: DateColumn) -> Iterator[tuple[str, str]]:
    if not date.formats:
        yield "date.formats", "name at least one, for example %d.%m.%Y"
    if not all(_tells_the_month(form) for form in date.formats):
        yield "date.formats", "each must tell at least month and year, for example %d.%m.%Y or %m/%Y"


def _tells_the_month(form: str) -> bool:
    """Tell whether a day that is written in a form can be read back, at least to its month."""
    try:
        back = [datetime.strptime(day.strftime(form), form) for day in _TRIAL_DAYS]  # noqa: DTZ007 - days, not moments
    except (ValueError, re.error):
        return False
    return [(day.year, day.month) for day in back] == [(day.year, day.month) for day in _TRIAL_DAYS]


def _unit_problems(unit: UnitColumn) -> Iterator[tuple[str, str]]:
    if bool(unit.column) == bool(unit.always):
        yield "unit.column", "name the column, or the one unit that all rows belong to as unit.always, and not both"
    if unit.column and not unit.names:
        yield "unit.names", "say which unit each name in the file means"
    if len({plain(name) for name in unit.names}) != len(unit.names):
        yield "unit.names", "two names differ only in spaces or capitals"
    for key, historic in unit.historic.items():
        if not _NAME.fullmatch(key) or len(key) > _LONGEST_NAME:
            yield f"unit.historic.{key}", "its key must be small letters, digits and single dashes"
        yield from _text_problems(f"unit.historic.{key}.name", historic.name)
        if not _WORD.fullmatch(historic.service) or len(historic.service) > 60:
            yield f"unit.historic.{key}.service", "write it in small letters, digits and underscores"
        if historic.branch not in {"health", "social"}:
            yield f"unit.historic.{key}.branch", "it must be health or social"


def _language_problems(language: LanguageColumn) -> Iterator[tuple[str, str]]:
    if bool(language.column) == bool(language.always):
        yield "language.column", "name the column, or the one language of all rows as language.always, and not both"
    codes = [*language.names.values(), *([language.always] if language.always else [])]
    if not codes or not all(re.fullmatch(r"[a-z]{2,3}", code) for code in codes):
        yield "language.names", "say which language each name in the file means, as fi, sv or en"
    if len({plain(name) for name in language.names}) != len(language.names):
        yield "language.names", "two names differ only in spaces or capitals"


def _value_problems(key: str, values: dict[str, int], within: tuple[int, int]) -> Iterator[tuple[str, str]]:
    low, high = within
    if not all(low <= value <= high for value in values.values()):
        yield key, f"each value must be a whole number from {low} to {high}"


def _statement_problems(statements: tuple[StatementColumn, ...]) -> Iterator[tuple[str, str]]:
    for statement in statements:
        if not _NAME.fullmatch(statement.id) or len(statement.id) > _LONGEST_NAME or statement.id in {NPS, FREE_TEXT}:
            yield "statements.id", f"{statement.id!r} is no id of a statement: small letters, digits and single dashes"
        yield from _text_problems(f"statements.{statement.id}.text", statement.text)
        yield from _value_problems(f"statements.{statement.id}.values", statement.values, STATEMENT_RANGE)
    if len({statement.id for statement in statements}) != len(statements):
        yield "statements.id", "two statements have the same id"
    if sum(len(statement.id) + len("=5;") for statement in statements) > _LONGEST_LINE:
        yield "statements", "there are too many for one answer"


def _column_problems(mapping: Mapping) -> Iterator[tuple[str, str]]:
    named = [mapping.date.column, mapping.unit.column, mapping.language.column]
    named += [each.column for each in (mapping.score, mapping.free_text) if each]
    named += [statement.column for statement in mapping.statements]
    named = [column for column in [*named, *mapping.file.ignored] if column]
    twice = next((column for column in named if named.count(column) > 1), None)
    if twice:
        yield "file.ignored" if twice in mapping.file.ignored else "column", f"the column {twice!r} is named twice"


def plain(name: str) -> str:
    """Return a name as names are compared: without a difference in spaces and capitals."""
    return " ".join(name.split()).casefold()

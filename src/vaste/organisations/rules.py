"""What the settings of a county and its list of units may say. Pure: text in, values or one clear sentence out."""

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo

import msgspec

LANGUAGES = ("fi", "sv", "en")
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]*)){3,}")
_CODE = re.compile(r"[0-9A-Za-z]{1,8}")
# A sender id as Traficom's rule of 4 May 2026 allows it: 3–11 letters, digits and spaces.
_SENDER_NAME = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z ]{1,9})[0-9A-Za-z]")
_SENDER_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,6}")
_NEXT_DAY = re.compile(r"next-day (?P<time>[0-2][0-9]:[0-5][0-9])")
_WORD = re.compile(r"[a-z][a-z0-9_]*")

_LONGEST_NAME = 100
_LONGEST_MESSAGE = 300

_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
_Days = Annotated[int, msgspec.Meta(ge=1, le=365)]

Shape = TypeVar("Shape", bound=msgspec.Struct)


class SettingsRefused(ValueError):
    """A settings file or list of units cannot be used; the message is one sentence for the person who wrote it."""


class Sending(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When and to whom invitations go."""

    when: str = "next-day 12:00"
    quiet_hours: tuple[str, str] = ("20:00", "09:00")
    skip_holidays: bool = True
    daily_cap_per_unit: _Count = 0
    sample_share: _Share = 1.0
    quarantine_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 30
    survey_open_days: _Days = 14
    reply_way: bool = True
    link_way: bool = True
    statements_by_sms: Annotated[int, msgspec.Meta(ge=0, le=7)] = 2
    statements_on_page: Annotated[int, msgspec.Meta(ge=0, le=7)] = 7
    sensitive_visit_types: tuple[str, ...] = ("death", "miscarriage", "abortion", "child_protection")
    visits_from: date | None = None
    visits_to: date | None = None
    only_in_campaigns: bool = False
    send_within_days: _Days = 30
    idle_hours: Annotated[int, msgspec.Meta(ge=1, le=24 * 14)] = 24
    segment_price: Annotated[float, msgspec.Meta(ge=0, le=10)] = 0.0

    @property
    def is_immediate(self) -> bool:
        """Whether this is a rehearsal, in which quiet hours and holidays do not hold."""
        return self.when == "immediately"

    @property
    def send_at(self) -> time:
        """The time of day on which the next day's invitations go (meaningless when immediate)."""
        match = _NEXT_DAY.fullmatch(self.when)
        return time.fromisoformat(match["time"]) if match else time(12)

    @property
    def quiet_from(self) -> time:
        """The time of day at which sending stops."""
        return time.fromisoformat(self.quiet_hours[0])

    @property
    def quiet_until(self) -> time:
        """The time of day at which sending may start."""
        return time.fromisoformat(self.quiet_hours[1])


class Display(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How few answers are too few, for how many the count alone is shown, and below how many a figure is called uncertain."""

    too_few_below: Annotated[int, msgspec.Meta(ge=3, le=1000)] = 5
    count_only_below: Annotated[int, msgspec.Meta(ge=3, le=10000)] = 10
    uncertain_below: Annotated[int, msgspec.Meta(ge=3, le=10000)] = 30


class Goals(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the county aims at: a net promoter score and a mean of every statement."""

    nps: Annotated[float, msgspec.Meta(ge=-100, le=100)] = 50
    statement_mean: Annotated[float, msgspec.Meta(ge=1, le=5)] = 4.0


class Answering(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the county promises to those who ask to be contacted."""

    working_days: Annotated[int, msgspec.Meta(ge=1, le=60)] = 10
    keep_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 365


class Mixing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many answers of a unit go to the record together, and how long fewer may wait."""

    at_least: Annotated[int, msgspec.Meta(ge=3, le=1000)] = 5
    at_most_days: _Days = 7


class Reports(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which reports on the county are made by themselves, and how long after a period's end, when late answers are in."""

    every: tuple[Literal["month", "quarter", "year"], ...] = ()
    after_days: _Days = 21


class PublicResults(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whether everyone may read results by service line, and from how many answers on."""

    enabled: bool = True
    too_few_below: Annotated[int, msgspec.Meta(ge=10, le=1000)] = 10


class Delivering(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whether single answers may go along with a delivery, which a contract must allow."""

    rows: bool = False


class Help(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where help is at once; shown on the thank-you page. The county confirms the numbers."""

    emergency: str = "112"
    medical_helpline: str = "116 117"
    crisis_line: dict[str, str] = msgspec.field(default_factory=lambda: {"fi": "09 2525 0111", "sv": "09 2525 0112", "en": "09 2525 0111"})


class CountySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that a county decides, as `vaste county load` reads it; the keys are a stable face."""

    code: str
    name: dict[str, str]
    sender_number: str
    sender_name: str
    languages: tuple[str, ...] = LANGUAGES
    fallback_language: str = "fi"
    time_zone: str = "Europe/Helsinki"
    own_statements: tuple[str, ...] = ("own-language",)
    sending: Sending = msgspec.field(default_factory=Sending)
    display: Display = msgspec.field(default_factory=Display)
    goals: Goals = msgspec.field(default_factory=Goals)
    answering: Answering = msgspec.field(default_factory=Answering)
    mixing: Mixing = msgspec.field(default_factory=Mixing)
    reports: Reports = msgspec.field(default_factory=Reports)
    public_results: PublicResults = msgspec.field(default_factory=PublicResults)
    delivering: Delivering = msgspec.field(default_factory=Delivering)
    help: Help = msgspec.field(default_factory=Help)
    texts: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The county's time zone."""
        return ZoneInfo(self.time_zone)

    def language_for(self, recorded: str) -> str:
        """Return the language in which a person is asked, given the one in the record."""
        return recorded if recorded in self.languages else self.fallback_language


def parse_county(text: str) -> CountySettings:
    """Return the settings that a TOML file gives. Raises SettingsRefused with one sentence that names the key."""
    settings = read_toml_as(text, CountySettings)
    for key, problem in _problems(settings):
        raise SettingsRefused(f"The setting {key} is wrong: {problem}. Nothing was changed.")
    return settings


def read_toml_as(text: str, shape: type[Shape]) -> Shape:
    """Return what a TOML file says, in the shape it must have. Raises SettingsRefused with one sentence that names the key."""
    try:
        return msgspec.convert(_read_toml(text), shape, strict=True)
    except msgspec.ValidationError as error:
        raise SettingsRefused(f"A setting is unknown or wrong: {_in_words(str(error))}. Nothing was changed.") from error


def _read_toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsRefused(f"The file is not valid TOML: {error}. Nothing was changed.") from error
    except (ValueError, RecursionError) as error:
        raise SettingsRefused("The file holds a number too long or lists too deep to be read. Nothing was changed.") from error


def _in_words(message: str) -> str:
    """Return msgspec's message with the place first: `sending.quarantine_days: Expected …`."""
    if len(message) > _LONGEST_MESSAGE:  # the message repeats the name of an unknown key, whatever its length
        return f"{message[:_LONGEST_MESSAGE]}…"
    what, _, where = message.partition(" - at ")
    place = where.strip("`").removeprefix("$").removeprefix(".")
    return f"{place}: {what}" if place else what


def _problems(settings: CountySettings) -> Iterable[tuple[str, str]]:
    """Yield what the types cannot see, as (key, sentence without a full stop)."""
    if not _CODE.fullmatch(settings.code):
        yield "code", "it must be a county code such as 18"
    yield from _language_problems(settings)
    if not _SENDER_NAME.fullmatch(settings.sender_name):
        yield "sender_name", "it must have 3 to 11 letters, digits and spaces (Traficom's rule for sender ids)"
    if settings.sender_number and not _SENDER_NUMBER.fullmatch(settings.sender_number):
        yield "sender_number", "it must be written like +358451234567, or be a short number, or be empty where nobody can reply"
    if settings.sending.reply_way and not settings.sender_number:
        yield "sender_number", "answering by reply needs a number as sender, because nobody can reply to a name"
    try:
        ZoneInfo(settings.time_zone)
    except (KeyError, ValueError, OSError):
        yield "time_zone", "there is no such time zone; the Finnish one is Europe/Helsinki"
    yield from _sending_problems(settings.sending)
    if settings.display.uncertain_below < settings.display.too_few_below:
        yield "display.uncertain_below", "it must not be smaller than too_few_below"


def _language_problems(settings: CountySettings) -> Iterable[tuple[str, str]]:
    for language in settings.languages:
        if language not in LANGUAGES:
            yield "languages", f"the survey texts exist in {', '.join(LANGUAGES)} only"
    if not settings.languages or len(set(settings.languages)) != len(settings.languages):
        yield "languages", "name each language once, and at least one"
    if settings.fallback_language not in settings.languages:
        yield "fallback_language", "it must be one of languages"
    for language in settings.languages:
        name = settings.name.get(language, "")
        if not name.strip():
            yield "name", f"the name in {language} is missing"
        elif len(name) > _LONGEST_NAME or not name.isprintable():
            yield "name", f"the name in {language} must be one line of at most {_LONGEST_NAME} characters"
    if set(settings.name) - set(LANGUAGES):
        yield "name", f"it may hold the languages {', '.join(LANGUAGES)} only"
    if set(settings.help.crisis_line) != set(LANGUAGES):
        yield "help.crisis_line", "give a number for each of fi, sv and en"


def _is_time(text: str) -> bool:
    return re.fullmatch(r"[0-2][0-9]:[0-5][0-9]", text) is not None and text < "24:00"


def _sending_problems(sending: Sending) -> Iterable[tuple[str, str]]:
    match = _NEXT_DAY.fullmatch(sending.when)
    if sending.when != "immediately" and not (match and _is_time(match["time"])):
        yield "sending.when", 'it must be "next-day HH:MM", for example "next-day 12:00", or "immediately" for a rehearsal'
    if not all(_is_time(text) for text in sending.quiet_hours):
        yield "sending.quiet_hours", 'it must hold two times of day, for example ["20:00", "09:00"]'
    elif sending.quiet_hours[0] == sending.quiet_hours[1]:
        yield "sending.quiet_hours", "it must not cover the whole day"
    elif match and _is_time(match["time"]) and is_quiet(sending.send_at, sending.quiet_from, sending.quiet_until):
        yield "sending.when", "the time lies within the quiet hours"
    if not (sending.reply_way or sending.link_way):
        yield "sending.reply_way", "answering by reply and by link are both switched off, so nobody could answer"
    if any(not _WORD.fullmatch(kind) for kind in sending.sensitive_visit_types):
        yield "sending.sensitive_visit_types", "write each type in small letters, digits and underscores"
    if sending.visits_from and sending.visits_to and sending.visits_to < sending.visits_from:
        yield "sending.visits_to", "it lies before visits_from"


def is_quiet(moment: time, quiet_from: time, quiet_until: time) -> bool:
    """Tell whether a time of day lies in the quiet hours, which may run over midnight; their end is not quiet."""
    if quiet_from < quiet_until:
        return quiet_from <= moment < quiet_until
    return moment >= quiet_from or moment < quiet_until


@dataclass(frozen=True)
class UnitRow:
    """A unit as the list of units gives it."""

    oid: str
    name_fi: str
    name_sv: str
    name_en: str
    service: str
    branch: str
    participates_from: date | None
    small: bool


UNIT_COLUMNS = ("unit_oid", "name_fi", "name_sv", "name_en", "service", "branch", "participates_from", "small")


def parse_units(text: str) -> list[UnitRow]:
    """Return the units of a CSV with the columns UNIT_COLUMNS. Raises SettingsRefused naming row and column."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        if tuple(reader.fieldnames or ()) != UNIT_COLUMNS:
            raise SettingsRefused(f"The first row must name the columns {', '.join(UNIT_COLUMNS)}. Nothing was changed.")
        units = [_unit(row, number) for number, row in enumerate(reader, start=2)]
    except csv.Error as error:
        raise SettingsRefused(f"The list of units is not valid CSV: {error}. Nothing was changed.") from error
    if not units:
        raise SettingsRefused("The list has no units. Nothing was changed.")
    seen: set[str] = set()
    for number, unit in enumerate(units, start=2):
        if unit.oid in seen:
            raise _refused(number, "unit_oid", "the unit stands in the list twice")
        seen.add(unit.oid)
    return units


def _refused(row: int, column: str, problem: str) -> SettingsRefused:
    return SettingsRefused(f"Row {row}, column {column}: {problem}. Nothing was changed.")


def _unit(row: Mapping[str | Any, str | Any], number: int) -> UnitRow:
    if None in row or any(value is None for value in row.values()):
        raise _refused(number, "unit_oid", "the row has more or fewer values than there are columns")
    value = {key: text.strip() for key, text in row.items()}
    if not _OID.fullmatch(value["unit_oid"]) or len(value["unit_oid"]) > 64:
        raise _refused(number, "unit_oid", "it must be an OID such as 1.2.246.10.12345678.10.1")
    for column in ("name_fi", "name_sv", "name_en"):
        if not value[column] or len(value[column]) > 200:
            raise _refused(number, column, "the name must have 1 to 200 characters")
    if not _WORD.fullmatch(value["service"]) or len(value["service"]) > 60:
        raise _refused(number, "service", "write it in small letters, digits and underscores")
    if value["branch"] not in {"health", "social"}:
        raise _refused(number, "branch", "it must be health or social")
    if value["small"] not in {"yes", "no"}:
        raise _refused(number, "small", "it must be yes or no")
    return UnitRow(
        oid=value["unit_oid"],
        name_fi=value["name_fi"],
        name_sv=value["name_sv"],
        name_en=value["name_en"],
        service=value["service"],
        branch=value["branch"],
        participates_from=_day(value["participates_from"], number),
        small=value["small"] == "yes",
    )


def _day(text: str, row: int) -> date | None:
    """Return the first day of participation; an empty field means that the unit does not take part."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _refused(row, "participates_from", "it must be a day written as 2024-04-08, or empty") from None

"""What a visit may say, and what is refused. Pure: raw fields in, a Visit or a named fault out; a value is never repeated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vaste.core.identity_codes import holds_identity_code, holds_right_identity_code

REQUIRED = ("event_id", "phone", "visited_at", "visit_type", "language", "municipality", "unit_oid")
OPTIONAL = ("age", "birth_year", "recipient", "non_disclosure", "deceased", "several_numbers", "consent")
FIELDS = REQUIRED + OPTIONAL

_EVENT_ID = re.compile(r"[!-~]{1,64}")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][0-9A-Za-z]{2,8})*")
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]*)){3,}")
_MUNICIPALITY = re.compile(r"[0-9]{3}")
_LONGEST = {"phone": 40, "unit_oid": 64}
_OLDEST = 120
# Clocks of two systems differ a little; a visit further ahead has not happened.
_CLOCK_SKEW = timedelta(minutes=5)

IDENTITY_CODE = "it is or holds a personal identity code"
UNKNOWN_FIELD = "this field is not accepted; only the named fields of a visit are"


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as a feed may tell it. phone: as written; language: primary subtag; age: full years, None for a guardian."""

    event_id: str
    phone: str
    visited_at: datetime
    visit_type: str
    language: str
    age: int | None
    municipality: str
    unit_oid: str
    recipient: str
    non_disclosure: bool
    deceased: bool
    several_numbers: bool
    consent: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row is refused: the field and a reason that does not repeat its value."""

    field: str
    reason: str


class _Refused(Exception):
    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field)
        self.fault = Fault(field, reason)


def check_visit(raw: Mapping[str, Any], *, now: datetime) -> Visit | Fault:
    """Return the visit that raw fields describe, or the first fault.

    raw: text values as in a file, or JSON's (numbers for age, booleans for flags, null for empty). Identity codes are looked
    for in every field, unknown ones too, before anything else is read.
    """
    try:
        _refuse_identity_codes(raw)
        _refuse_unknown_and_missing(raw)
        return _visit(raw, now)
    except _Refused as refused:
        return refused.fault


def _refuse_identity_codes(raw: Mapping[str, Any]) -> None:
    for field, value in raw.items():
        if field not in FIELDS and holds_identity_code(str(field)):
            raise _Refused("(name of a field)", IDENTITY_CODE)
        looks_like_one = holds_right_identity_code if field == "phone" else holds_identity_code
        if not isinstance(value, bool | None) and looks_like_one(str(value)):
            raise _Refused(_named(field), IDENTITY_CODE)


def _named(field: object) -> str:
    """Return a field's name as it may be repeated: an unknown one could itself be a value, so it is cut and cleaned."""
    name = str(field)
    return name if name in FIELDS else re.sub(r"[^A-Za-z_ .-]", "?", name)[:40]


def _refuse_unknown_and_missing(raw: Mapping[str, Any]) -> None:
    for field in raw:
        if field not in FIELDS:
            raise _Refused(_named(field), UNKNOWN_FIELD)
    for field in REQUIRED:
        if field not in raw:
            raise _Refused(field, "it is missing")


def _visit(raw: Mapping[str, Any], now: datetime) -> Visit:
    recipient = _text(raw, "recipient") or "client"
    if recipient not in {"client", "guardian"}:
        raise _Refused("recipient", "it must be client or guardian")
    visited_at = _moment(_text(raw, "visited_at"), now)
    return Visit(
        event_id=_matching(raw, "event_id", _EVENT_ID, "it must have 1 to 64 letters, digits or signs without spaces"),
        phone=_text(raw, "phone"),
        visited_at=visited_at,
        visit_type=_matching(raw, "visit_type", _WORD, "it must be a word in small letters, digits and underscores"),
        language=_language(_text(raw, "language")),
        age=_age(raw, visited_at, recipient),
        municipality=_municipality(_text(raw, "municipality")),
        unit_oid=_matching(raw, "unit_oid", _OID, "it must be an OID such as 1.2.246.10.12345678.10.1"),
        recipient=recipient,
        non_disclosure=_flag(raw, "non_disclosure", when_absent=False),
        deceased=_flag(raw, "deceased", when_absent=False),
        several_numbers=_flag(raw, "several_numbers", when_absent=False),
        consent=_flag(raw, "consent", when_absent=True),
    )


def _text(raw: Mapping[str, Any], field: str) -> str:
    value = raw.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _Refused(field, "it must be text")
    if len(value) > _LONGEST.get(field, 64) or "\x00" in value:
        raise _Refused(field, "it is too long or holds what is not text")
    return value.strip()


def _matching(raw: Mapping[str, Any], field: str, pattern: re.Pattern[str], reason: str) -> str:
    text = _text(raw, field)
    if not pattern.fullmatch(text):
        raise _Refused(field, reason)
    return text


def _moment(text: str, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _Refused("visited_at", "it must be a moment such as 2024-04-08T13:19:00+03:00") from None
    if moment.tzinfo is None:
        raise _Refused("visited_at", "the difference from UTC is missing, as +03:00")
    if moment.year < 2000:
        raise _Refused("visited_at", "it lies before the year 2000")
    if moment > now + _CLOCK_SKEW:
        raise _Refused("visited_at", "it lies in the future")
    return moment


def _language(text: str) -> str:
    match = _LANGUAGE.fullmatch(text)
    if not match:
        raise _Refused("language", "it must be a language code such as fi, sv or en")
    return match[1].lower()


def _municipality(text: str) -> str:
    if text and not _MUNICIPALITY.fullmatch(text):
        raise _Refused("municipality", "it must be three digits, or empty")
    return text


def _whole_number(raw: Mapping[str, Any], field: str) -> int | None:
    value = raw.get(field)
    if isinstance(value, bool | float):
        raise _Refused(field, "it must be a whole number")
    if isinstance(value, int):
        return value
    text = _text(raw, field)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise _Refused(field, "it must be a whole number")
    return int(text)


def _age(raw: Mapping[str, Any], visited_at: datetime, recipient: str) -> int | None:
    """Return the age in full years; from a birth year the younger of the two possible ages, so that nobody is taken for older."""
    age, birth_year = _whole_number(raw, "age"), _whole_number(raw, "birth_year")
    if age is None and birth_year is not None:
        age = max(visited_at.year - birth_year - 1, 0) if visited_at.year >= birth_year else -1
        field = "birth_year"
    else:
        field = "age"
    if age is None:
        if recipient == "guardian":
            return None
        raise _Refused("age", "it is missing; only a guardian's row may leave it out")
    if not 0 <= age <= _OLDEST:
        raise _Refused(field, f"the age must lie between 0 and {_OLDEST} years")
    return age


_YES, _NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0", ""})


def _flag(raw: Mapping[str, Any], field: str, *, when_absent: bool) -> bool:
    """Return a yes or no. A feed that does not carry the field says nothing; one that carries it empty says no."""
    if field not in raw:
        return when_absent
    value = raw[field]
    if isinstance(value, bool):
        return value
    text = _text(raw, field).lower()
    if text not in _YES | _NO:
        raise _Refused(field, "it must be yes, no or empty")
    return text in _YES

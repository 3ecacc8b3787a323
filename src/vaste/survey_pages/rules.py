"""What a submitted page says: its answers, its contact details, and what is wrong with it. Pure; no body raises."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote_to_bytes

from vaste.cases.rules import is_email
from vaste.free_text.masking import mask

LONGEST_BODY = 64 * 1024
LONGEST_TEXT = 5000
LONGEST_NAME = 100
_PHONE_DIGITS = range(5, 16)  # E.164 has at most 15
_MOST_FIELDS = 100

_PHONE = re.compile(r"\+?[0-9 ()./-]+")
# Control characters but tab and line feed: PostgreSQL refuses some of them, and no reader needs any.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Problem(StrEnum):
    """Why a page could not be taken as it was sent."""

    NOTHING_ANSWERED = "nothing_answered"
    NOT_A_CHOICE = "not_a_choice"
    TEXT_TOO_LONG = "text_too_long"
    NO_WAY_TO_REACH = "no_way_to_reach"
    NAME_TOO_LONG = "name_too_long"
    PHONE_UNCLEAR = "phone_unclear"
    EMAIL_UNCLEAR = "email_unclear"
    NOT_KEPT = "not_kept"
    CODE_UNKNOWN = "code_unknown"


class Field(StrEnum):
    """The fields of the page that are not items of the instrument, as named in the form."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    ALONG = "along"
    ACTION = "do"
    CODE = "code"
    SLIP = "slip"


class Act(StrEnum):
    """What the buttons of a page ask for."""

    SEND = "send"
    SAVE = "save"
    REFUSE = "refuse"
    RETURN = "return"


@dataclass(frozen=True)
class Asked:
    """What a page asks: item id → the values that may be chosen, as the form writes them; and the id of the free text."""

    choices: Mapping[str, Mapping[str, int]]
    free_text: str


@dataclass(frozen=True)
class Contact:
    """How somebody wants to be reached. answers_along: whether their answers may be shown with it."""

    name: str
    phone: str
    email: str
    answers_along: bool


@dataclass(frozen=True)
class Submission:
    """A page as it was read: what is valid in it, and field → problem for the rest, in the order of the page."""

    answers: Mapping[str, int | str]
    contact: Contact | None
    problems: Mapping[str, Problem]


def read_form(body: bytes) -> dict[str, str]:
    """Return the fields of a urlencoded body; of a repeated field the last, of a body with too many fields nothing.

    Text is UTF-8, or Windows-1252 where it is not: old phones send their own encoding whatever the page says.
    """
    if body.count(b"&") >= _MOST_FIELDS:
        return {}
    pairs = (pair.partition(b"=") for pair in body.split(b"&") if pair)
    return {_text(name): _text(value) for name, _, value in pairs}


def _text(raw: bytes) -> str:
    if raw.isalnum():  # nearly every field of nearly every page, so it is not taken apart
        return raw.decode()
    raw = unquote_to_bytes(raw.replace(b"+", b" "))
    try:
        return _clean(raw.decode())
    except UnicodeDecodeError:
        return _clean(raw.decode("windows-1252", errors="replace"))


def _clean(text: str) -> str:
    """Return a text with one sort of line end and without control characters, which PostgreSQL would refuse."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def act_of(form: Mapping[str, str]) -> Act:
    """Return what the pressed button asks for; a form sent without a button is an answer."""
    try:
        return Act(form.get(Field.ACTION, Act.SEND))
    except ValueError:
        return Act.SEND


def read_submission(form: Mapping[str, str], asked: Asked, kept: Mapping[str, int | str]) -> Submission:
    """Return what a form says on top of the answers kept before.

    A choice that is not in the form keeps its earlier answer, for nobody can take back a radio button; an emptied text is
    empty. What identifies somebody is taken out of the text here, before anything keeps it. Contact details are read only from
    the form, because they are never kept with the answers.
    """
    answers, problems = dict(kept), dict[str, Problem]()
    for item, values in asked.choices.items():
        given = form.get(item, "")
        if given in values:
            answers[item] = values[given]
        elif given:
            problems[item] = Problem.NOT_A_CHOICE
    if asked.free_text in form:
        text = form[asked.free_text]
        if len(text) > LONGEST_TEXT:
            problems[asked.free_text] = Problem.TEXT_TOO_LONG
        elif text:
            answers[asked.free_text] = mask(text)
        else:
            answers.pop(asked.free_text, None)
    contact = _contact(form)
    problems |= _contact_problems(contact) if contact else {}
    return Submission(answers, contact, problems)


def why_not_send(submission: Submission, asked: Asked) -> Mapping[str, Problem]:
    """Return the problems that hold a submission back, by field: an answer must say at least something."""
    if submission.problems or submission.answers:
        return submission.problems
    return {next(iter(asked.choices), asked.free_text): Problem.NOTHING_ANSWERED}


def _contact(form: Mapping[str, str]) -> Contact | None:
    name, phone, email = (form.get(field, "") for field in (Field.NAME, Field.PHONE, Field.EMAIL))
    if not (name or phone or email):
        return None
    return Contact(name=name, phone=phone, email=email, answers_along=bool(form.get(Field.ALONG)))


def _contact_problems(contact: Contact) -> dict[str, Problem]:
    problems = dict[str, Problem]()
    if len(contact.name) > LONGEST_NAME:
        problems[Field.NAME] = Problem.NAME_TOO_LONG
    if not (contact.phone or contact.email):
        problems[Field.PHONE] = Problem.NO_WAY_TO_REACH
    elif contact.phone and not _is_phone(contact.phone):
        problems[Field.PHONE] = Problem.PHONE_UNCLEAR
    if contact.email and not is_email(contact.email):
        problems[Field.EMAIL] = Problem.EMAIL_UNCLEAR
    return problems


def _is_phone(text: str) -> bool:
    return _PHONE.fullmatch(text) is not None and sum(letter.isdigit() for letter in text) in _PHONE_DIGITS

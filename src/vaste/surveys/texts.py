"""What a client reads in text messages: the defaults, what a county words otherwise, and the invitation in its three ways."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from string import Formatter

from vaste.core.toml import TomlDecoder
from vaste.surveys.instrument import LANGUAGES

# The longest `https://…` before `/s/<token>` with which each default invitation is one GSM-7 message of 160 septets.
LONGEST_BASE_ADDRESS = 33

_DEFAULTS = Path(__file__).with_name("texts.toml")
# A county may leave these out of its own wording; without the other placeholders the message would not do its work.
_OPTIONAL = frozenset({"working_days", "high", "agree", "disagree"})


class TextName(StrEnum):
    """The texts of the dialogue, as named in texts.toml and in a county's settings."""

    INVITATION_BOTH = "invitation_both"
    INVITATION_REPLY = "invitation_reply"
    INVITATION_LINK = "invitation_link"
    NPS_QUESTION = "nps_question"
    STATEMENT_QUESTION = "statement_question"
    FREE_TEXT_QUESTION = "free_text_question"
    CONTACT_OFFER = "contact_offer"
    THANKS = "thanks"
    CONTACT_CONFIRMED = "contact_confirmed"
    STOP_CONFIRMED = "stop_confirmed"
    OPTED_IN = "opted_in"
    NOT_UNDERSTOOD = "not_understood"
    LANGUAGE_SWITCHED = "language_switched"


@dataclass(frozen=True)
class Texts:
    """Every text of the dialogue in every language, checked, with its placeholders still in it."""

    wordings: Mapping[TextName, Mapping[str, str]]

    def say(self, name: TextName, language: str, **values: str | int) -> str:
        """Return a text with its placeholders filled in."""
        return self.wordings[name][language].format(**values)


def resolve_texts(overrides: Mapping[str, Mapping[str, str]]) -> Texts:
    """Return the default texts with a county's own wordings (name → language → text) in their place.

    Raises ValueError, in one sentence, for a text, language or placeholder that does not exist, or a needed one left out.
    """
    wordings = {name: dict(by_language) for name, by_language in _default_wordings().items()}
    for name, by_language in overrides.items():
        if name not in wordings:
            raise ValueError(f"There is no text {name!r}; the texts are {', '.join(TextName)}.")
        for language, wording in by_language.items():
            if language not in LANGUAGES:
                raise ValueError(f"The text {name} has no language {language!r}; the languages are {', '.join(LANGUAGES)}.")
            fault = next(_faults(wording, _default_wordings()[TextName(name)][language]), None)
            if fault:
                raise ValueError(f"The text {name} in {language} {fault}.")
            wordings[TextName(name)][language] = wording
    return Texts(wordings)


def invitation_text(texts: Texts, language: str, *, sender_name: str, link: str, reply_way: bool, link_way: bool) -> str:
    """Return the invitation for the ways of answering a county offers; it asks the NPS question and never names the unit.

    link: the whole address, token and all; unused when only replying is offered. Raises ValueError when no way is offered.
    """
    if not (reply_way or link_way):
        raise ValueError("A survey needs a way to answer: turn on reply_way or link_way.")
    if not link_way:
        return texts.say(TextName.INVITATION_REPLY, language, sender=sender_name)
    name = TextName.INVITATION_BOTH if reply_way else TextName.INVITATION_LINK
    return texts.say(name, language, sender=sender_name, link=link)


_read_wordings = TomlDecoder(dict[TextName, dict[str, str]])


@cache
def _default_wordings() -> dict[TextName, dict[str, str]]:
    return _read_wordings.decode(_DEFAULTS.read_bytes())


def _faults(wording: str, default: str) -> Iterator[str]:
    known = set(_placeholders(default))
    try:
        used = set(_placeholders(wording))
    except ValueError:
        yield "has a brace that opens or closes no placeholder"
        return
    for name in sorted(used - known):
        yield f"has the unknown placeholder {{{name}}}"
    for name in sorted(known - used - _OPTIONAL):
        yield f"lacks the placeholder {{{name}}}"
    if not wording.strip():
        yield "is empty"


def _placeholders(wording: str) -> Iterator[str]:
    for _before, name, format_spec, conversion in Formatter().parse(wording):
        if name is not None:
            yield name + (f"!{conversion}" if conversion else "") + (f":{format_spec}" if format_spec else "")

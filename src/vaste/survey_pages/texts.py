"""The words of the clients' pages in fi, sv and en, checked when they are read."""

from functools import cache
from pathlib import Path

import msgspec

from vaste.core.toml import TomlDecoder
from vaste.survey_pages.rules import Problem

_FILE = Path(__file__).with_name("texts.toml")


class PageTexts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every text of the pages in one language; texts.toml says what each is for by where it stands."""

    language: str
    months: tuple[str, str, str, str, str, str, str, str, str, str, str, str]
    choose_language: str
    survey_title: str
    survey_heading: str
    visit: str
    promise: str
    may_skip: str
    statements_heading: str
    free_text_warning: str
    contact_heading: str
    contact_open: str
    contact_promise: str
    name: str
    phone: str
    email: str
    along: str
    send: str
    save: str
    saved_heading: str
    saved: str
    saved_contact: str
    refuse_link: str
    problems_heading: str
    problems_kept: str
    thanks_title: str
    thanks: str
    next_heading: str
    next: str
    next_linked: str
    code_heading: str
    code_label: str
    code_use: str
    code_once: str
    help_heading: str
    help_emergency: str
    help_medical: str
    help_crisis: str
    reply_heading: str
    reply_promised: str
    reply_how: str
    closed_title: str
    closed: str
    closed_check: str
    refuse_title: str
    refuse_ask: str
    refuse_means: str
    refuse_confirm: str
    refuse_back: str
    refused_title: str
    refused: str
    refused_undo: str
    refused_return: str
    returned_title: str
    returned: str
    withdraw_title: str
    withdraw_how: str
    withdraw_label: str
    withdraw_hint: str
    withdraw_confirm: str
    withdraw_failed: str
    withdrawn_title: str
    withdrawn: str
    too_large_title: str
    too_large: str
    too_many_title: str
    too_many: str
    wrong_method_title: str
    wrong_method: str
    unavailable_title: str
    unavailable: str
    problems: dict[Problem, str]


_read = TomlDecoder(dict[str, PageTexts])


@cache
def page_texts() -> dict[str, PageTexts]:
    """Return the texts by language. Raises ValueError when one is missing, unknown or without a sentence for a problem."""
    texts = _read.decode(_FILE.read_bytes())
    for language, words in texts.items():
        missing = set(Problem) - set(words.problems)
        if missing:
            raise ValueError(f"texts.toml says in {language} nothing about {', '.join(sorted(missing))}.")
    return texts

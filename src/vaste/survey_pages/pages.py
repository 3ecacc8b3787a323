"""The page of questions and the pages around it, as bytes of HTML. Pure: values in, a page out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from vaste.organisations.rules import CountySettings
from vaste.survey_pages.markup import draw
from vaste.survey_pages.rules import LONGEST_TEXT, Asked, Field, Problem
from vaste.survey_pages.texts import PageTexts, page_texts
from vaste.surveys.instrument import FREE_TEXT, NPS, NPS_RANGE, Branch, Instrument, Item, ItemKind

WITHDRAWAL_PATHS = {"fi": "/poista", "sv": "/radera", "en": "/withdraw"}


@dataclass(frozen=True)
class Place:
    """The unit that was visited and the county that asks."""

    unit_oid: str
    unit_names: Mapping[str, str]
    branch: Branch
    settings: CountySettings


@dataclass(frozen=True)
class Filled:
    """What a page of questions already holds. answers: chosen or saved before; typed: form fields just sent, which win."""

    answers: Mapping[str, int | str]
    typed: Mapping[str, str]
    problems: Mapping[str, Problem]
    is_saved: bool = False


NOTHING_FILLED = Filled(answers={}, typed={}, problems={})


@dataclass(frozen=True)
class _Choice:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class _Question:
    id: str
    text: str
    problem: str
    choices: tuple[_Choice, ...] = ()
    typed: str = ""
    kind: str = "text"
    autocomplete: str = ""


@dataclass(frozen=True)
class _Language:
    language: str
    name: str
    address: str
    is_current: bool


def asked_on_page(instrument: Instrument, place: Place) -> Asked:
    """Return what the page asks of a client of the unit: NPS, the county's number of base statements, its own ones, free text."""
    scores = {str(value): value for value in range(NPS_RANGE[0], NPS_RANGE[1] + 1)}
    steps = {str(step.value): step.value for step in instrument.scale}
    choices = {NPS: scores} | {item.id: steps for item in _items_on_page(instrument, place)}
    return Asked(choices=choices, free_text=FREE_TEXT)


def _items_on_page(instrument: Instrument, place: Place) -> list[Item]:
    statements = instrument.statements_for(place.branch)
    base = [item for item in statements if item.kind is ItemKind.BASE][: place.settings.sending.statements_on_page]
    return base + [item for item in statements if item.id in place.settings.own_statements]


def survey_page(instrument: Instrument, place: Place, language: str, visited_on: date, filled: Filled = NOTHING_FILLED) -> bytes:
    """Return the page of questions with what is already filled in; its form leads back to its own address, which it does not hold."""
    texts = page_texts()[language]
    drawing = _Drawing(instrument, place, language, texts, filled)
    help_lines = place.settings.help
    free_text = drawing.text_question(FREE_TEXT, instrument.item(FREE_TEXT).text(language, place.branch))
    return draw(
        "survey.html",
        _frame(texts, language, place, texts.survey_title)
        | {
            "switch": _switch(language, {code: f"?lang={code}" for code in place.settings.languages}),
            "unit": place.unit_names[language],
            "visit": texts.visit.format(month=texts.months[visited_on.month - 1]),
            "is_saved": filled.is_saved,
            "score": drawing.score(),
            "ends": instrument.end_labels(language),
            "statements": drawing.statements(),
            "free_text": free_text,
            "free_text_warning": texts.free_text_warning.format(
                medical_helpline=help_lines.medical_helpline, emergency=help_lines.emergency
            ),
            "longest_text": str(LONGEST_TEXT),
            "contact": drawing.contact(),
            "problems_heading": texts.problems_heading,
            "problems": drawing.problems(),
            "problems_kept": texts.problems_kept if filled.is_saved else "",
        },
    )


@dataclass(frozen=True)
class _Drawing:
    """One page of questions being put together."""

    instrument: Instrument
    place: Place
    language: str
    texts: PageTexts
    filled: Filled

    def score(self) -> _Question:
        low, high = self.instrument.end_labels(self.language)
        said = {str(NPS_RANGE[0]): low, str(NPS_RANGE[1]): high}
        values = [str(value) for value in range(NPS_RANGE[0], NPS_RANGE[1] + 1)]
        labels = [(value, said.get(value, "")) for value in values]
        return self._choice_question(self.instrument.item(NPS), labels)

    def statements(self) -> list[_Question]:
        labels = [(str(value), label) for value, label in self.instrument.scale_labels(self.language)]
        return [self._choice_question(item, labels) for item in _items_on_page(self.instrument, self.place)]

    def text_question(self, field: str, text: str, *, kind: str = "text", autocomplete: str = "") -> _Question:
        typed = self.filled.typed.get(field, str(self.filled.answers.get(field, "")))
        return _Question(field, text, self._sentence(field), typed=typed, kind=kind, autocomplete=autocomplete)

    def contact(self) -> dict[str, object]:
        texts = self.texts
        fields = [
            self.text_question(Field.NAME, texts.name, autocomplete="name"),
            self.text_question(Field.PHONE, texts.phone, kind="tel", autocomplete="tel"),
            self.text_question(Field.EMAIL, texts.email, kind="email", autocomplete="email"),
        ]
        return {
            "promise": texts.contact_promise.format(working_days=self.place.settings.answering.working_days),
            "fields": fields,
            "is_open": any(field.typed or field.problem for field in fields),
            "is_along": bool(self.filled.typed.get(Field.ALONG)),
        }

    def problems(self) -> list[dict[str, str]]:
        return [{"target": self._target(field), "sentence": self._sentence(field)} for field in self.filled.problems]

    def _target(self, field: str) -> str:
        """Return the id that a problem's link leads to: the field itself, or the first button of its group."""
        if field == NPS:
            return f"{NPS}-{NPS_RANGE[0]}"
        statements = {item.id for item in _items_on_page(self.instrument, self.place)}
        return f"{field}-{self.instrument.scale[0].value}" if field in statements else field

    def _sentence(self, field: str) -> str:
        problem = self.filled.problems.get(field)
        return self.texts.problems[problem] if problem else ""

    def _choice_question(self, item: Item, labels: Iterable[tuple[str, str]]) -> _Question:
        chosen = str(self.filled.answers.get(item.id, ""))
        choices = tuple(_Choice(value, label, value == chosen) for value, label in labels)
        return _Question(item.id, item.text(self.language, self.place.branch), self._sentence(item.id), choices)


def thanks_page(place: Place, language: str, *, code: str, contacted: bool, base_url: str) -> bytes:
    """Return the page that thanks, tells what happens now, and is the only one ever to show the withdrawal code."""
    texts = page_texts()[language]
    promised = texts.reply_promised.format(working_days=place.settings.answering.working_days)
    return draw(
        "thanks.html",
        _frame(texts, language, place, texts.thanks_title)
        | {
            "code": code,
            "withdrawal_path": WITHDRAWAL_PATHS[language],
            "withdrawal_address": base_url.partition("//")[2] + WITHDRAWAL_PATHS[language],
            "reply": promised if contacted else texts.reply_how,
            "help": place.settings.help,
            "crisis_line": place.settings.help.crisis_line[language],
        },
    )


def refuse_page(place: Place, language: str) -> bytes:
    """Return the page that asks whether somebody really wants no more surveys."""
    texts = page_texts()[language]
    switch = _switch(language, {code: f"?refuse&lang={code}" for code in place.settings.languages})
    return draw("refuse.html", _frame(texts, language, place, texts.refuse_title) | {"switch": switch})


def refused_page(place: Place, language: str, return_slip: str) -> bytes:
    """Return the page that confirms a refusal, and takes it back by what it carries."""
    texts = page_texts()[language]
    return draw("refused.html", _frame(texts, language, place, texts.refused_title) | {"return_slip": return_slip})


def returned_page(language: str) -> bytes:
    """Return the page that confirms that surveys may come again. language: empty where it is not known."""
    every = page_texts()
    chosen = language if language in every else next(iter(every))
    texts = every[chosen]
    parts = [_part(chosen, texts.returned_title, texts.returned)]
    return draw("notice.html", _frame(texts, chosen, None, texts.returned_title) | {"parts": parts})


def withdrawal_page(language: str, *, typed: str = "", is_unknown: bool = False) -> bytes:
    """Return the page on which an answer is erased by its code, with what was typed when no answer has that code."""
    texts = page_texts()[language]
    sentence = texts.problems[Problem.CODE_UNKNOWN] if is_unknown else ""
    return draw(
        "withdraw.html",
        _frame(texts, language, None, texts.withdraw_title)
        | {
            "switch": _switch(language, WITHDRAWAL_PATHS),
            "question": _Question(Field.CODE, texts.withdraw_label, sentence, typed=typed),
            "problems_heading": texts.withdraw_failed,
            "problems": [{"target": str(Field.CODE), "sentence": sentence}] if is_unknown else [],
        },
    )


def withdrawn_page(language: str) -> bytes:
    """Return the page that says that an answer is erased."""
    texts = page_texts()[language]
    parts = [_part(language, texts.withdrawn_title, texts.withdrawn)]
    return draw("notice.html", _frame(texts, language, None, texts.withdrawn_title) | {"parts": parts})


def notice_in_all_languages(name: str, *more: str) -> bytes:
    """Return a page for somebody whose language is not known: the text `name`, with its title and further texts, in each language."""
    every = page_texts()
    parts = [
        _part(language, getattr(texts, f"{name}_title"), *(getattr(texts, text) for text in (name, *more)))
        for language, texts in every.items()
    ]
    first = next(iter(every))
    return draw("notice.html", _frame(every[first], first, None, getattr(every[first], f"{name}_title")) | {"parts": parts})


def _part(language: str, title: str, *sentences: str) -> dict[str, object]:
    return {"language": language, "title": title, "sentences": sentences}


def _frame(texts: PageTexts, language: str, place: Place | None, title: str) -> dict[str, object]:
    """Return what every page is drawn with; a page that can be switched to another language, or tells problems, says so itself."""
    county = place.settings.name[language] if place else ""
    none = {"switch": (), "problems": (), "problems_heading": "", "problems_kept": ""}
    return {"texts": texts, "language": language, "title": title, "county": county} | none


def _switch(current: str, addresses: Mapping[str, str]) -> Sequence[_Language]:
    return [_Language(code, page_texts()[code].language, address, code == current) for code, address in addresses.items()]

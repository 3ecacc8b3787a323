"""How a person reads and fills in a survey page: its form by what each field is, not by name. Pure."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from vaste.simulator.opinions import Opinion
from vaste.simulator.people import Person

_SCORES = {str(value) for value in range(11)}
_STEPS = {str(value) for value in range(1, 6)}
_NAMES = {"fi": "Kokeilija Keksitty", "sv": "Prov Påhittad", "en": "Sample Invented"}


@dataclass
class Form:
    """The fields of one form. choices: values of each radio group; chosen: what the page had filled in before."""

    action: str = ""
    choices: dict[str, list[str]] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    button: tuple[str, str] | None = None

    @property
    def is_survey(self) -> bool:
        """Whether this form asks for a score, unlike the small forms that a page may also have."""
        return any(set(values) >= _SCORES for values in self.choices.values())


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(action=attributes.get("action", "")))
        elif self.forms and attributes.get("name"):
            self._read_field(tag, attributes, self.forms[-1])

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            form = self.forms[-1]
            form.chosen[self._textarea] = form.chosen.get(self._textarea, "") + data

    def _read_field(self, tag: str, attributes: dict[str, str], form: Form) -> None:
        name, value = attributes["name"], attributes.get("value", "")
        kind = attributes.get("type", "text") if tag == "input" else tag
        if kind == "radio":
            form.choices.setdefault(name, []).append(value)
            if "checked" in attributes:
                form.chosen[name] = value
        elif kind == "hidden":
            form.chosen[name] = value
        elif kind == "textarea":
            form.texts.append(name)
            self._textarea = name
        elif kind == "tel":
            form.phones.append(name)
        elif kind == "text" and attributes.get("autocomplete") == "name":
            form.names.append(name)
        elif kind in {"button", "submit"} and form.button is None:
            form.button = (name, value)


def survey_form(html: str) -> Form | None:
    """Return the form of a survey page, or None where the page asks nothing (any more)."""
    reader = _FormReader()
    reader.feed(html)
    return next((form for form in reader.forms if form.is_survey), None)


def fill_in(form: Form, person: Person, opinion: Opinion) -> dict[str, str]:
    """Return the fields as a person sends them: what the page knew already stays, the rest is the person's opinion."""
    filled = dict(form.chosen)
    statements = 0
    for name, values in form.choices.items():
        if set(values) >= _SCORES:
            filled.setdefault(name, str(opinion.score))
        elif set(values) >= _STEPS:
            filled.setdefault(name, str(opinion.statement(statements)))
            statements += 1
    if form.texts and not filled.get(form.texts[0]):
        filled[form.texts[0]] = opinion.comment
    if opinion.wants_contact:
        filled |= dict.fromkeys(form.phones[:1], person.number)
        filled |= dict.fromkeys(form.names[:1], _NAMES[person.writes_in])
    if form.button:
        filled[form.button[0]] = form.button[1]
    return filled

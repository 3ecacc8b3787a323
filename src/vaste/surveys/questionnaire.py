"""The instrument and its answers as FHIR R4 Questionnaire and QuestionnaireResponse, for whoever reads them without Vaste.

Dicts as JSON writes them. Texts stand in Finnish, with Swedish and English by the standard translation extension. An answer is a
coded choice whose number stands in the code and in the extension `ordinalValue`. Nothing here can carry free text or say who answered.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from vaste.surveys.instrument import LANGUAGES, Branch, Instrument, Item, ItemKind

# A name that nobody can own (RFC 2606), so that our addresses meet nobody else's and claim no page: FHIR wants them unique, not fetched.
BASE = "https://vaste.invalid/fhir"
TITLE = {"fi": "Asiakaskysely", "sv": "Klientenkät", "en": "Client survey"}
_IN_SOCIAL_SERVICES = {"fi": "Sosiaalipalveluissa", "sv": "I socialservicen", "en": "In social services"}
_TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
_ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
_FIRST_LANGUAGE = LANGUAGES[0]

Json = dict[str, Any]


class AnswerRefused(ValueError):
    """An answer does not fit the instrument; the message is one sentence that names the item and never repeats the answer."""


def questionnaire(instrument: Instrument, branch: Branch | None = None, *, base: str = BASE) -> Json:
    """Return an instrument as a FHIR R4 Questionnaire. base: begins every address in it, without a slash at the end.

    branch: whose words are given. Left out, an item that social services word in their own way has those words below it, as an item
    that is only shown; its answers carry the same id either way.
    """
    items = instrument.items_for(branch) if branch else instrument.items
    return {
        "resourceType": "Questionnaire",
        "id": f"{instrument.id}-{instrument.version}",
        "language": _FIRST_LANGUAGE,
        "url": _address(instrument, base),
        "version": instrument.version,
        "name": "".join(word.capitalize() for word in re.split(r"[-_]", instrument.id)),
        **_translated("title", TITLE),
        "status": "active",
        "effectivePeriod": {"start": instrument.valid_from.isoformat()},
        "item": [_question(instrument, item, branch, base) for item in items],
    }


def questionnaire_response(
    instrument: Instrument, answers: Mapping[str, int], *, tags: Mapping[str, str] | None = None, base: str = BASE
) -> Json:
    """Return the marks of one response as a FHIR R4 QuestionnaireResponse, in the instrument's order; skipped items are missing.

    answers: the recommendation 0–10 and statements 1–5 by item id. tags: what else a row says (`{"service": "dental"}`), as codes in
    `meta.tag`. Raises AnswerRefused for an item that the instrument does not have, for free text, and for a value outside its scale.
    """
    for item_id, value in answers.items():
        _refuse_unfitting(instrument, item_id, value)
    given = [_given(item, answers[item.id], base) for item in instrument.items if item.id in answers]
    codes = [{"system": f"{base}/CodeSystem/{name}", "code": value} for name, value in (tags or {}).items()]
    return {
        "resourceType": "QuestionnaireResponse",
        **({"meta": {"tag": codes}} if codes else {}),
        "questionnaire": f"{_address(instrument, base)}|{instrument.version}",
        "status": "completed",
        **({"item": given} if given else {}),
    }


def _address(instrument: Instrument, base: str) -> str:
    return f"{base}/Questionnaire/{instrument.id}"


def _question(instrument: Instrument, item: Item, branch: Branch | None, base: str) -> Json:
    wording = branch or next(each for each in Branch if item.is_asked_in(each))
    question: Json = {
        "linkId": item.id,
        **_translated("text", {language: item.text(language, wording) for language in LANGUAGES}),
        "type": "text" if item.kind is ItemKind.FREE_TEXT else "choice",
        "required": False,
    }
    if item.answer_range:
        question["answerOption"] = [{"valueCoding": coding} for coding in _options(instrument, item, base)]
    if branch is None and item.health and item.social:
        question["item"] = [_words_of_social_services(item)]
    return question


def _words_of_social_services(item: Item) -> Json:
    words = {language: f"{_IN_SOCIAL_SERVICES[language]}: {item.text(language, Branch.SOCIAL)}" for language in LANGUAGES}
    return {"linkId": f"{item.id}.social", **_translated("text", words), "type": "display"}


def _options(instrument: Instrument, item: Item, base: str) -> Iterator[Json]:
    """Yield the choices in the order in which people see them: 0 to 10, and full agreement down to full disagreement."""
    if item.kind is ItemKind.NPS:
        low, high = item.answer_range or (0, 0)
        for value in range(low, high + 1):
            yield {"extension": [_ordinal(value)], **_coding(item, value, base), **_score_label(instrument, value, low, high)}
        return
    for step in instrument.scale:
        label = _translated("display", {language: step.label[language].text for language in LANGUAGES})
        yield {"extension": [_ordinal(step.value)], **_coding(item, step.value, base), **label}


def _score_label(instrument: Instrument, value: int, low: int, high: int) -> Json:
    if value not in (low, high):
        return {"display": str(value)}
    ends = instrument.ends.low if value == low else instrument.ends.high
    return _translated("display", {language: f"{value}: {ends[language].text}" for language in LANGUAGES})


def _given(item: Item, value: int, base: str) -> Json:
    return {"linkId": item.id, "answer": [{"valueCoding": {"extension": [_ordinal(value)], **_coding(item, value, base)}}]}


def _coding(item: Item, value: int, base: str) -> Json:
    scale = "recommendation" if item.kind is ItemKind.NPS else "agreement"
    return {"system": f"{base}/CodeSystem/{scale}", "code": str(value)}


def _ordinal(value: int) -> Json:
    return {"url": _ORDINAL, "valueDecimal": value}


def _translated(name: str, words: Mapping[str, str]) -> Json:
    """Return a text in the first language, and beside it, as FHIR writes what is said of a plain value, its translations."""
    first, *others = LANGUAGES
    said = [
        {"url": _TRANSLATION, "extension": [{"url": "lang", "valueCode": other}, {"url": "content", "valueString": words[other]}]}
        for other in others
    ]
    return {name: words[first], f"_{name}": {"extension": said}}


def _refuse_unfitting(instrument: Instrument, item_id: str, value: object) -> None:
    try:
        answer_range = instrument.item(item_id).answer_range
    except KeyError:
        raise AnswerRefused(f"The instrument {instrument.version_key} has no item of the id that an answer names.") from None
    if answer_range is None:
        raise AnswerRefused(f"The item {item_id} is free text, which never stands in such a response.")
    low, high = answer_range
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise AnswerRefused(f"An answer to {item_id} is no whole number from {low} to {high}.")

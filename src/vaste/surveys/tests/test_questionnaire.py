"""The instrument and its answers in FHIR R4: what a reader that knows only the standard may rely on."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.surveys.instrument import Branch, national_adult
from vaste.surveys.questionnaire import AnswerRefused, questionnaire, questionnaire_response

# hl7.org, FHIR 4.0.1: datatypes (id, code, uri) and the elements of both resources that Vaste writes.
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
CODE = re.compile(r"[^\s]+(\s[^\s]+)*")
NAME = re.compile(r"[A-Z]([A-Za-z0-9_]){0,254}")
QUESTIONNAIRE = {"resourceType", "id", "language", "url", "version", "name", "title", "_title", "status", "effectivePeriod", "item"}
ITEM = {"linkId", "text", "_text", "type", "required", "answerOption", "item"}
RESPONSE = {"resourceType", "meta", "questionnaire", "status", "item"}
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
FORMS = [questionnaire(national_adult()), *(questionnaire(national_adult(), branch) for branch in Branch)]

marks = st.fixed_dictionaries(
    {}, optional={item.id: st.integers(*item.answer_range) for item in national_adult().items if item.answer_range}
)


def items_of(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in resource.get("item", ()):
        yield item
        yield from items_of(item)


def item_of(resource: dict[str, Any], link_id: str) -> dict[str, Any]:
    return next(item for item in items_of(resource) if item["linkId"] == link_id)


def translations(element: dict[str, Any]) -> dict[str, str]:
    said = {}
    for extension in element["extension"]:
        assert extension["url"] == TRANSLATION
        lang, content = extension["extension"]
        assert (lang["url"], content["url"]) == ("lang", "content")
        said[lang["valueCode"]] = content["valueString"]
    return said


def every_value(part: Any) -> Iterator[Any]:
    yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from every_value(inner)


@pytest.mark.parametrize("form", FORMS, ids=["both", *Branch])
def test_the_questionnaire_has_what_r4_requires_and_nothing_that_it_does_not_know(form):
    assert set(form) == QUESTIONNAIRE
    assert (form["resourceType"], form["status"]) == ("Questionnaire", "active")
    assert ID.fullmatch(form["id"])
    assert NAME.fullmatch(form["name"])
    for item in items_of(form):
        assert set(item) <= ITEM
        assert item["type"] in {"choice", "text", "display"}
        assert ("answerOption" in item) == (item["type"] == "choice")
        # que-1 and que-6: what is only shown can be neither required nor have items below it
        assert ("required" in item) == (item["type"] != "display")
        assert item["type"] != "display" or "item" not in item
    link_ids = [item["linkId"] for item in items_of(form)]
    assert len(link_ids) == len(set(link_ids))  # que-2


@pytest.mark.parametrize("form", FORMS, ids=["both", *Branch])
def test_no_element_of_json_is_empty_for_fhir_forbids_it(form):
    assert all(part not in ("", [], {}, None) for part in every_value(form))


def test_the_questionnaire_tells_its_version_its_address_and_since_when_it_holds():
    form = questionnaire(national_adult())

    assert form["url"] == "https://vaste.invalid/fhir/Questionnaire/national-adult"
    assert (form["id"], form["version"], form["name"]) == ("national-adult-2024-1", "2024-1", "NationalAdult")
    assert form["effectivePeriod"] == {"start": "2024-01-01"}
    assert questionnaire(national_adult(), base="https://fhir.example")["url"] == "https://fhir.example/Questionnaire/national-adult"


def test_questions_stand_in_the_order_of_the_instrument_and_none_must_be_answered():
    form = questionnaire(national_adult())

    assert [item["linkId"] for item in form["item"]] == [item.id for item in national_adult().items]
    assert not any(item["required"] for item in form["item"])
    assert form["item"][-1]["type"] == "text"


def test_texts_are_finnish_with_swedish_and_english_beside_them():
    access = item_of(questionnaire(national_adult()), "access")

    assert access["text"] == "Sain apua, kun sitä tarvitsin"
    assert translations(access["_text"]) == {"sv": "Jag fick hjälp när jag behövde den", "en": "I received help when I needed it"}
    assert translations(questionnaire(national_adult())["_title"]) == {"sv": "Klientenkät", "en": "Client survey"}


def test_the_recommendation_has_eleven_options_whose_ends_are_named():
    options = [option["valueCoding"] for option in item_of(questionnaire(national_adult()), "nps")["answerOption"]]

    assert [option["code"] for option in options] == [str(score) for score in range(11)]
    assert [option["extension"][0]["valueDecimal"] for option in options] == list(range(11))
    assert options[0]["display"] == "0: erittäin epätodennäköisesti"
    assert translations(options[10]["_display"])["en"] == "10: very likely"
    assert options[5]["display"] == "5"


def test_a_statement_has_five_steps_from_full_agreement_down():
    options = [option["valueCoding"] for option in item_of(questionnaire(national_adult()), "safety")["answerOption"]]

    assert [option["code"] for option in options] == ["5", "4", "3", "2", "1"]
    assert options[0]["display"] == "täysin samaa mieltä"
    assert translations(options[4]["_display"])["sv"] == "helt av annan åsikt"
    assert all(CODE.fullmatch(option["code"]) for option in options)


def test_one_questionnaire_shows_the_words_of_both_branches_and_a_branch_alone_its_own():
    both = item_of(questionnaire(national_adult()), "safety")
    social = item_of(questionnaire(national_adult(), Branch.SOCIAL), "safety")

    assert both["text"] == "Koin oloni turvalliseksi hoidon aikana"
    assert both["item"][0]["type"] == "display"
    assert both["item"][0]["text"] == "Sosiaalipalveluissa: Koin oloni turvalliseksi palvelun aikana"
    assert social["text"] == "Koin oloni turvalliseksi palvelun aikana"
    assert "item" not in social


def test_a_response_names_its_questionnaire_with_version_and_leaves_out_what_was_skipped():
    response = questionnaire_response(national_adult(), {"safety": 4, "nps": 9}, tags={"service": "dental", "quarter": "2026-Q1"})

    assert response["questionnaire"] == "https://vaste.invalid/fhir/Questionnaire/national-adult|2024-1"
    assert response["status"] == "completed"
    assert [(item["linkId"], item["answer"][0]["valueCoding"]["code"]) for item in response["item"]] == [("nps", "9"), ("safety", "4")]
    assert response["meta"] == {
        "tag": [
            {"system": "https://vaste.invalid/fhir/CodeSystem/service", "code": "dental"},
            {"system": "https://vaste.invalid/fhir/CodeSystem/quarter", "code": "2026-Q1"},
        ]
    }


@given(marks)
def test_every_answer_of_a_response_is_an_option_of_its_question(answers):
    response = questionnaire_response(national_adult(), answers)

    assert set(response) <= RESPONSE
    assert all(part not in ("", [], {}, None) for part in every_value(response))
    assert {item["linkId"] for item in items_of(response)} == set(answers)
    for item in items_of(response):
        (given_answer,) = item["answer"]
        options = item_of(FORMS[0], item["linkId"])["answerOption"]
        asked = {(each["valueCoding"]["system"], each["valueCoding"]["code"]) for each in options}
        assert (given_answer["valueCoding"]["system"], given_answer["valueCoding"]["code"]) in asked
    assert json.loads(json.dumps(response)) == response


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"nps": 11}, "An answer to nps is no whole number from 0 to 10"),
        ({"safety": 0}, "An answer to safety is no whole number from 1 to 5"),
        ({"nps": True}, "An answer to nps is no whole number"),
        ({"nps": "010594Y9032"}, "An answer to nps is no whole number"),
        ({"free_text": "Hoitaja Virtanen"}, "The item free_text is free text, which never stands"),
        ({"010594Y9032": 3}, "has no item of the id that an answer names"),
    ],
)
def test_what_does_not_fit_the_instrument_is_refused_without_being_repeated(answers, reason):
    with pytest.raises(AnswerRefused, match=reason) as refused:
        questionnaire_response(national_adult(), answers)
    assert not re.search("Virtanen|010594Y9032", str(refused.value))

"""Whether a county can ask as its settings say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import COUNTY

from vaste.invitations.wording import why_settings_cannot_be_used
from vaste.organisations.rules import parse_county
from vaste.surveys.texts import TextName


def why_not(*lines: str, county: str = COUNTY) -> str | None:
    return why_settings_cannot_be_used(parse_county(county + "\n".join(lines)))


@pytest.mark.parametrize("ways", ["", "link_way = false", "reply_way = false"])
def test_the_default_texts_fit_one_message_in_every_way_of_answering_and_the_longest_name(ways):
    assert why_not(ways, county=COUNTY.replace('sender_name = "Soite"', 'sender_name = "Soite Soite"')) is None


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["[texts]", 'invitation_both = { fi = "Hei {sender} {link} STOP ' + "x" * 120 + '" }'], "in fi is"),
        (["[texts]", 'invitation_both = { sv = "Hej {sender} {link} STOP ŋ" }'], "letters that GSM-7 does not have"),
        (["[texts]", 'invitation_both = { fi = "Hei {sender} STOP" }'], "{link}"),
        (["[texts]", 'invitation_both = { fi = "Hei {sender} {link} {phone} STOP" }'], "{phone}"),
        (["[texts]", 'invitation_both = { fi = "Hei {sender} {link" }'], "brace"),
        (["[texts]", 'invitation_both = { se = "Bures {sender} {link}" }'], "no language"),
        (["[texts]", 'greeting = { fi = "Hei" }'], "no text 'greeting'"),
    ],
)
def test_a_text_that_cannot_be_sent_is_named_in_one_sentence(lines, said):
    sentence = why_not(*lines)
    assert sentence
    assert said in sentence
    assert "\n" not in sentence


def test_a_text_of_a_way_that_is_not_offered_may_be_of_any_length():
    text = 'invitation_reply = { fi = "Hei {sender} STOP ' + "x" * 200 + '" }'
    assert why_not("[texts]", text) is None
    assert why_not("link_way = false", "[texts]", text)


def test_an_own_statement_that_no_instrument_has_is_refused():
    settings = COUNTY.replace("[sending]", 'own_statements = ["own-language", "colour"]\n[sending]')
    assert why_not(county=settings) == "The setting own_statements names a statement that does not exist; there is own-language."


def test_a_county_without_own_statements_may_be_loaded():
    assert why_not(county=COUNTY.replace("[sending]", "own_statements = []\n[sending]")) is None


@given(st.sampled_from(sorted(TextName)), st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=200))
def test_whatever_a_text_holds_it_can_be_sent_or_is_refused_in_one_sentence(name, text):
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    sentence = why_not("[texts]", f'{name} = {{ fi = "{quoted}" }}')
    assert sentence is None or sentence.endswith(".")

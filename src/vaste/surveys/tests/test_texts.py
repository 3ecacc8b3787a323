"""The words of the messages: they fit, they say what they must, and a county may word them otherwise."""

import pytest
import smsutil

from vaste.surveys.dialogue import CONTACT, State, begin, make_script, question
from vaste.surveys.instrument import LANGUAGES, Branch, national_adult
from vaste.surveys.texts import LONGEST_BASE_ADDRESS, TextName, invitation_text, resolve_texts

LONGEST_SENDER = "Hyvinvointi"  # eleven letters: more no operator takes as a sender
TOKEN = "7KqFwZ3mXp9T"
LONGEST_LINK = "https://".ljust(LONGEST_BASE_ADDRESS, "x") + "/s/" + TOKEN
VALUES = {
    "sender": LONGEST_SENDER,
    "link": LONGEST_LINK,
    "question": "?",
    "high": "?",
    "agree": "?",
    "disagree": "?",
    "working_days": 10,
}
WAYS = {"both": (True, True), "reply": (True, False), "link": (False, True)}


def longest_invitation(language: str, way: str) -> str:
    reply_way, link_way = WAYS[way]
    return invitation_text(
        resolve_texts({}), language, sender_name=LONGEST_SENDER, link=LONGEST_LINK, reply_way=reply_way, link_way=link_way
    )


@pytest.mark.parametrize(
    ("way", "language", "septets"),
    [
        ("both", "fi", 160),
        ("both", "sv", 157),
        ("both", "en", 153),
        ("reply", "fi", 147),
        ("reply", "sv", 134),
        ("reply", "en", 136),
        ("link", "fi", 160),
        ("link", "sv", 157),
        ("link", "en", 156),
    ],
)
def test_the_invitation_fits_one_gsm_message_with_the_longest_sender_and_address(way, language, septets):
    text = longest_invitation(language, way)
    split = smsutil.split(text)
    assert smsutil.is_valid_gsm(text)
    assert len(split.parts) == 1
    assert len(smsutil.encode(text)) == septets


def test_the_longest_base_address_has_room_for_a_countys_own_domain():
    assert LONGEST_BASE_ADDRESS == 33
    assert len("https://palaute.soite.fi") <= LONGEST_BASE_ADDRESS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("way", WAYS)
def test_the_invitation_names_the_sender_asks_0_to_10_and_says_it_is_free_and_voluntary(language, way):
    text = longest_invitation(language, way)
    free, voluntary = {"fi": ("aksuto", "vapaaehtoi"), "sv": ("ratis", "frivilligt"), "en": ("ree", "voluntary")}[language]
    assert text.startswith(f"{LONGEST_SENDER}: ")
    assert "0-10" in text
    assert free in text
    assert voluntary in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("way", "has_link", "has_stop"), [("both", True, True), ("reply", False, True), ("link", True, False)])
def test_the_invitation_offers_only_the_ways_the_county_has(language, way, has_link, has_stop):
    text = longest_invitation(language, way)
    assert (LONGEST_LINK in text) is has_link
    assert ("STOP" in text) is has_stop  # nobody can reply STOP to a name: refusing is then on the page


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_stands_right_after_the_link_that_a_phone_could_take_for_a_part_of_it(language):
    for way in ("both", "link"):
        assert f"{LONGEST_LINK}\n" in longest_invitation(language, way)


def test_an_invitation_without_a_way_to_answer_is_refused():
    with pytest.raises(ValueError, match="needs a way to answer"):
        invitation_text(resolve_texts({}), "fi", sender_name="Soite", link="", reply_way=False, link_way=False)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TextName)
def test_every_text_is_there_in_every_language_and_in_gsm_letters(name, language):
    text = resolve_texts({}).say(name, language, **VALUES)
    assert text.strip()
    assert "!" not in text
    assert smsutil.is_valid_gsm(text)


@pytest.mark.parametrize("branch", Branch)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_of_the_dialogue_fits_one_message(language, branch):
    script = make_script(national_adult(), branch, texts=resolve_texts({}), sender=LONGEST_SENDER, working_days=10, statements_by_sms=8)
    ahead = begin(script, language).ahead
    questions = [question(script, State(language, ahead[place:])) for place in range(len(ahead))]
    assert len(questions) == 11
    assert ahead[-1] == CONTACT
    assert [text for text in questions if len(smsutil.split(text).parts) != 1 or not smsutil.is_valid_gsm(text)] == []


def test_a_county_words_one_text_in_one_language_and_keeps_the_rest():
    texts = resolve_texts({"thanks": {"fi": "Kiitos vastauksestasi."}})
    assert texts.say(TextName.THANKS, "fi") == "Kiitos vastauksestasi."
    assert texts.say(TextName.THANKS, "sv") == "Tack. Ditt svar hjälper oss att förbättra servicen."
    assert resolve_texts({}).say(TextName.THANKS, "fi") == "Kiitos. Vastauksesi auttaa parantamaan palvelua."


def test_a_placeholder_is_filled_with_what_it_is_given_braces_and_all():
    text = resolve_texts({"not_understood": {"en": "Pardon? {question}"}}).say(TextName.NOT_UNDERSTOOD, "en", question="{link}")
    assert text == "Pardon? {link}"


@pytest.mark.parametrize(
    ("overrides", "sentence"),
    [
        ({"greeting": {"fi": "Moi"}}, "There is no text 'greeting'; the texts are invitation_both, "),
        ({"thanks": {"se": "Giitu"}}, "The text thanks has no language 'se'; the languages are fi, sv, en."),
        ({"thanks": {"fi": "Kiitos, {name}"}}, "The text thanks in fi has the unknown placeholder {name}."),
        ({"invitation_both": {"sv": "{sender}: 0-10?"}}, "The text invitation_both in sv lacks the placeholder {link}."),
        ({"invitation_reply": {"en": "0-10?"}}, "The text invitation_reply in en lacks the placeholder {sender}."),
        ({"thanks": {"fi": "Kiitos {"}}, "The text thanks in fi has a brace that opens or closes no placeholder."),
        ({"thanks": {"fi": "Kiitos }"}}, "The text thanks in fi has a brace that opens or closes no placeholder."),
        ({"thanks": {"fi": "Kiitos {}"}}, "The text thanks in fi has the unknown placeholder {}."),
        ({"stop_confirmed": {"fi": "{sender.__class__}"}}, "The text stop_confirmed in fi has the unknown placeholder {sender.__class__}."),
        ({"stop_confirmed": {"fi": "{sender!r}"}}, "The text stop_confirmed in fi has the unknown placeholder {sender!r}."),
        ({"stop_confirmed": {"fi": "{sender:>9999}"}}, "The text stop_confirmed in fi has the unknown placeholder {sender:>9999}."),
        ({"thanks": {"fi": "  "}}, "The text thanks in fi is empty."),
    ],
)
def test_a_wrong_wording_is_refused_in_one_sentence(overrides, sentence):
    with pytest.raises(ValueError) as refusal:
        resolve_texts(overrides)
    assert str(refusal.value).startswith(sentence)


def test_a_county_need_not_promise_working_days():
    texts = resolve_texts({"contact_confirmed": {"fi": "Kiitos. Otamme yhteyttä."}})
    assert texts.say(TextName.CONTACT_CONFIRMED, "fi", working_days=10) == "Kiitos. Otamme yhteyttä."

"""How people react to messages, alone and in the real dialogue."""

from dataclasses import replace

import pytest

from vaste.simulator.opinions import Opinion
from vaste.simulator.people import Habit, Person, SimulatedSettings, person
from vaste.simulator.reactions import Asked, Conversation, Reaction, link_in, react, what_is_asked
from vaste.surveys.dialogue import Script, Turn, begin, make_script, take_reply
from vaste.surveys.instrument import Branch, national_adult
from vaste.surveys.texts import TextName, invitation_text, resolve_texts

TEXTS = resolve_texts({})
LINK = "http://localhost:8000/s/3hZkQ9mWxTy7"
OPINION = Opinion(score=9, statements=(5, 4, 3), comment="Kiitos, sain avun nopeasti.", wants_contact=False)
LANGUAGES = ("fi", "sv", "en")


def somebody(habit: Habit, language: str = "fi", index: int = 1) -> Person:
    return replace(person(index, SimulatedSettings()), habit=habit, language=language)


def invitation(language: str = "fi") -> str:
    return invitation_text(TEXTS, language, sender_name="Soite", link=LINK, reply_way=True, link_way=True)


def reaction_to(habit: Habit, *messages: str, opinion: Opinion = OPINION, language: str = "fi") -> Reaction:
    """Return what a person does on the last of several messages."""
    conversation, reaction = Conversation(), Reaction()
    for message in messages:
        conversation, reaction = react(somebody(habit, language), opinion, conversation, message, seed=7)
    return reaction


def script() -> Script:
    return make_script(national_adult(), Branch.HEALTH, texts=TEXTS, sender="Soite", working_days=10)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "asked"),
    [
        (TextName.INVITATION_BOTH, Asked.SCORE),
        (TextName.INVITATION_REPLY, Asked.SCORE),
        (TextName.NPS_QUESTION, Asked.SCORE),
        (TextName.STATEMENT_QUESTION, Asked.STATEMENT),
        (TextName.FREE_TEXT_QUESTION, Asked.FREE_TEXT),
        (TextName.CONTACT_OFFER, Asked.CONTACT),
        (TextName.THANKS, Asked.NOTHING),
        (TextName.CONTACT_CONFIRMED, Asked.NOTHING),
        (TextName.STOP_CONFIRMED, Asked.NOTHING),
    ],
)
def test_a_person_understands_what_each_text_of_the_county_asks(name: TextName, asked: Asked, language: str):
    values = {"sender": "Soite", "link": LINK, "question": "?", "high": "?", "agree": "?", "disagree": "?", "working_days": 10}
    assert what_is_asked(TEXTS.say(name, language, **values)) is asked


def test_the_link_is_found_in_the_invitation_and_nowhere_else():
    assert link_in(invitation()) == LINK
    assert link_in(TEXTS.say(TextName.THANKS, "fi")) == ""


def test_the_silent_do_nothing():
    assert reaction_to(Habit.SILENT, invitation()) == Reaction()


def test_one_answers_by_digits_and_another_in_words_of_their_language():
    assert reaction_to(Habit.REPLIES, invitation()).reply == "9"
    assert reaction_to(Habit.WORDS, invitation()).reply == "yhdeksän"
    assert reaction_to(Habit.WORDS, invitation("sv"), language="sv").reply == "nio"


def test_one_sends_several_answers_and_the_comment_at_once():
    assert reaction_to(Habit.ALL_AT_ONCE, invitation()).reply == "9 5 4 Kiitos, sain avun nopeasti."


def test_one_opens_the_link_and_then_never_writes():
    assert reaction_to(Habit.OPENS_LINK, invitation()).link == LINK
    assert reaction_to(Habit.OPENS_LINK, invitation(), "Vastaa 1-5.") == Reaction()


def test_one_begins_by_reply_and_goes_on_by_link():
    assert reaction_to(Habit.SWITCHES, invitation()).reply == "9"
    assert reaction_to(Habit.SWITCHES, invitation(), "Vastaa 1-5.").link == LINK


def test_one_answers_the_first_question_only():
    assert reaction_to(Habit.TRAILS_OFF, invitation()).reply == "9"
    assert reaction_to(Habit.TRAILS_OFF, invitation(), "Vastaa 1-5.") == Reaction()


def test_a_person_without_a_comment_skips_the_question():
    assert reaction_to(Habit.REPLIES, "Vastaa omin sanoin.", opinion=replace(OPINION, comment="")).reply == "-"


@pytest.mark.parametrize(("wants", "said"), [(True, "Kyllä"), (False, "Ei")])
def test_a_person_says_whether_to_be_contacted(wants: bool, said: str):
    assert reaction_to(Habit.REPLIES, "Vastaa KYLLÄ tai EI.", opinion=replace(OPINION, wants_contact=wants)).reply == said


@pytest.mark.parametrize("habit", list(Habit))
@pytest.mark.parametrize("name", [TextName.STOP_CONFIRMED, TextName.THANKS, TextName.CONTACT_CONFIRMED])
def test_nobody_answers_a_text_that_asks_nothing_even_where_the_beginning_is_forgotten(habit: Habit, name: TextName):
    assert reaction_to(habit, TEXTS.say(name, "fi", sender="Soite", working_days=10)) == Reaction()


def test_a_new_invitation_begins_a_new_conversation():
    assert reaction_to(Habit.OPENS_LINK, invitation(), invitation()).link == LINK


def test_people_take_their_time_but_not_for_ever():
    waits = [
        react(somebody(Habit.REPLIES, index=index), OPINION, Conversation(), invitation(), seed=7)[1].after_seconds for index in range(300)
    ]
    assert all(2 <= wait <= 40 for wait in waits)
    assert len(set(waits)) > 200


def talk(habit: Habit, language: str, index: int) -> tuple[Turn | None, list[str]]:
    """Let a person and the real dialogue talk until one of them falls silent; return the last turn and what the person wrote."""
    who = somebody(habit, language, index)
    state, said, written, turn = begin(script(), language), invitation(language), [], None
    conversation = Conversation()
    while said and len(written) < 30:
        conversation, reaction = react(who, OPINION, conversation, said, seed=7)
        if not reaction.reply:
            break
        written.append(reaction.reply)
        turn = take_reply(script(), state, reaction.reply)
        state, said = turn.state, turn.say
    return turn, written


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("habit", list(Habit))
def test_every_persons_dialogue_ends(habit: Habit, language: str):
    for index in range(20):
        assert len(talk(habit, language, index)[1]) <= 12


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("habit", [Habit.REPLIES, Habit.WORDS, Habit.ALL_AT_ONCE])
def test_who_answers_by_reply_is_understood_and_brings_the_dialogue_to_its_end(habit: Habit, language: str):
    turn, _written = talk(habit, language, 1)
    assert turn is not None
    assert turn.done
    statements = [item.id for item in national_adult().statements_for(Branch.HEALTH)][:2]
    expected = {"nps": 9, statements[0]: 5, statements[1]: 4, "free_text": OPINION.comment}
    assert {name: turn.state.answers.get(name) for name in expected} == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_wants_no_surveys_is_understood_whatever_the_word(language: str):
    for index in range(20):
        turn, written = talk(Habit.STOPS, language, index)
        assert turn is not None
        assert turn.stopped, written

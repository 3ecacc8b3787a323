"""The survey as a conversation: what is asked when, what is kept, and how it ends."""

from collections.abc import Sequence

import pytest

from vaste.surveys.dialogue import (
    CONTACT,
    Script,
    State,
    Turn,
    begin,
    contact_state,
    final_answers,
    make_script,
    question,
    take_reply,
    with_answers,
)
from vaste.surveys.instrument import Branch, national_adult
from vaste.surveys.texts import resolve_texts

ALL_ANSWERED = ["9", "5", "4", "Kiitos, kaikki meni hyvin."]
NOT_AN_ANSWER = "mitä ihmettä"


def script(*, branch: Branch = Branch.HEALTH, statements_by_sms: int = 2, offer_contact: bool = True) -> Script:
    return make_script(
        national_adult(),
        branch,
        texts=resolve_texts({}),
        sender="Soite",
        working_days=10,
        statements_by_sms=statements_by_sms,
        offer_contact=offer_contact,
    )


def play(texts: Sequence[str], *, language: str = "fi", state: State | None = None, by: Script | None = None) -> list[Turn]:
    by = by or script()
    state = state or begin(by, language)
    turns = []
    for text in texts:
        turn = take_reply(by, state, text)
        state = turn.state
        turns.append(turn)
    return turns


def last(*texts: str, language: str = "fi", state: State | None = None, by: Script | None = None) -> Turn:
    return play(texts, language=language, state=state, by=by)[-1]


# What is asked


def test_nps_is_followed_by_the_statements_free_text_and_the_offer_of_contact():
    assert [turn.state.current for turn in play(ALL_ANSWERED)] == ["access", "encounter", "free_text", CONTACT]


def test_every_answer_is_kept_under_its_item():
    assert last(*ALL_ANSWERED).state.answers == {"nps": 9, "access": 5, "encounter": 4, "free_text": "Kiitos, kaikki meni hyvin."}


def test_the_next_question_explains_its_scale():
    assert last("9").say == ("Väittämä: Sain apua, kun sitä tarvitsin. Vastaa 1-5 (5 = täysin samaa mieltä, 1 = täysin eri mieltä).")


@pytest.mark.parametrize(
    ("count", "item_ids"),
    [
        (0, ["nps", "free_text"]),
        (1, ["nps", "access", "free_text"]),
        (8, ["nps", "access", "encounter", "participation", "safety", "information", "clarity", "benefit", "own-language", "free_text"]),
    ],
)
def test_a_county_decides_how_many_statements_are_asked_by_message(count, item_ids):
    assert list(script(statements_by_sms=count).item_ids) == item_ids


def test_social_services_are_asked_in_their_own_words():
    by = script(branch=Branch.SOCIAL, statements_by_sms=3)
    assert "Besluten i anslutning till mitt ärende" in last("9", "5", "5", language="sv", by=by).say


# How it ends


def test_the_survey_is_complete_once_when_nothing_but_the_offer_is_left():
    turns = play([*ALL_ANSWERED, "kyllä", "kiitos"])
    assert [turn.complete for turn in turns] == [False, False, False, True, False, False]
    assert [turn.done for turn in turns] == [False, False, False, False, True, True]


def test_a_yes_to_the_offer_is_confirmed_with_the_countys_promise():
    turn = last(*ALL_ANSWERED, "Kyllä")
    assert turn.contact
    assert turn.say == "Kiitos. Otamme sinuun yhteyttä 10 arkipäivän kuluessa."


@pytest.mark.parametrize("reply", ["Ei", "-", "ei kiitos"])
def test_a_no_to_the_offer_ends_in_silence(reply):
    turn = last(*ALL_ANSWERED, reply)
    assert (turn.done, turn.contact, turn.state.contact, turn.say) == (True, False, False, "")


def test_the_offer_twice_misunderstood_is_no_consent():
    turns = play([*ALL_ANSWERED, "ehkä", "en tiedä vielä ihan varmasti"])
    assert "KYLLÄ" in turns[-2].say
    assert (turns[-1].done, turns[-1].state.contact, turns[-1].say) == (True, None, "")


def test_contact_is_asked_for_only_in_the_turn_that_asks():
    assert [turn.contact for turn in play([*ALL_ANSWERED, "kyllä", "kyllä"])][-2:] == [True, False]


def test_without_the_offer_the_survey_ends_with_thanks():
    turn = last(*ALL_ANSWERED, by=script(offer_contact=False))
    assert (turn.complete, turn.done, turn.say) == (True, True, "Kiitos. Vastauksesi auttaa parantamaan palvelua.")


def test_the_offer_can_be_answered_after_the_answers_have_been_handed_over():
    turn = last("ja", state=contact_state("sv"))
    assert turn.contact
    assert not turn.complete
    assert turn.say == "Tack. Vi kontaktar dig inom 10 arbetsdagar."


def test_nothing_is_said_when_it_is_over():
    assert [turn.say for turn in play([*ALL_ANSWERED, "ei", "9", "hei", ""])][-3:] == ["", "", ""]


# Several answers at once, comments, free text


def test_several_answers_in_one_message_and_the_rest_as_free_text_complete_the_survey():
    turn = last("9 5 4 kiitos hyvästä hoidosta")
    assert turn.state.answers == {"nps": 9, "access": 5, "encounter": 4, "free_text": "kiitos hyvästä hoidosta"}
    assert turn.complete
    assert turn.state.current == CONTACT


def test_several_answers_without_words_leave_the_free_text_to_be_asked():
    turn = last("9 5 4")
    assert (turn.state.current, turn.complete) == ("free_text", False)


def test_two_answers_in_one_message_leave_the_third_question():
    assert last("9 5").state.current == "encounter"


def test_a_longer_comment_beside_a_mark_joins_the_free_text():
    turn = last("9, lääkäri oli todella ystävällinen ja osasi asiansa", "5", "4", "Parkkipaikkoja lisää")
    assert turn.state.answers["free_text"] == "lääkäri oli todella ystävällinen ja osasi asiansa\nParkkipaikkoja lisää"


def test_a_longer_comment_that_gives_no_mark_is_not_lost_either():
    turn = last("Lääkäri oli todella ystävällinen", "9", "5", "4", "-")
    assert turn.state.answers["free_text"] == "Lääkäri oli todella ystävällinen"


def test_small_talk_beside_a_mark_is_no_feedback():
    assert "free_text" not in last("9, oikein hyvä kiitos", "5", "4", "-").state.answers


def test_a_comment_is_handed_over_once():
    answers = final_answers(last("9, lääkäri oli todella ystävällinen", "5", "4", "-", "ei").state)
    assert answers["free_text"] == "lääkäri oli todella ystävällinen"


def test_comments_are_handed_over_with_partial_answers():
    state = last("3, odotin jonossa aivan liian pitkään").state
    assert state.answers == {"nps": 3}
    assert final_answers(state) == {"nps": 3, "free_text": "odotin jonossa aivan liian pitkään"}


def test_answers_without_comments_are_handed_over_as_they_are():
    assert final_answers(last("3").state) == {"nps": 3}


@pytest.mark.parametrize("text", ["Kaikki  hyvin\n\nmutta jono.", "5", "👍", "Ei pysäköintiä", "kyllä", "a" * 10_000])
def test_free_text_is_kept_whole_and_unchanged(text):
    assert last("9", "5", "4", f"  {text} \n").state.answers["free_text"] == text


@pytest.mark.parametrize("text", ["-", "Ohita", "Ei kiitos", "nej"])
def test_skipping_the_free_text_leaves_none(text):
    turn = last("9", "5", "4", text)
    assert "free_text" not in turn.state.answers
    assert turn.complete


def test_every_question_can_be_skipped_and_a_skipped_one_is_missing():
    turn = last("ohita", "skip", "hoppa över", "-")
    assert turn.state.answers == {}
    assert turn.complete


def test_what_no_database_stores_is_taken_out_of_free_text():
    assert last("9", "5", "4", "ab\0c \ud83d").state.answers["free_text"] == "abc \ufffd"


def test_what_is_said_at_the_offer_of_contact_is_no_answer_any_more():
    state = last(*ALL_ANSWERED, "mutta parkkipaikkoja voisi olla enemmän").state
    assert (state.current, state.remarks) == (CONTACT, ())


# Misunderstandings


def test_a_misunderstood_reply_is_asked_again():
    turn = last(NOT_AN_ANSWER)
    assert turn.state.current == "nps"
    assert turn.say.startswith("Emme valitettavasti ymmärtäneet vastaustasi. Kuinka todennäköisesti")


def test_after_two_misunderstood_replies_to_a_question_it_moves_on():
    turns = play([NOT_AN_ANSWER, NOT_AN_ANSWER, "4"])
    assert turns[1].say.startswith("Väittämä: Sain apua")
    assert turns[2].state.answers == {"access": 4}


def test_misunderstandings_are_counted_for_each_question_anew():
    turns = play([NOT_AN_ANSWER, "9", NOT_AN_ANSWER, "5"])
    assert turns[2].state.current == "access"
    assert turns[3].state.answers == {"nps": 9, "access": 5}


def test_an_empty_reply_to_the_free_text_question_is_asked_again_and_then_left():
    turns = play(["9", "5", "4", " ", ""])
    assert turns[-2].state.current == "free_text"
    assert turns[-1].complete


def test_after_five_replies_without_an_answer_nothing_more_is_said():
    turns = play([NOT_AN_ANSWER] * 8, by=script(statements_by_sms=8))
    assert [bool(turn.say) for turn in turns] == [True] * 5 + [False] * 3


def test_every_answer_sets_the_count_of_fruitless_replies_back():
    turns = play([NOT_AN_ANSWER, "5"] * 8, by=script(statements_by_sms=8))
    assert all(turn.say for turn in turns)


def test_a_question_not_asked_for_silence_is_not_passed_over():
    by = script(statements_by_sms=8)
    silent = play([NOT_AN_ANSWER] * 8, by=by)
    assert silent[-1].state.current == silent[4].state.current == "encounter"
    heard = last("4", state=silent[-1].state, by=by)
    assert heard.state.answers == {"encounter": 4}
    assert heard.say.startswith("Väittämä: Hoitoani koskevat")


def test_two_robots_fall_silent():
    by = script()
    state, said = begin(by, "fi"), "Suosittelisitko palveluamme? Vastaa 0-10 (10=kyllä)"
    for _ in range(50):
        turn = take_reply(by, state, said)
        state, said = turn.state, turn.say
    assert said == ""
    assert not state.answers.keys() - {"free_text"}


# Languages


@pytest.mark.parametrize(("word", "language"), [("På svenska", "sv"), ("english", "en"), ("Suomeksi kiitos", "fi")])
def test_a_language_alone_asks_the_same_question_in_it(word, language):
    turn = last("9", word)
    assert (turn.state.language, turn.state.current) == (language, "access")
    assert national_adult().item("access").text(language, Branch.HEALTH) in turn.say


def test_switching_language_back_and_forth_falls_silent_too():
    assert [bool(turn.say) for turn in play(["svenska", "suomi"] * 4)] == [True] * 5 + [False] * 3


def test_the_offer_of_contact_switches_language_too():
    turn = last(*ALL_ANSWERED, "in English")
    assert "Reply YES or NO" in turn.say
    assert last("yes", state=turn.state).contact


# Stopping and starting


@pytest.mark.parametrize("answered", range(5))
def test_stop_works_at_every_step_and_is_confirmed(answered):
    turn = last(*ALL_ANSWERED[:answered], "Stop.")
    assert (turn.stopped, turn.done, turn.complete) == (True, True, False)
    assert turn.say == "Soite: Et saa enää kyselyitä. Jos muutat mielesi, vastaa ALOITA."


def test_stop_is_confirmed_once():
    assert [turn.say for turn in play(["STOP", "STOP"])][1] == ""


def test_stop_is_heard_after_the_survey_is_over():
    assert last(*ALL_ANSWERED, "ei", "lopeta").stopped


def test_stop_keeps_the_answers_given_before():
    assert final_answers(last("9", "STOP").state) == {"nps": 9}


def test_a_longer_text_with_a_stop_word_is_an_answer_and_flagged():
    turn = last("9", "5", "4", "Please don't stop the morning hours")
    assert turn.state.answers["free_text"] == "Please don't stop the morning hours"
    assert (turn.flagged_stop, turn.stopped) == (True, False)


def test_an_answer_without_a_stop_word_is_not_flagged():
    assert not last("9").flagged_stop


def test_a_start_word_after_stop_opts_in_again():
    turns = play(["STOP", "ALOITA", "STOP"])
    assert (turns[1].opted_in, turns[1].done, turns[1].say) == (
        True,
        True,
        "Soite: Voit taas saada kyselyitä. Voit kieltäytyä milloin vain: STOP.",
    )
    assert turns[2].say.startswith("Soite: Et saa")


def test_a_start_word_in_the_survey_asks_the_open_question():
    turn = last("9", "START")
    assert turn.opted_in
    assert turn.say.startswith("Väittämä: Sain apua")


def test_a_start_word_is_heard_in_silence_too():
    turn = last(*[NOT_AN_ANSWER] * 6, "START")
    assert (turn.opted_in, turn.say) == (True, "")


# Page and messages are one session


def test_a_survey_begun_on_the_page_goes_on_with_what_has_no_answer():
    turn = last("9", state=with_answers(begin(script(), "sv"), {"nps": 8, "access": 5}))
    assert turn.state.current == "encounter"
    assert turn.state.answers == {"nps": 9, "access": 5}


def test_a_survey_wholly_answered_on_the_page_is_complete_with_the_reply_that_was_on_its_way():
    saved = {"nps": 9, "access": 5, "encounter": 4, "free_text": "Tack"}
    turn = last("9", language="sv", state=with_answers(begin(script(), "sv"), saved))
    assert turn.complete
    assert turn.say.startswith("Tack. Ditt svar hjälper oss")


def test_free_text_from_the_page_is_not_written_over_by_a_message():
    state = with_answers(last("9", "5", "4").state, {"free_text": "Kiitos hoitajille"})
    assert last("Jono oli pitkä", state=state).state.answers["free_text"] == "Kiitos hoitajille\nJono oli pitkä"
    assert last("-", state=state).state.answers["free_text"] == "Kiitos hoitajille"


def test_answers_from_the_page_are_not_asked_again_but_the_open_question_stays_open():
    state = with_answers(last("9").state, {"access": 2, "encounter": 3})
    assert state.ahead == ("access", "free_text", CONTACT)
    assert last("5", state=state).state.answers == {"nps": 9, "access": 5, "encounter": 3}


def test_a_dialogue_that_is_over_asks_nothing():
    assert question(script(), last("STOP").state) == ""

"""Whatever comes in by text message, the dialogue stays sound: people, robots and broken phones write to it."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.surveys.dialogue import State, Turn, begin, make_script, take_reply
from vaste.surveys.instrument import LANGUAGES, Branch, national_adult
from vaste.surveys.texts import resolve_texts


def play(texts: Sequence[str], *, language: str = "fi", offer_contact: bool = True) -> list[Turn]:
    script = make_script(
        national_adult(), Branch.SOCIAL, texts=resolve_texts({}), sender="Soite", working_days=10, offer_contact=offer_contact
    )
    turns = [Turn(begin(script, language))]
    for text in texts:
        turns.append(take_reply(script, turns[-1].state, text))
    return turns[1:]


REPLIES = st.one_of(
    st.text(),
    st.sampled_from(
        ["9", "5 4", "stop", "ALOITA", "svenska", "in english", "-", "kyllä", "ei", "täysin samaa mieltä", "", "9\ufe0f\u20e3", "½", "١٠"]
    ),
    st.integers().map(str),
    st.binary().map(lambda octets: octets.decode("utf-16", "surrogatepass" if len(octets) % 2 == 0 else "replace")),
)


def is_sound(turn: Turn) -> bool:
    marks = {"nps": range(11), "access": range(1, 6), "encounter": range(1, 6)}
    answers = turn.state.answers
    return (
        all(answers[item_id] in marks[item_id] for item_id in marks if item_id in answers)
        and turn.done == (not turn.state.ahead)
        and State.from_bytes(turn.state.to_bytes()) == turn.state
    )


@given(st.lists(REPLIES, max_size=12), st.sampled_from(LANGUAGES), st.booleans())
def test_no_text_whatever_breaks_the_dialogue(texts, language, offer_contact):
    turns = play(texts, language=language, offer_contact=offer_contact)
    assert all(is_sound(turn) for turn in turns)
    assert sum(turn.complete for turn in turns) <= 1
    assert all(len(before.state.ahead) >= len(after.state.ahead) for before, after in pairwise(turns))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "N"]), min_size=1).map(str.strip).filter(bool))
def test_free_text_of_four_words_and_more_is_never_taken_for_anything_else(text):
    written = f"{text} yksi kaksi kolme neljä viisi"
    assert play(["9", "5", "4", written])[-1].state.answers["free_text"] == written


@pytest.mark.parametrize("text", ["9" * 10_000, "9 " * 5_000, "a" * 10_000, "stop " * 2_000, ",;" * 5_000, "\u0301" * 10_000, "9/" * 5_000])
def test_ten_thousand_letters_are_only_a_long_text(text):
    assert is_sound(play([text, text, text])[-1])

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from vaste.responses.rules import write_answers
from vaste.responses.tally import Tally, TallyMaker


def test_equal_answers_are_added_up_by_score_and_by_statement():
    maker = TallyMaker()
    maker.add(10, "access=5;safety=4", 3)
    maker.add(9, "access=5", 2)
    maker.add(None, "", 1)

    tally = maker.tally()

    assert tally.responses == 6
    assert tally.nps == [0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3]
    assert tally.statements == {"access": [0, 0, 0, 0, 5], "safety": [0, 0, 0, 3, 0]}


def test_a_statement_that_nobody_was_asked_has_no_answers():
    assert Tally().statement("access") == [0, 0, 0, 0, 0]


answers = st.tuples(
    st.none() | st.integers(0, 10),
    st.dictionaries(st.sampled_from(["access", "own-language", "safety"]), st.integers(1, 5)),
    st.integers(1, 9),
)


@given(st.lists(answers), st.lists(answers))
def test_counting_in_two_parts_and_adding_gives_the_same_as_counting_at_once(some, others):
    def counted(given_answers):
        maker = TallyMaker()
        for score, steps, times in given_answers:
            maker.add(score, write_answers(steps), times)
        return maker.tally()

    assert counted(some) + counted(others) == counted(some + others)


@given(st.lists(answers))
def test_every_answer_is_counted_once(given_answers):
    maker = TallyMaker()
    scores: Counter[int | None] = Counter()
    for score, steps, times in given_answers:
        maker.add(score, write_answers(steps), times)
        scores[score] += times

    tally = maker.tally()

    assert tally.responses == scores.total()
    assert tally.nps == [scores[score] for score in range(11)]
    assert sum(sum(steps) for steps in tally.statements.values()) == sum(len(steps) * times for _, steps, times in given_answers)

"""What people think of their visits."""

import tomllib
from pathlib import Path

import pytest

from vaste.core.identity_codes import holds_identity_code
from vaste.simulator import opinions
from vaste.simulator.demo.day import busy_units
from vaste.simulator.opinions import Opinion, Service, opinion_of
from vaste.simulator.people import SimulatedSettings, person

USUAL = SimulatedSettings()
COMMENTS = tomllib.loads((Path(opinions.__file__).parent / "comments.toml").read_text(encoding="utf-8"))


def opinions_of(service: Service, people: int = 3_000) -> list[Opinion]:
    return [opinion_of(person(index, USUAL), service=service, seed=USUAL.seed) for index in range(people)]


def nps(given: list[Opinion]) -> float:
    return 100 * (sum(one.score >= 9 for one in given) - sum(one.score <= 6 for one in given)) / len(given)


@pytest.mark.parametrize(("glad", "unhappy"), [(78, 8), (53, 27), (100, 0), (0, 100)])
def test_the_scores_of_many_people_add_up_to_how_the_unit_serves(glad: int, unhappy: int):
    assert abs(nps(opinions_of(Service(glad, unhappy))) - (glad - unhappy)) < 5


def test_every_unit_of_the_demo_lies_in_the_usual_range_but_one_that_is_clearly_weaker():
    expected = sorted(unit.glad - unit.unhappy for unit in busy_units().values())
    assert expected[0] < 40
    assert all(60 <= value <= 83 for value in expected[1:])


def test_scores_and_statements_stay_on_their_scales():
    given = opinions_of(Service(40, 40))
    assert {one.score for one in given} == set(range(11))
    assert {value for one in given for value in one.statements} == set(range(1, 6))


def test_a_person_thinks_the_same_of_the_same_visit():
    assert opinions_of(Service(70, 10), 300) == opinions_of(Service(70, 10), 300)


def test_about_seven_in_ten_write_a_comment_and_few_want_to_be_contacted():
    given = opinions_of(Service(78, 8))
    assert 0.64 < sum(bool(one.comment) for one in given) / len(given) < 0.76
    assert 0.03 < sum(one.wants_contact for one in given) / len(given) < 0.12


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_there_are_comments_for_every_mood_in_every_language(language: str):
    assert set(COMMENTS[language]) == {"glad", "content", "unhappy"}
    assert all(len(set(texts)) == len(texts) >= 4 for texts in COMMENTS[language].values())


def test_no_comment_holds_anything_like_an_identity_code_or_a_number():
    texts = [text for moods in COMMENTS.values() for comments in moods.values() for text in comments]
    assert not any(holds_identity_code(text) or any(letter.isdigit() for letter in text) for text in texts)

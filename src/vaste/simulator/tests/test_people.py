"""Who the invented people are."""

from collections import Counter

import pytest

from vaste.messaging.gateway import GatewayError
from vaste.messaging.numbers import mobile_number
from vaste.simulator.faults import LEVELS
from vaste.simulator.people import (
    OWN_PHONES,
    PEOPLE,
    Habit,
    SimulatedSettings,
    index_of,
    index_of_visitor,
    number_of,
    own_number,
    person,
)

USUAL = SimulatedSettings()


def test_a_person_is_the_same_whenever_asked_for_with_the_same_seed():
    assert [person(index, USUAL) for index in range(200)] == [person(index, USUAL) for index in range(200)]


def test_another_seed_gives_other_people_with_the_same_numbers():
    ours = [person(index, USUAL) for index in range(200)]
    others = [person(index, SimulatedSettings(seed=8)) for index in range(200)]
    assert [one.number for one in ours] == [one.number for one in others]
    assert ours != others


@pytest.mark.parametrize("share", [0.0, 0.25, 0.6, 1.0])
def test_the_share_that_answers_is_the_share_asked_for(share: float):
    people = [person(index, SimulatedSettings(answer_share=share)) for index in range(4_000)]
    answering = [one for one in people if one.habit not in {Habit.SILENT, Habit.STOPS, Habit.NONSENSE}]
    assert abs(len(answering) / len(people) - share) < 0.03


def test_every_habit_is_somebodys():
    habits = Counter(person(index, USUAL).habit for index in range(4_000))
    assert set(habits) == set(Habit)
    assert 0.01 < habits[Habit.STOPS] / 4_000 < 0.04
    assert 0.01 < habits[Habit.NONSENSE] / 4_000 < 0.04


def test_most_people_speak_finnish_and_some_swedish_and_some_neither():
    languages = Counter(person(index, USUAL).language for index in range(4_000))
    assert languages["fi"] > 2_600
    assert languages["sv"] > 400
    assert sum(count for language, count in languages.items() if language not in {"fi", "sv", "en"}) > 100


def test_a_person_whose_language_the_county_does_not_use_writes_finnish():
    somebody = next(one for one in (person(index, USUAL) for index in range(4_000)) if one.language == "uk")
    assert somebody.writes_in == "fi"


@pytest.mark.parametrize("index", [0, 1, PEOPLE - 1])
def test_a_number_leads_back_to_its_person_and_is_a_mobile_number(index: int):
    number = number_of(index)
    assert index_of(number) == index
    assert mobile_number(number) == number


@pytest.mark.parametrize(
    "number", ["", "+358400000000", "+358400000999", "+358401000000", "+3584000010000", "+46701234567", "Soite", "+35840٠001000"]
)
def test_numbers_of_nobody_lead_to_nobody(number: str):
    assert index_of(number) is None


def test_a_visitors_own_phone_is_no_simulated_persons_and_not_the_countys():
    numbers = {own_number(counter) for counter in range(2 * OWN_PHONES)}
    assert len(numbers) == OWN_PHONES - 1
    assert all(index_of(number) is None and mobile_number(number) == number for number in numbers)
    assert "+358400000000" not in numbers


def test_everyone_comes_once_before_anyone_comes_twice():
    assert {index_of_visitor(counter) for counter in range(PEOPLE)} == set(range(PEOPLE))


def test_the_address_of_the_operator_sets_the_peoples_ways():
    assert SimulatedSettings.from_url("simulated://?answer_share=0.5&seed=3&speed=20") == SimulatedSettings(0.5, 3, 20.0)
    assert SimulatedSettings.from_url("simulated://") == USUAL
    assert SimulatedSettings.from_url("simulated://?faults=stormy").faults == LEVELS["stormy"]


@pytest.mark.parametrize(
    "query",
    [
        "answer_share=2",
        "answer_share=-0.1",
        "answer_share=nan",
        "speed=0",
        "speed=inf",
        "seed=x",
        "seed=1.5",
        "pace=3",
        "speed=",
        "faults=rain",
    ],
)
def test_a_wrong_option_of_the_address_stops_the_start_with_one_sentence(query: str):
    with pytest.raises(GatewayError, match=r"simulated://.*\.$") as refused:
        SimulatedSettings.from_url(f"simulated://?{query}")
    assert refused.value.permanent

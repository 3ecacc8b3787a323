import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.indicators.cusum import Group, Watch, alarming_share, answers_between_false_alarms, first_alarm, limit, sums, watch

COUNTS = (1, 2, 0, 1, 4, 5, 3)
ANSWERS = (20, 22, 18, 20, 21, 20, 19)


def groups(counts=COUNTS, answers=ANSWERS) -> list[Group]:
    return [Group(count, n) for count, n in zip(counts, answers, strict=True)]


def test_the_sum_is_that_worked_out_by_hand():
    found = sums(groups(), Watch(0.08, 0.20, limit=4.0))

    assert [each.value for each in found] == pytest.approx([0, 0, 0, 0, 1.289210, 3.774234, 4.286916], abs=5e-7)


def test_the_sum_calls_when_it_reaches_its_limit():
    assert first_alarm(groups(), Watch(0.08, 0.20, limit=4.0)) == 6
    assert first_alarm(groups(), Watch(0.08, 0.20, limit=3.7)) == 5
    assert first_alarm(groups(), Watch(0.08, 0.20, limit=4.3)) is None


def test_a_run_begins_after_the_sum_was_0():
    found = sums(groups(), Watch(0.08, 0.20, limit=4.0))

    assert [each.in_run for each in found] == [0, 0, 0, 0, 4, 9, 12]
    assert [each.run for each in found] == [0, 0, 0, 0, 1, 2, 3]


def test_two_detractors_never_call_however_few_the_answers():
    assert first_alarm([Group(2, 2)], Watch(0.08, 0.20, limit=1.0)) is None
    assert first_alarm([Group(2, 2), Group(1, 1)], Watch(0.08, 0.20, limit=1.0)) == 1


def test_detractors_before_the_sum_was_0_do_not_count_toward_the_three():
    assert first_alarm([Group(1, 1), Group(0, 40), Group(2, 2)], Watch(0.08, 0.20, limit=1.0)) is None


def test_beginning_anew_forgets_what_came_before():
    found = sums(groups()[6:], Watch(0.08, 0.20, limit=4.0))

    assert [each.value for each in found] == pytest.approx([4.286916 - 3.774234], abs=2e-6)


def test_odds_that_are_2_9_times_as_high_take_8_percent_to_20():
    assert alarming_share(0.08) == pytest.approx(0.2, abs=0.002)


def test_good_news_watches_the_promoters_the_same_way():
    over = watch(0.60, answers_a_year=780)

    assert first_alarm([Group(9, 15)] * 20, over) is None
    assert first_alarm([Group(14, 15)] * 20, over) is not None


def answers_until_false_alarm(over: Watch, cells: int = 700) -> float:
    """Return how many answers pass until a false alarm, from the chain of all values the sum can have, looked at after each answer."""
    width = over.limit / cells
    chain = np.zeros((cells, cells))
    for cell in range(cells):
        for share, to in ((over.baseline, cell * width + over.step_up), (1 - over.baseline, max(0.0, cell * width - over.step_down))):
            if to < over.limit:
                whole, rest = divmod(to / width, 1.0)
                chain[cell, int(whole)] += share * (1 - rest)
                if int(whole) + 1 < cells:
                    chain[cell, int(whole) + 1] += share * rest
    return float(np.linalg.solve(np.eye(cells) - chain, np.ones(cells))[0])


@pytest.mark.parametrize("baseline", [0.02, 0.08, 0.3, 0.75, 0.9])
@pytest.mark.parametrize("answers_a_year", [260, 2600])
def test_there_is_at_most_one_false_alarm_in_ten_years_and_not_far_fewer(baseline, answers_a_year):
    years = answers_until_false_alarm(watch(baseline, answers_a_year)) / answers_a_year

    assert 9.9 <= years <= 11.5


def false_alarms_a_year(over: Watch, weekly: int, units: int = 4000) -> float:
    """Return how often a unit calls in a year at its baseline: answers on five days a week, looked at each day, weeks are groups."""
    chance, unit_years = np.random.default_rng(20_261_125), units * 2
    total, in_run = np.zeros(units), np.zeros(units)
    watched, asked, alarms = np.zeros(units), np.zeros(units), 0
    for day in range(260 * 2):
        came = chance.poisson(weekly / 5, units)
        watched, asked = watched + chance.binomial(came, over.baseline), asked + came
        now = total + watched * over.step_up - (asked - watched) * over.step_down
        called = (now >= over.limit) & (in_run + watched >= 3)
        alarms += int(called.sum())
        total, in_run = np.where(called, 0, total), np.where(called, 0, in_run)
        watched, asked = np.where(called, 0, watched), np.where(called, 0, asked)
        if day % 5 == 4:
            total = np.where(called, 0, np.maximum(now, 0))
            in_run = np.where(total > 0, in_run + watched, 0)
            watched, asked = np.zeros(units), np.zeros(units)
    return alarms / unit_years


@pytest.mark.parametrize(("baseline", "weekly"), [(0.03, 15), (0.08, 5), (0.08, 50), (0.3, 15), (0.7, 15), (0.7, 50)])
def test_a_unit_watched_by_the_week_calls_falsely_about_once_in_ten_years(baseline, weekly):
    over = watch(baseline, answers_a_year=52 * weekly, answers_a_group=weekly)

    assert 0.06 <= false_alarms_a_year(over, weekly) <= 0.11


def test_a_unit_with_more_answers_has_a_higher_limit():
    limits = [watch(0.08, 52 * weekly).limit for weekly in (5, 15, 50)]

    assert limits == sorted(limits)
    # An answer lowers the sum by D = 0.056624 on the average: e^x - x - 1 = 2600 D, 7800 D and 26000 D, less 0.36.
    assert limits == pytest.approx([4.6669, 5.7413, 6.9348], abs=1e-4)


@given(st.floats(0.01, 0.95), st.floats(10, 10**7), st.floats(0, 1000))
def test_the_limit_and_the_answers_between_false_alarms_are_each_other_s_inverse(baseline, answers_a_year, group):
    over = watch(baseline, answers_a_year, group)

    assert math.isfinite(over.limit)
    if over.limit > 0:
        assert answers_between_false_alarms(over, group) == pytest.approx(10 * answers_a_year, rel=1e-6)


def test_where_hardly_anybody_answers_the_limit_is_not_below_0():
    assert limit(Watch(0.08, 0.2, math.inf), 0.01) == 0


@pytest.mark.parametrize(("baseline", "answers", "ratio"), [(0, 100, 2.9), (1, 100, 2.9), (0.1, 0, 2.9), (0.1, 100, 1.0)])
def test_what_cannot_be_watched_is_refused(baseline, answers, ratio):
    with pytest.raises(ValueError, match="between 0 and 1"):
        watch(baseline, answers, odds_ratio=ratio)


def test_more_of_a_kind_than_answers_are_refused():
    with pytest.raises(ValueError, match="between 0 and n"):
        sums([Group(3, 2)], Watch(0.08, 0.2, 4))


series = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=12).map(
    lambda pairs: [Group(min(pair), max(pair)) for pair in pairs]
)


@given(series, st.floats(0.02, 0.9))
def test_a_sum_is_never_below_0_and_begins_at_it(given_groups, baseline):
    found = sums(given_groups, watch(baseline, 500))

    assert all(each.value >= 0 for each in found)
    assert all((each.value == 0) == (each.in_run == 0 and each.run == 0) for each in found)


@given(series, st.floats(0.02, 0.9), st.integers(0, 11))
def test_one_more_detractor_never_lowers_a_sum(given_groups, baseline, place):
    over = watch(baseline, 500)
    more = [Group(min(each.watched + (at == place), each.n), each.n) for at, each in enumerate(given_groups)]

    for before, after in zip(sums(given_groups, over), sums(more, over), strict=True):
        assert after.value >= before.value - 1e-9


def test_groups_without_answers_change_nothing():
    over = watch(0.08, 500)

    assert sums([Group(3, 10), Group(0, 0)], over)[1].value == sums([Group(3, 10)], over)[0].value
    assert sums([], over) == []


def test_all_answers_of_the_kind_call_at_once_and_none_never():
    over = watch(0.08, 500)

    assert first_alarm([Group(10**9, 10**9)], over) == 0
    assert first_alarm([Group(0, 10**9)] * 3, over) is None

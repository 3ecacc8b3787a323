"""The table plan, attacked: everything that is shown is taken together, and every hidden number of few must stay uncertain."""

import random
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from vaste.indicators.table_plan import Areas, Plan, Times, cover_classes, make_plan

K = 5
TIMES = Times(
    "all", {"all": ("2023", "2024"), "2023": ("Q4",), "2024": ("Q1", "Q2"), "Q4": ("m12",), "Q1": ("m1", "m2", "m3"), "Q2": ("m4", "m5")}
)
MONTHS = ("m12", "m1", "m2", "m3", "m4", "m5")
AREAS = Areas(5, ((0, 1), (2, 3, 4)))
FILTERS = (2, 3)  # so many parts has each breakdown


def county(seed: int, mean: float) -> list[dict[str, np.ndarray]]:
    """Return the same random answers by each breakdown, by month, as units by parts; few in some units, parts and months."""
    chance = np.random.default_rng(seed)
    weights = [chance.dirichlet(np.full(parts, 0.7)) for parts in FILTERS]
    size = chance.choice([0.2, 1, 3], AREAS.units)
    answers: list[dict[str, np.ndarray]] = [{} for _ in FILTERS]
    for month in MONTHS:
        numbers = chance.poisson(mean * size * chance.choice([0, 0.5, 1, 2]))
        for each, weight in zip(answers, weights, strict=True):
            each[month] = np.array([chance.multinomial(number, weight) for number in numbers])
    return answers


class Attacker:
    """Knows which answers go into which figure, every figure shown, and that numbers of answers are not negative."""

    def __init__(self, plans: list[Plan]) -> None:
        self.plans = plans
        self.starts = np.cumsum([0, *(len(MONTHS) * AREAS.units * parts for parts in FILTERS)])
        rows, values = [], []
        for place, plan in enumerate(plans):
            for area, time, part in self.cells(place):
                if plan.is_shown(area, time, part):
                    rows.append(self.sum_of(place, area, time, part))
                    values.append(plan.sums[time][area, part])
        for unit, month in product(range(AREAS.units), MONTHS):  # every breakdown divides the same answers
            rows.append(self.sum_of(0, unit, month, -1) - self.sum_of(1, unit, month, -1))
            values.append(0)
        self.known, self.values = csr_matrix(np.array(rows)), np.array(values)

    def cells(self, place: int):
        return product(range(AREAS.whole + 1), sorted(TIMES.all), range(-1, FILTERS[place]))

    def sum_of(self, place: int, area: int, time: str, part: int) -> np.ndarray:
        """Return which of all unknown numbers (breakdown, month, unit, part) a cell adds up."""
        row = np.zeros(self.starts[-1])
        units = range(AREAS.units) if area == AREAS.whole else [area] if area < AREAS.units else AREAS.groups[area - AREAS.units]
        parts = range(FILTERS[place]) if part == -1 else [part]
        for month, unit, each in product(months_in(time), units, parts):
            row[self.starts[place] + (MONTHS.index(month) * AREAS.units + unit) * FILTERS[place] + each] = 1
        return row

    def is_certain(self, place: int, area: int, time: str, part: int) -> bool:
        """Tell whether the most and the least that a cell can hold are the same; without a most they are not."""
        return is_only_solution(self.sum_of(place, area, time, part), self.known, self.values)


def is_only_solution(goal: np.ndarray, known: csr_matrix, values: np.ndarray) -> bool:
    most, least = (linprog(sign * goal, A_eq=known, b_eq=values, method="highs") for sign in (-1, 1))
    assert least.success
    return bool(most.success and -most.fun - least.fun < 0.5)


def months_in(time: str) -> list[str]:
    parts = TIMES.parts.get(time)
    return [time] if parts is None else [month for part in parts for month in months_in(part)]


@pytest.mark.parametrize(("seed", "mean"), [(315581373, 30.0), (3871601465, 2.0), (429497919, 12.0), (3698061793, 6.0), (3226895711, 6.0)])
def test_no_number_of_few_answers_can_be_worked_out_from_all_that_is_shown(seed, mean):
    plans = [make_plan(counts, TIMES, AREAS, K) for counts in county(seed, mean)]
    attacker = Attacker(plans)

    secrets = [
        (place, *cell) for place, plan in enumerate(plans) for cell in attacker.cells(place) if 0 < plan.sums[cell[1]][cell[0], cell[2]] < K
    ]
    secrets = random.Random(seed).sample(secrets, min(30, len(secrets)))

    assert [cell for cell in secrets if attacker.is_certain(*cell)] == []


MANY = Areas(12, (tuple(range(6)), tuple(range(6, 12))))


@pytest.mark.parametrize("seed", [3, 5])
def test_how_many_of_a_hidden_few_were_critical_is_known_without_classes_covered_and_not_with_them(seed):
    chance = np.random.default_rng(seed)
    weights = chance.lognormal(3.4, 0.8, MANY.units)[:, None] * [0.9, 0.1]
    scores = {month: chance.poisson(weights) for month in MONTHS}
    critical = {month: chance.binomial(numbers, 0.08) for month, numbers in scores.items()}
    plain = make_plan(scores, TIMES, MANY, K)

    known, covered = (known_of(critical, plan, plain) for plan in (plain, cover_classes(plain, [critical], TIMES, MANY)))

    assert known.count(True) == 3
    assert covered.count(True) == 0


def known_of(critical: dict[str, np.ndarray], plan: Plan, plain: Plan) -> list[bool]:
    """Return of each hidden few with a critic among them whether their number follows from the numbers shown with all other scores."""
    shape = (len(MONTHS), MANY.units, 2)
    truth = np.array([critical[month] for month in MONTHS]).ravel()
    rows, secrets = [], []
    for area, time, part in product(range(MANY.whole + 1), sorted(TIMES.all), range(-1, 2)):
        row = np.zeros(shape)
        units = range(MANY.units) if area == MANY.whole else [area] if area < MANY.units else MANY.groups[area - MANY.units]
        row[np.ix_([MONTHS.index(month) for month in months_in(time)], units, range(2) if part == -1 else [part])] = 1
        if plan.is_shown(area, time, part):
            rows.append(row.ravel())
        elif 0 < plain.sums[time][area, part] < K and row.ravel() @ truth:
            secrets.append(row.ravel())
    known = csr_matrix(np.array(rows))
    return [is_only_solution(row, known, known @ truth) for row in secrets]


def plan_of(rows: dict[str, list[list[int]]], groups=((0, 1, 2),), times: Times | None = None) -> Plan:
    counts = {month: np.array(each) for month, each in rows.items()}
    units = len(next(iter(rows.values())))
    return make_plan(counts, times or Times("all", {"all": ("Q1",), "Q1": tuple(rows)}), Areas(units, groups), K)


def test_enough_everywhere_hides_nothing():
    plan = plan_of({"m1": [[9], [8], [7]], "m2": [[5], [6], [7]]})

    assert all(plan.is_shown(area, time) for area in range(5) for time in ("all", "m1", "m2"))


def test_a_small_month_leaves_the_unit_its_larger_time_only_and_another_unit_covers_it():
    plan = plan_of({"m1": [[3], [20], [30]], "m2": [[40], [25], [30]]})

    assert [plan.is_shown(0, time) for time in ("Q1", "m1", "m2")] == [True, False, False]
    assert [plan.is_shown(1, time) for time in ("Q1", "m1", "m2")] == [True, False, False]
    assert [plan.is_shown(2, time) for time in ("Q1", "m1", "m2")] == [True, True, True]
    assert [plan.is_shown(4, time) for time in ("Q1", "m1", "m2")] == [True, True, True]


def test_a_small_first_year_hides_all_times_together_and_no_later_year():
    years = Times("all", {"all": ("2023", "2024"), "2023": ("m12",), "2024": ("m1",)})
    plan = plan_of({"m12": [[2], [20], [30]], "m1": [[40], [25], [30]]}, times=years)

    assert [plan.is_shown(0, time) for time in ("all", "2023", "2024")] == [False, False, True]
    assert [plan.is_shown(2, time) for time in ("all", "2023", "2024")] == [True, True, True]


def test_a_small_part_of_a_unit_is_covered_by_another_part_and_another_unit():
    plan = plan_of({"m1": [[3, 40, 30], [20, 50, 30], [60, 60, 60]]})

    assert [[plan.is_shown(unit, "m1", part) for part in range(3)] for unit in range(3)] == [
        [False, True, False],
        [False, True, False],
        [True, True, True],
    ]


def test_a_unit_with_too_few_answers_is_hidden_in_all_its_parts_and_the_next_smallest_too():
    plan = plan_of({"m1": [[1, 2], [10, 9], [60, 60]]})

    assert [plan.is_shown(unit, "m1") for unit in range(3)] == [False, False, True]
    assert not any(plan.is_shown(unit, "m1", part) for unit in range(2) for part in range(2))
    assert plan.is_shown(4, "m1")


def test_what_nobody_answered_hides_no_other():
    plan = plan_of({"m1": [[0, 40], [20, 30], [10, 20]], "m2": [[0, 40], [20, 30], [10, 20]]})

    assert not plan.is_shown(0, "m1", 0)
    assert all(plan.is_shown(unit, "m1", part) for unit, part in product(range(3), range(2)) if (unit, part) != (0, 0))


def test_a_statement_is_shown_in_a_later_year_although_the_first_year_had_few_responses():
    years = Times("all", {"all": ("2023", "2024"), "2023": ("m12",), "2024": ("m1",)})
    counts = {"m12": np.array([[2], [20], [30]]), "m1": np.array([[40], [25], [30]])}
    responses = make_plan(counts, years, Areas(3, ((0, 1, 2),)), K)
    statement = make_plan(counts, years, Areas(3, ((0, 1, 2),)), K, responses)

    assert [statement.is_shown(0, time) for time in ("all", "2023", "2024")] == [False, False, True]


@pytest.mark.parametrize("few", [1, 4])
def test_a_statement_is_hidden_where_the_responses_are_and_where_few_answered_it(few):
    times, areas = Times("all", {"all": ("m1",)}), Areas(3, ((0, 1, 2),))
    responses = make_plan({"m1": np.array([[3], [20], [60]])}, times, areas, K)
    statement = make_plan({"m1": np.array([[3], [18], [50]])}, times, areas, K, responses)
    rare = make_plan({"m1": np.array([[0], [few], [50]])}, times, areas, K, responses)

    assert [statement.is_shown(unit, "m1") for unit in range(3)] == [False, False, True]
    assert [rare.is_shown(unit, "m1") for unit in range(3)] == [False, False, False]


@pytest.mark.parametrize(
    ("critical", "shown"),
    [
        ([[1, 3], [2, 5], [2, 5]], [False, False, True]),  # the one may be of the other unit
        ([[1, 3], [0, 0], [2, 5]], [False, False, False]),  # nobody of the other unit was, as its own total tells
        ([[0, 3], [0, 0], [2, 5]], [False, False, True]),
    ],
)
def test_who_is_critical_among_a_hidden_few_is_covered_by_others_who_are(critical, shown):
    times, areas = Times("all", {"all": ("m1",)}), Areas(3, ((0, 1, 2),))
    scores = make_plan({"m1": np.array([[3, 40], [20, 50], [60, 60]])}, times, areas, K)

    plan = cover_classes(scores, [{"m1": np.array(critical)}], times, areas)

    assert [[plan.is_shown(unit, "m1", part) for unit in range(3)] for part in range(2)] == [shown, shown]
    assert all(plan.is_shown(unit, "m1") for unit in range(4))


@given(st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=3, max_size=3))
def test_no_shown_figure_rests_on_too_few_answers(rows):
    plan = plan_of({"m1": rows})

    assert all(plan.sums["m1"][area, part] >= K for area in range(5) for part in range(-1, 3) if plan.is_shown(area, "m1", part))

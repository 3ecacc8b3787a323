"""The attack: everything that somebody of the whole county can ask of the results page, taken together.

Every scope, period and narrowing of a random small county is asked for; the numbers of responses and of scores shown are known sums of
unknown numbers by unit, month and part. What few people answered must not be the only solution, nor must its least and
its most be the same.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations_with_replacement, product

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from vaste.indicators.cusum import Watch
from vaste.organisations.models import Unit
from vaste.organisations.rules import CountySettings
from vaste.responses.cells import cells_of
from vaste.responses.queries import Dimension
from vaste.responses.tally import Tally
from vaste.results.alert_rules import AlertKind, Baseline, Basis, Course, Stretch, points, run_shown, stretches, watched
from vaste.results.answers import WHOLE, Answers, Part, counts_of
from vaste.results.calendar import Period, months_within

UNITS = [Unit(oid=f"1.2.3.{number}", service="care" if number < 3 else "teeth") for number in range(1, 5)]
MONTHS = ("2023-12", "2024-01", "2024-02", "2024-04", "2024-05")
NOW = "2024-05"  # the month under way
VALUES = {Dimension.CHANNEL: ("sms", "link"), Dimension.LANGUAGE: ("fi", "sv"), Dimension.AGE: ("18-39", "40-64", "65+")}
COUNTY = CountySettings(code="99", name={"fi": "a", "sv": "a", "en": "a"}, sender_number="+358400000001", sender_name="Test")
K = COUNTY.display.too_few_below
_NO_LIMIT = 3  # as linprog calls it
USUAL, OVER = Baseline(0.08, Basis.UNIT, 1000), Watch(0.08, 0.20, 4.0)
AREAS = (WHOLE, "service-care", "service-teeth", *(unit.oid for unit in UNITS))


def answers_of(seed: int, mean: float) -> tuple[Answers, Counter[tuple[str, ...]]]:
    """Return a county's answers, and how many there really are by unit, month, channel, language and age."""
    chance = np.random.default_rng(seed)
    found: Counter[tuple[str, ...]] = Counter()
    weights = {by: chance.dirichlet(np.full(len(values), 0.7)) for by, values in VALUES.items()}
    for unit, month in product(UNITS, MONTHS):
        for _ in range(chance.poisson(mean * chance.choice([0.1, 1, 3]))):
            found[unit.oid, month, *(str(chance.choice(values, p=weights[by])) for by, values in VALUES.items())] += 1
    tallies = {key: Tally(number, [0] * 10 + [number]) for key, number in found.items()}
    return Answers(UNITS, COUNTY, counts_of(cells_of(tallies), {}), NOW), found


def places(answers: Answers):
    """Yield every area, period and part that the page can be asked for."""
    parts = [None, *(Part(by, value) for by, values in VALUES.items() for value in values)]
    return product(AREAS, (Period(key) for key in sorted(answers.nodes)), parts)


def cells(answers: Answers, area: str, period: Period, by: Dimension, value: str | None) -> list[tuple[str, ...]]:
    """Return the unknown numbers, by breakdown, unit, month and value, that a figure adds up."""
    months = [period.key] if period.key == NOW else months_within(answers.times, period.key)
    units = [unit.oid for unit in UNITS if area in {WHOLE, f"service-{unit.service}", unit.oid}]
    return [(by, *cell) for cell in product(units, months, VALUES[by] if value is None else [value])]


@pytest.mark.parametrize(("seed", "mean"), [(1, 12.0), (2, 3.0), (3, 6.0)])
def test_what_few_people_answered_cannot_be_worked_out_from_all_pages_together(seed, mean):
    answers, real = answers_of(seed, mean)
    unknown = {cell: at for at, cell in enumerate(sorted(cell for by in VALUES for cell in unknowns_of(by)))}
    rows, values, secrets = [], [], []
    for area, period, part in places(answers):
        number = answers.figures(area, period, part).responses
        for by in VALUES if part is None else [part.by]:
            row = row_of(cells(answers, area, period, by, part.value if part else None), unknown)
            truth = sum(real_of(real, cell) for cell in cells(answers, area, period, by, part.value if part else None))
            if number is not None:
                assert number == truth >= K
                rows.append(row)
                values.append(number)
            elif 0 < truth < K:
                secrets.append(((area, period.key, part), row))
    for unit, month, (one, other) in product(UNITS, MONTHS, [(Dimension.CHANNEL, Dimension.LANGUAGE), (Dimension.LANGUAGE, Dimension.AGE)]):
        both = [[(by, unit.oid, month, value) for value in VALUES[by]] for by in (one, other)]
        rows.append(row_of(both[0], unknown) - row_of(both[1], unknown))
        values.append(0)
    known = csr_matrix(np.array(rows))
    secrets = random.Random(seed).sample(secrets, min(60, len(secrets)))

    assert [place for place, row in secrets if is_certain(row, known, values)] == []


def unknowns_of(by: Dimension):
    return [(by, unit.oid, month, value) for unit, month, value in product(UNITS, MONTHS, VALUES[by])]


def real_of(real: Counter[tuple[str, ...]], cell: tuple[str, ...]) -> int:
    by, unit, month, value = cell
    at = 2 + list(VALUES).index(Dimension(by))
    return sum(number for key, number in real.items() if (key[0], key[1], key[at]) == (unit, month, value))


def row_of(chosen, unknown) -> np.ndarray:
    row = np.zeros(len(unknown))
    row[[unknown[cell] for cell in chosen]] = 1
    return row


def is_certain(goal: np.ndarray, known: csr_matrix, values: list[int]) -> bool:
    """Tell whether the most and the least that unknown numbers can add up to are the same; without either they are not."""
    most, least = (linprog(sign * goal, A_eq=known, b_eq=values, method="highs") for sign in (-1, 1))
    assert {most.status, least.status} <= {0, _NO_LIMIT}
    return bool(most.success and least.success and -most.fun - least.fun < 0.5)


@pytest.mark.parametrize("month", ["2024-04", "2024-05"])
def test_the_month_under_way_is_in_no_larger_period(month):
    tallies = {(UNITS[0].oid, each, "sms", "fi", "65+"): Tally(20, [0] * 10 + [20]) for each in ("2024-04", "2024-05")}
    answers = Answers(UNITS, COUNTY, counts_of(cells_of(tallies), {}), NOW)

    assert answers.figures(WHOLE, Period(month)).responses == 20
    assert [answers.figures(WHOLE, Period(key)).responses for key in ("2024-Q2", "2024", "all")] == [20, 20, 20]


MONDAYS = [date(2024, 1, 1) + timedelta(weeks=place) for place in range(13)]
OF_WEEKS = ("2024-01", "2024-02", "2024-03")
Known = tuple[date, date, int]
"""How many answered in weeks that begin from one day to another."""


@pytest.mark.parametrize("seed", range(4))
def test_no_few_weeks_can_be_worked_out_from_alerts_and_months_together(seed):
    chance = random.Random(seed)
    numbers = [chance.choice([0, 1, 2, 3, 4, 6, 9, 15]) for _ in MONDAYS]
    weeks = [Stretch(day, day + timedelta(days=6), 0, 0, n) for day, n in zip(MONDAYS, numbers, strict=True) if n]
    months = shown_months(weeks)

    known = {(first, last, n) for first, last, n in [*months.values(), *told_by_alerts(weeks, months)]}

    rows = csr_matrix([row_of_weeks(first, last) for first, last, _ in sorted(known)] or [[0.0] * len(MONDAYS)])
    values = [n for *_, n in sorted(known)] or [0]
    for first, last in combinations_with_replacement(MONDAYS, 2):
        if 0 < sum(each.n for each in weeks if first <= each.first <= last) < K:
            assert not is_certain(np.array(row_of_weeks(first, last)), rows, values)


def shown_months(weeks: list[Stretch]) -> dict[str, Known]:
    """Return the months whose score the results page shows to who sees the unit alone."""
    tallies = {}
    for month in OF_WEEKS:
        n = sum(each.n for each in weeks if f"{each.first:%Y-%m}" == month)
        tallies[UNITS[0].oid, month, "sms", "fi", "65+"] = Tally(n, [0] * 10 + [n])
    answers = Answers(UNITS[:1], COUNTY, counts_of(cells_of(tallies), {}), NOW)
    scores = {month: answers.figures(UNITS[0].oid, Period(month)).nps for month in OF_WEEKS}
    days = {month: [day for day in MONDAYS if f"{day:%Y-%m}" == month] for month in OF_WEEKS}
    return {month: (days[month][0], days[month][-1], score.n) for month, score in scores.items() if score}


def told_by_alerts(weeks: list[Stretch], months: dict[str, Known]) -> list[Known]:
    """Return what the pages of all alerts tell that there could have been: with weeks after any one, up to any other."""
    told: list[Known] = []
    enough = COUNTY.display.count_only_below
    for after, counted_to in product([None, *MONDAYS], MONDAYS):
        counted = [each for each in weeks if each.first <= counted_to]
        found = watched(AlertKind.WARNING, begins=MONDAYS[0], baseline=USUAL, over=OVER, periods=counted, after=after, too_few_below=K)
        alert = Course(found, tuple(stretches(weeks, K)))
        shown = [point.stretch for point in points(alert, months, enough) if point.is_shown]
        runs = [
            run_shown(alert, months, enough, begun.first, ended.last) for begun, ended in combinations_with_replacement(found.stretches, 2)
        ]
        told += [(each.first, each.last, each.n) for each in [*shown, *filter(None, runs)]]
    return told


def row_of_weeks(first: date, last: date) -> list[float]:
    return [float(first <= day <= last) for day in MONDAYS]


SCORED, ASKED = ("detractor", "passive", "promoter"), ("agree", "other")
KINDS = (*SCORED, "without score", *ASKED, "not asked")
"""What one person's answer counts as: one of the first four, and one of the last three."""
STATEMENT = "access"
Marks = dict[tuple[str, ...], Counter[str]]


def marked_answers(seed: int, mean: float, shares: Sequence[float] = (0.15, 0.2, 0.45, 0.2)) -> tuple[Answers, Marks]:
    """Return a county's answers with scores and one statement, of which people skip some, and what they really are by cell.

    shares: how many of all are detractors, passives, promoters and without a score.
    """
    _, found = answers_of(seed, mean)
    chance, real = np.random.default_rng(seed), {}
    for cell, number in found.items():
        scored = Counter(map(str, chance.choice(KINDS[:4], number, p=shares)))
        real[cell] = scored + Counter(map(str, chance.choice(KINDS[4:], number, p=[0.4, 0.1, 0.5])))
    tallies = {
        cell: Tally(
            found[cell],
            [0, 0, 0, marks["detractor"], 0, 0, 0, marks["passive"], 0, 0, marks["promoter"]],
            {STATEMENT: [0, marks["other"], 0, 0, marks["agree"]]},
        )
        for cell, marks in real.items()
    }
    return Answers(UNITS, COUNTY, counts_of(cells_of(tallies), {}), NOW), real


@dataclass(frozen=True)
class Few:
    """Of whom a score or a statement is hidden because they are few: what they could say, and which unknown numbers say it."""

    place: tuple[object, ...]
    kinds: tuple[str, ...]
    of: dict[str, np.ndarray]


@dataclass(frozen=True)
class Shown:
    """All that the pages show of scores and a statement, as sums of unknown numbers; the true numbers; and the few that are hidden."""

    known: csr_matrix
    truth: np.ndarray
    few: list[Few]

    def number(self, few: Few, kind: str) -> float:
        return float(few.of[kind] @ self.truth)

    def certain(self, secrets: list[tuple[object, np.ndarray]]) -> list[object]:
        return [place for place, row in secrets if is_certain(row, self.known, self.known @ self.truth)]


def shown_of(answers: Answers, real: Marks) -> Shown:
    unknown = {(*cell, kind): at for at, (cell, kind) in enumerate(product(sorted(c for by in VALUES for c in unknowns_of(by)), KINDS))}
    truth = np.zeros(len(unknown))
    for key, marks in real.items():
        for (place, by), kind in product(enumerate(VALUES), KINDS):
            truth[unknown[by, key[0], key[1], key[2 + place], kind]] += marks[kind]
    rows, hidden = logic_of(unknown), []
    for area, period, part in places(answers):
        figures = answers.figures(area, period, part)
        within = cells(answers, area, period, part.by if part else Dimension.LANGUAGE, part.value if part else None)
        of = {kind: row_of([(*cell, kind) for cell in within], unknown) for kind in KINDS}
        if figures.responses is not None:
            rows.append(sum(of[kind] for kind in KINDS[:4]))
        for shown, kinds in ((figures.nps, SCORED), (figures.statements[STATEMENT], ASKED)):
            together = sum(of[kind] for kind in kinds)
            if shown is not None:
                rows += [of[kind] for kind in kinds] if shown.n >= COUNTY.display.count_only_below else [together]
            elif 0 < together @ truth < K:
                hidden.append(Few((area, period.key, part), kinds, of))
    return Shown(csr_matrix(np.array(rows)), truth, hidden)


@pytest.mark.parametrize(("seed", "mean"), [(4, 4.0), (5, 9.0)])
def test_no_score_or_share_of_few_people_can_be_worked_out_from_all_scores_and_statements_together(seed, mean):
    shown = shown_of(*marked_answers(seed, mean))

    secrets = [
        ((few.place, few.kinds), off_by(few.of, few.kinds, shown.truth))
        for few in shown.few
        if sum(shown.number(few, kind) > 0 for kind in few.kinds) > 1
    ]

    assert shown.certain(random.Random(seed).sample(secrets, 24)) == []


def test_how_many_of_a_hidden_few_were_critical_cannot_be_worked_out_here():
    """Elsewhere it can, now and then: who alone is of a class in all that is shown around has nobody to change places with (ADR 47)."""
    shown = shown_of(*marked_answers(7, 40.0, shares=(0.08, 0.2, 0.62, 0.1)))

    secrets = [(few.place, few.of["detractor"]) for few in shown.few if few.kinds is SCORED and shown.number(few, "detractor")]

    assert len(secrets) == 19
    assert shown.certain(secrets) == []


def test_the_distribution_of_scores_is_told_of_all_answers_together_only():
    answers, _ = marked_answers(5, 40.0)

    assert answers.figures(WHOLE, Period("2024-01")).scores is not None
    assert {answers.figures(WHOLE, Period("2024-01"), Part(by, value)).scores for by, values in VALUES.items() for value in values} == {
        None
    }


def off_by(of, kinds, truth: np.ndarray) -> np.ndarray:
    """Return what is 0 where a score, or the share that agrees, is the true one: its numerator less the true figure times all.

    Not asked of those who all said the same: where a larger group is shown in which nobody said anything else, so did they.
    """
    numerator = of["promoter"] - of["detractor"] if kinds is SCORED else of["agree"]
    together = sum(of[kind] for kind in kinds)
    return numerator - (numerator @ truth) / (together @ truth) * together


def logic_of(unknown) -> list[np.ndarray]:
    """Return what everybody knows: who answered counts once by score and once by statement, and every breakdown adds up to the same."""
    rows = []
    for by in VALUES:
        for cell in unknowns_of(by):
            each = [[(*cell, kind) for kind in kinds] for kinds in (KINDS[:4], KINDS[4:])]
            rows.append(row_of(each[0], unknown) - row_of(each[1], unknown))
    for unit, month, kind, one in product(UNITS, MONTHS, KINDS, (Dimension.CHANNEL, Dimension.AGE)):
        both = [[(by, unit.oid, month, value, kind) for value in VALUES[by]] for by in (one, Dimension.LANGUAGE)]
        rows.append(row_of(both[0], unknown) - row_of(both[1], unknown))
    return rows

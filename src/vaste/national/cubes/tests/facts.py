"""Answers of a made-up county, drawn by a seed, as the tables of a delivery are made from them."""

from dataclasses import replace

import numpy as np

from vaste.national.cubes.plan import Facts, Leaf

AGES, LANGUAGES, CHANNELS = ("18-44", "45-64", "65+"), ("fi", "sv", "other"), ("sms", "link")
ITEMS = ("access", "safety")


def drawn(seed: int = 1, *, answers: int = 1500, units: int = 8, services: int = 3, quarters: tuple[str, ...] = ("2026-Q1",)) -> Facts:
    chance = np.random.default_rng(seed)
    oids = [f"1.2.246.10.99999999.10.{number}" for number in range(units)]
    service_of = {oid: f"service_{number % services}" for number, oid in enumerate(oids)}
    weights = chance.dirichlet(np.full(units, 2.0))
    answered: dict[Leaf, np.ndarray] = {}
    for quarter in quarters:
        for _ in range(answers):
            place = (chance.choice(AGES), chance.choice(LANGUAGES, p=[0.8, 0.17, 0.03]), chance.choice(CHANNELS, p=[0.4, 0.6]))
            leaf = Leaf(oids[chance.choice(units, p=weights)], quarter, *map(str, place))
            answered.setdefault(leaf, np.zeros(4 + 5 * len(ITEMS), dtype=np.int64))
            answered[leaf] += person(*(int(chance.integers(1, 6)) for _ in ITEMS), promoter=bool(chance.random() < 0.7))
    invited = {leaf._replace(channel="all"): 0 for leaf in answered}
    for leaf, numbers in answered.items():
        invited[leaf._replace(channel="all")] += 4 * int(numbers[0])
    return Facts(service_of, quarters, ITEMS, answered, invited)


def person(*steps: int, promoter: bool = True) -> np.ndarray:
    """Return what one respondent adds to a group."""
    numbers = np.zeros(4 + 5 * len(ITEMS), dtype=np.int64)
    numbers[[0, 1 if promoter else 3]] = 1
    for number, step in enumerate(steps):
        numbers[4 + 5 * number + step - 1] = 1
    return numbers


def with_more(facts: Facts, leaf: Leaf, *people: np.ndarray) -> Facts:
    """Return facts with some respondents more in a place."""
    empty = np.zeros(4 + 5 * len(ITEMS), dtype=np.int64)
    return replace(facts, answered={**facts.answered, leaf: sum(people, facts.answered.get(leaf, empty))})

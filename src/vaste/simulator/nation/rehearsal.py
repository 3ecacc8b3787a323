"""How well comparison finds out what is true: whole countries drawn by chance, compared, and held against the truth."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from statistics import fmean

import numpy as np

from vaste.national.comparison.compared import Comparison, Figure, compare
from vaste.national.comparison.delivered import Delivered, Method, delivered
from vaste.national.comparison.reference import Reference
from vaste.national.comparison.rules import Indicator, Kind
from vaste.simulator.nation.drawing import Drawn, draw, strata, with_lines_hidden
from vaste.simulator.nation.truth import County, nation, true_figure

QUARTERS = ("2026-Q2", "2026-Q3")
K = 5
METHOD = Method("2026.1", "national-adult", "2024-1", K)


@dataclass(frozen=True)
class Nation:
    """A country drawn by chance: what each county answered in the last quarter and in the one before."""

    now: tuple[Drawn, ...]
    before: tuple[Drawn, ...]


@dataclass(frozen=True)
class Held:
    """A county's figure of an indicator beside what is true."""

    county: str
    indicator: Indicator
    true: float
    figure: Figure

    @property
    def crude_holds(self) -> bool:
        """Whether the interval of the figure as it came holds the truth."""
        return self.figure.crude is not None and self.figure.crude.low <= self.true <= self.figure.crude.high

    @property
    def standardised_holds(self) -> bool:
        """Whether the interval of the standardised figure does."""
        each = self.figure.standardised
        return each is not None and each.low <= self.true <= each.high


@dataclass(frozen=True)
class Coverage:
    """Of so many figures, the share whose interval holds the truth, and the mean distance from it, as they came and standardised."""

    figures: int
    crude: float
    standardised: float
    crude_error: float
    standardised_error: float


def draw_nation(counties: int, answers: int, reference: Reference, seed: int) -> Nation:
    """Return a country of so many counties with about so many answers a quarter; the same seed gives the same."""
    chance = np.random.default_rng(seed)
    here = nation(counties, reference, chance)
    now = _drawn(here, QUARTERS[1], answers, chance)
    return Nation(now, _drawn([each.a_quarter_apart(chance) for each in here], QUARTERS[0], answers, chance))


def _drawn(counties: Iterable[County], quarter: str, answers: int, chance: np.random.Generator) -> tuple[Drawn, ...]:
    return tuple(draw(county, quarter, round(answers * county.share), chance) for county in counties)


def compare_nation(drawn: Nation, reference: Reference) -> Comparison:
    """Return the comparison of what the counties deliver, with few people hidden."""
    return compare(QUARTERS[1], map(_as_delivered, drawn.now), reference, map(_as_delivered, drawn.before))


def _as_delivered(drawn: Drawn) -> Delivered:
    """Return the strata of a county as the receiver reads them; what stands beside figures is not needed here."""
    found = {"units": [], "invited": [], "channels": [], "strata": with_lines_hidden(strata(drawn), K)}
    return delivered(drawn.county.code, METHOD, found, drawn.quarter)


def held_against_truth(drawn: Nation, comparison: Comparison, reference: Reference) -> Iterator[Held]:
    """Yield each county's figures beside what is true; those alone that are shown standardised."""
    counties = {each.county.code: each.county for each in drawn.now}
    for row in comparison.rows:
        for indicator, figure in row.figures.items():
            if figure.standardised:
                yield Held(row.county, indicator, true_figure(counties[row.county], indicator, reference), figure)


def coverage(held: Iterable[Held]) -> dict[Kind, Coverage]:
    """Return by kind of figure how often intervals hold the truth."""
    by_kind: dict[Kind, list[Held]] = {}
    for each in held:
        by_kind.setdefault(each.indicator.kind, []).append(each)
    return {kind: _coverage(figures) for kind, figures in by_kind.items()}


def _coverage(held: list[Held]) -> Coverage:
    crude = [abs(each.figure.crude.value - each.true) for each in held if each.figure.crude]
    standardised = [abs(each.figure.standardised.value - each.true) for each in held if each.figure.standardised]
    return Coverage(
        figures=len(held),
        crude=fmean(each.crude_holds for each in held),
        standardised=fmean(each.standardised_holds for each in held),
        crude_error=fmean(crude),
        standardised_error=fmean(standardised),
    )


def rehearse(counties: int, answers: int, rounds: int, reference: Reference, seed: int) -> dict[Kind, Coverage]:
    """Return how often the intervals of so many countries hold the truth."""
    held: list[Held] = []
    for number in range(rounds):
        drawn = replace(draw_nation(counties, answers, reference, seed + number), before=())
        held += held_against_truth(drawn, compare_nation(drawn, reference), reference)
    return coverage(held)

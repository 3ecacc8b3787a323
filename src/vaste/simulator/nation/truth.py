"""What is true in an invented country: how satisfied people are in each county, service, age and channel, and who answers where.

A person's opinion is a normal number around the sum of what lies behind it; the answer is the step that the number falls on. The
counties differ little in how good they are, and much in whom they ask and how, so that scores as they come mislead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from vaste.indicators.standardised import Stratum
from vaste.national.comparison.delivered import CHANNEL_GROUPS
from vaste.national.comparison.reference import Reference
from vaste.national.comparison.rules import Indicator, Kind
from vaste.national.counties import organisations

Floats = NDArray[np.float64]

# As THL's national adult instrument asks.
ITEMS = ("access", "encounter", "participation", "safety", "information", "clarity", "benefit")
_SERVICE_LEVELS = {"primary_care_reception": 0.0, "emergency": -0.45, "oral_health": 0.25, "social_services": -0.35, "home_hospital": 0.35}
_AGE_LEVELS = {"18-44": -0.25, "45-64": 0.0, "65+": 0.30}
_CHANNEL_LEVELS = {"sms": 0.20, "link": 0.0, "sms+link": 0.20}
_LANGUAGES = {"fi": 0.86, "sv": 0.08, "other": 0.06}
_COUNTY_SPREAD, _UNIT_SPREAD, _DRIFT = 0.10, 0.10, 0.05
# Up to where a number is a detractor's, and a passive's: 8 and 24 in 100 at level 0. Then the ends of a statement's steps.
_SCORE_ENDS, _STEP_ENDS = (-1.41, -0.71), (-2.1, -1.7, -1.15, -0.35)
_UNITS_OF_A_SERVICE = (2, 7)
_ANSWERS_BOTH_WAYS = 0.05
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Unit:
    """A unit of a service line, with its share of the line's answers, and how much better it is than its county."""

    oid: str
    service: str
    share: float
    level: float


@dataclass(frozen=True)
class County:
    """A county: its share of the country's answers, how good it is, whom it asks, by which channel they answer, and how many do."""

    code: str
    share: float
    level: float
    services: Mapping[str, float]
    ages: Mapping[str, Mapping[str, float]]
    languages: Mapping[str, float]
    channels: Mapping[str, float]
    rate: float
    units: tuple[Unit, ...]

    def a_quarter_apart(self, chance: np.random.Generator) -> "County":
        """Return the county as it is in the quarter before or after, a little better or worse."""
        return replace(self, level=self.level + float(chance.normal(0, _DRIFT)))


def nation(counties: int, reference: Reference, chance: np.random.Generator) -> tuple[County, ...]:
    """Return so many invented counties under the codes of real ones, in the order of the codes."""
    shares = chance.lognormal(0, 0.8, counties)
    codes = list(organisations())[:counties]
    return tuple(_county(code, float(share), reference, chance) for code, share in zip(codes, shares / shares.sum(), strict=True))


def _county(code: str, share: float, reference: Reference, chance: np.random.Generator) -> County:
    sms = float(chance.uniform(0.20, 0.70))
    channels = {"sms": sms, "link": 1 - sms - _ANSWERS_BOTH_WAYS, "sms+link": _ANSWERS_BOTH_WAYS}
    weights = reference.weights
    of_service = {service: _sum(weights, service=service) for service in reference.services}
    return County(
        code=code,
        share=share,
        level=float(chance.normal(0, _COUNTY_SPREAD)),
        services=_around(of_service, 25, chance),
        ages={
            service: _around({age: _sum(weights, service=service, age=age) for age in reference.ages}, 20, chance) for service in of_service
        },
        languages=_around(_LANGUAGES, 30, chance),
        channels=channels,
        rate=float(chance.uniform(0.15, 0.35)),
        units=tuple(_units(code, reference.services, chance)),
    )


def _units(code: str, services: Sequence[str], chance: np.random.Generator) -> list[Unit]:
    units: list[Unit] = []
    number = list(organisations()).index(code) + 1
    for service in services:
        shares = chance.dirichlet([4.0] * int(chance.integers(*_UNITS_OF_A_SERVICE)))
        for share in shares:
            oid = f"1.2.246.10.999999{number:02}.10.{len(units) + 1}"
            units.append(Unit(oid, service, float(share), float(chance.normal(0, _UNIT_SPREAD))))
    return units


def _around(shares: Mapping[str, float], likeness: float, chance: np.random.Generator) -> dict[str, float]:
    """Return shares drawn around some, the closer the larger the likeness, which add up to 1."""
    whole = sum(shares.values())
    drawn = chance.dirichlet([max(likeness * share / whole, 2.0) for share in shares.values()])
    return {name: float(share) for name, share in zip(shares, drawn, strict=True)}


def _sum(weights: Mapping[Stratum, float], service: str, age: str | None = None) -> float:
    return sum(weight for stratum, weight in weights.items() if stratum.service == service and age in {None, stratum.age_band})


def level(county: County, unit: Unit, age: str, channel: str) -> float:
    """Return around which number the opinions of some people lie."""
    return county.level + unit.level + _SERVICE_LEVELS[unit.service] + _AGE_LEVELS[age] + _CHANNEL_LEVELS[channel]


def score_shares(at: Sequence[float]) -> Floats:
    """Return the shares of promoters, passives and detractors at some levels."""
    return _shares(at, _SCORE_ENDS)[:, ::-1]


def step_shares(at: Sequence[float], item: str) -> Floats:
    """Return the shares of steps 1 to 5 of a statement at some levels."""
    harder = 0.08 * ITEMS.index(item)
    return _shares([each - harder for each in at], _STEP_ENDS)


def true_figure(county: County, indicator: Indicator, reference: Reference) -> float:
    """Return what the county's standardised figure would be if everybody answered."""
    services = {unit.service for unit in county.units}
    weights = {stratum: weight for stratum, weight in reference.weights.items() if stratum.service in services}
    total = sum(weights.values())
    return sum(weight * _true_in(county, stratum, indicator) for stratum, weight in weights.items()) / total


def _true_in(county: County, stratum: Stratum, indicator: Indicator) -> float:
    units = [unit for unit in county.units if unit.service == stratum.service]
    at = [level(county, unit, stratum.age_band, CHANNEL_GROUPS[stratum.channel][0]) for unit in units]
    shares = score_shares(at) if indicator.kind is Kind.NPS else step_shares(at, indicator.item)
    figures = shares @ np.array(indicator.measure.scores)
    return float(sum(unit.share * figure for unit, figure in zip(units, figures, strict=True)))


def _shares(at: Sequence[float], ends: Sequence[float]) -> Floats:
    """Return what lies between the ends at each level; there are few different levels."""
    different, places = np.unique(np.asarray(at), return_inverse=True)
    below = np.array([[0.0, *(_NORMAL.cdf(end - each) for end in ends), 1.0] for each in different])
    shares: Floats = np.diff(below, axis=1)[places]
    return shares


def who_answers(county: County) -> tuple[list[tuple[Unit, str, str, str]], Floats]:
    """Return every meeting of unit, age, language and channel in a county, with its share of the county's answers."""
    groups = [
        (unit, age, language, channel)
        for unit in county.units
        for age, language, channel in product(county.ages[unit.service], county.languages, county.channels)
    ]
    shares = [
        county.services[unit.service] * unit.share * county.ages[unit.service][age] * county.languages[language] * county.channels[channel]
        for unit, age, language, channel in groups
    ]
    return groups, np.array(shares) / sum(shares)

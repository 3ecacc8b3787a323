"""Which units of the country call: more detractors than their service has, by more than chance. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from vaste.indicators.binomial import at_least, benjamini_hochberg
from vaste.indicators.measures import Tally
from vaste.indicators.standardised import AT_LEAST
from vaste.national.comparison.delivered import Delivered


@dataclass(frozen=True)
class Call:
    """A unit that calls: how many of how many detract, and the share that does in its service in the whole country."""

    county: str
    unit: str
    service: str
    detractors: int
    n: int
    service_share: float


def calls(deliveries: Iterable[Delivered]) -> tuple[Call, ...]:
    """Return the units that call, by county and unit.

    The probability of as many detractors or more is exact; of the tests inside a service about one finding in ten is false
    (Benjamini & Hochberg 1995). Units of fewer than ten answers are not tested.
    """
    tested: defaultdict[str, list[tuple[str, str, Tally]]] = defaultdict(list)
    for each in deliveries:
        for unit in each.units:
            if unit.answers and unit.answers.score.n >= AT_LEAST:
                tested[unit.service].append((each.county, unit.unit, unit.answers.score))
    found = [call for service, units in tested.items() for call in _of_service(service, units)]
    return tuple(sorted(found, key=lambda call: (call.county, call.unit)))


def _of_service(service: str, units: Sequence[tuple[str, str, Tally]]) -> Iterator[Call]:
    share = sum(_detractors(tally) for *_, tally in units) / sum(tally.n for *_, tally in units)
    findings = benjamini_hochberg([at_least(_detractors(tally), tally.n, share) for *_, tally in units])
    for (county, unit, tally), is_found in zip(units, findings, strict=True):
        if is_found:
            yield Call(county, unit, service, _detractors(tally), tally.n, share)


def _detractors(tally: Tally) -> int:
    return tally[-1]

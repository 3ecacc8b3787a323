"""What may be compared with what, which cells of a county stand for it, and where its figures lie. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vaste.indicators.display import Display, Thresholds, display_of
from vaste.indicators.funnel import Funnel, funnel
from vaste.indicators.measures import AGREEING, MEAN, SCORE, Measure, Tally
from vaste.indicators.shrinkage import Estimate
from vaste.indicators.standardised import ALL, Stratum
from vaste.national.comparison.delivered import INVITED, Answers, Delivered, Method
from vaste.national.comparison.reference import Reference

THRESHOLDS = Thresholds()
# With fewer the spread between counties cannot be told from chance, and the limits would promise too much.
FEWEST_IN_A_FUNNEL = 5


class Unlike(StrEnum):
    """Why two counties are not compared."""

    METHOD = "method"
    INSTRUMENT = "instrument"
    INSTRUMENT_VERSION = "instrument_version"
    THRESHOLD = "threshold"
    CHANNELS = "channels"


class Kind(StrEnum):
    """What is told of an item: the net promoter score, the share agreeing with a statement, or its mean."""

    NPS = "nps"
    AGREEING = "agreeing"
    MEAN = "mean"


_MEASURES = {Kind.NPS: SCORE, Kind.AGREEING: AGREEING, Kind.MEAN: MEAN}


@dataclass(frozen=True, order=True)
class Indicator:
    """A figure that is compared; item is `nps` or a statement."""

    item: str
    kind: Kind

    @property
    def measure(self) -> Measure:
        """How it is counted."""
        return _MEASURES[self.kind]

    @property
    def key(self) -> str:
        """Its name in data and addresses."""
        return self.item if self.kind is Kind.NPS else f"{self.item}-{self.kind}"

    def tally(self, answers: Answers) -> Tally:
        """Return how the question was answered."""
        return answers.score if self.kind is Kind.NPS else answers.statement(self.item)


NPS = Indicator("nps", Kind.NPS)


def indicators(deliveries: Iterable[Delivered]) -> tuple[Indicator, ...]:
    """Return what can be compared: the score, and each statement that all of some counties asked, as share and as mean."""
    asked = [set(each.everybody.statements) for each in deliveries if each.everybody]
    items = sorted(set.intersection(*asked)) if asked else []
    return (NPS, *(Indicator(item, kind) for item in items for kind in (Kind.AGREEING, Kind.MEAN)))


def why_not_compare(one: Method, other: Method) -> Unlike | None:
    """Return the first reason why what two counties delivered is unlike, or None when it may be compared."""
    if one.version != other.version:
        return Unlike.METHOD
    if one.instrument != other.instrument:
        return Unlike.INSTRUMENT
    if one.instrument_version != other.instrument_version:
        return Unlike.INSTRUMENT_VERSION
    if one.k != other.k:
        return Unlike.THRESHOLD
    return Unlike.CHANNELS if _asks_the_invited(one) != _asks_the_invited(other) else None


def common_method(methods: Sequence[Method]) -> Method | None:
    """Return the method of the most counties, the newest of equally many; None of no counties."""
    alike = Counter(method for method in methods for other in methods if why_not_compare(method, other) is None)
    return max(alike, key=lambda method: (alike[method], method.version, method.instrument_version, sorted(method.channels)), default=None)


def partition(strata: Mapping[Stratum, Answers | None], reference: Reference) -> dict[Stratum, Answers]:
    """Return the shown cells that together stand for a county, each person once: as fine as nothing hidden breaks the line.

    A service is taken by age band and channel where all channels are shown, by age band where one is hidden, and whole where an age
    band is. Services, age bands and channels outside the reference are left out, except within a service taken whole.
    """
    return {stratum: answers for service in reference.services for stratum, answers in _of_service(strata, service, reference).items()}


def _of_service(strata: Mapping[Stratum, Answers | None], service: str, reference: Reference) -> dict[Stratum, Answers]:
    parts: dict[Stratum, Answers] = {}
    hides_an_age = False
    absent = _NOBODY if any(service == each.service and each.age_band != ALL for each in strata) else None
    for age in reference.ages:
        cells = {Stratum(service, age, channel): strata.get(Stratum(service, age, channel), absent) for channel in reference.channels}
        if None in cells.values():
            together = Stratum(service, age, ALL)
            cells = {together: strata.get(together)}
        hides_an_age |= None in cells.values()
        parts |= {stratum: answers for stratum, answers in cells.items() if answers and answers.n}
    whole = strata.get(Stratum(service, ALL, ALL))
    return {Stratum(service, ALL, ALL): whole} if hides_an_age and whole else parts


def funnel_of(estimates: Sequence[Estimate], target: float) -> Funnel | None:
    """Return the funnel of counties around the figure of all; None of too few counties."""
    return funnel(estimates, target) if len(estimates) >= FEWEST_IN_A_FUNNEL else None


def display(n: int) -> Display:
    """Return how a county's figure of so many answers is shown."""
    return display_of(n, THRESHOLDS)


_NOBODY = Answers(0, Tally((0, 0, 0)))


def _asks_the_invited(method: Method) -> bool:
    return method.channels <= INVITED

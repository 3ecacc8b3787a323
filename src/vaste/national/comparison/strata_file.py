"""Organisations side by side: the crude score of each, and its score as if all had the same mix of answers. Pure.

The counts come as a CSV file with a line for each organisation and stratum. No rank is made of them.
"""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from vaste.indicators.nps import adjusted_wald
from vaste.indicators.standardised import ALL, NOBODY, Counts, Standardised, Stratum, standardised

COLUMNS = ("organisation", "stratum", "promoters", "detractors", "n", "weight")
_MOST_LINES = 200_000
_LARGEST_COUNT = 10**12
_LEVELS = 3


class StrataRefused(Exception):
    """The file holds no counts that can be compared; the message is one sentence for people."""


@dataclass(frozen=True)
class Crude:
    """The score of all answers of an organisation, -100 to 100, with its interval."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Compared:
    """An organisation in the comparison; None where it has no answers, or none in a stratum of the reference."""

    crude: Crude | None
    standardised: Standardised | None


@dataclass
class StrataFile:
    """What a file says: counts by organisation and stratum, and the weight of each stratum in the reference."""

    counts: dict[str, dict[Stratum, Counts]] = field(default_factory=dict)
    weights: dict[Stratum, float] = field(default_factory=dict)

    def add(self, row: Mapping[str, str], number: int) -> None:
        """Take in a line. Raises StrataRefused."""
        organisation, stratum = row["organisation"], _stratum(row["stratum"])
        if not organisation or not row["stratum"]:
            raise StrataRefused(f"Line {number} names no organisation or no stratum.")
        counts = Counts(*(_count(row[name], name, number) for name in ("promoters", "detractors", "n")))
        if counts.promoters + counts.detractors > counts.n:
            raise StrataRefused(f"Line {number} has more promoters and detractors than answers (n).")
        weight = _weight(row["weight"], number)
        if self.weights.setdefault(stratum, weight) != weight:
            raise StrataRefused(f"Line {number}: a stratum has one weight, the same for every organisation; this line has another.")
        if self.counts.setdefault(organisation, {}).setdefault(stratum, counts) is not counts:
            raise StrataRefused(f"Line {number} repeats a stratum of an organisation.")


def read_strata(text: str) -> StrataFile:
    """Return what a CSV text with the columns `COLUMNS`, in any order, says. Raises StrataRefused.

    A stratum written `service/age band/channel` has three levels, and may be merged upward where it has few answers; any
    other name is a stratum of its own.
    """
    head = text.partition("\n")[0]
    reader = csv.DictReader(text.splitlines(), delimiter=max(",;\t", key=head.count), strict=True)
    names = [name.strip() for name in reader.fieldnames or ()]
    if sorted(names) != sorted(COLUMNS):
        raise StrataRefused(f"The file must have just the columns {', '.join(COLUMNS)}.")
    reader.fieldnames = names
    file = StrataFile()
    try:
        for number, row in enumerate(reader, start=2):
            if number > _MOST_LINES:
                raise StrataRefused(f"The file has more than {_MOST_LINES} lines.")
            if None in row or None in row.values():
                raise StrataRefused(f"Line {number} has not as many fields as there are columns.")
            file.add({name: value.strip() for name, value in row.items()}, number)
    except csv.Error as error:
        raise StrataRefused("The file is no CSV table: its quotes do not fit together.") from error
    if not file.counts:
        raise StrataRefused("The file has no lines below its column names.")
    return file


def compare(file: StrataFile) -> dict[str, Compared]:
    """Return the crude and the standardised score of each organisation, in the order of the file."""
    return {name: Compared(_crude(strata), standardised(strata, file.weights)) for name, strata in file.counts.items()}


def _crude(strata: Mapping[Stratum, Counts]) -> Crude | None:
    together = NOBODY
    for counts in strata.values():
        together = together.plus(counts)
    promoters, detractors, n = together
    if not n:
        return None
    low, high = adjusted_wald(promoters, detractors, n)
    return Crude(100 * (promoters - detractors) / n, low, high, n)


def _stratum(name: str) -> Stratum:
    levels = [level.strip() for level in name.split("/")]
    return Stratum(*levels) if len(levels) == _LEVELS else Stratum(name, ALL, ALL)


def _count(value: str, name: str, number: int) -> int:
    if not (value.isascii() and value.isdigit()) or int(value[:20]) > _LARGEST_COUNT:
        raise StrataRefused(f"Line {number}: {name} is not a whole number, 0 or more.")
    return int(value)


def _weight(value: str, number: int) -> float:
    try:
        weight = float(value)
    except ValueError:
        weight = math.nan
    if not 0 <= weight < math.inf:
        raise StrataRefused(f"Line {number}: weight is not a number, 0 or more, with a decimal point.")
    return weight

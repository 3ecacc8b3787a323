"""The reference: how much each service, age band and channel counts in a standardised figure. Fixed, published, with a version.

It is our own working reference, not one of an authority; a new one is a new file with a new version, and figures of different
versions are never compared.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vaste.indicators.standardised import Stratum

VERSION = "2026.1"
COLUMNS = ("service", "age", "channel", "weight")
_FILE = Path(__file__).parent / f"reference-{VERSION}.csv"


@dataclass(frozen=True)
class Reference:
    """The weights of all strata, which add up to 1."""

    version: str
    weights: Mapping[Stratum, float]

    @property
    def services(self) -> tuple[str, ...]:
        """The service lines that are compared, in the order of the file."""
        return tuple(dict.fromkeys(stratum.service for stratum in self.weights))

    @property
    def ages(self) -> tuple[str, ...]:
        """The age bands that are compared, from young to old."""
        return tuple(dict.fromkeys(stratum.age_band for stratum in self.weights))

    @property
    def channels(self) -> tuple[str, ...]:
        """The groups of channels."""
        return tuple(dict.fromkeys(stratum.channel for stratum in self.weights))


def reference_csv() -> bytes:
    """Return the reference as it is published."""
    return _FILE.read_bytes()


@cache
def reference() -> Reference:
    """Return the present reference."""
    lines = csv.DictReader(reference_csv().decode().splitlines())
    weights = {Stratum(line["service"], line["age"], line["channel"]): float(line["weight"]) for line in lines}
    return Reference(VERSION, weights)

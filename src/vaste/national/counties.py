"""The organisations that deliver and are compared: 21 counties, Helsinki and HUS, with their codes and names."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FILE = Path(__file__).with_name("counties.csv")


@dataclass(frozen=True)
class Organisation:
    """A wellbeing services county, or Helsinki or HUS, which stand beside the counties.

    code: of Statistics Finland, text and never a number (`01`); `HUS`, which is no county, has one of our own.
    """

    code: str
    name_fi: str
    name_sv: str
    name_en: str

    def name(self, language: str) -> str:
        """Return the name in fi, sv or en."""
        return {"fi": self.name_fi, "sv": self.name_sv, "en": self.name_en}[language]


@cache
def organisations() -> Mapping[str, Organisation]:
    """Return every organisation by its code, in the order of the codes, HUS last."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = [Organisation(row["code"], row["name_fi"], row["name_sv"], row["name_en"]) for row in csv.DictReader(file)]
    return MappingProxyType({row.code: row for row in rows})

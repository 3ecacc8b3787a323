"""Whose results a person may look at."""

from collections.abc import Mapping
from dataclasses import dataclass

from vaste.organisations.models import County, Role, Unit, User
from vaste.results.answers import WHOLE


@dataclass(frozen=True)
class Scope:
    """Units of one county whose results are looked at together. key: how the address names it, "" for the first of all.

    service: the service line whose units they are; None for a unit, and for all units of the reader.
    """

    key: str
    county: County
    units: tuple[Unit, ...]
    reach: tuple[Unit, ...]
    is_whole_county: bool = False
    service: str | None = None

    @property
    def is_single(self) -> bool:
        return len(self.units) == 1

    @property
    def area(self) -> str:
        """How `answers.Answers` calls these units."""
        if self.service is not None:
            return f"service-{self.service}"
        return self.units[0].oid if self.key == self.units[0].oid else WHOLE


def scopes_of(user: User) -> list[Scope]:
    """Return what a person may look at: for each county all their units together, their service lines, then each unit alone."""
    units = user.units().select_related("county").order_by("county_id", "name_fi", "oid")
    by_county: dict[str, list[Unit]] = {}
    for unit in units:
        by_county.setdefault(unit.county_id, []).append(unit)
    whole = set(user.roles.filter(kind=Role.Kind.COUNTY).values_list("county_id", flat=True))
    scopes: list[Scope] = []
    for code, own in by_county.items():
        reach, county = tuple(own), own[0].county
        if len(own) > 1 or code in whole:
            scopes.append(Scope(f"county-{code}", county, reach, reach, is_whole_county=code in whole))
            scopes += _service_lines(county, reach)
        scopes += [Scope(unit.oid, county, (unit,), reach) for unit in own]
    return scopes


def _service_lines(county: County, reach: tuple[Unit, ...]) -> list[Scope]:
    """Return the service lines, where there is more than one, that have more than one unit."""
    lines: dict[str, list[Unit]] = {}
    for unit in reach:
        lines.setdefault(unit.service, []).append(unit)
    return [
        Scope(f"service-{county.code}-{service}", county, tuple(units), reach, service=service)
        for service, units in sorted(lines.items())
        if 1 < len(units) < len(reach)
    ]


def chosen_scope(scopes: list[Scope], words: Mapping[str, str]) -> Scope | None:
    """Return the scope that the word `unit` of an address names, the first when it names none, None when it is not the reader's."""
    key = words.get("unit", "")
    return next((scope for scope in scopes if key in {"", scope.key}), None)

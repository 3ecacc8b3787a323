"""Leaks planted on purpose in what an invented county delivers, and whether the attacker's audit finds them. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from vaste.national.cubes.auditing import Audit, audit
from vaste.national.cubes.groups import Numbers, is_sensitive
from vaste.national.cubes.plan import PEOPLE_ANSWERED, Cell, Facts, Leaf
from vaste.national.cubes.protecting import Protected, protect_tables
from vaste.national.cubes.tabling import published, release_of, rows_of

_ALIKE = 12
_RESPONDENT, _PROMOTER, _DETRACTOR = 0, 1, 3


class Leak(StrEnum):
    """A way in which people get out of a table."""

    COMPLEMENTARY = "complementary"
    OVER_TIME = "differencing over time"
    HOMOGENEOUS = "homogeneous cell"


@dataclass(frozen=True)
class Found:
    """What the audit says of a planted leak, in its first sentence, and whether what is really delivered passes the audit."""

    leak: Leak
    sentence: str | None
    is_closed: bool

    @property
    def is_found(self) -> bool:
        """Whether the audit stops the delivery with the leak."""
        return self.sentence is not None


def audit_planted_leaks(facts: Facts, k: int) -> tuple[Found, ...]:
    """Return what the audit says of one leak of each kind in a county's delivery. facts: of one quarter."""
    return tuple(_found(leak, *plant(facts, k)) for leak, plant in _PLANTED.items())


def _found(leak: Leak, leaking: Audit, closed: Audit) -> Found:
    return Found(leak, leaking.failures[0] if leaking.failures else None, closed.has_passed)


def _complementary(facts: Facts, k: int) -> tuple[Audit, Audit]:
    """Hide the small cells alone, without those that keep them from being worked out."""
    protected = protect_tables(facts, [], k)
    small = {cell for cell, numbers in protected.planned.numbers.items() if cell.people == PEOPLE_ANSWERED and is_sensitive(numbers, k)}
    return _audited([replace(protected, hidden=protected.hidden & small)], k), _audited([protected], k)


def _over_time(facts: Facts, k: int) -> tuple[Audit, Audit]:
    """Deliver once more after one answer has come late, as if nothing had been delivered before."""
    first = protect_tables(facts, [], k)
    late = max((leaf for leaf in facts.answered), key=lambda leaf: int(facts.answered[leaf][_RESPONDENT]))
    more = _with(facts, late, 1, _PROMOTER)
    known = protect_tables(more, [release_of("delivery 1", first)], k)
    return _audited([first, protect_tables(more, [], k)], k), _audited([first, known], k)


def _homogeneous(facts: Facts, k: int) -> tuple[Audit, Audit]:
    """Show a group of many who all detract: whoever knows that somebody is in it knows what they answered."""
    unit, service = next(iter(facts.service_of.items()))
    quarter = facts.quarters[0]
    protected = protect_tables(_with(facts, Leaf(unit, quarter, "unknown", "fi", "link"), _ALIKE, _DETRACTOR), [], k)
    shown = {cell for cell in protected.hidden if cell[:4] == Cell(PEOPLE_ANSWERED, service, quarter, "unknown")[:4]}
    return _audited([replace(protected, hidden=protected.hidden - shown)], k), _audited([protected], k)


_PLANTED: Mapping[Leak, Callable[[Facts, int], tuple[Audit, Audit]]] = {
    Leak.COMPLEMENTARY: _complementary,
    Leak.OVER_TIME: _over_time,
    Leak.HOMOGENEOUS: _homogeneous,
}


def _audited(deliveries: Sequence[Protected], k: int) -> Audit:
    packages = []
    for number, delivery in enumerate(deliveries, start=1):
        name = f"delivery {number}"
        packages.append(published(name, rows_of(delivery), release_of(name, delivery)))
    return audit(packages, k)


def _with(facts: Facts, leaf: Leaf, people: int, answer: int) -> Facts:
    """Return facts with some people more in a place, who all score alike and skip the statements."""
    more: Numbers = np.zeros(len(facts.measures), dtype=np.int64)
    more[[_RESPONDENT, answer]] = people
    asked = leaf._replace(channel="all")
    invited = {**facts.invited, asked: facts.invited.get(asked, 0) + 4 * people}
    return replace(facts, answered={**facts.answered, leaf: facts.answered.get(leaf, 0 * more) + more}, invited=invited)

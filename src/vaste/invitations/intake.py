"""Taking visits in: each ends as an invitation or as one named reason, whatever the order in which they come, and only once.

Reading and judging come first, writing after; a dry run stops between the two. All is one transaction, and two intakes
never run at the same time, so that two visits of one person are always seen together.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from vaste.core.audit import audit
from vaste.invitations import counts
from vaste.invitations.judging import Decision, Directory, judge
from vaste.invitations.planning import invite, take_back
from vaste.invitations.rules import Outcome
from vaste.organisations.models import County
from vaste.visits.actions import event_key, outcomes_of_seen, remember
from vaste.visits.formats import Row
from vaste.visits.rules import Fault, Visit, check_visit

_LOCK = 8_271_839  # an advisory lock's number, any that nobody else uses


@dataclass(frozen=True)
class Refused:
    """A row that was not taken: its number, the field and the reason; never the value."""

    row: int
    field: str
    reason: str


@dataclass(frozen=True)
class Report:
    """What became of the rows of one file or message. outcomes: `invited` or a reason → visits."""

    received: int
    refused: list[Refused] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, object]:
        """Return the report in the shape that the command and the API give."""
        refused = [{"row": item.row, "field": item.field, "reason": item.reason} for item in self.refused]
        return {"received": self.received, "refused": refused, "outcomes": dict(sorted(self.outcomes.items()))}


@transaction.atomic
def take_in(rows: Sequence[Row], *, now: datetime, actor: str, county: County | None = None, dry_run: bool = False) -> Report:
    """Judge visits and plan the invitations; return what became of each row.

    county: whose feed it is; units of other counties are unknown to it. dry_run: judge only, write nothing. A visit taken
    in before ends as it ended then.
    """
    _wait_for_other_intakes()
    directory = Directory.of(county)
    visits, refused = _checked(rows, directory, now)
    seen = outcomes_of_seen(list(visits), Outcome)
    decisions = judge([visit for event, visit in visits.items() if event not in seen], directory, now)
    outcomes = Counter(seen.values()) + Counter(decision.outcome.value for decision in decisions)
    report = Report(received=len(rows), refused=refused, outcomes=outcomes)
    if not dry_run:
        _write(decisions, directory, now)
        audit(actor, "visits.taken_in", received=len(rows), refused=len(refused), new=len(decisions))
    return report


def _wait_for_other_intakes() -> None:
    """SQLite lets in one writer at a time by itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _checked(rows: Sequence[Row], directory: Directory, now: datetime) -> tuple[dict[str, Visit], list[Refused]]:
    """Return the visits by event, the first of each, and the refused rows."""
    visits: dict[str, Visit] = {}
    refused: list[Refused] = []
    for row in rows:
        checked = row.fault or check_visit(row.fields, now=now)
        if isinstance(checked, Visit) and checked.unit_oid not in directory.units:
            checked = Fault("unit_oid", "there is no such unit; load it first with `vaste units load`")
        if isinstance(checked, Fault):
            refused.append(Refused(row.number, checked.field, checked.reason))
        else:
            visits.setdefault(_event(checked, directory), checked)
    return visits, refused


def _event(visit: Visit, directory: Directory) -> str:
    return event_key(directory.units[visit.unit_oid].county_id, visit.event_id)


def _write(decisions: Sequence[Decision], directory: Directory, now: datetime) -> None:
    changes: Counter[counts.OutcomeKey] = Counter()
    for decision in decisions:
        changes[decision.visit.unit_oid, decision.visited_on, decision.outcome.value] += 1
    counts.add_outcomes(changes)
    remember({_event(decision.visit, directory): decision.outcome.value for decision in decisions}, today=now.date())
    take_back([decision.replaces.id for decision in decisions if decision.replaces], outcome=Outcome.LATER_VISIT_SAME_DAY)
    invite([decision.plan for decision in decisions if decision.plan], now=now)

"""The visits of April 2024, an invented file with every reason in it, end as they must however they are fed."""

import json
import random
from collections import Counter
from collections.abc import Mapping

import pytest
from tests.factories import DATA, at, make_soite, stored_outcomes

from vaste.core.audit import first_broken_entry
from vaste.core.models import AuditEntry
from vaste.invitations.intake import Report, take_in
from vaste.invitations.models import Invitation, InvitedCount, OutcomeCount, Quarantine
from vaste.messaging.models import OutboundMessage
from vaste.messaging.numbers import mobile_number
from vaste.visits.formats import Row, read_csv
from vaste.visits.models import SeenEvent

pytestmark = pytest.mark.django_db
APRIL = (DATA / "visits-2024-04.csv").read_bytes()
EXPECTED = json.loads((DATA / "visits-2024-04-expected.json").read_text())["counts"]
NOW = at("2026-05-04 12:00")


def taken(rows, *, now=NOW, dry_run=False) -> Report:
    return take_in(rows, now=now, actor="test", dry_run=dry_run)


def shuffled(rows, seed=4) -> list[Row]:
    return random.Random(seed).sample(list(rows), len(rows))


def nothing_is_stored() -> bool:
    tables = (Invitation, OutboundMessage, Quarantine, SeenEvent, OutcomeCount, InvitedCount)
    return not any(table.objects.exists() for table in tables)


def test_the_visits_of_april_end_as_they_must():
    make_soite()
    report = taken(read_csv(APRIL))
    assert report.outcomes == EXPECTED
    assert report.refused == []
    assert report.received == 1000
    assert stored_outcomes() == EXPECTED
    assert Invitation.objects.count() == OutboundMessage.objects.count() == Quarantine.objects.count() == EXPECTED["invited"]
    assert sum(InvitedCount.objects.values_list("invited", flat=True)) == EXPECTED["invited"]


def test_a_dry_run_says_the_same_and_writes_nothing():
    make_soite()
    before = AuditEntry.objects.count()
    assert taken(read_csv(APRIL), dry_run=True).outcomes == EXPECTED
    assert nothing_is_stored()
    assert AuditEntry.objects.count() == before
    assert taken(read_csv(APRIL)).outcomes == EXPECTED
    assert taken(read_csv(APRIL), dry_run=True).outcomes == EXPECTED


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_changes_nothing(seed):
    make_soite()
    assert taken(shuffled(read_csv(APRIL), seed)).outcomes == EXPECTED
    assert stored_outcomes() == EXPECTED


def test_a_file_fed_twice_counts_once():
    make_soite()
    rows = read_csv(APRIL)
    assert taken([*rows, *shuffled(rows)]).outcomes == EXPECTED
    assert taken(shuffled(rows), now=at("2026-05-20")).outcomes == EXPECTED
    assert stored_outcomes() == EXPECTED
    assert Invitation.objects.count() == EXPECTED["invited"]


def test_fed_day_by_day_as_feeds_do_the_visits_of_april_end_the_same():
    make_soite()
    rows = shuffled(read_csv(APRIL))
    counts: Counter[str] = Counter()
    for day in sorted({row.fields["visited_at"][:10] for row in rows}):
        counts += taken([row for row in rows if row.fields["visited_at"].startswith(day)]).outcomes
    assert counts == EXPECTED
    assert stored_outcomes() == EXPECTED


def test_fed_one_at_a_time_as_they_happen_the_visits_of_people_with_several_end_the_same():
    make_soite()
    rows = sorted(read_csv(APRIL), key=lambda row: row.fields["visited_at"])
    visits_of = Counter(mobile_number(row.fields["phone"]) for row in rows)
    several = [row for row in rows if visits_of[mobile_number(row.fields["phone"])] > 1]
    expected = taken(several, dry_run=True).outcomes
    for row in several:
        taken([row])
    assert stored_outcomes() == expected


def test_fed_in_many_calls_in_any_order_as_many_are_asked_and_only_two_reasons_may_change_places():
    make_soite()
    rows = shuffled(read_csv(APRIL))
    for start in range(0, len(rows), 50):
        taken(rows[start : start + 50])
    assert with_one_name_for_both(stored_outcomes()) == with_one_name_for_both(EXPECTED)


def with_one_name_for_both(counts: Mapping[str, int]) -> dict[str, int]:
    """Join the two reasons that a visit fed after a visit of a later day may exchange.

    Of a person whose later day is invited already, the visits of an earlier day all are within its quarantine, and no
    trace is kept by which a last one of that day could be told.
    """
    both = ("asked_recently", "later_visit_same_day")
    return {name: count for name, count in counts.items() if name not in both} | {"both": sum(counts[name] for name in both)}


def test_what_was_taken_in_is_audited_in_counts():
    make_soite()
    taken(read_csv(APRIL))
    entry = AuditEntry.objects.get(action="visits.taken_in")
    assert json.loads(entry.details) == {"received": 1000, "refused": 0, "new": 1000}
    assert first_broken_entry() is None

"""The audit trail: every entry follows from the one before, and an altered one shows."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from vaste.core.audit import audit, first_broken_entry
from vaste.core.models import AuditEntry


def three_entries() -> None:
    audit("command", "county.loaded", "18")
    audit("feed:1", "visits.taken_in", received=3, refused=1)
    audit("worker", "mix.published", answers=5)


@pytest.mark.django_db
def test_an_empty_trail_and_a_whole_one_have_no_broken_entry():
    assert first_broken_entry() is None
    three_entries()
    assert first_broken_entry() is None
    assert list(AuditEntry.objects.values_list("number", "action", "details")) == [
        (1, "county.loaded", "{}"),
        (2, "visits.taken_in", '{"received": 3, "refused": 1}'),
        (3, "mix.published", '{"answers": 5}'),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"actor": "worker"},
        {"action": "other"},
        {"subject": "17"},
        {"details": '{"received": 4}'},
        {"hash": "0" * 64},
        {"previous_hash": "0" * 64},
    ],
)
def test_an_altered_entry_shows(change):
    three_entries()
    AuditEntry.objects.filter(number=2).update(**change)
    assert first_broken_entry() == 2


@pytest.mark.django_db
def test_a_removed_entry_shows_at_its_place():
    three_entries()
    AuditEntry.objects.filter(number=2).delete()
    assert first_broken_entry() == 2


@pytest.mark.django_db
def test_what_is_rolled_back_leaves_no_entry():
    with transaction.atomic():
        audit("command", "county.loaded", "18")
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_entries_written_at_the_same_time_form_one_chain():
    def write(number: int) -> None:
        audit("worker", "mix.published", answers=number)
        connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(12)))
    assert AuditEntry.objects.count() == 12
    assert first_broken_entry() is None

"""Whether answers can be tied to people from the database, its copies and their order, without the keys."""

from collections import Counter, defaultdict
from collections.abc import Mapping

import pytest
from django.db import connection
from tests.attack import leaks
from tests.attack.attacks import RECORD, changed, guesses_by_difference, moments, orders, shared_values, sizes
from tests.attack.loot import Loot, Row
from tests.attack.scoring import MOST_DEVIATION, SIGNIFICANCE, chance_of, deviation, is_guessing
from tests.attack.week import Truth

pytestmark = pytest.mark.django_db

# Every column that holds a moment, and why it may: none stands in a row with an answer, and none of a person outlives its use.
MOMENTS_ALLOWED = {
    ("core_auditentry", "at"): "when staff and machines did what; names no person and no answer",
    ("django_migrations", "applied"): "when the database was made",
    ("organisations_county", "loaded_at"): "when settings were loaded",
    ("messaging_accounthour", "hour"): "how many messages went well in an hour, over all people",
    ("messaging_accountminute", "minute"): "the same by the minute, for half an hour",
    ("messaging_accountnote", "learnt_at"): "when an operator's habit was learnt",
    ("invitations_invitation", "planned_at"): "when to send; goes with the invitation",
    ("invitations_invitation", "expires_at"): "when the survey closes; goes with the invitation",
    ("invitations_quarantine", "planned_at"): "from when a person is left in peace; the same for all who were asked that day",
    ("messaging_outboundmessage", "due_at"): "goes with the invitation, or when the message is delivered",
    ("messaging_outboundmessage", "expires_at"): "goes with the invitation, or when the message is delivered",
    ("messaging_outboundmessage", "begun_at"): "goes with the invitation, or when the message is delivered",
    ("messaging_outboundmessage", "handed_over_at"): "goes with the invitation, or when the message is delivered",
    ("messaging_inboundseen", "seen_at"): "for a day, to know a repeated reply",
    ("messaging_inboundseen", "forget_at"): "for a day, to know a repeated reply",
    ("messaging_inboundseen", "answered_at"): "for a minute, to know a repeated reply from a new answer",
    ("messaging_orphanreceipt", "received_at"): "for an hour, to find the message of a receipt",
}


def test_the_week_has_enough_in_it_to_be_attacked(loot: Loot, truth: Truth):
    assert len(loot.final.record) > 150
    assert Counter(row["channel"] for row in loot.final.record).keys() == {"sms", "link", "sms+link"}
    assert len(loot.copies) == 7
    for table in ("invitations_contactoffer", "invitations_optout", "cases_contactrequest", "messaging_inboundseen"):
        assert loot.final.tables[table], table
    assert any(copy.tables[leaks.MAILBOX] for copy in loot.copies)


def test_no_value_of_the_record_stands_in_any_other_table_of_any_copy(loot: Loot):
    assert shared_values(loot) == []


def test_the_search_for_shared_values_would_find_an_open_mailbox(loot: Loot):
    found = shared_values(leaks.mailbox_open(loot))
    assert {column for _, column, _ in found} >= {"free_text", "withdrawal_hash"}


def test_the_search_for_shared_values_would_find_an_id_kept_from_invitation_to_response(loot: Loot):
    kept = str(loot.copies[0].invitations[0]["id"])
    leaky = leaks.in_table(loot, RECORD, lambda rows: [leaks.with_values(row, id=kept) for row in rows[:1]])
    assert (leaks.INVITATIONS, "id", kept) in shared_values(leaky)


def test_no_column_holds_a_moment_but_those_that_need_one(loot: Loot):
    assert moments(loot) - MOMENTS_ALLOWED.keys() == set()


def test_the_search_for_moments_would_find_one_in_the_record(loot: Loot, truth: Truth):
    assert (RECORD, "created_at") in moments(leaks.record_with_moment(loot, truth))


def test_all_that_is_sealed_in_a_column_has_one_size_whatever_was_written(loot: Loot, truth: Truth):
    lengths = {len(person.comment) for person in truth.people.values()}
    assert max(lengths) > 10 * min(lengths)
    assert {place: found for place, found in sizes(loot).items() if len(found) > 1} == {}


def test_the_look_at_sizes_would_find_what_is_sealed_without_padding(loot: Loot, truth: Truth):
    found = sizes(leaks.sealed_without_padding(loot, truth))
    assert len(found[leaks.INVITATIONS, "sealed_answers"]) > 1


def order_deviations(loot: Loot, truth: Truth) -> dict[str, float]:
    """Return how far each order of the record agrees with the order in which answers were really filed, within unit and period."""
    # What PostgreSQL's dead rows tell is said in docs/privacy.md; here it is the rows themselves.
    files = {} if connection.vendor == "postgresql" else {"": loot.raw[""]}
    filed = {row["free_text"]: leaks.filed_as(row, truth) for row in loot.final.record}
    cells = {row["free_text"]: (row["unit_id"], row["period_start"]) for row in loot.final.record}
    found = {}
    for name, ranks in orders(loot.final, files).items():
        groups: defaultdict[object, list[tuple[float, float]]] = defaultdict(list)
        for text, rank in ranks.items():
            if filed[text] < len(truth.filed):
                groups[cells[text]].append((filed[text], rank))
        found[name] = deviation(groups)
    return found


def test_no_order_of_the_record_agrees_with_the_order_of_filing(loot: Loot, truth: Truth):
    found = order_deviations(loot, truth)
    assert found.keys() == {"place", "transaction", "id", "offset in the file"}
    assert {name: value for name, value in found.items() if abs(value) > MOST_DEVIATION} == {}


@pytest.mark.parametrize("name", ["place", "transaction", "id"])
def test_the_comparison_of_orders_would_find_a_mix_that_does_not_shuffle(loot: Loot, truth: Truth, name: str):
    assert order_deviations(leaks.record_in_order(loot, truth), truth)[name] > MOST_DEVIATION


def test_the_comparison_of_orders_would_find_a_moment(loot: Loot, truth: Truth):
    assert order_deviations(leaks.record_with_moment(loot, truth), truth)["column created_at"] > MOST_DEVIATION


def score(guesses: Mapping[str, str], loot: Loot, truth: Truth) -> tuple[int, list[float]]:
    """Return how many guesses are right, and the chance of each for one who knew unit and period and guessed."""
    cells = Counter((row["unit_id"], row["period_start"]) for row in loot.final.record)
    own: dict[str, Row] = {truth.author(row["free_text"]).phone: row for row in loot.final.record}
    hits, chances = 0, []
    for person_hash, text in guesses.items():
        person = truth.person_of_hash(person_hash)
        hits += text == person.comment
        row = own.get(person.phone)
        chances.append(1 / cells[row["unit_id"], row["period_start"]] if row else 0.0)
    return hits, chances


def test_matching_who_ended_with_what_came_between_copies_is_no_better_than_guessing(loot: Loot, truth: Truth):
    guesses = guesses_by_difference(loot)
    assert len(guesses) > 100
    assert is_guessing(*score(guesses, loot, truth))


def test_matching_would_find_invitations_that_tell_unit_language_and_age(loot: Loot, truth: Truth):
    leaky = leaks.invitations_with(loot, truth)
    assert not is_guessing(*score(guesses_by_difference(leaky), loot, truth))


@pytest.mark.parametrize(("table", "key"), [("invitations_quarantine", "id"), ("visits_seenevent", "event_hash")])
def test_what_stays_of_a_person_does_not_change_by_answering(loot: Loot, table: str, key: str):
    assert changed(loot, table, key) == set()


def test_the_look_at_changes_would_find_a_quarantine_that_tells_who_answered(loot: Loot, truth: Truth):
    assert changed(leaks.quarantine_that_tells(loot, truth), "invitations_quarantine", "id")


def test_neither_audit_nor_log_names_a_row_of_a_person_or_an_answer(loot: Loot):
    ids = {str(row["id"]) for copy in loot.copies for table in (RECORD, leaks.INVITATIONS, leaks.MAILBOX) for row in copy.tables[table]}
    audit = repr([row.values for row in loot.final.tables["core_auditentry"]])
    told = (audit + loot.log).replace("-", "")
    assert len(ids) > 500
    assert [one for one in ids if one in told] == []


def test_the_last_copy_names_as_having_answered_only_whom_an_open_contact_offer_names(loot: Loot, truth: Truth):
    offered = {str(row["person_hash"]) for row in loot.final.tables["invitations_contactoffer"]}
    ends = {str(row["ends_on"]) for row in loot.final.tables["invitations_contactoffer"]}
    assert all(truth.person_of_hash(one).phone in truth.filed for one in offered)
    assert ends <= {"2026-03-08", "2026-03-09", "2026-03-10"}


def test_the_measure_calls_sure_hits_no_guessing_and_guessing_no_hits():
    assert abs(chance_of(0, [0.1] * 50) - 1) < 1e-12
    assert abs(chance_of(2, [0.5, 0.5]) - 0.25) < 1e-12
    assert is_guessing(8, [0.1] * 50)
    assert chance_of(30, [0.1] * 50) < SIGNIFICANCE
    assert deviation({"": [(n, n) for n in range(60)]}) > MOST_DEVIATION
    assert deviation({"": [(n, 7) for n in range(60)]}) == 0

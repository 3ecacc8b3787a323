"""What raw bytes give away: files of the database, of the data folder, and the log."""

import re
from collections.abc import Mapping

import pytest
from django.db import connection
from tests.attack.attacks import remains, traces
from tests.attack.loot import Loot
from tests.attack.people import EVENT, MARK
from tests.attack.week import Truth

pytestmark = pytest.mark.django_db

# Ids and hashes in hex: among so many some digits of a phone stand by chance.
_IDS = re.compile(rb"(?<![0-9a-f])(?:[0-9a-f]{32})+(?![0-9a-f])")


@pytest.fixture(scope="module")
def everything(loot: Loot) -> Mapping[str, bytes]:
    return {**loot.raw, **loot.files, "log": loot.log.encode()}


@pytest.fixture(scope="module")
def last_files(loot: Loot) -> Mapping[str, bytes]:
    """The files after the week. PostgreSQL's keep dead rows and its log keeps all that was written, as docs/privacy.md says: there
    the tables must do."""
    if connection.vendor == "postgresql":
        return {"tables": repr([row.values for rows in loot.final.tables.values() for row in rows]).encode()}
    return {name: octets for name, octets in loot.raw.items() if not name.startswith("midday")}


def test_no_phone_stands_anywhere_in_any_writing(everything: Mapping[str, bytes]):
    assert phones_in(everything) == []


def phones_in(files: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """Return where the beginning of a number of the week stands: with country code, with 00, as written at home, with a space."""
    return traces({name: _IDS.sub(b" ", octets) for name, octets in files.items()}, ["358400900", "0400900", "40 0900", "040 0900"])


def test_the_search_would_find_a_phone_behind_an_id():
    an_id = b"0123456789abcdef" * 2
    assert phones_in({"page": an_id + b"0400900001"})
    assert phones_in({"page": an_id * 2 + b"+358400900001"})
    assert not phones_in({"page": b"'" + an_id[:25] + b"0400900'"})


def test_no_link_token_stands_anywhere(everything: Mapping[str, bytes], truth: Truth):
    assert len(truth.tokens) > 300
    assert traces(everything, truth.tokens.values()) == []


def test_no_event_id_stands_anywhere(everything: Mapping[str, bytes]):
    assert traces(everything, [EVENT]) == []


def test_no_withdrawal_code_stands_anywhere(everything: Mapping[str, bytes], truth: Truth):
    assert len(truth.codes) > 50
    assert traces(everything, truth.codes.values()) == []


def test_nothing_said_beside_the_answers_or_left_as_contact_details_stands_anywhere(everything: Mapping[str, bytes]):
    assert traces(everything, [MARK, MARK.lower()]) == []


def test_no_message_sent_stands_anywhere(everything: Mapping[str, bytes]):
    assert traces(everything, ["Vastaa 0-10 (10=", "Kieltäydy: STOP"]) == []


def test_a_withdrawn_answer_is_erased(last_files: Mapping[str, bytes], truth: Truth):
    assert truth.withdrawn
    assert traces(last_files, [truth.people[phone].comment for phone in truth.withdrawn]) == []


def test_nothing_of_a_burnt_invitation_or_an_emptied_mailbox_is_left(loot: Loot, last_files: Mapping[str, bytes]):
    assert remains(loot, last_files) == []


def test_the_search_would_find_a_trace(loot: Loot, last_files: Mapping[str, bytes], truth: Truth):
    kept = str(loot.final.record[0]["free_text"]).split()[-1]
    assert traces(last_files, [kept])
    phone = next(iter(truth.people))
    assert traces({"page": b"..." + phone.encode() + b"..."}, ["3584009"])


def test_the_search_for_remains_would_find_a_row_that_was_only_unlinked(loot: Loot):
    gone = loot.copies[0].invitations[0]
    assert remains(loot, {"page": bytes.fromhex(str(gone["token_hash"]))})

"""Planted leaks: the loot as it would be if the house had a hole. Each shows that its attack would find the hole."""

from collections.abc import Callable
from dataclasses import replace

from tests.attack.attacks import RECORD
from tests.attack.loot import Copy, Loot, Row, Value
from tests.attack.week import Truth

MAILBOX = "responses_mailboxanswer"
INVITATIONS = "invitations_invitation"


def in_table(loot: Loot, table: str, change: Callable[[list[Row]], list[Row]]) -> Loot:
    """Return the loot with a table changed in every copy."""
    copies = tuple(replace(copy, tables={**copy.tables, table: change(copy.tables[table])}) for copy in loot.copies)
    return replace(loot, copies=copies)


def with_values(row: Row, **values: Value) -> Row:
    return replace(row, values={**row.values, **values})


def record_in_order(loot: Loot, truth: Truth) -> Loot:
    """The mix does not shuffle: rows stand in the order of filing, and ids count up."""
    return in_table(loot, RECORD, lambda rows: [_placed(row, filed_as(row, truth)) for row in rows])


def _placed(row: Row, number: int) -> Row:
    return replace(with_values(row, id=f"{number:032x}"), place=number, made=number)


def filed_as(row: Row, truth: Truth) -> int:
    """Return as which in order an answer was filed; one that ran out of time comes last."""
    phone = truth.author(row["free_text"]).phone
    return truth.filed.index(phone) if phone in truth.filed else len(truth.filed)


def record_with_moment(loot: Loot, truth: Truth) -> Loot:
    """The record says when each answer came."""

    def moment(row: Row) -> str:
        number = filed_as(row, truth)
        return f"2026-03-03 {number // 60:02}:{number % 60:02}:00"

    return in_table(loot, RECORD, lambda rows: [with_values(row, created_at=moment(row)) for row in rows])


def mailbox_open(loot: Loot) -> Loot:
    """The mailbox holds answers as the record does: what came to the record after a copy stood open in it before."""
    last = {str(row["free_text"]): row for row in loot.final.record}

    def opened(copy: Copy) -> Copy:
        known = {str(row["free_text"]) for row in copy.record}
        coming = [row for text, row in last.items() if text not in known][: len(copy.tables[MAILBOX])]
        return replace(copy, tables={**copy.tables, MAILBOX: [with_values(row, id=f"m{row['id']}") for row in coming]})

    return replace(loot, copies=tuple(opened(copy) for copy in loot.copies))


def invitations_with(loot: Loot, truth: Truth) -> Loot:
    """Invitations say in the open what they seal: unit, language and age band."""
    known = {truth.author(row["free_text"]).phone: row for row in loot.final.record}

    def told(row: Row) -> Row:
        response = known.get(truth.person_of_hash(row["person_hash"]).phone)
        columns = ("unit_id", "language", "age_band")
        return with_values(row, **{column: response[column] if response else "none" for column in columns})

    return in_table(loot, INVITATIONS, lambda rows: [told(row) for row in rows])


def sealed_without_padding(loot: Loot, truth: Truth) -> Loot:
    """What is sealed is as long as what was written."""

    def cut(row: Row) -> Row:
        sealed = row["sealed_answers"]
        length = 2 * len(truth.person_of_hash(row["person_hash"]).comment)
        return with_values(row, sealed_answers=None if sealed is None else str(sealed)[:length])

    return in_table(loot, INVITATIONS, lambda rows: [cut(row) for row in rows])


def quarantine_that_tells(loot: Loot, truth: Truth) -> Loot:
    """Whoever has answered leaves the quarantine."""
    hashes = {str(row["person_hash"]) for row in loot.final.tables["invitations_quarantine"]}
    answered = {one for one in hashes if truth.person_of_hash(one).phone in truth.filed}
    copies = list(loot.copies)
    rows = [row for row in loot.final.tables["invitations_quarantine"] if row["person_hash"] not in answered]
    copies[-1] = replace(loot.final, tables={**loot.final.tables, "invitations_quarantine": rows})
    return replace(loot, copies=tuple(copies))

"""The attack programs: pure functions over the loot. What they return is scored by the tests, which know the truth."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tests.attack.loot import Copy, Loot, Row, Value

RECORD = "responses_response"
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}")
_DAY_LENGTH = len("2026-03-02")
# A value that more rows of the record have than this leads to nobody.
_FEW = 3
_SHORTEST_TELLING = 6
# Django's own tables and the organisation's, which know no person outside the staff.
_PUBLIC = ("django_", "auth_", "organisations_", "sqlite_")


def traces(places: Mapping[str, bytes], needles: Iterable[str]) -> list[tuple[str, str]]:
    """Return where which text stands in raw bytes."""
    wanted = [(needle, needle.encode()) for needle in needles]
    return [(name, needle) for name, octets in places.items() for needle, form in wanted if form in octets]


def private_tables(copy: Copy) -> dict[str, list[Row]]:
    """Return the tables between the visit and the record."""
    return {name: rows for name, rows in copy.tables.items() if name != RECORD and not name.startswith(_PUBLIC)}


def shared_values(loot: Loot) -> list[tuple[str, str, str]]:
    """Return (table, column, value) for what stands in a private table of any copy and in few rows of the record of any copy."""
    counted: Counter[str] = Counter()
    for copy in loot.copies:
        rows = Counter(str(value) for row in copy.record for value in row.values.values())
        counted |= rows
    telling = {value for value, rows in counted.items() if rows <= _FEW and len(value) >= _SHORTEST_TELLING}
    found = {
        (name, column, str(value))
        for copy in loot.copies
        for name, rows in private_tables(copy).items()
        for row in rows
        for column, value in row.values.items()
        if str(value) in telling
    }
    return sorted(found)


def moments(loot: Loot) -> set[tuple[str, str]]:
    """Return the columns (table, column) that hold a moment, finer than a day, in any copy."""
    return {
        (name, column)
        for copy in loot.copies
        for name, rows in copy.tables.items()
        for row in rows
        for column, value in row.values.items()
        if isinstance(value, str) and _MOMENT.match(value)
    }


def sizes(loot: Loot) -> dict[tuple[str, str], set[int]]:
    """Return the sizes of what is sealed, by table and column, over all copies."""
    found: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for copy in loot.copies:
        for name, rows in private_tables(copy).items():
            for row in rows:
                for column, value in row.values.items():
                    if column.startswith("sealed") and value is not None:
                        found[name, column].add(len(str(value)) // 2)
    return dict(found)


def orders(copy: Copy, files: Mapping[str, bytes]) -> dict[str, dict[str, float]]:
    """Return every order that rows of the record can be read in, by name: free text → rank.

    files: where the texts are looked for by their place in the file; of a file that was erased carefully only one is found.
    """
    octets = b"".join(files[name] for name in sorted(files))
    return {
        "place": {_text(row): row.place for row in copy.record},
        "transaction": {_text(row): row.made for row in copy.record},
        "id": {_text(row): int(str(row["id"]), 16) for row in copy.record},
        "offset in the file": {_text(row): octets.find(_text(row).encode()) for row in copy.record},
        **{f"column {column}": {_text(row): _rank(row[column]) for row in copy.record} for column in _new_columns(copy)},
    }


def _text(row: Row) -> str:
    return str(row["free_text"])


_OF_THE_VISIT = ("unit_id", "respondent_role", "age_band", "period_start", "period_kind")
_OF_THE_ANSWER = ("instrument", "channel", "language", "nps", "answers", "free_text", "withdrawal_hash")
# Worked out from the comment after the mix: they hold nothing that it does not, and change once while the answer stays the same.
_READ_OFF_THE_COMMENT = ("text_language", "themes", "sentiment", "text_method", "awaits_reading")
_RECORD_COLUMNS = frozenset(("id", *_OF_THE_VISIT, *_OF_THE_ANSWER, *_READ_OFF_THE_COMMENT))


def _new_columns(copy: Copy) -> list[str]:
    return sorted(set(copy.record[0].values) - _RECORD_COLUMNS) if copy.record else []


def _rank(value: Value) -> float:
    """Return a value as a number that grows as it does: of a moment its digits."""
    return float("".join(filter(str.isdigit, str(value))) or 0)


def gone_between(before: Copy, after: Copy) -> list[Row]:
    """Return the invitations that ended between two copies otherwise than by their time or a refusal of surveys: the answered ones."""
    left = {row["id"] for row in after.invitations}
    refused = {row["person_hash"] for row in after.tables["invitations_optout"]}
    return [
        row
        for row in before.invitations
        if row["id"] not in left and row["person_hash"] not in refused and str(row["expires_at"])[:_DAY_LENGTH] > after.taken_on.isoformat()
    ]


def come_between(before: Copy, after: Copy) -> list[Row]:
    """Return the responses whose content is in the later copy and not in the earlier one."""
    known = Counter(_content(row) for row in before.record)
    found = []
    for row in after.record:
        if known[_content(row)]:
            known[_content(row)] -= 1
        else:
            found.append(row)
    return found


def _content(row: Row) -> tuple[Value, ...]:
    return tuple(value for column, value in sorted(row.values.items()) if column not in ("id", *_READ_OFF_THE_COMMENT))


def guesses_by_difference(loot: Loot) -> dict[str, str]:
    """Match who ended between two copies with what came between them; return person's hash → free text of the guessed response.

    Whatever columns invitations and responses have in common must agree.
    """
    guesses: dict[str, str] = {}
    for before, after in zip(loot.copies, loot.copies[1:], strict=False):
        guesses |= match(gone_between(before, after), come_between(before, after))
    return guesses


def match(people: Sequence[Row], responses: Sequence[Row]) -> dict[str, str]:
    """Pair people with responses one to one, so that the columns they have in common agree; ties as they come."""
    free = sorted(responses, key=lambda row: str(row["id"]))
    guesses: dict[str, str] = {}
    for person in sorted(people, key=lambda row: str(row["person_hash"])):
        shared = [column for column in person.values if column in _RECORD_COLUMNS - {"id"}]
        chosen = next((row for row in free if all(row[column] == person[column] for column in shared)), None)
        if chosen:
            free.remove(chosen)
            guesses[str(person["person_hash"])] = _text(chosen)
    return guesses


def changed(loot: Loot, table: str, key: str) -> set[str]:
    """Return the keys of rows that changed or went between two copies: something happened to whoever stands behind them."""
    found: set[str] = set()
    for before, after in zip(loot.copies, loot.copies[1:], strict=False):
        later = {row[key]: row for row in after.tables[table]}
        found |= {str(row[key]) for row in before.tables[table] if row[key] not in later or later[row[key]].values != row.values}
    return found


def remains(loot: Loot, files: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """Return what stood in rows of invitations and mailbox that are gone, and still stands in the files: (table, value)."""
    octets = b"".join(files.values())
    found = []
    for name in ("invitations_invitation", "responses_mailboxanswer"):
        left = {row["id"] for row in loot.final.tables[name]}
        gone = [row for copy in loot.copies for row in copy.tables[name] if row["id"] not in left]
        for row in gone:
            values = [str(row["sealed"])[:64], *(str(row[column]) for column in ("token_hash", "withdrawal_hash") if column in row.values)]
            found += [(name, value) for value in values if bytes.fromhex(value) in octets]
            found += [(name, str(row["id"]))] if str(row["id"]).encode() in octets else []
    return found

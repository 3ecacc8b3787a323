"""Statistics offices hide cells with τ-Argus; on the same tables it must find the same small cells, and hide no fewer."""

import random
from pathlib import Path

import pytest
from pytauargus import protect as tau_argus

from vaste.national.disclosure.attack import bounds
from vaste.national.disclosure.suppression import protect
from vaste.national.disclosure.tables import two_way

K = 5
WIDTH = 4
# The rule of at least five; the range says how far from the truth an attacker must be kept, in per cent of five.
RULE = "FREQ(5,80)"


def tables() -> list[list[list[int]]]:
    chance = random.Random(20261125)
    return [[[chance.choice((0, 3, 6, 9, 14, 25)) for _ in range(WIDTH)] for _ in range(4)] for _ in range(8)]


def hidden_by_tau_argus(rows: list[list[int]], folder: str) -> tuple[set[int], set[int]]:
    """Return its primary cells and all that it hides, totals left out, which the other way never hides."""
    people = [
        {"row": f"r{i}", "column": f"c{j}", "answers": 1.0}
        for i, row in enumerate(rows)
        for j, count in enumerate(row)
        for _ in range(count)
    ]
    found = tau_argus(people, ["row", "column"], response="answers", safety_rules=RULE, suppress="OPT(1)", workdir=folder)
    primary, hidden = set(), set()
    for cell in found.tables[0].rows:
        row, column, status = str(cell["row"]), str(cell["column"]), cell["status"]
        if status in ("U", "M"):
            assert "" not in (row, column), "τ-Argus hid a total"
            place = int(row[1:]) * WIDTH + int(column[1:])
            hidden.add(place)
            if status == "U":
                primary.add(place)
    return primary, hidden


@pytest.mark.parametrize("rows", tables())
def test_the_same_cells_are_too_small_and_no_more_are_hidden(rows: list[list[int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)  # it writes its logs where it stands
    table = two_way(rows)
    primary, theirs = hidden_by_tau_argus(rows, str(tmp_path))
    ours = protect(table, K).hidden

    assert primary == table.sensitive(K)
    assert all(found.width >= K - 1 for found in bounds(table, theirs).values())
    assert len(ours) <= len(theirs)

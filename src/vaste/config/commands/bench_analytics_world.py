"""A record of any size for the analytics bench, drawn inside DuckDB and written as the copy is written."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from duckdb import DuckDBPyConnection

from vaste.core import clock
from vaste.organisations.actions import save_county, save_units
from vaste.organisations.models import County
from vaste.organisations.rules import CountySettings, UnitRow
from vaste.responses.changes import note_changes
from vaste.responses.copy.actions import count_month
from vaste.responses.copy.engine import connect
from vaste.responses.copy.rows import EMPTY_LOADED, ITEM, MARKS, found_items, quoted, spread
from vaste.responses.copy.state import Copy, known_copy, publish
from vaste.responses.copy.table import RecordTable
from vaste.responses.models import CopyState, Response

YEAR = 2025
UNITS = 200
_MONTHS = [date(YEAR, month, 1) for month in range(1, 13)]
_ITEMS = ("access", "benefit", "clarity", "encounter", "information", "own-language", "participation", "safety")
_BY_SMS = 2
_OID = "1.2.246.10.99999999.10."
# How often each step is given, roughly as public figures tell. Drawn apart for each statement, which real people do not: a record of
# theirs would be smaller.
_STEPS = [1, 2] + [3] * 4 + [4] * 13 + [5] * 31
# Units differ in size; every eighth is small.
_DRAWN = """
    SELECT '{oid}' || unit AS unit,
        CASE WHEN unit % 8 = 0 THEN DATE '{month}' ELSE monday + 7 * (random() * 3)::INTEGER END AS period_start,
        CASE WHEN unit % 8 = 0 THEN 'month' ELSE 'week' END AS period_kind, 'national-adult/2024-1' AS instrument, channel,
        ['fi', 'fi', 'fi', 'fi', 'fi', 'fi', 'fi', 'sv', 'sv', 'en'][1 + (random() * 9.999)::INTEGER % 10] AS language,
        CASE WHEN random() < 0.05 THEN 'guardian' ELSE 'client' END AS respondent_role,
        CASE WHEN unit % 8 = 0 THEN ['18-44', '45-64', '65+'][1 + (random() * 2.999)::INTEGER % 3]
             ELSE ['18-24', '25-34', '35-44', '45-54', '55-64', '65-74', '75+'][1 + (random() * 6.999)::INTEGER % 7] END AS age_band,
        nps, {line} AS answers
    FROM (
        SELECT 1 + floor({units} * pow(random(), 1.6))::INTEGER AS unit, CASE WHEN random() < 0.6 THEN 'sms' ELSE 'link' END AS channel,
            [10, 10, 10, 10, 10, 9, 9, 8, 8, 7, 6, 5, 3, 1][1 + (random() * 13.999)::INTEGER % 14]::TINYINT AS nps
        FROM range({count})
    ), (SELECT DATE '{month}' + (8 - isodow(DATE '{month}'))::INTEGER % 7 AS monday)
"""


def make_county() -> County:
    """Load a county of two hundred units."""
    name = {"fi": "Mitta", "sv": "Mått", "en": "Bench"}
    county = save_county(
        settings=CountySettings(code="99", name=name, sender_number="+358400000001", sender_name="Bench"), actor="command", now=clock.now()
    )
    units = [
        UnitRow(
            oid=f"{_OID}{number}",
            name_fi=f"Yksikkö {number}",
            name_sv=f"Enhet {number}",
            name_en=f"Unit {number}",
            service="primary_care_reception",
            branch="health",
            participates_from=date(YEAR, 1, 1),
            small=number % 8 == 0,
        )
        for number in range(1, UNITS + 1)
    ]
    save_units(county=county, units=units, actor="command")
    return county


def make_copy(folder: Path, answers: int) -> Copy:
    """Return a copy with so many answers in a folder, made there unless it was before; the database of the bench takes it for its own."""
    settings.COPY_DIR = folder
    note = _note(folder, answers)
    if note.exists():
        CopyState.objects.create(copy_id="bench", **json.loads(note.read_text(encoding="utf-8")))
    else:
        publish(_write_copy(answers), copied=[])
        note_copy(folder, answers)
    copy = known_copy()
    assert copy
    return copy


def note_copy(folder: Path, answers: int) -> None:
    """Note beside the copy how far it has come, for the next bench."""
    row = CopyState.objects.get()
    _note(folder, answers).write_text(json.dumps({"edition": row.edition, "attempt": row.attempt, "parts": row.parts}), encoding="utf-8")


def _note(folder: Path, answers: int) -> Path:
    return folder / f"{answers}.json"


def _write_copy(answers: int) -> Copy:
    copy = Copy("bench", attempt=1)
    table, parts = RecordTable(copy.folder), {}
    with closing(connect(copy.folder / "spill")) as con:
        con.execute("SELECT setseed(0.25)")
        for number, month in enumerate(_MONTHS):
            count = answers * (number + 1) // len(_MONTHS) - answers * number // len(_MONTHS)
            draw(con, month, count)
            items = found_items(con)
            table.replace(con.sql(spread(items, month=month)), month=month, units=None, attempt=copy.attempt)
            parts[month] = count_month(con, table, copy, month, is_sorted=True)
    table.forget()
    return replace(copy, parts=parts)


def draw(con: DuckDBPyConnection, month: date, count: int) -> None:
    """Put so many responses of a month into the table `loaded`."""
    con.execute(EMPTY_LOADED)
    con.execute(f"INSERT INTO loaded {_DRAWN.format(oid=_OID, month=month, units=UNITS, count=count, line=_line())}")


def _line() -> str:
    """Return the SQL of a line of statements, a few of them skipped; by text message two are asked."""
    pairs = []
    for number, item in enumerate(_ITEMS):
        step = f"'{item}=' || {_STEPS}[1 + (random() * 49.999)::INTEGER % 50]"
        asked = "random() < 0.96" if number < _BY_SMS else "channel = 'link' AND random() < 0.93"
        pairs.append(f"CASE WHEN {asked} THEN {step} END")
    return f"concat_ws(';', {', '.join(pairs)})"


def bring_batch(copy: Copy) -> tuple[str, ...]:
    """Put the newest month of eight units into the database, five answers more in each, as the mix would; return the units."""
    month = _MONTHS[-1]
    units = tuple(f"{_OID}{number}" for number in range(1, 9))
    with closing(connect()) as con:
        items = RecordTable(copy.folder).view(con, month)
        pairs = ", ".join(f"'{item}=' || {quoted(ITEM + item)}" for item in items)
        chosen = con.execute(
            f"SELECT {', '.join(MARKS)}, nps, concat_ws(';', {pairs}) FROM record WHERE unit IN (SELECT unnest($1))",  # noqa: S608
            [list(units)],
        ).fetchall()
    rows = [_response(row) for row in chosen]
    fresh = [_response(next(row for row in chosen if row[0] == unit)) for unit in units for _ in range(5)]
    Response.objects.bulk_create([*rows, *fresh], batch_size=2000)
    note_changes((unit, month) for unit in units)
    return units


def _response(row: tuple[Any, ...]) -> Response:
    unit, *marks, nps, answers = row
    return Response(unit_id=unit, **dict(zip(MARKS[1:], marks, strict=True)), nps=nps, answers=answers)

"""Let the columnar copy follow the record, make it anew, and keep it small."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import structlog
from deltalake.exceptions import DeltaError
from django.conf import settings
from duckdb import DuckDBPyConnection

from vaste.core.audit import audit
from vaste.organisations.models import Unit
from vaste.responses.changes import Change, changes, note_changes
from vaste.responses.copy.engine import connect, faults_told
from vaste.responses.copy.months import months_of_record
from vaste.responses.copy.rows import load_responses, spread
from vaste.responses.copy.state import Copy, Part, begin_attempt, editions, known_copy, new_copy, only_writer, publish
from vaste.responses.copy.table import RecordTable, sorted_month
from vaste.responses.cubes.engines import engine_from_url
from vaste.responses.cubes.files import kept_cubes, make_cubes, remove_old_cubes

log = structlog.get_logger()


def follow_record() -> int:
    """Bring what has changed in the record into the copy and its cubes; return how many units' months that were.

    Nothing is done while another process writes the copy. Where there is no copy, or one that has gone on without this
    database, it is made anew. Raises CopyFailed.
    """
    with faults_told(), only_writer(waits=False) as is_free:
        copy, waiting = known_copy(), changes()
        if not is_free:
            return 0
        if copy is None or _is_strange(copy) or not _can_follow(copy, waiting):
            make_anew()
        return len(waiting)


def _can_follow(copy: Copy, waiting: Sequence[Change]) -> bool:
    """Follow, and tell whether the copy let itself be written: a file of it may be broken or gone."""
    try:
        for _done in following(copy, waiting) if waiting else ():
            pass
    except (DeltaError, duckdb.Error) as error:
        log.warning("copy.broken", error=type(error).__name__)
        return False
    return True


def rebuild_copy(*, actor: str) -> Copy:
    """Make the copy anew from the database and put it in the place of the present one, which serves until then. Raises CopyFailed."""
    with faults_told(), only_writer(waits=True):
        made = make_anew()
    audit(actor, "record.copy_rebuilt", responses=sum(part.responses for part in made.parts.values()))
    return made


def tidy_copy() -> int:
    """Sort again the months to which something was added since they were sorted last; return how many.

    What a crash left on the disk goes, and a month that has not as many responses as the database is copied again.
    """
    with faults_told(), only_writer(waits=False) as is_free:
        copy = known_copy()
        if not is_free or copy is None or _is_strange(copy):
            return 0
        loose = [month for month, part in copy.parts.items() if not part.is_sorted]
        if loose:
            _sort_months(copy, loose)
        else:
            _forget_old(copy)
        _note_missed_changes(copy)
        return len(loose)


def _note_missed_changes(copy: Copy) -> None:
    noted = {change.month for change in changes()}
    months = months_of_record()
    held = {month: part.responses for month, part in copy.parts.items()}
    missed = [month for month in {*months, *held} - noted if months.get(month, 0) != held.get(month, 0)]
    if missed:
        log.warning("copy.missed_changes", months=len(missed))
        note_changes((unit, month) for month in missed for unit in Unit.objects.values_list("oid", flat=True))


def _is_strange(copy: Copy) -> bool:
    """Tell whether table and cubes are not those that this database knows: gone, broken, or of another time."""
    try:
        attempt = RecordTable(copy.folder).attempt()
    except DeltaError as error:
        log.warning("copy.broken", error=type(error).__name__)
        return True
    cubes = kept_cubes(copy.folder, editions(copy))
    if not all(file.exists() for file in cubes):
        return True
    return bool(copy.parts) if attempt is None else not copy.edition <= attempt <= copy.attempt


def following(copy: Copy, waiting: Sequence[Change]) -> Iterator[str]:
    """Bring changes into a copy, and yield after each step that is on the disk; a crash after any of them is mended by the next run.

    A unit's month is written whole in the place of what the copy had of it, so writing it twice is writing it once. Only
    when all is written, one transaction lets readers use it and forgets the changes, but not those that came meanwhile.
    """
    begun = begin_attempt(copy)
    yield "begun"
    table, parts = RecordTable(copy.folder), dict(copy.parts)
    with closing(_connect(copy)) as con:
        for month in sorted({change.month for change in waiting}):
            units = [change.unit_oid for change in waiting if change.month == month]
            items = load_responses(con, month=month, units=units)
            table.replace(con.sql(spread(items, month=month)), month=month, units=units, attempt=begun.attempt)
            yield "written"
            part = count_month(con, table, begun, month, is_sorted=False)
            parts.pop(month, None)
            parts |= {month: part} if part.responses else {}
            yield "counted"
    yield from _published(replace(begun, parts=parts), list(waiting))


def _published(copy: Copy, copied: list[Change]) -> Iterator[str]:
    publish(copy, copied=copied)
    yield "published"
    _forget_old(copy)
    yield "forgotten"


def _forget_old(copy: Copy) -> None:
    """Take off the disk what is no longer part of a copy."""
    remove_old_cubes(copy.folder, editions(copy))
    RecordTable(copy.folder).forget()


def _sort_months(copy: Copy, months: Sequence[date]) -> None:
    begun = begin_attempt(copy)
    table, parts = RecordTable(copy.folder), dict(copy.parts)
    with closing(_connect(copy)) as con:
        for month in months:
            items = table.view(con, month)
            table.replace(con.sql(sorted_month(items, month)), month=month, units=None, attempt=begun.attempt)
            parts[month] = _now_sorted(parts[month])
    for _done in _published(replace(begun, parts=parts), []):
        pass


def _now_sorted(part: Part) -> Part:
    """Return a part that is sorted now."""
    return Part(edition=part.edition, responses=part.responses, items=part.items, is_sorted=True)


def make_anew() -> Copy:
    """Write a new copy month by month, let readers use it, and remove all others. Changes that come meanwhile stay noted."""
    copy, noted = replace(new_copy(), attempt=1), changes()
    table, parts = RecordTable(copy.folder), {}
    copy.folder.mkdir(parents=True, mode=0o700)
    units = list(Unit.objects.order_by("oid").values_list("oid", flat=True))
    with closing(_connect(copy)) as con:
        for month in months_of_record():
            items = load_responses(con, month=month, units=units)
            table.replace(con.sql(spread(items, month=month)), month=month, units=None, attempt=copy.attempt)
            parts[month] = count_month(con, table, copy, month, is_sorted=True)
    made = replace(copy, parts=parts)
    for _done in _published(made, noted):
        pass
    _remove_other_copies(made)
    log.info("copy.made", months=len(parts), responses=sum(part.responses for part in parts.values()))
    return made


def count_month(con: DuckDBPyConnection, table: RecordTable, copy: Copy, month: date, *, is_sorted: bool) -> Part:
    """Make the cubes of a month."""
    items = table.view(con, month)
    present = ", ".join(f'count("item_{item}")' for item in items)
    responses, *counts = con.execute(f"SELECT count(*){', ' + present if present else ''} FROM record").fetchall()[0]  # noqa: S608
    found = tuple(item for item, count in zip(items, counts, strict=True) if count)
    engine = engine_from_url(settings.ANALYTICS_URL, lambda: con)
    make_cubes(con, engine, folder=copy.folder, month=month, edition=copy.attempt, items=found, files=table.files(month))
    return Part(edition=copy.attempt, responses=responses, items=found, is_sorted=is_sorted)


def _connect(copy: Copy) -> DuckDBPyConnection:
    return connect(copy.folder / "spill")


def _remove_other_copies(copy: Copy) -> None:
    for path in Path(settings.COPY_DIR).iterdir():
        if path.is_dir() and path != copy.folder:
            shutil.rmtree(path, ignore_errors=True)

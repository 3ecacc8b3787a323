"""The answers of a reader's units, kept in the process until the record changes."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock

from vaste.invitations.queries import count_invited, invited_mark
from vaste.organisations.models import County, Unit
from vaste.responses.periods import span
from vaste.responses.queries import Dimension, Selection, count_cells, record_mark
from vaste.responses.rules import HISTORY_CHANNELS, INVITED_CHANNELS
from vaste.results.answers import Answers, Counts, counts_of

_EVERYTHING = (*INVITED_CHANNELS, *HISTORY_CHANNELS)
_CELLS = (Dimension.UNIT, Dimension.MONTH, Dimension.CHANNEL, Dimension.LANGUAGE)
_AGES = (Dimension.UNIT, Dimension.MONTH, Dimension.AGE)
_INVITED = (Dimension.UNIT, Dimension.MONTH, Dimension.LANGUAGE, Dimension.AGE)
# A mark that is not exact misses a change once in a long while; then figures are late by no more than this.
_KEPT_FOR = timedelta(seconds=20)
_AT_MOST = 32

_kept: OrderedDict[tuple[str, ...], tuple[datetime, object, Answers]] = OrderedDict()
_lock = Lock()


def latest_answers(county: County, units: tuple[Unit, ...], now: datetime) -> Answers:
    """Return the answers of some units of a county, at most seconds old. now: aware."""
    this_month = f"{now.astimezone(county.settings.zone):%Y-%m}"
    mark = (record_mark(), invited_mark(), county.settings_json, this_month)
    key = tuple(f"{unit.oid} {unit.service}" for unit in units)
    with _lock:
        kept = _kept.get(key)
    if kept and kept[1] == mark and (mark[0].is_exact or timedelta() <= now - kept[0] < _KEPT_FOR):
        return kept[2]
    answers = read_answers_of(county, units, this_month)
    with _lock:
        _kept[key] = (now, mark, answers)
        _kept.move_to_end(key)
        while len(_kept) > _AT_MOST:
            _kept.popitem(last=False)
    return answers


def read_answers_of(county: County, units: Sequence[Unit], this_month: str) -> Answers:
    """Return the answers of units of a county."""
    oids = tuple(unit.oid for unit in units)
    invited = count_invited(Selection(oids, span(None, None)), _INVITED)
    assert invited is not None, "unit, month, language and age are counted"
    return Answers(units, county.settings, _counts(oids, invited), this_month)


def _counts(units: tuple[str, ...], invited: dict[tuple[str, ...], int]) -> Counts:
    """Return counts that are of one moment: from two small cubes where nothing came between, else from one large question."""
    everything, asked = Selection(units, span(None, None), _EVERYTHING), Selection(units, span(None, None))
    before = record_mark()
    if before.is_exact:
        counts = Counts(count_cells(everything, _CELLS), count_cells(asked, _AGES), invited)
        if record_mark() == before:
            return counts
    return counts_of(count_cells(everything, (*_CELLS, Dimension.AGE)), invited)

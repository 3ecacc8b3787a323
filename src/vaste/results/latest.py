"""The answers of a reader's units, kept in the process until the record changes.

The counts of a county are read once for all its readers; what is made of them for one reader holds nothing of other units.
"""

from collections.abc import Sequence
from datetime import datetime

from vaste.invitations.queries import count_invited, invited_mark
from vaste.organisations.models import County, Unit
from vaste.responses.cells import Cells
from vaste.responses.periods import span
from vaste.responses.queries import Dimension, Selection, count_cells, record_mark
from vaste.responses.rules import HISTORY_CHANNELS, INVITED_CHANNELS
from vaste.results.answers import Answers, Counts, Invited, counts_of
from vaste.results.shelf import Shelf

_EVERYTHING = (*INVITED_CHANNELS, *HISTORY_CHANNELS)
_CELLS = (Dimension.UNIT, Dimension.MONTH, Dimension.CHANNEL, Dimension.LANGUAGE)
_AGES = (Dimension.UNIT, Dimension.MONTH, Dimension.AGE)
_INVITED = (Dimension.UNIT, Dimension.MONTH, Dimension.LANGUAGE, Dimension.AGE)
# A mark that is not exact misses a change once in a long while; then figures are late by no more than this.
_KEPT_SECONDS = 20

_cells: Shelf[tuple[Cells, Cells]] = Shelf(at_most=4)
_invited: Shelf[Invited] = Shelf(at_most=4)
_answers: Shelf[Answers] = Shelf(at_most=32)


def latest_answers(county: County, units: tuple[Unit, ...], now: datetime) -> Answers:
    """Return the answers of some units of a county, at most seconds old. now: aware."""
    this_month = f"{now.astimezone(county.settings.zone):%Y-%m}"
    mark, mark_of_invited = record_mark(), invited_mark()
    known = (mark.values, None if mark.is_exact else now.timestamp() // _KEPT_SECONDS)

    def make() -> Answers:
        cells, ages = _cells.value(county.code, known, lambda: _read_cells(_oids(county)))
        invited = _invited.value(county.code, mark_of_invited, lambda: _read_invited(_oids(county)))
        return Answers(units, county.settings, Counts(cells, ages, invited).of([unit.oid for unit in units]), this_month)

    key = tuple(f"{unit.oid} {unit.service}" for unit in units)
    return _answers.value(key, (known, mark_of_invited, county.settings_json, this_month), make)


def read_answers_of(county: County, units: Sequence[Unit], this_month: str) -> Answers:
    """Return the answers of units of a county, read at this moment."""
    oids = tuple(unit.oid for unit in units)
    return Answers(units, county.settings, Counts(*_read_cells(oids), _read_invited(oids)), this_month)


def _oids(county: County) -> tuple[str, ...]:
    return tuple(county.units.order_by("oid").values_list("oid", flat=True))


def _read_invited(units: tuple[str, ...]) -> Invited:
    invited = count_invited(Selection(units, span(None, None)), _INVITED)
    assert invited is not None, "unit, month, language and age are counted"
    return invited


def _read_cells(units: tuple[str, ...]) -> tuple[Cells, Cells]:
    """Return counts by channel and language, and by age, of one moment: from two small cubes, or from one large question.

    Of two moments they could be subtracted from each other.
    """
    everything, asked = Selection(units, span(None, None), _EVERYTHING), Selection(units, span(None, None))
    before = record_mark()
    if before.is_exact:
        found = count_cells(everything, _CELLS), count_cells(asked, _AGES)
        if record_mark() == before:
            return found
    crossed = count_cells(everything, (*_CELLS, Dimension.AGE))
    counts = counts_of(crossed, {})
    return counts.cells, counts.ages

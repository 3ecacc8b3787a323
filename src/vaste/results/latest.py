"""The answers of a reader's units, kept in the process until the record changes."""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from vaste.invitations.queries import invited_mark
from vaste.organisations.models import County, Unit
from vaste.responses.queries import record_mark
from vaste.results.answers import Answers, read_answers_of

# The mark of the record misses a change once in a long while; then figures are late by no more than this.
_KEPT_FOR = timedelta(seconds=20)
_AT_MOST = 32

_kept: OrderedDict[tuple[str, ...], tuple[datetime, object, Answers]] = OrderedDict()
_lock = Lock()


def latest_answers(county: County, units: tuple[Unit, ...], now: datetime) -> Answers:
    """Return the answers of some units of a county, at most seconds old. now: aware."""
    this_month = f"{now.astimezone(county.settings.zone):%Y-%m}"
    mark = (record_mark(), invited_mark(), county.settings_json, this_month)
    key = tuple(unit.oid for unit in units)
    with _lock:
        kept = _kept.get(key)
    if kept and kept[1] == mark and timedelta() <= now - kept[0] < _KEPT_FOR:
        return kept[2]
    answers = read_answers_of(county, units, this_month)
    with _lock:
        _kept[key] = (now, mark, answers)
        _kept.move_to_end(key)
        while len(_kept) > _AT_MOST:
            _kept.popitem(last=False)
    return answers

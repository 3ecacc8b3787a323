"""Which periods the results page offers, shows beside each other, and begins with."""

from collections.abc import Collection

from vaste.indicators.display import Thresholds
from vaste.results.answers import Answers
from vaste.results.calendar import ALL, Period, PeriodKind

_MONTHS_SHOWN, _QUARTERS_SHOWN, _YEARS_SHOWN = 13, 9, 10
_MORE_OF_ALL = 3
_SHOWN = {PeriodKind.MONTH: _MONTHS_SHOWN, PeriodKind.QUARTER: _QUARTERS_SHOWN, PeriodKind.YEAR: _YEARS_SHOWN}


def offered_periods(answers: Answers, chosen: Period) -> dict[PeriodKind, list[Period]]:
    """Return the periods that the record reaches into, the newest first, and the one chosen, whatever it is."""
    found = {*_periods(answers), Period(ALL), chosen}
    return {
        kind: sorted((each for each in found if each.kind is kind), key=lambda each: each.key, reverse=True)
        for kind in (PeriodKind.ALL, PeriodKind.YEAR, PeriodKind.QUARTER, PeriodKind.MONTH)
        if any(each.kind is kind for each in found)
    }


def times_around(answers: Answers, chosen: Period) -> list[Period]:
    """Return the periods to show beside each other: of the chosen kind and up to the chosen one; of all times, the quarters or years.

    One that the record does not reach into stands in its place like one with too few answers, so that time runs evenly.
    """
    is_all = chosen.kind is PeriodKind.ALL
    kind = _kind_for_all(answers) if is_all else chosen.kind
    known = {each for each in _periods(answers) if each.kind is kind and (is_all or each.key <= chosen.key)}
    return _without_gaps(known if is_all else {*known, chosen}, _SHOWN[kind] + (_MORE_OF_ALL if is_all else 0))


def _kind_for_all(answers: Answers) -> PeriodKind:
    quarters = _without_gaps({each for each in _periods(answers) if each.kind is PeriodKind.QUARTER}, _QUARTERS_SHOWN + _MORE_OF_ALL + 1)
    if len(quarters) < 2:
        return PeriodKind.MONTH
    return PeriodKind.QUARTER if len(quarters) <= _QUARTERS_SHOWN + _MORE_OF_ALL else PeriodKind.YEAR


def _without_gaps(periods: Collection[Period], at_most: int) -> list[Period]:
    """Return every period from the first to the last of some of one kind, in order; of more the last."""
    found = sorted(periods, key=lambda each: each.key)[-1:]
    first = min((each.key for each in periods), default="")
    while found and found[0].key > first and len(found) < at_most and (before := found[0].before):
        found.insert(0, before)
    return found


def chosen_period(answers: Answers, area: str, thresholds: Thresholds) -> Period:
    """Return the period that the page begins with: the newest and shortest with enough answers for a certain figure.

    Where none has, the one with the most answers that may be shown.
    """
    candidates = _newest(answers)
    counts = {each: answers.figures(area, each, statements=False).responses or 0 for each in candidates}
    certain = [each for each in candidates if counts[each] >= thresholds.uncertain_below]
    return certain[0] if certain else max(candidates, key=lambda each: counts[each])


def _newest(answers: Answers) -> list[Period]:
    """Return the newest two periods of each kind, from the shortest kind, and all times last."""
    known = sorted(_periods(answers), key=lambda each: each.key, reverse=True)
    newest = [each for kind in _SHOWN for each in [one for one in known if one.kind is kind][:2]]
    return [*newest, Period(ALL)]


def _periods(answers: Answers) -> set[Period]:
    """Return every month, quarter and year that the record reaches into, the month under way among them."""
    return {Period(key) for key in answers.nodes if key != ALL}

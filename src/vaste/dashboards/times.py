"""Which periods the results page offers, shows beside each other, and begins with."""

from vaste.indicators.display import Thresholds
from vaste.results.answers import Answers
from vaste.results.calendar import ALL, Period, PeriodKind

_MONTHS_SHOWN, _QUARTERS_SHOWN, _YEARS_SHOWN = 13, 9, 10
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
    """Return the periods to show beside each other: of the chosen kind and up to the chosen one; of all times, the quarters or years."""
    kind = chosen.kind
    if kind is PeriodKind.ALL:
        quarters = [each for each in _periods(answers) if each.kind is PeriodKind.QUARTER]
        kind = PeriodKind.QUARTER if len(quarters) <= _QUARTERS_SHOWN + 3 else PeriodKind.YEAR
        if len(quarters) < 2:
            kind = PeriodKind.MONTH
    known = sorted((each for each in _periods(answers) if each.kind is kind), key=lambda each: each.key)
    upto = [each for each in known if chosen.kind is PeriodKind.ALL or each.key <= chosen.key]
    if chosen.kind is not PeriodKind.ALL and chosen not in upto:
        upto.append(chosen)
    return upto[-_SHOWN[kind] - (3 if chosen.kind is PeriodKind.ALL else 0) :]


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

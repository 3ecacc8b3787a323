"""Several statements taken together: the mean, and the share agreeing, of a whole questionnaire."""

from collections.abc import Iterable

from vaste.indicators.intervals import Interval
from vaste.indicators.statements import Statement, statement


def together(statements: Iterable[Statement]) -> Statement | None:
    """Return one result of all answers to several statements; None of no statements.

    counts, mean and share are of all answers. One person answers several statements, and much alike: the intervals are those of as
    many answers as the most answered statement has, as if each person had answered once. So they are too wide rather than too narrow.
    """
    results = list(statements)
    counts = [sum(result.counts[step] for result in results) for step in range(5)]
    whole = statement(counts)
    if whole is None:
        return None
    people = max(result.n for result in results)
    wider = (whole.n / people) ** 0.5
    mean = _widened(Interval(whole.low, whole.high), whole.mean, wider).clipped(1.0, 5.0)
    agree = _widened(Interval(whole.agree_low, whole.agree_high), whole.agree_share, wider).clipped(0.0, 1.0)
    return Statement(whole.counts, whole.mean, *mean, whole.agree_share, *agree)


def _widened(interval: Interval, middle: float, times: float) -> Interval:
    return Interval(middle - times * (middle - interval.low), middle + times * (interval.high - middle))

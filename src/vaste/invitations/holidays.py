"""Finnish public holidays, by the maintained `holidays` library."""

from datetime import date
from functools import lru_cache

import holidays


@lru_cache(maxsize=64)
def _of_year(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FI", years=year))


def is_holiday(day: date) -> bool:
    """Tell whether a day is a public holiday in Finland; an ordinary Saturday or Sunday is not."""
    return day in _of_year(day.year)

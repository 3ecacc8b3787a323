"""By when an answer is owed, and what contact details may look like. Pure."""

import re
from collections.abc import Callable
from datetime import date, timedelta

_EMAIL = re.compile(r"[^\s@,;<>]{1,64}@[^\s@,;<>]{1,180}\.[^\s@,;<>.]{2,24}")
_SATURDAY = 5


def due_on(received_on: date, *, working_days: int, is_holiday: Callable[[date], bool]) -> date:
    """Return the last day of the county's promise: so many working days after the day of receipt."""
    day = received_on
    left = working_days
    while left:
        day += timedelta(days=1)
        if day.weekday() < _SATURDAY and not is_holiday(day):
            left -= 1
    return day


def is_email(text: str) -> bool:
    """Tell whether a text has the shape of an e-mail address."""
    return _EMAIL.fullmatch(text) is not None

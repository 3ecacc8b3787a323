"""A group of respondents as a delivery counts it, and whether it may be shown. Pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
RESPONDENTS = 0
_NPS_CLASSES = slice(1, 4)
_STEPS = 5


def measures(items: Sequence[str]) -> list[str]:
    """Return what is counted of a group, in the order of its numbers: respondents, classes of the score, steps of each statement."""
    return ["n", "promoters", "passives", "detractors", *(f"{item}_{step}" for item in items for step in range(1, _STEPS + 1))]


def is_sensitive(numbers: Numbers, k: int) -> bool:
    """Tell whether a group may not be shown: few respondents, few answers to a question, or all answers to one in one class.

    Few are at least one and fewer than k. Of a difference between two groups the absolute numbers are judged; nobody more and
    nobody less, but other answers, is sensitive too. numbers: as `measures`, or the respondents alone.
    """
    respondents, *_ = sizes = np.abs(numbers)
    if respondents == 0:
        return bool(sizes.any())
    return bool(respondents < k) or any(_is_telling(classes, k) for classes in _questions(sizes))


def _questions(sizes: Numbers) -> list[Numbers]:
    if len(sizes) == 1:
        return []
    first = _NPS_CLASSES.stop
    return [sizes[_NPS_CLASSES], *(sizes[start : start + _STEPS] for start in range(first, len(sizes), _STEPS))]


def _is_telling(classes: Numbers, k: int) -> bool:
    answered = classes.sum()
    return bool(answered) and bool(answered < k or classes.max() == answered)

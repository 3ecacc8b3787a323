"""What may be shown of a figure, and with which words: too few, a count, an uncertain figure, or a figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Display(StrEnum):
    """How a figure of n answers is shown."""

    TOO_FEW = "too_few"
    COUNT_ONLY = "count_only"
    UNCERTAIN = "uncertain"
    FIGURE = "figure"


class GoalState(StrEnum):
    """How a figure stands to its goal, by its interval."""

    MET = "met"
    NOT_DISTINGUISHABLE = "not_distinguishable"
    MISSED = "missed"


@dataclass(frozen=True)
class Thresholds:
    """The numbers of answers from which more is shown; settings of the county."""

    too_few_below: int = 5
    count_only_below: int = 10
    uncertain_below: int = 30


def display_of(n: int, thresholds: Thresholds) -> Display:
    """Return how a figure of n answers is shown. No answers at all look like too few of them."""
    if n < thresholds.too_few_below:
        return Display.TOO_FEW
    if n < thresholds.count_only_below:
        return Display.COUNT_ONLY
    return Display.UNCERTAIN if n < thresholds.uncertain_below else Display.FIGURE


def goal_state(low: float, high: float, goal: float) -> GoalState:
    """Return whether an interval lies at or above the goal, below it, or around it."""
    if low >= goal:
        return GoalState.MET
    return GoalState.MISSED if high < goal else GoalState.NOT_DISTINGUISHABLE


def hidden_parts(counts: Sequence[int], too_few_below: int, already: frozenset[int] = frozenset()) -> frozenset[int]:
    """Return the indexes of the parts to hide, so that the shown total minus the shown parts gives nobody away.

    Hidden are those already hidden for another reason, all parts with too few answers, and then the smallest others
    until the hidden parts hold enough answers together, from more than one part, or none at all: a part that nobody
    answered is hidden like one with too few, but needs no other to cover it, and gives none. A total with too few
    answers hides all.
    """
    hidden = already | {index for index, count in enumerate(counts) if count < too_few_below}
    if sum(counts) < too_few_below:
        return frozenset(range(len(counts)))
    for index in sorted(set(range(len(counts))) - hidden, key=lambda index: counts[index]):
        covering = [counts[part] for part in hidden if counts[part]]
        if not covering or (len(covering) > 1 and sum(covering) >= too_few_below):
            break
        hidden |= {index}
    return hidden


def response_rate(responses: int, invited: int) -> float | None:
    """Return the share of the invited who answered, 0 to 1; None when nobody was invited.

    Never above 1: an answer can be counted in a period whose invitation lies in the one before.
    """
    return min(responses / invited, 1.0) if invited else None

"""Read how many were invited, the denominator of every response rate."""

from collections import Counter
from collections.abc import Sequence

from django.db.models import Count, Sum

from vaste.invitations.models import InvitedCount
from vaste.responses.queries import Dimension, Selection, part_key
from vaste.responses.rules import INVITED_CHANNELS

_COLUMN = {
    Dimension.UNIT: "unit_id",
    Dimension.MONTH: "period_start",
    Dimension.LANGUAGE: "language",
    Dimension.AGE: "age_band",
}


def has_denominator(selection: Selection, by: Sequence[Dimension] = ()) -> bool:
    """Tell whether anybody can be said to be invited to a selection and its parts.

    Nobody is invited by some channels only, for the invited choose the way; nor are roles and instruments counted.
    """
    takes_all_channels = set(INVITED_CHANNELS) <= set(selection.channels)
    return takes_all_channels and set(by) <= set(_COLUMN)


def count_invited(selection: Selection, by: Sequence[Dimension] = ()) -> dict[tuple[str, ...], int] | None:
    """Return how many were invited by a value for each of some dimensions, in their order; None where that has no meaning."""
    if not has_denominator(selection, by):
        return None
    chosen = selection.of(InvitedCount.objects.all()).order_by()
    if not by:
        return {(): chosen.aggregate(invited=Sum("invited"))["invited"] or 0}
    counted: Counter[tuple[str, ...]] = Counter()
    for *values, total in chosen.values_list(*(_COLUMN[each] for each in by)).annotate(total=Sum("invited")):
        counted[tuple(map(part_key, values))] += total
    return dict(counted)


def invited_mark() -> tuple[object, ...]:
    """Return what changes when more are invited."""
    return tuple(InvitedCount.objects.aggregate(rows=Count("*"), invited=Sum("invited")).values())

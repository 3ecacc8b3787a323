"""Read how many were invited, the denominator of every response rate."""

from collections import Counter

from django.db.models import Sum

from vaste.invitations.models import InvitedCount
from vaste.responses.queries import Dimension, Selection, part_key

_COLUMN = {Dimension.UNIT: "unit_id", Dimension.MONTH: "period_start", Dimension.LANGUAGE: "language"}


def count_invited(selection: Selection, by: Dimension | None = None) -> dict[str, int]:
    """Return how many were invited by part; the part is "" when nothing divides them. Nobody is invited by a channel."""
    chosen = selection.of(InvitedCount.objects.all()).order_by()
    if by not in _COLUMN:
        return {"": chosen.aggregate(invited=Sum("invited"))["invited"] or 0}
    counted: Counter[str] = Counter()
    for part, total in chosen.values_list(_COLUMN[by]).annotate(total=Sum("invited")):
        counted[part_key(part)] += total
    return dict(counted)

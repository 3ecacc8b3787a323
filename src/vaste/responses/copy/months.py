"""Which months the record has."""

from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncMonth

from vaste.responses.models import Response


def months_of_record() -> dict[date, int]:
    """Return how many responses each month has (its first day), in order."""
    months = Response.objects.order_by().annotate(month=TruncMonth("period_start"))
    return dict(sorted(months.values_list("month").annotate(times=Count("*"))))

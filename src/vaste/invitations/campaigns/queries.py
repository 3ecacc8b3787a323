"""Read campaigns and the answers of their weeks."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import Count, QuerySet

from vaste.invitations.campaigns.forecast import settled_weeks
from vaste.invitations.models import Campaign, OutcomeCount
from vaste.organisations.models import County
from vaste.responses.models import Response
from vaste.responses.rules import INVITED_CHANNELS, PeriodKind


def running(county: County | None = None) -> QuerySet[Campaign]:
    """Return the campaigns that have not ended, of one county or of all."""
    chosen = Campaign.objects.filter(ended_on__isnull=True).select_related("county")
    return chosen if county is None else chosen.filter(county=county)


def unit_oids(campaign: Campaign) -> Sequence[str]:
    """Return the OIDs of a campaign's units."""
    return list(campaign.units.order_by("oid").values_list("oid", flat=True))


def weeks_of(campaign: Campaign, *, today: date) -> list[float]:
    """Return the answers of each settled week of a campaign, from the first in which there were any; not to be shown as they are."""
    oids = unit_oids(campaign)
    chosen = Response.objects.filter(
        unit_id__in=oids,
        channel__in=INVITED_CHANNELS,
        instrument=campaign.instrument,
        period_start__gte=campaign.first_on,
        period_start__lte=campaign.last_on,
    )
    by_kind: defaultdict[str, dict[date, int]] = defaultdict(dict)
    for kind, start, answers in chosen.order_by().values_list("period_kind", "period_start").annotate(answers=Count("*")):
        by_kind[kind][start] = answers
    fed = OutcomeCount.objects.filter(unit_id__in=oids, visited_on__gte=campaign.first_on).values_list("visited_on", flat=True).distinct()
    return settled_weeks(
        by_kind[PeriodKind.WEEK],
        by_kind[PeriodKind.MONTH],
        first_on=campaign.first_on,
        last_on=campaign.last_on,
        today=today,
        fed=set(fed),
    )

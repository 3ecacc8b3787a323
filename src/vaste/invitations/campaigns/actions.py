"""Begin a campaign, end it, and say what becomes of its units afterwards. Each is audited."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from vaste.core.audit import audit
from vaste.invitations.campaigns.queries import running
from vaste.invitations.campaigns.rules import Afterwards, CampaignEnd, CampaignPlan, CampaignProblem, problems_of
from vaste.invitations.models import Campaign
from vaste.organisations.models import County
from vaste.surveys.instrument import national_adult


class CampaignRefused(Exception):
    """A campaign cannot be begun so; nothing was changed. problems: everything that is wrong."""

    def __init__(self, problems: list[CampaignProblem]) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


@transaction.atomic
def create_campaign(*, county: County, plan: CampaignPlan, today: date, actor: str) -> Campaign:
    """Begin a campaign, or plan one for months to come. Raises CampaignRefused.

    No unit is in two running campaigns in the same month: each answer is collected for one delivery.
    """
    County.objects.select_for_update().get(pk=county.pk)  # of two who plan at once, the second sees the first
    display = county.settings.display
    known = frozenset(county.units.values_list("oid", flat=True))
    problems = problems_of(plan, known_units=known, smallest=display.too_few_below, today=today)
    # Nothing that was typed is looked for before it is known to be harmless: PostgreSQL refuses a zero octet.
    if CampaignProblem.KEY not in problems and county.campaigns.filter(key=plan.key).exists():
        problems.append(CampaignProblem.KEY_TAKEN)
    if _overlapping(county, plan, known & plan.unit_oids).exists():
        problems.append(CampaignProblem.OVERLAP)
    if problems:
        raise CampaignRefused(problems)
    campaign = Campaign.objects.create(
        county=county,
        key=plan.key,
        name=plan.name.strip(),
        instrument=national_adult().version_key,
        first_on=plan.first_on,
        last_on=plan.last_on,
        needed=plan.needed,
        deadline=plan.deadline,
        afterwards=plan.afterwards,
        created_on=today,
    )
    campaign.units.set(county.units.filter(oid__in=plan.unit_oids))
    audit(actor, "campaign.created", str(campaign.id), units=len(plan.unit_oids), needed=plan.needed, afterwards=plan.afterwards.value)
    return campaign


def _overlapping(county: County, plan: CampaignPlan, oids: Collection[str]) -> QuerySet[Campaign]:
    return running(county).filter(units__in=oids, first_on__lte=plan.last_on, last_on__gte=plan.first_on)


@transaction.atomic
def end_campaign(*, campaign: Campaign, why: CampaignEnd, today: date, actor: str) -> bool:
    """End a campaign, and the sending with it; return False when it had ended before.

    Invitations that have not left are dropped when their turn comes. Whoever was asked already may still answer.
    """
    ended = Campaign.objects.filter(pk=campaign.pk, ended_on__isnull=True).update(ended_on=today, ended_why=why.value)
    if ended:
        audit(actor, "campaign.ended", str(campaign.id), why=why.value)
        campaign.refresh_from_db()
    return bool(ended)


@transaction.atomic
def set_afterwards(*, campaign: Campaign, afterwards: Afterwards, actor: str) -> bool:
    """Say what becomes of the sending in a campaign's units when it has ended; return False when that was so before."""
    changed = Campaign.objects.filter(pk=campaign.pk).exclude(afterwards=afterwards.value).update(afterwards=afterwards.value)
    if changed:
        audit(actor, "campaign.afterwards", str(campaign.id), afterwards=afterwards.value)
        campaign.refresh_from_db()
    return bool(changed)

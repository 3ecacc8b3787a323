"""Campaigns for tests, planned as commands and pages do; a test names only what matters to it."""

from datetime import date

from tests.factories import HEALTH_STATION, make_county
from tests.record import invite, record
from vaste.invitations.campaigns.actions import create_campaign
from vaste.invitations.campaigns.rules import Afterwards, CampaignPlan, usual_deadline
from vaste.invitations.models import Campaign
from vaste.organisations.models import County

TODAY = date(2026, 5, 4)


def campaign(
    county: County,
    *,
    key: str = "spring",
    units: tuple[str, ...] = (HEALTH_STATION,),
    first_on: date = date(2026, 4, 1),
    last_on: date = date(2026, 6, 30),
    needed: int = 400,
    deadline: date | None = None,
    afterwards: Afterwards = Afterwards.STOP,
    today: date = TODAY,
) -> Campaign:
    """Begin a campaign of April to June 2026 in the health station."""
    plan = CampaignPlan(key, "Kevät 2026", frozenset(units), first_on, last_on, needed, deadline or usual_deadline(last_on), afterwards)
    return create_campaign(county=county, plan=plan, today=today, actor="test")


def answered_campaign(*, key: str = "spring") -> Campaign:
    """Begin such a campaign in a county of its own, and let 120 of 400 invited people answer in April."""
    county = make_county()
    for nps, step in ((10, 5), (9, 4), (8, 3), (3, 1)):
        record(30, on="2026-04-08", nps=nps, answers={"access": step})
    invite(400, on="2026-04-08")
    return campaign(county, key=key)

"""End the campaigns whose number is reached or whose time is out."""

from datetime import datetime

from vaste.invitations.campaigns.actions import end_campaign
from vaste.invitations.campaigns.queries import running
from vaste.invitations.campaigns.rules import why_end
from vaste.results.campaigns import standing_of


def end_due_campaigns(*, now: datetime) -> int:
    """End every campaign that is due to, and the sending with it; return how many were ended."""
    ended = 0
    for campaign in running():
        standing = standing_of(campaign, now)
        today = campaign.county.day_of(now)
        why = why_end(shown=standing.shown, needed=campaign.needed, deadline=campaign.deadline, today=today)
        if why:
            ended += end_campaign(campaign=campaign, why=why, today=today, actor="worker")
    return ended

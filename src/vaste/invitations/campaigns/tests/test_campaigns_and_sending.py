"""What a campaign lets be sent: judged at intake, and again in the last second before a message goes."""

from datetime import date, timedelta

import pytest
from tests.campaigns import TODAY, campaign
from tests.factories import (
    COUNTY,
    HEALTH_STATION,
    SMALL_UNIT,
    SOCIAL_UNIT,
    at,
    invite,
    make_county,
    open_session,
    stored_outcomes,
    take_in_visits,
    visit_fields,
)

from vaste.config.working import hooks
from vaste.core.models import AuditEntry
from vaste.invitations.campaigns.actions import CampaignRefused, end_campaign, set_afterwards
from vaste.invitations.campaigns.rules import Afterwards, CampaignEnd, CampaignProblem
from vaste.invitations.models import Campaign, Invitation, InvitedCount, Quarantine
from vaste.messaging import ledger
from vaste.messaging.gateway import SubmitEnd, SubmitOutcome
from vaste.messaging.models import OutboundMessage

pytestmark = pytest.mark.django_db
NOW = at("2026-05-04 12:00")
ONLY_IN_CAMPAIGNS = COUNTY + "only_in_campaigns = true\n"


def outcome(**visit) -> str:
    (ended,) = take_in_visits(visit_fields(**visit), now=NOW).outcomes
    return ended


def end(of: Campaign, why: CampaignEnd = CampaignEnd.REACHED) -> bool:
    return end_campaign(campaign=of, why=why, today=TODAY, actor="worker")


def lease() -> list[ledger.Leased]:
    return ledger.lease(account="a", limit=10, until=NOW + timedelta(minutes=1), why_not_send=hooks().why_not_send, now=NOW)


# At intake


def test_a_county_without_campaigns_asks_as_before():
    make_county()
    assert outcome() == "invited"


def test_a_visit_in_a_running_campaign_is_asked_about():
    campaign(make_county())
    assert outcome() == "invited"


def test_when_a_campaign_has_ended_its_visits_lie_outside_the_period():
    end(campaign(make_county()))
    assert outcome() == "outside_period"


def test_other_units_go_on_by_their_settings():
    end(campaign(make_county()))
    assert outcome(unit_oid=SOCIAL_UNIT) == "invited"


def test_where_the_county_asks_only_in_campaigns_other_units_do_not_go_on():
    campaign(make_county(ONLY_IN_CAMPAIGNS))
    assert outcome() == "invited"
    assert outcome(unit_oid=SOCIAL_UNIT) == "outside_period"


def test_when_a_campaign_says_so_its_units_go_on_after_it():
    end(campaign(make_county(), afterwards=Afterwards.CONTINUE))
    assert outcome() == "invited"


@pytest.mark.parametrize(
    ("unit", "visited_at", "ended"),
    [
        # 2026-06-01 is a Monday: the visits of Sunday 31 May stand in the record's May.
        (HEALTH_STATION, "2026-05-31T10:00:00+03:00", "outside_period"),
        (HEALTH_STATION, "2026-06-01T10:00:00+03:00", "invited"),
        # The week of Monday 29 June is June's, also on 1 July; a small unit's visit of 1 July is July's.
        (HEALTH_STATION, "2026-07-01T10:00:00+03:00", "invited"),
        (HEALTH_STATION, "2026-07-06T10:00:00+03:00", "outside_period"),
        (SMALL_UNIT, "2026-07-01T10:00:00+03:00", "outside_period"),
    ],
)
def test_a_campaigns_months_are_those_under_which_answers_are_kept(unit, visited_at, ended):
    county = make_county(ONLY_IN_CAMPAIGNS)
    campaign(county, units=(HEALTH_STATION, SMALL_UNIT), first_on=date(2026, 6, 1), last_on=date(2026, 6, 30))
    report = take_in_visits(visit_fields(unit_oid=unit, visited_at=visited_at), now=at("2026-07-06 12:00"))
    assert report.outcomes == {ended: 1}


# In the last second


def test_an_invitation_that_has_not_left_when_the_campaign_ends_never_leaves():
    spring = campaign(make_county())
    invite(now=NOW)
    end(spring)

    assert lease() == []

    assert stored_outcomes() == {"outside_period": 1}
    assert not Invitation.objects.exists()
    assert not Quarantine.objects.exists()  # who was not asked may be asked elsewhere
    assert sum(row.invited for row in InvitedCount.objects.all()) == 0
    assert not OutboundMessage.objects.filter(state__in=["queued", "leased"]).exists()


def test_an_invitation_of_another_unit_leaves():
    spring = campaign(make_county())
    invite(now=NOW, unit_oid=SOCIAL_UNIT)
    end(spring)

    assert len(lease()) == 1


def test_whoever_was_asked_before_the_end_may_answer_and_is_answered():
    spring = campaign(make_county())
    phone = invite(now=NOW)
    begun = lease()
    taken = SubmitOutcome(SubmitEnd.ACCEPTED, provider_id="7")
    ledger.record({one.outgoing.reference: [taken] for one in begun}, account="a", hold_until=NOW, on_sent=lambda *_: None, now=NOW)
    end(spring)

    conversation = open_session(phone, NOW).id
    assert hooks().why_not_send([conversation], NOW) == {}


# Beginning and ending


def test_beginning_and_ending_are_audited_by_who_did_it():
    spring = campaign(make_county())
    end(spring, CampaignEnd.BY_STAFF)

    told = list(AuditEntry.objects.filter(subject=str(spring.id)).values_list("actor", "action"))
    assert told == [("test", "campaign.created"), ("worker", "campaign.ended")]
    assert (spring.ended_on, spring.ended_why) == (TODAY, "by_staff")


def test_a_campaign_ends_once_and_the_first_reason_stands():
    spring = campaign(make_county())
    assert end(spring)
    assert not end(spring, CampaignEnd.BY_STAFF)
    assert Campaign.objects.get().ended_why == "reached"


def test_what_comes_after_an_end_may_be_changed():
    spring = campaign(make_county())
    end(spring)

    assert set_afterwards(campaign=spring, afterwards=Afterwards.CONTINUE, actor="7")
    assert not set_afterwards(campaign=spring, afterwards=Afterwards.CONTINUE, actor="7")
    assert outcome() == "invited"


def test_no_unit_is_in_two_running_campaigns_of_the_same_month():
    county = make_county()
    spring = campaign(county)

    with pytest.raises(CampaignRefused) as refused:
        campaign(county, key="june", first_on=date(2026, 6, 1), units=(HEALTH_STATION, SOCIAL_UNIT))
    assert refused.value.problems == [CampaignProblem.OVERLAP]

    campaign(county, key="autumn", first_on=date(2026, 7, 1), last_on=date(2026, 9, 30))
    campaign(county, key="social", units=(SOCIAL_UNIT,))
    end(spring)
    campaign(county, key="june", first_on=date(2026, 6, 1))


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_kept():
    county = make_county()
    campaign(county)

    with pytest.raises(CampaignRefused) as refused:
        campaign(county, needed=1, deadline=date(2026, 6, 1))

    wrong = [CampaignProblem.NEEDED, CampaignProblem.DEADLINE, CampaignProblem.KEY_TAKEN, CampaignProblem.OVERLAP]
    assert refused.value.problems == wrong
    assert Campaign.objects.count() == 1


def test_a_unit_of_another_county_cannot_be_collected_from():
    county = make_county()
    with pytest.raises(CampaignRefused) as refused:
        campaign(county, units=("1.2.246.10.1.10.1",))
    assert refused.value.problems == [CampaignProblem.UNITS]

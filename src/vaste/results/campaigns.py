"""How campaigns stand: the answers that may be shown of each, and when the number needed will be reached."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from vaste.invitations.campaigns.forecast import DAYS_UNTIL_SETTLED, Forecast, forecast
from vaste.invitations.campaigns.queries import unit_oids, weeks_of
from vaste.invitations.campaigns.rules import CampaignState, months_of, state_of
from vaste.invitations.models import Campaign
from vaste.organisations.models import County
from vaste.results.answers import WHOLE, Answers
from vaste.results.calendar import ALL, Period, months_within
from vaste.results.latest import latest_answers


@dataclass(frozen=True)
class Standing:
    """How a campaign stands. shown: the answers that may be shown, 0 where there are too few.

    forecast: None where it would say too little, and where there is nothing to foresee.
    """

    campaign: Campaign
    state: CampaignState
    unit_oids: Sequence[str]
    shown: int
    forecast: Forecast | None

    @property
    def has_too_few(self) -> bool:
        """Whether there are too few answers to show a number, or none at all."""
        return self.shown == 0


def shown_answers(answers: Answers, units: Collection[str], months: Collection[str]) -> int:
    """Return how many answers of some units in some months may be shown, 0 where none may.

    It is the largest sum of numbers that the results pages show too, each of units and months that lie in the campaign: so it tells nobody
    more than they could read there. What is hidden there is left out here.
    """
    chosen_units, chosen_months = set(units) & set(answers.units), set(months)
    services = {f"service-{service}": [oid for oid, its in answers.units.items() if its == service] for service in answers.services}
    below = {WHOLE: list(services), **services}
    lies_in = {WHOLE: set(answers.units) <= chosen_units, **{area: set(oids) <= chosen_units for area, oids in services.items()}}

    @cache
    def most(area: str, time: str) -> int:
        months_in = [time] if time == answers.this_month else months_within(answers.times, time)
        if not chosen_months.intersection(months_in):
            return 0
        if lies_in.get(area, area in chosen_units) and set(months_in) <= chosen_months:
            number = answers.responses(area, Period(time))
            if number is not None:
                return number
        by_area = sum(most(part, time) for part in below.get(area, ()))
        by_time = sum(most(area, part) for part in answers.times.parts.get(time, ()))
        return max(by_area, by_time)

    return most(WHOLE, ALL) + most(WHOLE, answers.this_month)


def standing_of(campaign: Campaign, now: datetime) -> Standing:
    """Return how a campaign stands at a moment."""
    county = campaign.county
    today = county.day_of(now)
    oids = unit_oids(campaign)
    shown = shown_answers(_answers_of(county, now), oids, months_of(campaign.first_on, campaign.last_on))
    state = state_of(first_on=campaign.first_on, ended_on=campaign.ended_on, today=today)
    return Standing(campaign, state, oids, shown, _forecast(campaign, shown, today) if state is CampaignState.RUNNING else None)


def standings_of(county: County, now: datetime) -> list[Standing]:
    """Return how the campaigns of a county stand, those that run first, then the planned, then the ended."""
    order = [CampaignState.RUNNING, CampaignState.PLANNED, CampaignState.ENDED]
    found = [standing_of(campaign, now) for campaign in county.campaigns.select_related("county")]
    return sorted(found, key=lambda standing: order.index(standing.state))


def _answers_of(county: County, now: datetime) -> Answers:
    return latest_answers(county, tuple(county.units.select_related("county").order_by("name_fi", "oid")), now)


def _forecast(campaign: Campaign, shown: int, today: date) -> Forecast | None:
    # Nothing to foresee before a number may be shown: the pace itself would tell it.
    if not 0 < shown < campaign.needed:
        return None
    last_answers = date.fromordinal(campaign.last_on.toordinal() + DAYS_UNTIL_SETTLED)
    ends_on = min(campaign.deadline, last_answers)
    return forecast(weeks_of(campaign, today=today), so_far=shown, needed=campaign.needed, today=today, ends_on=ends_on)

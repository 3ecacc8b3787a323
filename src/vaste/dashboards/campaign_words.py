"""How a campaign stands, in words: for its pages, and in English for the command."""

from vaste.invitations.campaigns.forecast import FEWEST_ANSWERS, FEWEST_WEEKS, Forecast
from vaste.invitations.campaigns.rules import CampaignProblem, CampaignState
from vaste.organisations.formats import day, month, number
from vaste.organisations.models import County
from vaste.organisations.words import Words
from vaste.results.campaigns import Standing


def finding(standing: Standing, words: Words, language: str) -> str:
    """Return how a campaign stands, in one sentence without a full stop."""
    campaign = standing.campaign
    needed = number(campaign.needed, language)
    if standing.state is CampaignState.PLANNED:
        return words["finding_planned"].format(name=campaign.name, day=day(campaign.first_on))
    if standing.shown >= campaign.needed:
        return words["finding_reached"].format(name=campaign.name, needed=needed)
    if standing.has_too_few:
        return words["finding_too_few"].format(name=campaign.name)
    return words["finding_number"].format(name=campaign.name, shown=number(standing.shown, language), needed=needed)


def progress(standing: Standing, words: Words, language: str) -> str:
    """Return the number of answers beside the number needed, or that there are too few."""
    if standing.has_too_few:
        return words["too_few"]
    key = "answers_reached" if standing.shown >= standing.campaign.needed else "answers_of"
    return words[key].format(shown=number(standing.shown, language), needed=number(standing.campaign.needed, language))


def state(standing: Standing, words: Words) -> str:
    """Return where a campaign stands; of an ended one, since when and why."""
    campaign = standing.campaign
    if campaign.ended_on is None:
        return words[f"state_{standing.state}"]
    return words[f"ended_{campaign.ended_why}"].format(day=day(campaign.ended_on))


def outlook(standing: Standing, words: Words, language: str) -> str:
    """Return the forecast of a running campaign in one sentence; empty where there is nothing to foresee."""
    if standing.state is not CampaignState.RUNNING or standing.shown >= standing.campaign.needed:
        return ""
    if standing.forecast is None:
        return words["no_forecast"].format(weeks=FEWEST_WEEKS, answers=FEWEST_ANSWERS)
    return _foretold(standing.forecast, words, language)


def _foretold(found: Forecast, words: Words, language: str) -> str:
    if not found.is_in_time or found.reached_on is None or found.earliest is None:
        low, high = (number(limit, language) for limit in found.at_end_interval)
        return words["not_in_time"].format(at_end=number(found.at_end, language), low=low, high=high)
    if found.margin_days is None:
        return words["reached_open"].format(day=day(found.reached_on), earliest=day(found.earliest))
    return words["reached_on"].format(day=day(found.reached_on), margin=found.margin_days)


def pace(standing: Standing, words: Words, language: str) -> str:
    """Return how many answers come in a week; empty where that is not known."""
    if standing.forecast is None:
        return ""
    known = standing.forecast.pace
    return words["per_week"].format(answers=number(known.per_week, language), weeks=known.weeks)


def months(standing: Standing, words: Words, language: str) -> str:
    """Return a campaign's first and last month; one alone where they are the same."""
    first, last = (month(each, language) for each in (standing.campaign.first_on, standing.campaign.last_on))
    return first if first == last else words["months"].format(first=first, last=last)


def problem(found: CampaignProblem, words: Words, county: County) -> str:
    """Return why a campaign cannot be begun."""
    return words[f"problem_{found}"].format(smallest=county.settings.display.too_few_below)

"""`vaste campaign`: collecting a needed number of answers."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click

from vaste import dashboards
from vaste.config.commands.county import chosen_county
from vaste.config.commands.outcome import print_json, refuse
from vaste.core import clock
from vaste.dashboards.campaign_words import finding, months, outlook, problem, progress, state
from vaste.invitations.campaigns.actions import CampaignRefused, create_campaign, end_campaign, set_afterwards
from vaste.invitations.campaigns.forecast import Forecast
from vaste.invitations.campaigns.rules import Afterwards, CampaignEnd, CampaignPlan, month_span, usual_deadline
from vaste.invitations.models import Campaign
from vaste.organisations.models import County
from vaste.organisations.words import load_words
from vaste.results.campaigns import Standing, standing_of, standings_of

_WORDS = Path(dashboards.__file__).parent / "campaigns.toml"
_DAY = click.DateTime(["%Y-%m-%d"])
_LANGUAGE = "en"
_THEN = click.Choice([each.value for each in Afterwards])


@click.group()
def campaign() -> None:
    """Collect a needed number of answers from some units and months."""


@campaign.command("create")
@click.argument("key")
@click.option("--from", "first_month", required=True, help="First month, as 2026-04.")
@click.option("--to", "last_month", required=True, help="Last month, as 2026-06.")
@click.option("--needed", type=int, required=True, help="How many answers are needed.")
@click.option("--unit", "units", multiple=True, help="The OID of a unit; may be given several times. All units when left out.")
@click.option(
    "--deadline", type=_DAY, help="Last day on which answers count, as 2026-07-21; three weeks after the last month when left out."
)
@click.option(
    "--then", type=_THEN, default=Afterwards.STOP.value, show_default=True, help="What becomes of sending in its units afterwards."
)
@click.option("--name", default="", help="What people call it; the key when left out.")
@click.option("--county", "code", help="The county's code, where there are several.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def create(
    *,
    key: str,
    first_month: str,
    last_month: str,
    needed: int,
    units: tuple[str, ...],
    deadline: datetime | None,
    then: str,
    name: str,
    code: str | None,
    as_json: bool,
) -> None:
    """Begin the campaign KEY, or plan it when its months are still to come."""
    county = chosen_county(code)
    first_on, last_on = _months(first_month, last_month)
    plan = CampaignPlan(
        key=key,
        name=name or key,
        unit_oids=frozenset(units or county.units.values_list("oid", flat=True)),
        first_on=first_on,
        last_on=last_on,
        needed=needed,
        deadline=deadline.date() if deadline else usual_deadline(last_on),
        afterwards=Afterwards(then),
    )
    try:
        made = create_campaign(county=county, plan=plan, today=_today(county), actor="command")
    except CampaignRefused as refused:
        refuse(" ".join([*(problem(each, _words(), county) for each in refused.problems), "Nothing was changed."]))
    _print([standing_of(made, clock.now())], as_json=as_json, alone=True)


@campaign.command("list")
@click.option("--county", "code", help="The county's code, where there are several.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_campaigns(*, code: str | None, as_json: bool) -> None:
    """Print how the campaigns of a county stand, those that run first."""
    standings = standings_of(chosen_county(code), clock.now())
    if not standings and not as_json:
        click.echo("There are no campaigns yet: vaste campaign create KEY")
    _print(standings, as_json=as_json)


@campaign.command("show")
@click.argument("key")
@click.option("--county", "code", help="The county's code, where there are several.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(*, key: str, code: str | None, as_json: bool) -> None:
    """Print how the campaign KEY stands, and when its number will be reached."""
    _print([standing_of(_chosen(key, code), clock.now())], as_json=as_json, alone=True)


@campaign.command("end")
@click.argument("key")
@click.option("--then", type=_THEN, help="Change what becomes of sending in its units afterwards; also of a campaign that has ended.")
@click.option("--county", "code", help="The county's code, where there are several.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def end(*, key: str, then: str | None, code: str | None, as_json: bool) -> None:
    """End the campaign KEY, and the sending with it. Whoever was invited already may still answer."""
    chosen = _chosen(key, code)
    if then:
        set_afterwards(campaign=chosen, afterwards=Afterwards(then), actor="command")
    end_campaign(campaign=chosen, why=CampaignEnd.BY_STAFF, today=_today(chosen.county), actor="command")
    _print([standing_of(chosen, clock.now())], as_json=as_json, alone=True)


def _months(first_month: str, last_month: str) -> tuple[date, date]:
    try:
        return month_span(first_month, last_month)
    except ValueError:
        refuse("Write months as 2026-04. Nothing was changed.")


def _chosen(key: str, code: str | None) -> Campaign:
    county = chosen_county(code)
    # Compared here, not in the database: PostgreSQL refuses to look for text with a zero octet.
    found = next((each for each in county.campaigns.select_related("county") if each.key == key), None)
    return found or refuse(f"There is no campaign {key} in county {county.code}: vaste campaign list")


def _today(county: County) -> date:
    return county.day_of(clock.now())


def _words() -> dict[str, str]:
    return load_words(_WORDS)[_LANGUAGE]


def _print(standings: Sequence[Standing], *, as_json: bool, alone: bool = False) -> None:
    if as_json:
        facts = [_facts(standing) for standing in standings]
        print_json(facts[0] if alone else facts)
    else:
        click.echo("\n".join(line for standing in standings for line in _lines(standing)), nl=bool(standings))


def _facts(standing: Standing) -> dict[str, object]:
    campaign_ = standing.campaign
    return {
        "key": campaign_.key,
        "name": campaign_.name,
        "instrument": campaign_.instrument,
        "units": list(standing.unit_oids),
        "from": campaign_.first_on.isoformat(),
        "to": campaign_.last_on.isoformat(),
        "needed": campaign_.needed,
        "deadline": campaign_.deadline.isoformat(),
        "then": campaign_.afterwards,
        "state": standing.state.value,
        "ended": _iso(campaign_.ended_on),
        "ended_why": campaign_.ended_why or None,
        "answers": None if standing.has_too_few else standing.shown,
        "forecast": _forecast_facts(standing.forecast) if standing.forecast else None,
    }


def _forecast_facts(found: Forecast) -> dict[str, object]:
    return {
        "reached": _iso(found.reached_on),
        "earliest": _iso(found.earliest),
        "latest": _iso(found.latest),
        "margin_days": found.margin_days,
        "in_time": found.is_in_time,
        "at_end": {"value": found.at_end, "low": int(found.at_end_interval.low), "high": int(found.at_end_interval.high)},
        "per_week": round(found.pace.per_week, 1),
        "weeks": found.pace.weeks,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _lines(standing: Standing) -> list[str]:
    words, of = _words(), standing.campaign
    facts = [
        f"{of.key}: {finding(standing, words, _LANGUAGE)}",
        f"  {state(standing, words)}; {months(standing, words, _LANGUAGE)}, units: {len(standing.unit_oids)}, deadline {of.deadline}",
        f"  {words['progress']}: {progress(standing, words, _LANGUAGE)}",
    ]
    foretold = outlook(standing, words, _LANGUAGE)
    return [*facts, *([f"  {foretold}"] if foretold else [])]

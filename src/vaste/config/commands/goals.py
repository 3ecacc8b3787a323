"""`vaste goals`: what the county aims at, and how its answers stand to it."""

import click

from vaste.config.commands.county import chosen_county
from vaste.config.commands.files import read_text
from vaste.config.commands.outcome import print_json, refuse
from vaste.core import clock
from vaste.organisations.models import County
from vaste.organisations.rules import SettingsRefused
from vaste.responses.rules import HISTORY_CHANNELS
from vaste.results.calendar import Period
from vaste.results.goal_actions import save_goals
from vaste.results.goal_queries import Judged, judge_goals
from vaste.results.goal_rules import Indicator, Standing, parse_goals
from vaste.results.latest import latest_answers
from vaste.results.results import statement_ids

_DIGITS = 6


@click.group(invoke_without_command=True)
@click.option("--county", "code", help="The county's code, where there are several.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def goals(context: click.Context, *, code: str | None, as_json: bool) -> None:
    """Print how the answers stand to each goal, by quarter or year, the newest first."""
    if context.invoked_subcommand is not None:
        return
    county = chosen_county(code)
    units = tuple(county.units.select_related("county").order_by("name_fi", "oid"))
    judged = judge_goals(county, units, latest_answers(county, units, clock.now()), is_whole_county=True)
    if as_json:
        print_json([_facts(each) for each in judged])
    else:
        click.echo("\n".join(line for each in judged for line in _lines(each)) or "There are no goals yet: vaste goals load FILE")


@goals.command("load")
@click.argument("file")
@click.option("--county", "code", help="The county's code, where there are several.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def load_goals(*, file: str, code: str | None, as_json: bool) -> None:
    """Load the goals of a county from a TOML FILE; those that it does not name are taken away."""
    county = chosen_county(code)
    try:
        parsed = parse_goals(read_text(file), **_known(county))
    except SettingsRefused as refused:
        refuse(str(refused))
    loaded = save_goals(county=county, file=parsed, actor="command")
    facts = {"added": loaded.added, "changed": loaded.changed, "removed": loaded.removed, "unchanged": loaded.unchanged}
    if as_json:
        print_json(facts)
    else:
        click.echo(f"The goals of county {county.code}: " + ", ".join(f"{count} {what}" for what, count in facts.items()) + ".")


def _known(county: County) -> dict[str, list[str]]:
    """Return what a goal of a county may name."""
    units = list(county.units.all())
    return {
        "units": [unit.oid for unit in units],
        "services": [unit.service for unit in units],
        "statements": statement_ids(county.settings),
        "channels": list(HISTORY_CHANNELS),
    }


def _facts(judged: Judged) -> dict[str, object]:
    goal = judged.goal
    return {
        "key": judged.key,
        "name": goal.name,
        "scope": goal.scope,
        "unit": judged.unit.oid if judged.unit else None,
        "indicator": goal.indicator.value,
        "statement": goal.statement or None,
        "channel": goal.channel,
        "target": goal.target,
        "every": goal.every.value,
        "owner": goal.owner,
        "valid_from": goal.valid_from.isoformat(),
        "valid_to": goal.valid_to.isoformat() if goal.valid_to else None,
        "periods": [_period_facts(judged, period, found) for period, found in judged.periods],
    }


def _period_facts(judged: Judged, period: Period, found: Standing) -> dict[str, object]:
    if found.figure is None or found.state is None:
        return {"period": period.key, "state": None, "too_few": True}
    figure = found.figure
    return {
        "period": period.key,
        "state": found.state.value,
        "value": round(figure.value, _DIGITS),
        "low": round(figure.interval.low, _DIGITS),
        "high": round(figure.interval.high, _DIGITS),
        "n": figure.n,
        "band": None if found.band is None else judged.goal.bands[found.band].name,
    }


def _lines(judged: Judged) -> list[str]:
    goal = judged.goal
    about = " ".join(filter(None, [goal.indicator.value, goal.statement]))
    scope = judged.unit.oid if judged.unit else goal.scope
    lines = [f"{judged.key}: {goal.name['en']} ({scope}, {about} at least {goal.target:g}, channel {goal.channel})"]
    return [*lines, *(f"  {period.key:<8} {_line(judged, found)}" for period, found in judged.periods)]


def _line(judged: Judged, found: Standing) -> str:
    if found.figure is None or found.state is None:
        return "too few"
    digits = 1 if judged.goal.indicator is Indicator.NPS else 2
    value, low, high = (f"{each:.{digits}f}" for each in (found.figure.value, *found.figure.interval))
    band = "" if found.band is None else f" ({judged.goal.bands[found.band].name['en']})"
    return f"{value} ({low} to {high}), n {found.figure.n}: {found.state.value.replace('_', ' ')}{band}"

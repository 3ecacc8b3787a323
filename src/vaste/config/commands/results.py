"""`vaste results`: the figures of a county or a unit."""

import json

import click

from vaste.config.commands.results_table import as_table
from vaste.dashboards.questions import QuestionRefused, Wanted, read_wanted
from vaste.dashboards.results import Question, results
from vaste.dashboards.results_json import as_json
from vaste.organisations.models import County


class WrongQuestion(click.ClickException):
    """The command was asked for something that does not exist; one sentence says what."""

    exit_code = 2


@click.command("results")
@click.option("--from", "first", default="", metavar="DAY", help="First day, as 2024-04-01. The week it falls in is taken whole.")
@click.option("--to", "last", default="", metavar="DAY", help="Last day; weeks that begin by then are taken whole.")
@click.option("--unit", default="", metavar="OID", help="One unit instead of the whole county.")
@click.option("--county", default="", metavar="CODE", help="Needed where several counties are loaded.")
@click.option("--channel", default="", metavar="CHANNEL", help="sms, link or sms+link.")
@click.option("--by", default="", metavar="WHAT", help="unit, month, channel or language.")
@click.option("--json", "as_json_text", is_flag=True, help="Print JSON instead of a table.")
def results_command(*, first: str, last: str, unit: str, county: str, channel: str, by: str, as_json_text: bool) -> None:
    """Print responses, response rate, NPS and statements, each with its 95 % interval; too few answers are not shown."""
    try:
        wanted = read_wanted({"from": first, "to": last, "channel": channel, "by": by})
    except QuestionRefused as refusal:
        raise WrongQuestion(str(refusal)) from refusal
    answer = results(_question(_county(county), unit, wanted))
    click.echo(json.dumps(as_json(answer), ensure_ascii=False, indent=2) if as_json_text else as_table(answer))


def _county(code: str) -> County:
    if code:
        county = County.objects.filter(code=code).first()
        if county is None:
            raise WrongQuestion(f"County {code!r} is not loaded.")
        return county
    counties = list(County.objects.all()[:2])
    if not counties:
        raise WrongQuestion("No county is loaded yet; load one with `vaste county load FILE`.")
    if len(counties) > 1:
        raise WrongQuestion("Several counties are loaded; say which with --county CODE.")
    return counties[0]


def _question(county: County, unit: str, wanted: Wanted) -> Question:
    reach = tuple(county.units.values_list("oid", flat=True))
    if unit and unit not in reach:
        raise WrongQuestion(f"There is no unit {unit!r} in county {county.code}.")
    return Question(
        county=county,
        units=(unit,) if unit else reach,
        reach=reach,
        first=wanted.first,
        last=wanted.last,
        channel=wanted.channel,
        by=wanted.by,
    )

"""`vaste results`: the figures of a county or a unit."""

import click

from vaste.config.commands.county import chosen_county
from vaste.config.commands.outcome import print_json, refuse
from vaste.config.commands.results_table import as_table
from vaste.organisations.models import County
from vaste.results.questions import QuestionRefused, Wanted, read_wanted
from vaste.results.results import Question, answer_question
from vaste.results.results_json import as_json


@click.command()
@click.option("--from", "first", default="", metavar="DAY", help="First day, as 2024-04-01. The week it falls in is taken whole.")
@click.option("--to", "last", default="", metavar="DAY", help="Last day; weeks that begin by then are taken whole.")
@click.option("--unit", default="", metavar="OID", help="One unit instead of the whole county.")
@click.option("--county", "code", help="The county's code, where there are several.")
@click.option("--channel", default="", metavar="CHANNEL", help="sms, link or sms+link.")
@click.option("--by", default="", metavar="WHAT", help="unit, month, channel, language or age.")
@click.option("--json", "prints_json", is_flag=True, help="Print JSON.")
def results(*, first: str, last: str, unit: str, code: str | None, channel: str, by: str, prints_json: bool) -> None:
    """Print responses, response rate, NPS and statements, each with its 95 % interval; too few answers are not shown."""
    try:
        wanted = read_wanted({"from": first, "to": last, "channel": channel, "by": by})
    except QuestionRefused as refused:
        refuse(str(refused))
    answer = answer_question(_question(chosen_county(code), unit, wanted))
    if prints_json:
        print_json(as_json(answer))
    else:
        click.echo(as_table(answer))


def _question(county: County, unit: str, wanted: Wanted) -> Question:
    reach = tuple(county.units.values_list("oid", flat=True))
    if unit and unit not in reach:
        refuse(f"County {county.code} has no unit {unit}.")
    return Question(
        county=county,
        units=(unit,) if unit else reach,
        reach=reach,
        first=wanted.first,
        last=wanted.last,
        channel=wanted.channel,
        by=wanted.by,
    )

"""`vaste report`: a report for those who decide, as a file."""

from pathlib import Path

import click

from vaste.config.commands.county import chosen_county
from vaste.config.commands.outcome import print_json, refuse
from vaste.core import clock
from vaste.organisations.rules import LANGUAGES
from vaste.reports.actions import make_report
from vaste.reports.facts import ScopeRefused, report_scope
from vaste.reports.periods import PeriodRefused, report_period
from vaste.reports.setting import Form

_FORMS = [form.value for form in Form]


@click.command()
@click.option("--scope", "key", default="county", metavar="SCOPE", help="county, a service line, or the OID of a unit.")
@click.option("--period", "written", required=True, metavar="PERIOD", help="2026, 2026-Q3 or 2026-08.")
@click.option("--language", type=click.Choice(LANGUAGES), default="fi", help="The language of the report.")
@click.option("--out", required=True, metavar="FILE", help="Where it is written; the ending says as what.")
@click.option("--format", "form", type=click.Choice(_FORMS), help="pdf, html, csv or xlsx, where the ending does not say.")
@click.option("--county", "code", help="The county's code, where there are several.")
@click.option("--json", "prints_json", is_flag=True, help="Print JSON.")
def report(*, key: str, written: str, language: str, out: str, form: str | None, code: str | None, prints_json: bool) -> None:
    """Make a report, keep it with its checksum, and write it to a file."""
    ending = form or Path(out).suffix.lower().removeprefix(".")
    if ending not in set(Form):
        refuse(f"The ending of {out} does not say as what to write it. Name one with --format: pdf, html, csv or xlsx. Nothing was made.")
    if not Path(out).absolute().parent.is_dir():
        refuse(f"There is no folder {Path(out).absolute().parent}. Nothing was made.")
    try:
        scope, period = report_scope(chosen_county(code), key), report_period(written)
        made = make_report(scope=scope, period=period, language=language, form=Form(ending), now=clock.now(), actor="command")
        Path(out).write_bytes(bytes(made.content))
    except (ScopeRefused, PeriodRefused) as refused:
        refuse(str(refused))
    except OSError as error:
        refuse(f"The file {out} cannot be written: {(error.strerror or 'unknown fault').lower()}. The report is kept and can be fetched.")
    if prints_json:
        print_json({"file": out, "format": ending, "octets": len(made.content), "sha256": made.sha256})
    else:
        click.echo(f"{out}: {len(made.content)} octets, SHA-256 {made.sha256}")

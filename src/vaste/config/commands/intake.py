"""`vaste intake`: take visits in from a file and say how each ended."""

import click

from vaste.config.commands.files import read_octets
from vaste.config.commands.outcome import print_json, refuse
from vaste.config.commands.own_keys import require_own_keys
from vaste.core import clock
from vaste.invitations.intake import Report, take_in
from vaste.visits.formats import FORMATS, Unreadable

_SHOWN = 20


@click.command()
@click.argument("file")
@click.option("--format", "form", type=click.Choice(sorted(FORMATS)), help="How the file is written; by its ending when left out.")
@click.option("--dry-run", is_flag=True, help="Say how each visit would end; plan and send nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def intake(file: str, form: str | None, dry_run: bool, as_json: bool) -> None:
    """Take visits in from a FILE (- for standard input)."""
    read = FORMATS[form or ("ndjson" if file.lower().endswith((".ndjson", ".jsonl", ".json")) else "csv")]
    try:
        rows = read(read_octets(file))
    except Unreadable as error:
        refuse(str(error))
    require_own_keys()
    report = take_in(rows, now=clock.now(), actor="command", dry_run=dry_run)
    if as_json:
        print_json(report.as_json())
    else:
        _print_table(report, dry_run=dry_run)


def _print_table(report: Report, *, dry_run: bool) -> None:
    click.echo(f"{report.received} visits read{', nothing written (dry run)' if dry_run else ''}.\n")
    for outcome, count in sorted(report.outcomes.items(), key=lambda pair: (pair[0] != "invited", -pair[1])):
        click.echo(f"  {outcome:<24}{count:>8}")
    if report.refused:
        click.echo(f"\n{len(report.refused)} rows were refused; the others were taken:")
        for item in report.refused[:_SHOWN]:
            click.echo(f"  row {item.row}, {item.field}: {item.reason}")
        if len(report.refused) > _SHOWN:
            click.echo(f"  … and {len(report.refused) - _SHOWN} more; --json names them all")

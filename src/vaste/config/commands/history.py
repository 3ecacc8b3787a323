"""`vaste history import`: answers that another system collected, into the record."""

from typing import Any

import click

from vaste.config.commands.county import chosen_county
from vaste.config.commands.files import read_octets, read_text
from vaste.config.commands.outcome import print_json, refuse
from vaste.config.commands.own_keys import require_own_keys
from vaste.core import clock
from vaste.history.actions import Imported, NothingToImport, import_history
from vaste.history.mapping import parse_mapping
from vaste.history.reading import Unreadable
from vaste.indicators.nps import nps
from vaste.indicators.statements import statement
from vaste.organisations.rules import SettingsRefused
from vaste.responses.tally import Tally

_SHOWN = 20
_DIGITS = 6


@click.group()
def history() -> None:
    """Answers that other systems collected before."""


@history.command("import")
@click.argument("file")
@click.option("--mapping", "mapping_file", required=True, metavar="FILE", help="How the file is read, as TOML.")
@click.option("--county", "code", help="The county's code, where there are several.")
@click.option("--dry-run", is_flag=True, help="Say what would come of it; change nothing.")
@click.option("--json", "prints_json", is_flag=True, help="Print JSON.")
def import_file(*, file: str, mapping_file: str, code: str | None, dry_run: bool, prints_json: bool) -> None:
    """Bring old answers from a FILE (- for standard input) into the record. A row that was taken before is not taken again."""
    county = chosen_county(code)
    require_own_keys()
    try:
        imported = import_history(
            county=county,
            octets=read_octets(file),
            mapping=parse_mapping(read_text(mapping_file)),
            today=county.day_of(clock.now()),
            actor="command",
            dry_run=dry_run,
        )
    except (SettingsRefused, Unreadable, NothingToImport) as refused:
        refuse(str(refused))
    if prints_json:
        print_json(_as_json(imported))
    else:
        _print_table(imported, dry_run=dry_run)


def _as_json(imported: Imported) -> dict[str, Any]:
    return {
        "rows": imported.rows,
        "imported": imported.taken,
        "known": imported.known,
        "refused": [{"row": each.row, "field": each.field, "reason": each.reason} for each in imported.refused],
        "years": [{"year": int(year), **_figures(tally)} for year, tally in imported.years.items()],
    }


def _figures(tally: Tally) -> dict[str, Any]:
    """Return plain figures of a file's year: not hidden when few, because who has the file has the answers."""
    score = nps(tally.nps)
    results = {item: statement(tally.statement(item)) for item in sorted(tally.statements)}
    means = {item: result.mean for item, result in results.items() if result}
    values = [sum(column) for column in zip(*tally.statements.values(), strict=True)] if tally.statements else []
    mean = statement(values) if values else None
    return {
        "answers": tally.responses,
        "nps": round(score.value, _DIGITS) if score else None,
        "statement_mean": round(mean.mean, _DIGITS) if mean else None,
        "statements": {item: round(value, _DIGITS) for item, value in means.items()},
    }


def _print_table(imported: Imported, *, dry_run: bool) -> None:
    took = "would be imported; nothing was changed (dry run)" if dry_run else "were imported"
    click.echo(f"{imported.rows} rows read: {imported.taken} {took}, {imported.known} had been before, {len(imported.refused)} refused.\n")
    click.echo("  year   answers      NPS  mean 1-5")
    for year, tally in imported.years.items():
        figures = _figures(tally)
        score = "-" if figures["nps"] is None else f"{figures['nps']:.2f}"
        mean = "-" if figures["statement_mean"] is None else f"{figures['statement_mean']:.2f}"
        click.echo(f"  {year}{figures['answers']:>10}{score:>9}{mean:>10}")
        for item, value in figures["statements"].items():
            click.echo(f"         {item:<20}{value:>8.2f}")
    for item in imported.refused[:_SHOWN]:
        click.echo(f"  row {item.row}, {item.field}: {item.reason}")
    if len(imported.refused) > _SHOWN:
        click.echo(f"  … and {len(imported.refused) - _SHOWN} more; --json names them all")

"""`vaste disclose`: which cells of a table of counts to hide before it is published."""

import click

from vaste.config.commands.files import read_text
from vaste.config.commands.outcome import print_json, refuse
from vaste.national.disclosure.files import CountTable, TableRefused, read_table
from vaste.national.disclosure.suppression import Protection, Unprotectable, protect
from vaste.national.disclosure.tables import two_way

_MOST_NAMED = 10


@click.command()
@click.argument("file")
@click.option("--k", type=click.IntRange(2, 1000), default=5, show_default=True, help="Fewest respondents of a cell that may be shown.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def disclose(file: str, k: int, as_json: bool) -> None:
    """Say which cells of the CSV table FILE to hide when its margins are published, and what an attacker could still find out."""
    try:
        table = read_table(read_text(file))
        protection = protect(two_way(table.counts), k)
    except TableRefused as refused:
        refuse(f"{refused} Nothing was worked out.")
    except Unprotectable as refused:
        refuse(_why_not(table, refused, k))
    if as_json:
        print_json(_as_json(table, protection))
    else:
        click.echo(_as_text(table, protection, k))


def _why_not(table: CountTable, refused: Unprotectable, k: int) -> str:
    names = [" / ".join(name) for cell in refused.cells if (name := table.name(cell))]
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return (
        f"The table cannot be published with its margins at k = {k}: {', '.join(names[:_MOST_NAMED])}{more} could be worked out "
        "whatever else is hidden. Nothing was released. Merge rows or columns until each of their totals is larger, and try again."
    )


def _as_json(table: CountTable, protection: Protection) -> dict[str, object]:
    intervals = []
    for cell, bounds in sorted(protection.bounds.items()):
        row, column = _name(table, cell)
        intervals.append({"row": row, "column": column, "low": bounds.low, "high": bounds.high})
    return {"hidden": [list(_name(table, cell)) for cell in sorted(protection.hidden)], "intervals": intervals}


def _as_text(table: CountTable, protection: Protection, k: int) -> str:
    if not protection.hidden:
        return f"Nothing need be hidden: no cell has 1 to {k - 1} respondents."
    lines = [f"Hide {len(protection.hidden)} of {len(table.rows) * len(table.columns)} cells. An attacker then knows of each only:"]
    for cell, bounds in sorted(protection.bounds.items()):
        lines.append(f"  {' / '.join(_name(table, cell))}: {bounds.low} to {bounds.high}")
    return "\n".join(lines)


def _name(table: CountTable, cell: int) -> tuple[str, str]:
    name = table.name(cell)
    assert name  # totals are never hidden
    return name

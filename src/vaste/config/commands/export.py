"""`vaste export`: the record's rows as a file, for those entitled."""

from datetime import date
from pathlib import Path

import click

from vaste.config.commands.county import chosen_county
from vaste.config.commands.outcome import print_json, refuse
from vaste.responses.exporting import Format, Order, Purpose, Receipt, export_csv, export_parquet, why_not_a_reference
from vaste.responses.periods import span
from vaste.responses.queries import Selection
from vaste.responses.rules import Channel
from vaste.results.questions import QuestionRefused, read_wanted


@click.command()
@click.option("--out", "name", required=True, metavar="FILE", help="Where to write; a file that is there already is not touched.")
@click.option("--format", "written_as", type=click.Choice([each.value for each in Format]), default=Format.CSV.value, show_default=True)
@click.option("--purpose", type=click.Choice([each.value for each in Purpose]), required=True, help="What for; noted in the audit.")
@click.option("--reference", required=True, help="Of the decision that allows it, as SOITE/123/2026; noted in the audit.")
@click.option("--from", "first", default="", metavar="DAY", help="First day; the week or month it falls in is taken whole.")
@click.option("--to", "last", default="", metavar="DAY", help="Last day.")
@click.option("--comments", is_flag=True, help="The comments too, masked as they are kept.")
@click.option("--county", "code", help="The county's code, where there are several.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def export(
    *, name: str, written_as: str, purpose: str, reference: str, first: str, last: str, comments: bool, code: str | None, as_json: bool
) -> None:
    """Write a county's responses as rows, and say how many and the file's checksum. Rows are not anonymous: see docs/privacy.md."""
    problem = why_not_a_reference(reference)
    if problem:
        refuse(f"{problem} Nothing was written.")
    county = chosen_county(code)
    units = tuple(county.units.order_by("oid").values_list("oid", flat=True))
    selection = Selection(units, span(*_days(first, last)), tuple(Channel))
    order = Order(county.code, selection, Purpose(purpose), reference, with_comments=comments)
    receipt = _written(order, Path(name), Format(written_as))
    if as_json:
        print_json({"file": name, "rows": receipt.rows, "sha256": receipt.sha256})
    else:
        click.echo(f"{receipt.rows} rows were written to {name}.\nSHA-256 {receipt.sha256}")


def _days(first: str, last: str) -> tuple[date | None, date | None]:
    try:
        wanted = read_wanted({"from": first, "to": last})
    except QuestionRefused as refused:
        refuse(str(refused))
    return wanted.first, wanted.last


def _written(order: Order, path: Path, written_as: Format) -> Receipt:
    try:
        path.touch(mode=0o600, exist_ok=False)
        if written_as is Format.PARQUET:
            return export_parquet(order, path, actor="command")
        receipt = Receipt()
        with path.open("wb") as file:
            for octets in export_csv(order, receipt, actor="command"):
                file.write(octets)
    except FileExistsError:
        refuse(f"There is a file {path} already. Nothing was written. Choose another name.")
    except OSError as error:
        refuse(f"The file {path} cannot be written: {(error.strerror or 'unknown fault').lower()}. Choose another place.")
    return receipt

"""`vaste compare`: organisations side by side, by counts of their strata."""

import click

from vaste.config.commands.files import read_text
from vaste.config.commands.outcome import print_json, refuse
from vaste.indicators.standardised import Standardised
from vaste.national.comparison.strata_file import Compared, Crude, StrataRefused, read_strata
from vaste.national.comparison.strata_file import compare as compared


@click.command()
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def compare(file: str, as_json: bool) -> None:
    """Compare organisations by the counts of the CSV FILE: the crude score, and the score under the same weights for all."""
    try:
        organisations = compared(read_strata(read_text(file)))
    except StrataRefused as refused:
        refuse(f"{refused} Nothing was compared.")
    if as_json:
        print_json({"organisations": {name: _as_json(each) for name, each in organisations.items()}})
    else:
        for name, each in organisations.items():
            click.echo(f"{name}: crude {_in_words(each.crude)}; standardised {_in_words(each.standardised)}")


def _as_json(each: Compared) -> dict[str, object]:
    return {name: _figure(figure) for name, figure in (("crude", each.crude), ("standardised", each.standardised))}


def _figure(figure: Crude | Standardised | None) -> dict[str, object] | None:
    if figure is None:
        return None
    known: dict[str, object] = {"value": figure.value, "low": figure.low, "high": figure.high, "n": figure.n}
    if isinstance(figure, Standardised):
        known |= {"covered": figure.covered, "strata": figure.strata}
    return known


def _in_words(figure: Crude | Standardised | None) -> str:
    if figure is None:
        return "no answers"
    covered = f", strata of {figure.covered:.0%} of the reference" if isinstance(figure, Standardised) and figure.covered < 1 else ""
    return f"{figure.value:.1f} ({figure.low:.1f} to {figure.high:.1f}, n {figure.n}{covered})"

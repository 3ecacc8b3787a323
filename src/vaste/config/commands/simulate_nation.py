"""`vaste simulate nation`: a whole country whose true differences are known, compared and held against the truth."""

from dataclasses import asdict
from pathlib import Path

import click

from vaste.config.commands.outcome import print_json, refuse
from vaste.national.comparison.reference import reference
from vaste.national.comparison.rules import NPS, Kind
from vaste.national.counties import organisations
from vaste.simulator.nation.leaks import Found, audit_planted_leaks
from vaste.simulator.nation.packages import Packed, compare_packages, facts_of, packages_of
from vaste.simulator.nation.rehearsal import QUARTERS, Coverage, Held, K, Nation, compare_nation, draw_nation, held_against_truth, rehearse

_MOST_COUNTIES = len(organisations())


@click.command("nation")
@click.option("--counties", type=click.IntRange(2, _MOST_COUNTIES), default=_MOST_COUNTIES, show_default=True, help="How many deliver.")
@click.option("--answers", type=click.IntRange(100, 20_000_000), default=200_000, show_default=True, help="Of all counties in a quarter.")
@click.option("--rounds", type=click.IntRange(1, 1000), default=5, show_default=True, help="How many countries the coverage is taken of.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same figures.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="A new folder for the signed packages of the counties.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def simulate_nation(*, counties: int, answers: int, rounds: int, seed: int, out: Path | None, as_json: bool) -> None:
    """Compare invented counties, tell how often intervals hold the truth, and whether the audit finds planted leaks."""
    drawn = draw_nation(counties, answers, reference(), seed)
    comparison = compare_packages(_write_packages(drawn, out), QUARTERS[-1], reference()) if out else compare_nation(drawn, reference())
    held = [each for each in held_against_truth(drawn, comparison, reference()) if each.indicator == NPS]
    covered = rehearse(counties, answers, rounds, reference(), seed)
    leaks = audit_planted_leaks(facts_of(min(drawn.now, key=lambda each: each.county.share)), K)
    if as_json:
        print_json(
            {
                "counties": [_facts(each) for each in held],
                "coverage": {kind: asdict(each) for kind, each in covered.items()},
                "leaks": [_leak_facts(each) for each in leaks],
            }
        )
    else:
        _tell(held, covered, leaks, rounds)


def _write_packages(drawn: Nation, out: Path) -> list[Packed]:
    """Write a package for each county, and a list of the keys by which a hub knows them; return them."""
    try:
        out.mkdir(parents=True)
    except OSError as error:
        refuse(f"The folder {out} cannot be made: {(error.strerror or 'unknown fault').lower()}. Nothing was written; name a new one.")
    keys, made = ["county,public_key"], list(packages_of(drawn.now, K))
    for packed in made:
        if packed.stopped:
            click.echo(f"{packed.county} delivers nothing: {packed.stopped}", err=True)
            continue
        (out / f"{packed.county}.zip").write_bytes(packed.package)
        keys.append(f"{packed.county},{packed.public_key}")
    (out / "keys.csv").write_text("\n".join([*keys, ""]), encoding="utf-8")
    return made


def _facts(held: Held) -> dict[str, object]:
    crude, standardised = held.figure.crude, held.figure.standardised
    return {
        "county": held.county,
        "n": held.figure.n,
        "true": held.true,
        "crude": crude and {"value": crude.value, "low": crude.low, "high": crude.high, "holds": held.crude_holds},
        "standardised": standardised
        and {"value": standardised.value, "low": standardised.low, "high": standardised.high, "holds": held.standardised_holds},
    }


def _leak_facts(found: Found) -> dict[str, object]:
    return {"leak": found.leak, "found": found.is_found, "sentence": found.sentence, "closed": found.is_closed}


def _tell(held: list[Held], covered: dict[Kind, Coverage], leaks: tuple[Found, ...], rounds: int) -> None:
    click.echo(f"{'county':>6}{'answers':>9}{'true NPS':>10}{'as it came':>24}{'standardised':>24}")
    for each in held:
        crude, standardised = each.figure.crude, each.figure.standardised
        assert crude
        assert standardised
        one = f"{crude.value:.1f} ({crude.low:.1f} to {crude.high:.1f}){' ' if each.crude_holds else '*'}"
        other = f"{standardised.value:.1f} ({standardised.low:.1f} to {standardised.high:.1f}){' ' if each.standardised_holds else '*'}"
        click.echo(f"{each.county:>6}{each.figure.n:>9}{each.true:>10.1f}{one:>24}{other:>24}")
    click.echo(f"* the truth lies outside. Of {rounds} countries, the share of intervals that hold the truth:")
    for kind, coverage in covered.items():
        click.echo(
            f"{kind:>10}: {coverage.crude:.1%} as they came, {coverage.standardised:.1%} standardised, of {coverage.figures} figures"
        )
    for found in leaks:
        closed = "what is delivered does not have it" if found.is_closed else "AND STANDS IN WHAT IS DELIVERED"
        click.echo(f"planted leak, {found.leak}: {f'found: {found.sentence}' if found.is_found else 'NOT FOUND.'} ({closed})")

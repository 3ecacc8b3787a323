"""`vaste simulate alerts`: how often the early warning calls by chance, and how soon when something is wrong."""

from dataclasses import asdict

import click

from vaste.config.commands.outcome import print_json
from vaste.simulator.alerts import Outcome, Trial, try_out


@click.command("alerts")
@click.option("--answers", "weekly", type=click.IntRange(1, 1000), multiple=True, help="Answers a week of a unit; 5, 15 and 50.")
@click.option("--units", type=click.IntRange(1, 100_000), default=200, show_default=True, help="How many units, for a year.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same figures.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def simulate_alerts(*, weekly: tuple[int, ...], units: int, seed: int, as_json: bool) -> None:
    """Count false alarms of units where 8 in 100 detract, and the weeks until a rise to 20 or 25 in 100 is found."""
    outcomes = [try_out(Trial(answers, units=units, found_units=max(units // 2, 1)), seed) for answers in weekly or (5, 15, 50)]
    if as_json:
        print_json([_facts(outcome, units) for outcome in outcomes])
        return
    click.echo(f"{units} units, one year. Alarms by chance, and weeks until a worse share is found (median):")
    click.echo(f"{'answers a week':>14}{'limit':>8}{'by CUSUM':>10}{'by p-chart':>12}{'8 % to 20 %':>13}{'8 % to 25 %':>13}")
    for outcome in outcomes:
        found = "".join(f"{weeks:>13.1f}" for weeks in outcome.weeks_until_found.values())
        counts = f"{outcome.false_alarms:>10}{outcome.false_alarms_of_share_chart:>12}"
        click.echo(f"{outcome.answers_a_week:>14}{outcome.limit:>8.2f}{counts}{found}")


def _facts(outcome: Outcome, units: int) -> dict[str, object]:
    return {
        **asdict(outcome),
        "units": units,
        "weeks_until_found": {f"{share:.2f}": weeks for share, weeks in outcome.weeks_until_found.items()},
    }

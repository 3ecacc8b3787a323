"""`vaste bench`: measure this machine, with the limit and the ratio in the same run."""

import click

from vaste.config.commands.bench_analytics import bench_analytics
from vaste.config.commands.bench_due import bench_due
from vaste.config.commands.bench_faults import bench_faults
from vaste.config.commands.bench_hub import bench_hub
from vaste.config.commands.bench_national import bench_national
from vaste.config.commands.bench_results import bench_results
from vaste.config.commands.bench_sms import bench_sms
from vaste.config.commands.bench_survey import bench_survey


@click.group()
def bench() -> None:
    """Measure speed in a scratch database; nothing of yours is touched."""


bench.add_command(bench_analytics, "analytics")
bench.add_command(bench_due, "due")
bench.add_command(bench_faults, "faults")
bench.add_command(bench_hub, "hub")
bench.add_command(bench_national, "national")
bench.add_command(bench_results, "results")
bench.add_command(bench_sms, "sms")
bench.add_command(bench_survey, "survey")

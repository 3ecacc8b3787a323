"""`vaste bench national`: a delivery's cubes over ten million answers, and the protection of a county's quarter, each beside its limit."""

import json
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from django.db import connection

from vaste.config.commands.bench_analytics_world import YEAR, make_copy, make_county, note_copy
from vaste.config.commands.bench_results import scratch_database
from vaste.national.cubes.auditing import audit
from vaste.national.cubes.counting import read_facts
from vaste.national.cubes.groups import Numbers
from vaste.national.cubes.levels import Quarter
from vaste.national.cubes.linking import Release
from vaste.national.cubes.plan import Facts, Leaf
from vaste.national.cubes.protecting import Protected, protect_tables
from vaste.national.cubes.tabling import published, release_of, rows_of
from vaste.organisations.models import County
from vaste.responses.copy.actions import count_month
from vaste.responses.copy.engine import connect
from vaste.responses.copy.state import Copy
from vaste.responses.copy.table import RecordTable
from vaste.surveys.instrument import ItemKind, national_adult

CUBES_LIMIT_SECONDS, PROTECTION_LIMIT_SECONDS = 15, 60
_K = 5
_AGES, _LANGUAGES, _CHANNELS = ("18-44", "45-64", "65+", "unknown"), ("fi", "sv", "other"), ("sms", "link", "sms+link")
_SHARES = ([0.33, 0.33, 0.32, 0.02], [0.55, 0.38, 0.07], [0.45, 0.5, 0.05])
_STEPS = [0.05, 0.02, 0.03, 0.08, 0.26, 0.56]  # skipped, then 1 to 5
_ASKED_BY_SMS = 2
_QUARTERS = tuple(str(Quarter(2026, number)) for number in range(1, 5))


@click.command("national")
@click.option("--answers", default=10_000_000, show_default=True, type=click.IntRange(10_000, 100_000_000), help="Of the record.")
@click.option("--quarter", default=15_000, show_default=True, type=click.IntRange(100, 1_000_000), help="Answers of a county in a quarter.")
@click.option("--units", default=150, show_default=True, type=click.IntRange(2, 1000))
@click.option("--services", default=15, show_default=True, type=click.IntRange(1, 100))
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="Keep the record that was drawn here, for the next time.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def bench_national(*, answers: int, quarter: int, units: int, services: int, folder: Path | None, as_json: bool) -> None:
    """Measure a delivery: the cubes of a record drawn at random; hiding and attack of a county's tables, quarter after quarter."""
    with tempfile.TemporaryDirectory(prefix="vaste-bench-") as scratch, scratch_database():
        place = folder or Path(scratch)
        place.mkdir(parents=True, exist_ok=True)
        facts = {
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {connection.vendor}",
            **_cubes(place, answers),
            **_quarters(quarter, units, services),
        }
        note_copy(place, answers)
    click.echo(json.dumps(facts) if as_json else "\n".join(f"{name:<26}{value}" for name, value in facts.items()))


def _cubes(folder: Path, answers: int) -> dict[str, Any]:
    """Make every cube of the record anew, and count a quarter for a delivery."""
    county = make_county()
    copy = make_copy(folder, answers)
    build = _seconds(lambda: _build(copy))
    count = _seconds(lambda: _read(county))
    return {
        "answers": answers,
        "cubes_seconds": round(build, 1),
        "counted_seconds": round(count, 1),
        "cubes_limit_seconds": CUBES_LIMIT_SECONDS,
        "cubes_ratio": round((build + count) / CUBES_LIMIT_SECONDS, 2),
    }


def _build(copy: Copy) -> None:
    table = RecordTable(copy.folder)
    with closing(connect(copy.folder / "spill")) as con:
        for month, part in copy.parts.items():
            count_month(con, table, replace(copy, attempt=part.edition), month, is_sorted=part.is_sorted)


def _read(county: County) -> None:
    items = [item.id for item in national_adult().items if item.kind is ItemKind.BASE]
    facts = read_facts(list(county.units.all()), [Quarter(YEAR, 2)], national_adult().version_key, items)
    assert facts.answered


def _quarters(answers: int, units: int, services: int) -> dict[str, Any]:
    """Protect and attack four quarters, then the first one once more after three more people answered; then attack all five together."""
    chance = np.random.default_rng(7)
    drawn = list(_drawn(chance, answers, units, services))
    protect_times, audit_times, hidden = [], [], 0
    packages, releases = [], list[Release]()
    for facts in [*drawn, _with_late_answers(drawn[0])]:
        name = f"delivery {len(releases) + 1}"
        near = [number for number, release in enumerate(releases) if release.quarters == facts.quarters]
        began = time.perf_counter()
        protected = protect_tables(facts, [releases[number] for number in near], _K)
        protect_times.append(time.perf_counter() - began)
        releases.append(release_of(name, protected))
        packages.append(published(name, rows_of(protected), releases[-1]))
        began = time.perf_counter()
        found = audit([*(packages[number] for number in near), packages[-1]], _K)
        audit_times.append(time.perf_counter() - began)
        assert found.has_passed, found.failures
        hidden += found.hidden
    began = time.perf_counter()
    together = audit(packages, _K)
    attack = time.perf_counter() - began
    assert together.has_passed, together.failures
    slowest = max(one + other for one, other in zip(protect_times, audit_times, strict=True))
    return {
        "quarter_answers": answers,
        "units": units,
        "services": services,
        "cells": _cells(protected),
        "hidden_a_quarter": hidden // len(packages),
        "narrowest_at_least": _K - 1,
        "narrowest": together.narrowest,
        "protect_seconds": [round(each, 1) for each in protect_times],
        "audit_seconds": [round(each, 1) for each in audit_times],
        "attack_on_all_seconds": round(attack, 1),
        "protection_limit_seconds": PROTECTION_LIMIT_SECONDS,
        "protection_ratio": round(slowest / PROTECTION_LIMIT_SECONDS, 2),
    }


def _cells(protected: Protected) -> int:
    return sum(map(len, protected.planned.tables.values()))


def _drawn(chance: np.random.Generator, answers: int, units: int, services: int) -> Iterator[Facts]:
    """Yield a county's quarters: units of very different size, few guardians, few answers in a third language."""
    oids = [f"1.2.246.10.99999999.10.{number}" for number in range(1, units + 1)]
    service_of = {oid: f"service_{int(chance.integers(services))}" for oid in oids}
    weights = chance.dirichlet(np.ones(units))
    items = tuple(item.id for item in national_adult().items if item.kind is ItemKind.BASE)
    for quarter in _QUARTERS:
        marks = [chance.choice(units, answers, p=weights), *(chance.choice(len(share), answers, p=share) for share in _SHARES)]
        answered = _grouped(chance, marks, oids, quarter, len(items))
        invited = {leaf._replace(channel="all"): 0 for leaf in answered}
        for leaf, numbers in answered.items():
            invited[leaf._replace(channel="all")] += 4 * int(numbers[0])
        yield Facts(service_of, (quarter,), items, answered, invited)


def _grouped(chance: np.random.Generator, marks: Sequence[Any], oids: Sequence[str], quarter: str, items: int) -> dict[Leaf, Numbers]:
    numbers = np.zeros((len(marks[0]), 4 + 5 * items), dtype=np.int64)
    people = np.arange(len(numbers))
    numbers[:, 0] = 1
    numbers[people, 1 + chance.choice(3, len(numbers), p=[0.72, 0.18, 0.1])] = 1
    for item in range(items):
        step = chance.choice(6, len(numbers), p=_STEPS)
        if item >= _ASKED_BY_SMS:
            step[marks[3] == 0] = 0
        numbers[people[step > 0], 4 + 5 * item + step[step > 0] - 1] = 1
    keys, place = np.unique(np.stack(marks), axis=1, return_inverse=True)
    sums = np.zeros((keys.shape[1], numbers.shape[1]), dtype=np.int64)
    np.add.at(sums, place.ravel(), numbers)
    names = [(oids[unit], quarter, _AGES[age], _LANGUAGES[language], _CHANNELS[channel]) for unit, age, language, channel in keys.T]
    return {Leaf(*name): row for name, row in zip(names, sums, strict=True)}


def _with_late_answers(facts: Facts) -> Facts:
    leaf = max(facts.answered, key=lambda each: (int(facts.answered[each][0]), each))
    late = facts.answered[leaf].copy()
    late[[0, 1]] += 3
    return replace(facts, answered={**facts.answered, leaf: late})


def _seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began

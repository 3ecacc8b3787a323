"""Packages of made-up counties, for tests and trials: nobody answered anything that stands in them."""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vaste.national.packages import layout
from vaste.national.packages.cells import Row
from vaste.national.packages.layout import ALL, HIDDEN, SHOWN, TABLES, Contents, InstrumentName, Period
from vaste.national.packages.writing import both_forms, write_package

ITEMS = ("access", "encounter")
_SERVICES = ("emergency", "oral_health", "primary_care_reception")
_AGES = ("18-44", "45-64", "65+")
_SCORES = (0, 7, 9, 9, 10, 10)
# A meeting of marks has nobody, or at least k: then every sum of such has too.
_MEETS = 0.7


@dataclass(frozen=True)
class Example:
    """What a made-up county delivers. hidden_ages: in every table by age, these are hidden in the first two services and over all.

    answers: about how many respondents each meeting of marks has that has any.
    """

    county: str = "18"
    campaign: str = "spring-2026"
    version: int = 1
    replaces: str | None = None
    quarters: tuple[str, ...] = ("2026-Q1",)
    seed: int = 1
    answers: int = 8
    hidden_ages: tuple[str, ...] = ()
    k: int = 5
    items: tuple[str, ...] = ITEMS


Marks = dict[str, str]


def example_contents(example: Example) -> Contents:
    """Return a package's contents, as `write_package` takes them."""
    return Contents(
        county=example.county,
        campaign=example.campaign,
        version=example.version,
        replaces=example.replaces,
        instrument=InstrumentName("national-adult", "2024-1"),
        period=Period(example.quarters[0], example.quarters[-1]),
        k=example.k,
        files=example_files(example_tables(example), example.items),
    )


def example_package(example: Example, key: Ed25519PrivateKey) -> bytes:
    """Return a package, signed."""
    return write_package(example_contents(example), key)


def example_tables(example: Example) -> dict[str, list[Row]]:
    """Return the five tables of a county drawn by a seed, every sum in order."""
    chance = random.Random(example.seed)  # noqa: S311  made-up answers, the same at every run
    people: list[tuple[Marks, Counter[str]]] = []
    for service, quarter, age, language, channel in product(_SERVICES, example.quarters, _AGES, layout.LANGUAGES[:2], layout.CHANNELS[:2]):
        marks = {"service": service, "quarter": quarter, "age": age, "language": language, "channel": channel}
        units = [f"1.2.246.10.99999999.10.{_SERVICES.index(service) * 2 + number + 1}" for number in range(2)]
        people += [({**marks, "unit": unit}, _counts(chance, example)) for unit in units if chance.random() < _MEETS]
    return {name: _table(table, people, example) for name, table in TABLES.items()}


def _counts(chance: random.Random, example: Example) -> Counter[str]:
    n = example.k + chance.randrange(example.answers)
    counts = Counter({"n": n, "invited": n * 3, "nps_n": n})
    for _person in range(n):
        score = chance.choice(_SCORES)
        counts["promoters" if score >= 9 else "passives" if score >= 7 else "detractors"] += 1
        counts.update(f"{item}_{chance.choice((3, 4, 5, 5))}" for item in example.items if chance.random() < 0.9)
    return counts


def _table(table: layout.TableLayout, people: Iterable[tuple[Marks, Counter[str]]], example: Example) -> list[Row]:
    totals: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    beside: dict[str, Marks] = {}
    for marks, counts in people:
        beside[marks[table.keys[0]]] = marks
        for key in product(*(_levels(mark, marks[mark], example) for mark in table.keys)):
            totals[key].update(counts)
    numbers = table.columns(example.items)[len(table.marks) + 1 :]
    values = [sorted({key[place] for key in totals}) for place in range(len(table.keys))]
    rows: list[Row] = []
    for key in product(*values):
        marks = dict(zip(table.keys, key, strict=True)) | {mark: beside[key[0]][mark] for mark in table.beside}
        is_hidden = marks.get("age") in example.hidden_ages and marks.get("service") != _SERVICES[-1]
        cells = dict.fromkeys(numbers) if is_hidden else {name: totals[key][name] for name in numbers}
        rows.append({**{mark: marks[mark] for mark in table.marks}, "state": HIDDEN if is_hidden else SHOWN, **cells})
    return rows


def _levels(mark: str, value: str, example: Example) -> tuple[str, ...]:
    has_margin = mark != "unit" and (mark != "quarter" or len(example.quarters) > 1)
    return (value, ALL) if has_margin else (value,)


def example_files(tables: Mapping[str, Sequence[Row]], items: Sequence[str]) -> dict[str, bytes]:
    """Return the files of some tables, with the documents that go with them."""
    data = {name: octets for table, rows in tables.items() for name, octets in table_files(table, rows, items).items()}
    texts = {language: {"text": f"A statement ({language})."} for language in layout.STATEMENT_LANGUAGES}
    documents: dict[str, Any] = {
        layout.INSTRUMENT: {"id": "national-adult", "version": "2024-1", "items": [{"id": item, "texts": texts} for item in items]},
        layout.QUESTIONNAIRE: {"resourceType": "Questionnaire", "status": "active", "url": "https://vaste.invalid/fhir/Questionnaire"},
        layout.STATEMENT: {"left_out": ["free text", "contact details"], "hidden": 0},
        layout.DATAPACKAGE: {"name": "delivery", "resources": [{"name": name.replace("/", "-"), "path": name} for name in sorted(data)]},
    }
    said = {name: json.dumps(document, sort_keys=True).encode() for name, document in documents.items()}
    return {**said, **dict.fromkeys(layout.STATEMENTS, b"Nothing in this package tells of one person.\n"), **data}


def table_files(table: str, rows: Sequence[Row], items: Sequence[str]) -> dict[str, bytes]:
    """Return a table in both forms."""
    marks = (*TABLES[table].marks, "state")
    return both_forms(f"data/{table}", marks, TABLES[table].columns(items)[len(marks) :], rows)


def correction(example: Example, replaces: str) -> Example:
    """Return the next version of a delivery, with other answers. replaces: SHA-256 of the manifest of the last one."""
    return replace(example, version=example.version + 1, replaces=replaces, seed=example.seed + 1000)

"""The documents that go with the tables: what was asked, and what each column means."""

from collections.abc import Mapping, Sequence
from typing import Any

from vaste.national.packages import layout
from vaste.national.packages.layout import ALL, STEPS, TABLES, TableLayout
from vaste.surveys.instrument import LANGUAGES, Branch, Instrument, Item

_TITLES = {
    "services": "Respondents and their answers by service, quarter, age and language",
    "strata": "Respondents and their answers by service, quarter, age and channel",
    "units": "Respondents and their answers by unit and quarter",
    "invited": "Invited people and respondents by service, quarter, age and language",
    "channels": "Respondents by service, quarter and channel",
    "rows": "One row for each respondent, generalised until at least k share their marks; delivered under contract",
}
_MARKS = {
    "service": "Service line of the unit that was visited",
    "unit": "OID of the unit in the SOTE organisation register",
    "quarter": "Quarter of the visit; a week belongs to the quarter of its Thursday",
    "age": "Age group of the client; unknown where a guardian answered",
    "language": "Language of the answer: Finnish, Swedish or another",
    "channel": "By text message, by link, or begun by text message and finished by link",
    "state": "Whether the cell's numbers are shown or hidden",
}
_COUNTS = {
    "n": "Respondents",
    "invited": "People who were invited to answer",
    "nps_n": "Respondents who answered the recommendation question",
    "promoters": "Of these, how many answered 9 or 10",
    "passives": "Of these, how many answered 7 or 8",
    "detractors": "Of these, how many answered 0 to 6",
}


# Readers of Parquet that go by way of pandas, as the Frictionless program does, give a column without any value as this.
_MISSING = {"parquet": ("nan",)}


def instrument_document(instrument: Instrument, items: Sequence[str]) -> dict[str, Any]:
    """Return the instrument as a document: the questions whose answers are counted, in each language and branch."""
    return {
        "id": instrument.id,
        "version": instrument.version,
        "valid_from": instrument.valid_from.isoformat(),
        "age_limit": instrument.age_limit,
        "scale": [{"value": step.value, "texts": {each: step.label[each].text for each in LANGUAGES}} for step in instrument.scale],
        "items": [_item(instrument.item(item)) for item in ("nps", *items)],
    }


def _item(item: Item) -> dict[str, Any]:
    branches = [branch for branch in Branch if item.is_asked_in(branch)]
    texts = {language: {branch.value: item.text(language, branch) for branch in branches} for language in LANGUAGES}
    return {"id": item.id, "kind": item.kind.value, "dimension": item.dimension, "texts": texts}


def datapackage(*, name: str, tables: Mapping[str, Sequence[str]], items: Sequence[str], row_columns: Sequence[str] = ()) -> dict[str, Any]:
    """Return the Frictionless Data Package of the data files. tables: the paths of each table; row_columns: of rows under contract."""
    resources = []
    for table, paths in tables.items():
        fields = _row_fields(row_columns) if table == "rows" else _fields(TABLES[table], items)
        resources += [_resource(table, path, fields, TABLES[table].keys if table in TABLES else ()) for path in paths]
    return {
        "profile": "data-package",
        "name": name,
        "title": "Delivery of client feedback in counts",
        "created_by": f"vaste, layout {layout.FORMAT_VERSION}, method {layout.METHOD_VERSION}",
        "resources": resources,
    }


def _resource(table: str, path: str, fields: list[dict[str, Any]], keys: Sequence[str]) -> dict[str, Any]:
    form = path.rpartition(".")[2]
    schema: dict[str, Any] = {"fields": fields, "missingValues": ["", *_MISSING.get(form, ())]}
    if keys:
        schema["primaryKey"] = list(keys)
    return {
        "name": f"{table}-{form}",
        "path": path,
        "title": _TITLES[table],
        "format": form,
        "mediatype": {"csv": "text/csv", "parquet": "application/vnd.apache.parquet", "ndjson": "application/fhir+ndjson"}[form],
        "encoding": "utf-8",
        **({} if form == "ndjson" else {"schema": schema}),
    }


def _fields(table: TableLayout, items: Sequence[str]) -> list[dict[str, Any]]:
    columns = table.columns(items)
    texts = {*table.marks, "state"}
    return [
        {
            "name": column,
            "type": "string" if column in texts else "integer",
            "description": _description(column, items),
            **_limits(table, column),
        }
        for column in columns
    ]


def _limits(table: TableLayout, column: str) -> dict[str, Any]:
    values = {"age": (*layout.AGES, ALL), "language": (*layout.LANGUAGES, ALL), "channel": (*layout.CHANNELS, ALL)}.get(column)
    if column == "state":
        return {"constraints": {"required": True, "enum": [layout.SHOWN, layout.HIDDEN]}}
    if values:
        return {"constraints": {"required": True, "enum": list(values)}}
    return {"constraints": {"required": True} if column in table.marks else {"minimum": 0}}


def _description(column: str, items: Sequence[str]) -> str:
    known = _MARKS.get(column) or _COUNTS.get(column)
    if known:
        return f"{known}; all: together" if column in _MARKS and column not in ("state", "unit") else known
    item, _, step = column.rpartition("_")
    assert item in items
    assert int(step) in STEPS
    return f"How many gave step {step} of 5 to the statement {item} (5: agree fully)"


def _row_fields(columns: Sequence[str]) -> list[dict[str, Any]]:
    described = {"nps": "Answer to the recommendation question, 0 to 10", **_MARKS}
    return [
        {
            "name": column,
            "type": "string" if column in _MARKS else "integer",
            "description": described.get(column, f"Step of the statement {column}, 1 to 5 (5: agree fully)"),
        }
        for column in columns
    ]

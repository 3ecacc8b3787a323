"""How visits are written: one module a format, each turning octets into numbered rows. FHIR and HL7 v2 will enter here."""

from collections.abc import Callable, Sequence

from vaste.visits.formats.csv import read_csv
from vaste.visits.formats.ndjson import read_json, read_ndjson
from vaste.visits.formats.rows import Row, Unreadable

FORMATS: dict[str, Callable[[bytes], Sequence[Row]]] = {"csv": read_csv, "ndjson": read_ndjson}

__all__ = ["FORMATS", "Row", "Unreadable", "read_csv", "read_json", "read_ndjson"]

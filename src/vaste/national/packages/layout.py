"""What a delivery package consists of: names, columns, versions and limits. See docs/national.md."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import msgspec

FORMAT = "vaste-delivery"
FORMAT_VERSION = 1
METHOD_VERSION = "2026.1"
SMALLEST_K = 5

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
DATAPACKAGE, INSTRUMENT, QUESTIONNAIRE, STATEMENT = "datapackage.json", "instrument.json", "questionnaire.json", "statement.json"
STATEMENT_LANGUAGES = ("fi", "sv", "en")
STATEMENTS = tuple(f"statement.{language}.txt" for language in STATEMENT_LANGUAGES)
DOCUMENTS = (DATAPACKAGE, INSTRUMENT, QUESTIONNAIRE, STATEMENT)
ROWS, FHIR_ROWS = "contract/rows", "contract/responses.ndjson"
FORMS = ("csv", "parquet")

ALL = "all"
SHOWN, HIDDEN = "shown", "hidden"
AGES = ("0-17", "18-44", "45-64", "65+", "unknown")
LANGUAGES = ("fi", "sv", "other")
CHANNELS = ("sms", "link", "sms+link")
NPS_COUNTS = ("nps_n", "promoters", "passives", "detractors")
STEPS = range(1, 6)

MOST_PACKED_BYTES = 32 * 1024 * 1024
MOST_UNPACKED_BYTES = 256 * 1024 * 1024
MOST_MEMBERS = 64

QUARTER = re.compile(r"20[0-9]{2}-Q[1-4]")


@dataclass(frozen=True)
class TableLayout:
    """A table of counts: the marks that tell its cells apart, and its counts beside those of the answers.

    keys: the marks of which every meeting of values has a row. has_answers: with the scores and statements.
    """

    name: str
    keys: tuple[str, ...]
    beside: tuple[str, ...] = ()
    counts: tuple[str, ...] = ("n",)
    has_answers: bool = False

    @property
    def marks(self) -> tuple[str, ...]:
        """Every column of text but the state, in order."""
        return (*self.keys[:1], *self.beside, *self.keys[1:])

    def columns(self, items: Sequence[str]) -> tuple[str, ...]:
        """Return every column in order. items: ids of the statements."""
        answers = (*NPS_COUNTS, *(f"{item}_{step}" for item in items for step in STEPS)) if self.has_answers else ()
        return (*self.marks, "state", *self.counts, *answers)

    def files(self) -> tuple[str, ...]:
        """Return the names of its two forms."""
        return tuple(f"data/{self.name}.{form}" for form in FORMS)


TABLES: Mapping[str, TableLayout] = MappingProxyType(
    {
        layout.name: layout
        for layout in (
            TableLayout("services", ("service", "quarter", "age", "language"), has_answers=True),
            TableLayout("strata", ("service", "quarter", "age", "channel"), has_answers=True),
            TableLayout("units", ("unit", "quarter"), beside=("service",), has_answers=True),
            TableLayout("invited", ("service", "quarter", "age", "language"), counts=("invited", "n")),
            TableLayout("channels", ("service", "quarter", "channel")),
        )
    }
)
_TABLE_FILES = tuple(name for layout in TABLES.values() for name in layout.files())
# Without contract rows, in the order in which they stand in the archive, after manifest and signature.
ALWAYS = (*DOCUMENTS, *STATEMENTS, *_TABLE_FILES)
UNDER_CONTRACT = (*(f"{ROWS}.{form}" for form in FORMS), FHIR_ROWS)


class FileEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the manifest says of a file. sha256: 64 hexadecimal digits."""

    path: str
    bytes: int
    sha256: str


class InstrumentName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which instrument was asked."""

    id: str
    version: str


class Period(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"first": "from", "last": "to"}):
    """Whole quarters, both ends included, as `2026-Q1`."""

    first: str
    last: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a package says of itself. replaces: SHA-256 of the manifest of the version that this one takes the place of."""

    format: str
    format_version: int
    method_version: str
    county: str
    campaign: str
    version: int
    replaces: str | None
    instrument: InstrumentName
    period: Period
    k: int
    files: tuple[FileEntry, ...]


MANIFESTS: Final = msgspec.json.Decoder(Manifest)


@dataclass(frozen=True)
class Contents:
    """What goes into a package: the facts of its manifest, and every other file's bytes by its name."""

    county: str
    campaign: str
    version: int
    replaces: str | None
    instrument: InstrumentName
    period: Period
    k: int
    files: Mapping[str, bytes] = field(default_factory=dict)


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return a manifest as it is written and signed: UTF-8, keys sorted, no blanks."""
    return msgspec.json.encode(manifest, order="sorted")


def quarters(period: Period) -> tuple[str, ...]:
    """Return every quarter of a period in order; none where it ends before it begins."""
    first, last = (int(quarter[:4]) * 4 + int(quarter[-1]) - 1 for quarter in (period.first, period.last))
    return tuple(f"{number // 4}-Q{number % 4 + 1}" for number in range(first, last + 1))

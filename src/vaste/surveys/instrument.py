"""Instruments: what is asked, in which words, from which age; dated, versioned data read from TOML files."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from vaste.core.toml import TomlDecoder

LANGUAGES = ("fi", "sv", "en")
NPS = "nps"
FREE_TEXT = "free_text"
NPS_RANGE = (0, 10)
STATEMENT_RANGE = (1, 5)

_FOLDER = Path(__file__).parent / "instruments"
_NATIONAL_ADULT = _FOLDER / "national-adult-2024-1.toml"
_OWN_LANGUAGE = _FOLDER / "own-language.toml"
_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
# THL's definition: the recommendation question and two to seven base statements are asked everywhere.
_BASE_STATEMENTS = range(2, 8)


class InstrumentError(ValueError):
    """An instrument file cannot be used; the message is one sentence that names the file and the place."""


class Branch(StrEnum):
    """Health care and social services have each their word for what the client received."""

    HEALTH = "health"
    SOCIAL = "social"


class ItemKind(StrEnum):
    """What sort of question an item is; items stand in this order in an instrument."""

    NPS = "nps"
    BASE = "base"
    OWN = "own"
    FREE_TEXT = "free_text"


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in one language; verified: compared word by word with the official text."""

    text: str
    source: str
    verified: bool


Wordings = dict[str, Wording]


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question: worded alike for both branches, or for each in its own way, or for one of them only."""

    id: str
    kind: ItemKind
    dimension: str = ""
    both: Wordings = {}
    health: Wordings = {}
    social: Wordings = {}

    @property
    def is_statement(self) -> bool:
        return self.kind in (ItemKind.BASE, ItemKind.OWN)

    @property
    def answer_range(self) -> tuple[int, int] | None:
        """Return the lowest and highest number that answers this item, or None for free text."""
        if self.kind is ItemKind.FREE_TEXT:
            return None
        return NPS_RANGE if self.kind is ItemKind.NPS else STATEMENT_RANGE

    def is_asked_in(self, branch: Branch) -> bool:
        return bool(self._wordings(branch))

    def text(self, language: str, branch: Branch) -> str:
        """Return the words of the question in a language of the instrument, for a branch it is asked in."""
        return self._wordings(branch)[language].text

    def _wordings(self, branch: Branch) -> Wordings:
        return self.both or (self.health if branch == Branch.HEALTH else self.social)


class ScaleStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the five steps of agreement."""

    value: int
    label: Wordings


class Ends(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What 0 and 10 mean in the recommendation question."""

    low: Wordings
    high: Wordings


class Instrument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A survey as data: items in the order they are asked, with their scales.

    age_limit: the youngest age, in full years, that may be asked.
    """

    id: str
    version: str
    valid_from: date
    age_limit: int
    sources: dict[str, str]
    ends: Ends
    scale: tuple[ScaleStep, ...]
    items: tuple[Item, ...]

    @property
    def version_key(self) -> str:
        """Return what a response stores to say which questions it answers, as `national-adult/2024-1`."""
        return f"{self.id}/{self.version}"

    def items_for(self, branch: Branch) -> tuple[Item, ...]:
        """Return the items asked in a branch, in order: NPS, base statements, own statements, free text."""
        return tuple(item for item in self.items if item.is_asked_in(branch))

    def statements_for(self, branch: Branch) -> tuple[Item, ...]:
        """Return the statements asked in a branch, the national ones first."""
        return tuple(item for item in self.items_for(branch) if item.is_statement)

    def item(self, item_id: str) -> Item:
        """Return the item with an id; KeyError when the instrument has none."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(item_id)

    def end_labels(self, language: str) -> tuple[str, str]:
        """Return what 0 and 10 mean in the recommendation question."""
        return self.ends.low[language].text, self.ends.high[language].text

    def scale_labels(self, language: str) -> tuple[tuple[int, str], ...]:
        """Return the five steps as (value, label), from full agreement (5) down to full disagreement (1)."""
        return tuple((step.value, step.label[language].text) for step in self.scale)

    def step_values(self) -> dict[str, int]:
        """Return the value of each step's label in every language."""
        return {wording.text: step.value for step in self.scale for wording in step.label.values()}


class _OwnStatements(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sources: dict[str, str]
    items: tuple[Item, ...]


_Shape = TypeVar("_Shape", Instrument, _OwnStatements)
_read_instrument = TomlDecoder(Instrument)
_read_own_statements = TomlDecoder(_OwnStatements)


def load_instrument(path: Path, *, own_statements: Sequence[Path] = ()) -> Instrument:
    """Return the instrument of a TOML file with a county's own statements set in after the national ones.

    Raises InstrumentError when a file cannot be read or says something an instrument may not say.
    """
    instrument = _decoded(path, _read_instrument)
    _refuse(path, _national_faults(instrument))
    for own_path in own_statements:
        own = _decoded(own_path, _read_own_statements)
        _refuse(own_path, _own_faults(own))
        *asked, free_text = instrument.items
        instrument = msgspec.structs.replace(
            instrument,
            items=(*asked, *own.items, free_text),
            sources={**own.sources, **instrument.sources},
        )
        _refuse(own_path, _id_faults(instrument.items))
    return instrument


@cache
def national_adult() -> Instrument:
    """Return the adult national instrument with the county's own-language statement."""
    return load_instrument(_NATIONAL_ADULT, own_statements=[_OWN_LANGUAGE])


def _decoded(path: Path, decoder: TomlDecoder[_Shape]) -> _Shape:
    try:
        return decoder.decode(path.read_bytes())
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise InstrumentError(f"The instrument file {path.name} cannot be read: {error}.") from error


def _refuse(path: Path, faults: Iterator[str]) -> None:
    fault = next(faults, None)
    if fault:
        raise InstrumentError(f"The instrument file {path.name} cannot be used: {fault}.")


def _national_faults(instrument: Instrument) -> Iterator[str]:
    for name in (instrument.id, instrument.version):
        if not _NAME.fullmatch(name):
            yield f"the id or version {name!r} is not made of small letters, digits and single dashes"
    if not 0 <= instrument.age_limit <= 120:
        yield f"the age limit {instrument.age_limit} is not an age in years"
    if [step.value for step in instrument.scale] != [5, 4, 3, 2, 1]:
        yield "the scale must have the steps 5, 4, 3, 2, 1 in this order"
    yield from _id_faults(instrument.items)
    yield from _order_faults(instrument.items)
    for place, wordings in _scale_wordings(instrument):
        yield from _wording_faults(place, wordings, instrument.sources)
    for item in instrument.items:
        yield from _item_faults(item, instrument.sources)
    for branch in Branch:
        count = sum(item.kind is ItemKind.BASE for item in instrument.items_for(branch))
        if count not in _BASE_STATEMENTS:
            yield f"the branch {branch} has {count} base statements, where 2 to 7 are asked"


def _own_faults(own: _OwnStatements) -> Iterator[str]:
    for item in own.items:
        if item.kind is not ItemKind.OWN:
            yield f'item {item.id} is of kind "{item.kind}", where a county may add only "own" statements'
        yield from _item_faults(item, own.sources)


def _id_faults(items: Sequence[Item]) -> Iterator[str]:
    seen = set()
    for item in items:
        if not _NAME.fullmatch(item.id):
            yield f"the item id {item.id!r} is not made of small letters, digits and single dashes"
        if item.id in seen:
            yield f"item {item.id} stands there twice"
        seen.add(item.id)


def _order_faults(items: Sequence[Item]) -> Iterator[str]:
    kinds = [item.kind for item in items]
    if ItemKind.OWN in kinds:
        yield "the national part holds an own statement, which belongs in a file of its own"
    for kind in (ItemKind.NPS, ItemKind.FREE_TEXT):
        # The record, the figures and the pages find these two by id.
        if [item.id for item in items if item.kind is kind] != [kind.value]:
            yield f'exactly one item must be of kind "{kind}", and its id must be "{kind}"'
    if kinds != sorted(kinds, key=list(ItemKind).index):
        yield "the items must stand in the order NPS, statements, free text"


def _scale_wordings(instrument: Instrument) -> Iterator[tuple[str, Wordings]]:
    yield "ends.low", instrument.ends.low
    yield "ends.high", instrument.ends.high
    for step in instrument.scale:
        yield f"scale step {step.value}", step.label


def _item_faults(item: Item, sources: dict[str, str]) -> Iterator[str]:
    if bool(item.both) == bool(item.health or item.social):
        yield f"item {item.id} needs texts either for both branches or for each branch, and not both"
    for form in ("both", "health", "social"):
        wordings: Wordings = getattr(item, form)
        if wordings:
            yield from _wording_faults(f"item {item.id} ({form})", wordings, sources)


def _wording_faults(place: str, wordings: Wordings, sources: dict[str, str]) -> Iterator[str]:
    for language in LANGUAGES:
        if language not in wordings or not wordings[language].text.strip():
            yield f"{place} has no text in {language}"
    for language, wording in wordings.items():
        if language not in LANGUAGES:
            yield f"{place} has a text in the unknown language {language!r}"
        if wording.source not in sources:
            yield f"{place} names the unknown source {wording.source!r} in {language}"

"""Bring a file of another system into the record: whole or not at all, and each row once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec
from django.db import transaction

from vaste.core.audit import audit
from vaste.core.ids import new_id
from vaste.core.keys import Purpose, ring
from vaste.history.mapping import Mapping
from vaste.history.models import ImportedRow, Source, SourceWords
from vaste.history.reading import read_rows
from vaste.history.rules import OldAnswer, Refused, read_answers_of
from vaste.organisations.models import County, Unit
from vaste.organisations.rules import SettingsRefused
from vaste.responses.actions import add_past_answers
from vaste.responses.models import Response
from vaste.responses.rules import UNKNOWN_AGE, PeriodKind
from vaste.responses.tally import Tally, TallyMaker

_BATCH = 500
_CLIENT = "client"


class NothingToImport(ValueError):
    """No row of a file could be taken; the message is one sentence."""


@dataclass(frozen=True)
class Imported:
    """What came of a file: the rows it has, those taken now, those that had been taken before, and those refused.

    years: counts of all answers that the file holds, known ones too, by year, so that they can be compared with the old system's own.
    """

    rows: int
    taken: int
    known: int
    refused: Sequence[Refused]
    years: dict[str, Tally]


def import_history(*, county: County, octets: bytes, mapping: Mapping, today: date, actor: str, dry_run: bool = False) -> Imported:
    """Take the rows of a file that have not been taken before, or with `dry_run` only say what would come of it.

    Raises SettingsRefused where the mapping does not fit the county, Unreadable for a file that cannot be read as a whole,
    and NothingToImport when every row is refused. Nothing is changed then.
    """
    _refuse_unknown_units(county, mapping)
    read = list(read_answers_of(read_rows(octets, mapping), mapping, today=today))
    answers = [each for each in read if isinstance(each, OldAnswer)]
    refused = [each for each in read if isinstance(each, Refused)]
    if not answers:
        first = f" The first: row {refused[0].row}, {refused[0].field}: {refused[0].reason}." if refused else ""
        raise NothingToImport(f"None of the {len(refused)} rows can be taken.{first} Nothing was imported. Correct the mapping.")
    taken = _count_new(county, mapping, answers) if dry_run else _take(county, mapping, answers, actor)
    return Imported(len(read), taken, len(answers) - taken, refused, _years(answers))


def _refuse_unknown_units(county: County, mapping: Mapping) -> None:
    """Raise SettingsRefused where a name leads to no unit of the county."""
    own = set(county.units.values_list("oid", flat=True))
    for meant in [*mapping.unit.names.values(), *([mapping.unit.always] if mapping.unit.always else [])]:
        if meant not in own and meant not in mapping.unit.historic:
            raise SettingsRefused(
                f"The mapping names the unit {meant}, which county {county.code} does not have. Nothing was changed. "
                "Load the county's units first, or describe it under unit.historic."
            )


@transaction.atomic
def _take(county: County, mapping: Mapping, answers: Sequence[OldAnswer], actor: str) -> int:
    source = _source(county, mapping)
    historic = _save_historic_units(county, mapping)
    new = list(_new(source.name, county, answers))
    ImportedRow.objects.bulk_create(
        [ImportedRow(row_hash=row_hash, source=source) for row_hash, _ in sorted(new, key=lambda pair: pair[0])], batch_size=_BATCH
    )
    add_past_answers(_response(answer, mapping, historic) for _, answer in new)
    audit(actor, "history.imported", source.name, county=county.code, answers=len(new), known=len(answers) - len(new))
    return len(new)


def _source(county: County, mapping: Mapping) -> Source:
    """Return the source, made at its first file. Raises SettingsRefused when it, or another with its instrument, asked otherwise before."""
    if county.history_sources.filter(instrument=mapping.instrument_key).exclude(name=mapping.source).exists():
        raise SettingsRefused(f"Another source has the instrument {mapping.instrument}. Nothing was changed. Name it otherwise.")
    words = SourceWords(mapping.name, {statement.id: statement.text for statement in mapping.statements})
    source, is_new = Source.objects.select_for_update().get_or_create(
        county=county, name=mapping.source, defaults={"channel": mapping.channel, "instrument": mapping.instrument_key}
    )
    if not is_new and (source.channel, source.instrument) != (mapping.channel, mapping.instrument_key):
        raise SettingsRefused(
            f"The source {mapping.source} has been imported as channel {source.channel} with instrument "
            f"{source.instrument.removeprefix('history/')}. Nothing was changed. Name both as before, or the source otherwise."
        )
    source.words = msgspec.json.encode(words).decode()
    source.save()
    return source


def _save_historic_units(county: County, mapping: Mapping) -> dict[str, str]:
    """Make or rename the units that only the old system knows; return what each is called in the record.

    They are small and take no part: nobody is ever invited to say how a visit there went.
    """
    keys = {key: f"history.{county.code}.{key}" for key in mapping.unit.historic}
    for key, unit in mapping.unit.historic.items():
        Unit.objects.update_or_create(
            oid=keys[key],
            defaults={
                "county": county,
                "name_fi": unit.name["fi"],
                "name_sv": unit.name["sv"],
                "name_en": unit.name["en"],
                "service": unit.service,
                "branch": unit.branch,
                "participates_from": None,
                "small": True,
            },
        )
    return keys


def _new(source: str, county: County, answers: Sequence[OldAnswer]) -> Iterator[tuple[bytes, OldAnswer]]:
    """Yield the answers not taken before, each with the hash that is kept of its row."""
    for start in range(0, len(answers), _BATCH):
        batch = [(_hashes(county, source, answer), answer) for answer in answers[start : start + _BATCH]]
        asked = [row_hash for hashes, _ in batch for row_hash in hashes]
        known = set(_known(asked))
        yield from ((hashes[0], answer) for hashes, answer in batch if known.isdisjoint(hashes))


def _known(hashes: Sequence[bytes]) -> Iterable[bytes]:
    for start in range(0, len(hashes), _BATCH):
        found = ImportedRow.objects.filter(row_hash__in=hashes[start : start + _BATCH])
        yield from map(bytes, found.values_list("row_hash", flat=True))


def _hashes(county: County, source: str, answer: OldAnswer) -> list[bytes]:
    return ring().keyed_hashes(Purpose.HISTORY, f"{county.code} {source} {answer.identity}")


def _count_new(county: County, mapping: Mapping, answers: Sequence[OldAnswer]) -> int:
    return sum(1 for _ in _new(mapping.source, county, answers))


def _response(answer: OldAnswer, mapping: Mapping, historic: dict[str, str]) -> Response:
    """Return an answer as the record keeps it: by month, so that the old system's years come out exactly, and of no age."""
    return Response(
        id=new_id(),
        unit_id=historic.get(answer.unit, answer.unit),
        instrument=mapping.instrument_key,
        channel=mapping.channel,
        language=answer.language,
        respondent_role=_CLIENT,
        age_band=UNKNOWN_AGE,
        period_start=answer.month,
        period_kind=PeriodKind.MONTH,
        nps=answer.nps,
        answers=answer.answers,
        free_text=answer.free_text,
        awaits_reading=bool(answer.free_text),
    )


def _years(answers: Sequence[OldAnswer]) -> dict[str, Tally]:
    counted = Counter((answer.month.year, answer.nps, answer.answers) for answer in answers)
    makers: dict[int, TallyMaker] = {}
    for (year, score, line), times in counted.items():
        makers.setdefault(year, TallyMaker()).add(score, line, times)
    return {str(year): makers[year].tally() for year in sorted(makers)}

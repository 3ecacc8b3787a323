"""Old answers in the record: each once, whole files or nothing, apart from those of the invited."""

from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from tests.factories import DATA, HEALTH_STATION, make_county, make_soite

from vaste.core.models import AuditEntry
from vaste.history import mapping as module
from vaste.history.actions import Imported, NothingToImport, import_history
from vaste.history.mapping import parse_mapping
from vaste.history.models import ImportedRow, Source
from vaste.history.tests.test_mapping import MAPPING
from vaste.history.tests.test_reading import HEADING, ROW
from vaste.organisations.models import County, Unit
from vaste.organisations.rules import SettingsRefused
from vaste.responses.models import Response
from vaste.responses.rules import INVITED_CHANNELS, Channel

pytestmark = pytest.mark.django_db

EXAMPLES = Path(module.__file__).parent / "examples"
TODAY = date(2026, 11, 25)
OTHER = "04.02.2019;Station;suomi;3\n"


@pytest.fixture
def county() -> County:
    return make_county()


def bring(county: County, text: str, *, mapping: str = MAPPING, dry_run: bool = False) -> Imported:
    return import_history(county=county, octets=text.encode(), mapping=parse_mapping(mapping), today=TODAY, actor="test", dry_run=dry_run)


def counts(imported: Imported) -> tuple[int, int, int]:
    return imported.taken, imported.known, len(imported.refused)


def test_an_old_answer_is_kept_by_month_with_its_channel_and_instrument_and_without_an_age(county):
    bring(county, HEADING + ROW)
    answer = Response.objects.get()
    assert (answer.unit_id, answer.period_start, answer.period_kind) == (HEALTH_STATION, date(2019, 2, 1), "month")
    assert (answer.channel, answer.instrument, answer.age_band) == (Channel.DEVICE, "history/lobby-2019", "unknown")
    assert (answer.language, answer.nps, answer.respondent_role, answer.withdrawal_hash) == ("fi", 9, "client", None)
    assert answer.channel not in INVITED_CHANNELS


def test_a_comment_is_masked_before_anything_keeps_it_and_waits_to_be_read(county):
    mapping = MAPPING + '[free_text]\ncolumn = "Said"'
    heading = HEADING.strip() + ";Said\n"
    bring(
        county,
        f"{heading}{ROW.strip()};Soita 040 000 0001, tunnus 010594Y9032.\n03.02.2019;Station;suomi;;Pelkkä kommentti\n",
        mapping=mapping,
    )
    texts = {answer.free_text: answer.awaits_reading for answer in Response.objects.all()}
    assert texts == {"Soita [PHONE], tunnus [ID].": True, "Pelkkä kommentti": True}


def test_a_dry_run_says_what_would_come_of_it_and_changes_nothing(county):
    imported = bring(county, HEADING + ROW + OTHER, dry_run=True)
    assert counts(imported) == (2, 0, 0)
    assert imported.years["2019"].nps == [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0]
    assert not Response.objects.exists()
    assert not Source.objects.exists()


def test_the_same_file_twice_brings_each_answer_once(county):
    assert counts(bring(county, HEADING + ROW + OTHER)) == (2, 0, 0)
    assert counts(bring(county, HEADING + ROW + OTHER, dry_run=True)) == (0, 2, 0)
    assert counts(bring(county, HEADING + ROW + OTHER)) == (0, 2, 0)
    assert Response.objects.count() == 2


def test_of_a_file_that_overlaps_only_the_new_rows_are_taken(county):
    bring(county, HEADING + ROW)
    assert counts(bring(county, HEADING + OTHER + ROW + ROW)) == (2, 1, 0)
    assert Response.objects.count() == 3


def test_another_source_may_have_an_equal_row(county):
    bring(county, HEADING + ROW)
    other = MAPPING.replace('"lobby"', '"ward"').replace("lobby-2019", "ward-2019")
    assert counts(bring(county, HEADING + ROW, mapping=other)) == (1, 0, 0)


def test_refused_rows_are_named_and_the_others_taken_and_a_mended_file_brings_the_rest(county):
    imported = bring(county, HEADING + ROW + "04.02.2019;Station;suomi;12\n")
    assert counts(imported) == (1, 0, 1)
    assert (imported.refused[0].row, imported.refused[0].field) == (3, "NPS")
    assert counts(bring(county, HEADING + ROW + OTHER)) == (1, 1, 0)


def test_a_file_of_which_no_row_can_be_taken_is_refused_with_the_first_reason(county):
    with pytest.raises(NothingToImport, match=r"None of the 1 rows can be taken. The first: row 2, NPS: it is not a whole number"):
        bring(county, HEADING + "04.02.2019;Station;suomi;12\n")
    with pytest.raises(NothingToImport, match="None of the 0 rows"):
        bring(county, HEADING)


def test_a_fault_midway_leaves_nothing(county):
    """The last batch breaks a rule of the database: here, a unit that was taken away after it was looked for."""
    text = HEADING + "".join(f"03.02.2019;Station;suomi;{number % 11}\n" for number in range(1200))
    refuse = {
        "sqlite": "CREATE TRIGGER full BEFORE INSERT ON responses_response WHEN (SELECT count(*) FROM responses_response) > 900 "
        "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
        "postgresql": "CREATE FUNCTION full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF (SELECT count(*) FROM responses_response) > 900 THEN RAISE 'the disk is full'; END IF; RETURN NEW; END $$; "
        "CREATE TRIGGER full_disk BEFORE INSERT ON responses_response FOR EACH ROW EXECUTE FUNCTION full()",
    }
    with connection.cursor() as cursor:
        cursor.execute(refuse[connection.vendor])
    with pytest.raises(DatabaseError):
        bring(county, text)
    assert (Response.objects.count(), ImportedRow.objects.count(), Source.objects.count()) == (0, 0, 0)


def test_a_unit_that_only_the_old_system_knew_is_kept_under_its_name_and_never_invited(county):
    mapping = MAPPING.replace('"1.2.246.10.99999999.10.1" }', '"old" }, historic = { old = { name = NAMES, service = "wards" } }')
    mapping = mapping.replace("NAMES", '{ fi = "Osasto 3", sv = "Avdelning 3", en = "Ward 3" }')
    bring(county, HEADING + ROW, mapping=mapping)
    unit = Unit.objects.get(name_sv="Avdelning 3")
    assert (unit.county, unit.participates_from, unit.small, unit.service) == (county, None, True, "wards")
    assert Response.objects.get().unit == unit


def test_a_mapping_to_a_unit_that_the_county_does_not_have_is_refused(county):
    with pytest.raises(SettingsRefused, match=r"The mapping names the unit 1\.2\.3\.4, which county 18 does not have"):
        bring(county, HEADING + ROW, mapping=MAPPING.replace("1.2.246.10.99999999.10.1", "1.2.3.4"))


def test_a_source_cannot_turn_into_another_channel_nor_two_share_an_instrument(county):
    bring(county, HEADING + ROW)
    with pytest.raises(SettingsRefused, match="The source lobby has been imported as channel device with instrument lobby-2019"):
        bring(county, HEADING + OTHER, mapping=MAPPING.replace('"device"', '"questionnaire"'))
    with pytest.raises(SettingsRefused, match="Another source has the instrument lobby-2019"):
        bring(county, HEADING + OTHER, mapping=MAPPING.replace('"lobby"', '"ward"'))


def test_an_import_is_audited_with_counts_only(county):
    bring(county, HEADING + ROW)
    entry = AuditEntry.objects.get(action="history.imported")
    assert (entry.subject, entry.details) == ("lobby", '{"answers": 1, "county": "18", "known": 0}')


def test_no_row_that_was_taken_leads_to_a_response(county):
    """What is kept of a row is a keyed hash; the order of hashes is that of chance, and no response is named beside it."""
    bring(county, HEADING + "".join(f"03.02.2019;Station;suomi;{number % 11}\n" for number in range(50)))
    kept = [bytes(row_hash) for row_hash in ImportedRow.objects.values_list("row_hash", flat=True)]
    assert {len(row_hash) for row_hash in kept} == {32}
    assert {field.name for field in ImportedRow._meta.get_fields()} == {"row_hash", "source"}


# The two layouts that are shipped as examples, with the data they were made for


def example(name: str, data: str, county: County, *, dry_run: bool = False) -> Imported:
    mapping = parse_mapping((EXAMPLES / f"{name}.toml").read_text(encoding="utf-8"))
    octets = (DATA / "history" / data).read_bytes()
    return import_history(county=county, octets=octets, mapping=mapping, today=TODAY, actor="test", dry_run=dry_run)


def test_the_files_of_2019_to_2021_come_whole():
    county = make_soite()
    devices = example("devices", "device-nps-2019-2021.csv", county, dry_run=True)
    questionnaires = example("questionnaire", "questionnaire-2020-2021.csv", county)
    assert {year: tally.responses for year, tally in devices.years.items()} == {"2019": 9874, "2020": 9532, "2021": 4210}
    assert {year: tally.responses for year, tally in questionnaires.years.items()} == {"2020": 1231, "2021": 848}
    assert (devices.refused, questionnaires.refused) == ([], [])
    assert (devices.taken, questionnaires.taken, Response.objects.count()) == (23616, 2079, 2079)
    assert Response.objects.filter(awaits_reading=True).count() == 1275
    assert Source.objects.get(channel=Channel.QUESTIONNAIRE).statements("sv")["own-language"] == "Service på eget språk"

"""What a mapping may say, and how it is refused."""

from pathlib import Path

import pytest

from vaste.history import mapping as module
from vaste.history.mapping import Encoding, parse_mapping
from vaste.organisations.rules import SettingsRefused

EXAMPLES = Path(module.__file__).parent / "examples"
MAPPING = """
source = "lobby"
name = { fi = "Laitteet", sv = "Apparater", en = "Devices" }
channel = "device"
instrument = "lobby-2019"
date = { column = "Day", formats = ["%d.%m.%Y"] }
unit = { column = "Unit", names = { Station = "1.2.246.10.99999999.10.1" } }
language = { column = "Language", names = { suomi = "fi" } }
score = { column = "NPS" }
"""


def replaced(old: str, new: str) -> str:
    assert old in MAPPING
    return MAPPING.replace(old, new)


def test_a_mapping_says_what_each_column_means():
    assert parse_mapping(MAPPING).columns == {"Day": "date", "Unit": "unit", "Language": "language", "NPS": "nps"}


def test_old_answers_never_seem_to_answer_a_survey_of_ours():
    assert parse_mapping(MAPPING).instrument_key == "history/lobby-2019"


def test_a_file_is_utf_8_with_semicolons_unless_the_mapping_says_otherwise():
    form = parse_mapping(MAPPING).file
    assert (form.encoding, form.separator) == (Encoding.UTF_8, ";")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_the_examples_are_mappings(path):
    assert parse_mapping(path.read_text(encoding="utf-8")).source


STATEMENT = 'statements = [{ column = "S", id = "ID", text = { fi = "a", sv = "b", en = "c" } }]'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("source = ", "The file is not valid TOML"),
        (MAPPING + "colour = 1", "colour"),
        (replaced('date = { column = "Day", ', "date = { "), "date: Object missing required field `column`"),
        (replaced('"device"', '"sms"'), "The setting channel is wrong: an old answer came by device or questionnaire"),
        (replaced('"device"', '"fax"'), "channel: Invalid enum value 'fax'"),
        (replaced('"lobby"', '"Lobby 1"'), "The setting source is wrong"),
        (replaced('"lobby-2019"', f'"{"x" * 41}"'), "The setting instrument is wrong"),
        (replaced('sv = "Apparater", ', ""), "The setting name is wrong: give one line of text for each of fi, sv, en"),
        (replaced('["%d.%m.%Y"]', "[]"), "The setting date.formats is wrong: name at least one"),
        (replaced('["%d.%m.%Y"]', '["%d.%m."]'), "each must tell at least month and year"),
        (replaced('["%d.%m.%Y"]', '["%d.%M.%Y"]'), "each must tell at least month and year"),
        (replaced('["%d.%m.%Y"]', '["%"]'), "each must tell at least month and year"),
        (replaced("names = { Station", 'always = "x", names = { Station'), "The setting unit.column is wrong"),
        (replaced('{ Station = "1.2.246.10.99999999.10.1" }', "{ }"), "The setting unit.names is wrong"),
        (replaced("{ Station", '{ "station " = "x", Station'), "two names differ only in spaces or capitals"),
        (replaced('suomi = "fi"', 'suomi = "Finnish"'), "The setting language.names is wrong"),
        (replaced('column = "NPS"', 'column = "NPS", values = { happy = 11 }'), "a whole number from 0 to 10"),
        (replaced('score = { column = "NPS" }', ""), "The setting score is wrong: the file must hold"),
        (MAPPING + '[file]\nseparator = "::"', "The setting file.separator is wrong"),
        (MAPPING + '[file]\nencoding = "klingon"', "file.encoding"),
        (MAPPING + '[file]\nignored = ["NPS"]', "The setting file.ignored is wrong: the column 'NPS' is named twice"),
        (MAPPING + STATEMENT.replace("ID", "nps"), "is no id of a statement"),
        (MAPPING + STATEMENT.replace("ID", "A b"), "is no id of a statement"),
        (MAPPING + STATEMENT.replace('"c"', '""').replace("ID", "a"), "The setting statements.a.text is wrong"),
        (MAPPING + STATEMENT.replace('"S"', '"NPS"').replace("ID", "a"), "The setting column is wrong"),
    ],
)
def test_a_wrong_mapping_is_refused_in_one_sentence_that_names_the_key(text, sentence):
    with pytest.raises(SettingsRefused) as refused:
        parse_mapping(text)
    assert sentence in str(refused.value)
    assert str(refused.value).endswith("Nothing was changed.")
    assert "\n" not in str(refused.value)


def test_a_historic_unit_needs_names_and_a_service():
    text = replaced('"1.2.246.10.99999999.10.1" }', '"old" }, historic = { old = { name = { fi = "a" }, service = "s" } }')
    with pytest.raises(SettingsRefused, match=r"unit\.historic\.old\.name"):
        parse_mapping(text)


def test_a_month_is_date_enough():
    assert parse_mapping(replaced("%d.%m.%Y", "%m/%Y")).date.formats == ("%m/%Y",)

"""How a file is read, row by row, and what is said of one that cannot be."""

from datetime import date

import pytest
from hypothesis import given, strategies

from vaste.history.mapping import parse_mapping
from vaste.history.reading import MOST_OCTETS, Unreadable, read_rows
from vaste.history.rules import OldAnswer, Refused, read_answers_of
from vaste.history.tests.test_mapping import MAPPING

HEADING = "Day;Unit;Language;NPS\n"
ROW = "03.02.2019;Station;suomi;9\n"
STATION = "1.2.246.10.99999999.10.1"
TODAY = date(2026, 11, 25)
STATEMENTS = """
[[statements]]
column = "A"
id = "access"
text = { fi = "a", sv = "a", en = "a" }
[[statements]]
column = "B"
id = "own-thing"
text = { fi = "b", sv = "b", en = "b" }
values = { yes = 5, no = 1 }
"""


def read(text: str | bytes, mapping: str = MAPPING) -> list[OldAnswer | Refused]:
    parsed = parse_mapping(mapping)
    octets = text if isinstance(text, bytes) else text.encode()
    return list(read_answers_of(read_rows(octets, parsed), parsed, today=TODAY))


def said(answer: OldAnswer | Refused) -> tuple[object, ...]:
    if isinstance(answer, Refused):
        return (answer.row, answer.field, answer.reason)
    return (answer.unit, answer.month.isoformat(), answer.language, answer.nps, answer.answers)


def test_a_row_becomes_an_answer_of_its_month():
    assert [said(answer) for answer in read(HEADING + ROW)] == [(STATION, "2019-02-01", "fi", 9, "")]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEADING + ROW,
        (HEADING + ROW).replace("\n", "\r\n"),
        HEADING + "\n" + ROW + ";;;\n",
        HEADING + " 03.02.2019 ; STATION;Suomi ;9,0\n",
        'NPS;Day;Unit;Language\n9;"03.02.2019";Station;suomi\n',
    ],
    ids=["byte order mark", "Windows lines", "empty lines", "spaces, capitals, decimals", "another order, quotes"],
)
def test_the_same_row_written_otherwise_says_the_same(text):
    assert [said(answer) for answer in read(text)] == [(STATION, "2019-02-01", "fi", 9, "")]


@pytest.mark.parametrize(
    ("encoding", "codec"), [("cp1252", "cp1252"), ("latin-1", "latin-1"), ("utf-16", "utf-16"), ("utf-8", "utf-8-sig")]
)
def test_a_file_is_read_in_the_encoding_that_its_mapping_names(encoding, codec):
    text = (HEADING + ROW).replace("Station", "Pääasema")
    mapping = MAPPING.replace("Station", '"Pääasema"') + f'[file]\nencoding = "{encoding}"'
    assert [said(answer)[0] for answer in read(text.encode(codec), mapping)] == [STATION]


def test_commas_and_tabs_separate_too():
    for separator, written in ((",", ","), ("\t", "\\t")):
        mapping = MAPPING + f'[file]\nseparator = "{written}"'
        assert len(read((HEADING + ROW).replace(";", separator), mapping)) == 1


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ("31.02.2019;Station;suomi;9", "Day", "it is no date in a form that the mapping names"),
        ("2019-02-03;Station;suomi;9", "Day", "it is no date in a form that the mapping names"),
        ("26.11.2026;Station;suomi;9", "Day", "it lies in the future"),
        ("03.02.2019;Elsewhere;suomi;9", "Unit", "the mapping names no such unit"),
        ("03.02.2019;Station;klingon;9", "Language", "the mapping names no such language"),
        ("03.02.2019;Station;suomi;11", "NPS", "it is not a whole number from 0 to 10"),
        ("03.02.2019;Station;suomi;-1", "NPS", "it is not a whole number from 0 to 10"),
        ("03.02.2019;Station;suomi;9.5", "NPS", "it is not a whole number from 0 to 10"),
        ("03.02.2019;Station;suomi;٩", "NPS", "it is not a whole number from 0 to 10"),
        ("03.02.2019;Station;suomi;", "(row)", "it answers no question"),
        ("03.02.2019;Station;suomi", "(row)", "it has more or fewer values than the first row names columns"),
        ("03.02.2019;Station;suomi;9;9", "(row)", "it has more or fewer values than the first row names columns"),
    ],
)
def test_a_row_that_says_no_answer_is_named_with_field_and_reason(row, field, reason):
    assert [said(answer) for answer in read(HEADING + ROW + row + "\n" + ROW)][1:2] == [(3, field, reason)]


def test_the_value_of_a_refused_row_is_not_repeated():
    assert "010594Y9032" not in str(read(HEADING + "03.02.2019;010594Y9032;suomi;9"))


def test_a_statement_is_read_by_its_number_or_by_the_words_that_the_mapping_gives_a_value():
    heading, mapping = HEADING.replace("NPS", "A;B"), MAPPING.replace('score = { column = "NPS" }', "") + STATEMENTS
    rows = ["4;yes", "-;no", "5;", "6;yes", "5;maybe", "-;"]
    text = heading + "".join(f"03.02.2019;Station;suomi;{row}\n" for row in rows)
    assert [said(answer)[-1] for answer in read(text, mapping)] == [
        "access=4;own-thing=5",
        "own-thing=1",
        "access=5",
        "it is not a whole number from 1 to 5",
        "the mapping gives it no value",
        "it answers no question",
    ]


def test_rows_that_are_equal_in_everything_are_different_answers_and_known_again_one_by_one():
    once, twice = read(HEADING + ROW), read(HEADING + ROW + ROW)
    assert [answer.identity for answer in twice][:1] == [answer.identity for answer in once]
    assert len({answer.identity for answer in twice}) == 2


def test_a_column_that_is_ignored_still_tells_rows_apart():
    mapping = MAPPING + '[file]\nignored = ["Device"]'
    text = "Device;" + HEADING + "L1;" + ROW + "L2;" + ROW
    alone = "Device;" + HEADING + "L2;" + ROW
    assert read(text, mapping)[1] == read(alone, mapping)[0]


@pytest.mark.parametrize(
    ("octets", "sentence"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04 and so on", "The file is a spreadsheet or an archive"),
        (b"\x89PNG\r\n\x1a\n\x00", "The file is not utf-8 text"),
        ((HEADING + ROW).encode("utf-16"), "The file is not utf-8 text"),
        ((HEADING + "\x00").encode(), "The file is no text."),
        ((HEADING + ROW).replace("Station", "Pääasema").encode("cp1252"), "The file is not utf-8 text"),
        (b"Day;Unit;NPS\n", "The first row does not name Language."),
        (HEADING.replace(";", ",").encode(), "The first row does not name Day, Unit, Language, NPS."),
        (HEADING.replace("NPS", "NPS;NPS").encode(), "The first row names a column twice."),
        (HEADING.replace("NPS", "NPS;Name").encode(), "The mapping says nothing of 1 column, the first of them number 5"),
        ((HEADING + '03.02.2019;"Station"x;suomi;9').encode(), "Line 2 is not valid CSV."),
        (b"x" * (MOST_OCTETS + 1), "The file is larger than 64 MiB."),
    ],
    ids=range(12),
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(octets, sentence):
    with pytest.raises(Unreadable) as refused:
        read(octets)
    assert str(refused.value).startswith(sentence)
    assert "Nothing was imported." in str(refused.value)


def test_utf_8_is_not_taken_for_an_encoding_of_one_octet_a_letter():
    text = (HEADING + ROW).replace("Station", "Pääasema")
    with pytest.raises(Unreadable, match="The file is UTF-8, where the mapping says latin-1"):
        read(text, MAPPING + '[file]\nencoding = "latin-1"')


def why_unreadable(octets: bytes, mapping: str) -> str:
    try:
        read(octets, mapping)
    except Unreadable as refused:
        return str(refused)
    return ""


@given(strategies.binary(max_size=200))
def test_no_octets_end_in_anything_but_rows_or_one_sentence(octets):
    for encoding in ("utf-8", "utf-16", "cp1252"):
        heading = HEADING.encode("utf-16" if encoding == "utf-16" else "ascii")
        reason = why_unreadable(heading + octets, MAPPING + f'[file]\nencoding = "{encoding}"')
        assert not reason or "Nothing was imported." in reason


@given(strategies.lists(strategies.text(alphabet=strategies.characters(exclude_categories=["Cs", "Cc"]), max_size=12), max_size=6))
def test_any_row_is_an_answer_or_named(values):
    row = ";".join('"' + value.replace('"', '""') + '"' for value in values)
    assert all(isinstance(each, OldAnswer | Refused) for each in read(f"{HEADING}{row}\n"))

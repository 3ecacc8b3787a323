"""Which CSV files hold a table of counts, and what is said of those that do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.national.disclosure.files import CountTable, TableRefused, read_table

TABLE = CountTable(("A", "B"), ("fi", "sv"), ((2, 30), (40, 7)))


@pytest.mark.parametrize(
    "text",
    [
        "unit,fi,sv\nA,2,30\nB,40,7\n",
        "unit;fi;sv\r\nA;2;30\r\nB;40;7",
        "unit\tfi\tsv\nA\t2\t30\n\nB\t40\t7\n",
        "unit,fi,sv,total\nA,2,30,32\nB,40,7,47\nYhteensä,42,37,79\n",
        "unit,fi,sv\nA,2,30\nB,40,7\nSumma,42,37\n",
        '"unit"," fi ","sv"\n"A",2,30\n"B",40,7\n',
    ],
)
def test_a_table_is_read_whatever_its_separator_and_its_totals(text: str):
    assert read_table(text) == TABLE


def test_a_last_row_that_does_not_add_up_is_a_row_like_others():
    assert read_table("unit,fi\nA,2\nTotal,3\n").rows == ("A", "Total")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "holds no table"),
        ("unit,fi\n", "holds no table"),
        ("unit\nA\n", "holds no table"),
        ("unit,fi,sv\nA,1\n", "Line 2 has 1 counts, and there are 2 column names"),
        ("unit,fi\nA,-1\n", "Line 2, field 2: a count is a whole number"),
        ("unit,fi\nA,1.5\n", "Line 2, field 2: a count is a whole number"),
        ("unit,fi\nA,٣\n", "Line 2, field 2: a count is a whole number"),
        ("unit,fi\nA," + "9" * 40 + "\n", "Line 2, field 2: a count is a whole number"),
        ("unit,fi,fi\nA,1,2\n", "Two columns of the table are called fi"),
        ("unit,fi\nA,1\nA,2\n", "Two rows of the table are called A"),
        ("unit,fi,\nA,1,2\n", "A column of the table has no name"),
        ('unit,fi\n"A,1\n', "quotes do not fit"),
        ("unit," + ",".join(f"c{n}" for n in range(200)) + "\n" + "\n".join(f"r{n}" for n in range(101)), "too large"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(text: str, reason: str):
    with pytest.raises(TableRefused, match=reason):
        read_table(text)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str):
    try:
        table = read_table(text)
    except TableRefused:
        return
    assert all(len(row) == len(table.columns) for row in table.counts)

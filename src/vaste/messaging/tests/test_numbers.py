"""Phone numbers as they are written."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.messaging.numbers import mobile_number


@pytest.mark.parametrize(
    "written",
    [
        "+358400000001",
        "00358400000001",
        "358400000001",
        "0400000001",
        "040 000 0001",
        "+358 40 000-0001",
        "(040) 000 0001",
        " 040 0000001 ",
    ],
)
def test_a_finnish_mobile_number_is_known_in_every_form(written: str) -> None:
    assert mobile_number(written) == "+358400000001"


@pytest.mark.parametrize(
    ("written", "found"), [("+46701234567", "+46701234567"), ("+3584573960275", "+3584573960275"), ("0046701234567", "+46701234567")]
)
def test_mobile_numbers_of_other_countries_and_series_are_known(written: str, found: str) -> None:
    assert mobile_number(written) == found


@pytest.mark.parametrize(
    "written",
    [
        "",
        "+",
        "0501",
        "09 1234567",
        "029 0123456",
        "0800 12345",
        "18588",
        "+46701234567x",
        "++358400000001",
        "0400000001;0400000002",
        "040-CALLME",
        "\u0664\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0661",
        "358",
        "0400000001" * 10,
        "040\n0000001\x00",
    ],
)
def test_what_is_no_mobile_number_is_none(written: str) -> None:
    assert mobile_number(written) is None


@given(st.text(alphabet=st.characters() | st.sampled_from("0123456789+ ()-"), max_size=40))
def test_whatever_is_written_gives_a_number_or_none(written: str) -> None:
    found = mobile_number(written)
    assert found is None or (found.startswith("+") and found[1:].isdigit() and mobile_number(found) == found)


def test_ten_thousand_numbers_are_read_in_a_second_and_a_half() -> None:
    began = time.process_time()
    for number in range(10_000):
        mobile_number(f"+35840{number:07}")
    assert time.process_time() - began < 1.5

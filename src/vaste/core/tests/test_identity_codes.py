"""Personal identity codes are found however they are written, so that they can be refused or masked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.core.identity_codes import MASK, holds_identity_code, holds_right_identity_code, mask_identity_codes

# Test codes of the 900-range, which no person has.
RIGHT = ["010594Y9032", "010594Y9021", "020594X903P", "020594X902N", "030594W903B", "010516B903X", "020516C903K"]
WRONG_CHECK = ["010594Y9033", "020594X903N", "010516B903A", "010594-9039"]
CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"


@st.composite
def right_codes(draw: st.DrawFn) -> str:
    day, month, year = draw(st.integers(1, 28)), draw(st.integers(1, 12)), draw(st.integers(0, 99))
    number, sign = draw(st.integers(900, 999)), draw(st.sampled_from("+-YXWVUABCDEF"))
    digits = f"{day:02}{month:02}{year:02}"
    return f"{digits}{sign}{number}{CHECK[int(f'{digits}{number}') % 31]}"


@pytest.mark.parametrize("code", RIGHT)
def test_a_right_code_is_known(code):
    assert holds_identity_code(code)
    assert holds_right_identity_code(code)
    assert mask_identity_codes(code) == MASK


@pytest.mark.parametrize("code", WRONG_CHECK)
def test_a_wrong_check_character_is_a_mistyped_code_and_counts(code):
    assert holds_identity_code(code)
    assert not holds_right_identity_code(code)
    assert mask_identity_codes(code) == MASK


@pytest.mark.parametrize(
    "written",
    ["010594y9032", "020594x903p", "010594 Y9032", "010594Y 9032", "010594Y903 2", "hetu:010594Y9032.", "(010594Y9032)", "010594Y9032,"],
)
def test_small_letters_spaces_and_signs_around_hide_no_code(written):
    assert holds_identity_code(written)
    assert MASK in mask_identity_codes(written)


@pytest.mark.parametrize("dash", ["-", "\u2010", "\u2011", "\u2013", "\u2014", "\u2212"])
def test_every_dash_that_a_word_processor_puts_for_the_hyphen_counts(dash):
    assert holds_identity_code(f"010594{dash}9032")


@pytest.mark.parametrize("written", ["V010594Y9032", "010594Y9032V", "hetu010594Y9032", "x020516C903Kx"])
def test_a_right_code_grown_together_with_letters_is_found(written):
    assert holds_identity_code(written)
    assert "Y903" not in mask_identity_codes(written)
    assert "C903" not in mask_identity_codes(written)


@pytest.mark.parametrize(
    "innocent",
    [
        "",
        "E1-000540",
        "+358 40 0000001",
        "2024-04-11T13:19:00+03:00",
        "20240408-12345",
        "1.2.246.10.99999999.10.7",
        "410594Y9032",  # no month has 41 days
        "012594Y9032",  # no year has 25 months
        "V010594Y9033",  # between letters only a right check character tells a code from chance
        "primary_care_reception",
    ],
)
def test_what_only_resembles_a_code_is_left_alone(innocent):
    assert not holds_identity_code(innocent)
    assert mask_identity_codes(innocent) == innocent


@given(right_codes(), st.sampled_from(["", " ", "asiakas ", "Nimi, ", "x", "("]), st.sampled_from(["", " ", ". Kiitos", "x", ")"]))
def test_whatever_stands_around_it_a_right_code_is_found_and_masked(code, before, after):
    text = before + code + after
    assert holds_identity_code(text)
    assert code not in mask_identity_codes(text)


@given(st.text())
def test_what_was_masked_holds_no_code(text):
    assert not holds_identity_code(mask_identity_codes(text))

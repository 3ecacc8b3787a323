"""What a text costs on the air."""

import unicodedata

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from vaste.messaging import gsm7
from vaste.messaging.text import Encoding, encoding, letters_that_cost, normalise, segments, septets, split

TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=400) | st.text(alphabet="aäöå€[]{}~^|\\š😀\n ", max_size=700)


@pytest.mark.parametrize(
    ("text", "alphabet", "parts"),
    [
        ("", "gsm7", 1),
        ("a" * 160, "gsm7", 1),
        ("a" * 161, "gsm7", 2),
        ("a" * 306, "gsm7", 2),
        ("a" * 307, "gsm7", 3),
        ("åäöÅÄÖéü" * 20, "gsm7", 1),
        ("€" * 80, "gsm7", 1),
        ("€" * 81, "gsm7", 2),
        ("a" * 152 + "€" + "a" * 152, "gsm7", 3),  # the sign would be cut at the seam, so the parts are 152, 153 and 1
        ("š" * 70, "ucs2", 1),
        ("š" * 71, "ucs2", 2),
        ("š" * 134, "ucs2", 2),
        ("š" * 135, "ucs2", 3),
        ("😀" * 35, "ucs2", 1),
        ("😀" * 36, "ucs2", 2),
        ("š" * 66 + "😀" + "š" * 66, "ucs2", 3),  # so would the two halves of a picture
    ],
)
def test_parts_are_counted_as_the_standard_counts_them(text: str, alphabet: str, parts: int) -> None:
    assert (encoding(text), segments(text)) == (alphabet, parts)


@given(TEXTS)
def test_the_count_is_that_of_smsutil(text: str) -> None:
    text = normalise(text)
    if not text or set(text) & {"\f", "\x1b"}:  # smsutil counts an empty text as none, knows no page break, and takes escape for a letter
        return
    assert (encoding(text) is Encoding.GSM7) == smsutil.is_valid_gsm(text)
    assert segments(text) == len(smsutil.split(text).parts)


@given(TEXTS)
def test_parts_make_up_the_text_and_fit(text: str) -> None:
    text = normalise(text)
    parts = split(text)

    assert "".join(parts) == text
    for part in parts:
        if encoding(text) is Encoding.GSM7:
            assert len(gsm7.encode(part)) <= (160 if len(parts) == 1 else 153)
        else:
            assert len(part.encode("utf-16-be")) <= 2 * (70 if len(parts) == 1 else 67)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("“Hyvä” – sanoi hän…", '"Hyvä" - sanoi hän...'),
        ("it’s", "it's"),
        ("10\u00a0000", "10 000"),
        ("a\u0308", "ä"),
        ("Aikio, Čáhppe", "Aikio, Čáhppe"),
        ("a\r\nb", "a\nb"),
        ("half \ud83d", "half \ufffd"),
    ],
)
def test_typography_is_made_plain_and_letters_are_kept(written: str, plain: str) -> None:
    assert normalise(written) == plain


@given(st.text())
def test_a_plain_text_stays_as_it_is(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)


def test_the_letters_that_cost_are_named_once_in_their_order() -> None:
    assert letters_that_cost("Buorre beaivi, Čállit: š š €") == ["Č", "á", "š"]


def test_septets_of_a_text_outside_the_alphabet_are_not_counted() -> None:
    assert septets("a€") == 3
    with pytest.raises(ValueError, match="GSM alphabet"):
        septets("š")


@given(st.text(alphabet=[letter for letter in map(chr, range(0x20AD)) if gsm7.octets_of(letter)]))
def test_every_letter_of_the_alphabet_survives_the_air(text: str) -> None:
    assert gsm7.decode(gsm7.encode(text)) == text


@given(st.binary())
def test_any_octets_are_read_without_an_error(octets: bytes) -> None:
    assert len(gsm7.decode(octets)) <= len(octets)

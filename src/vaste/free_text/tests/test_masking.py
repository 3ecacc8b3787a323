"""What identifies somebody is taken out of a comment, whatever stands around it, and the rest of it stays."""

import random
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vaste.core.identity_codes import CHECK_CHARACTERS
from vaste.free_text.masking import find_and_mask, mask
from vaste.free_text.tags import Tag

BLANKS = ["", " ", "  ", "\u00a0", "\u200b"]
DASHES = "-\u2010\u2011\u2013\u2014\u2212"
LETTERS = st.text(st.characters(categories=("L", "P", "Zs")), max_size=30)
WORDS = st.lists(
    st.sampled_from(["hei", "Soitin", "aamulla", "tack", "jag", "please", "call", "Kokkolassa", "20", "klo 12.30", "!", "…", "\n"]),
    max_size=6,
)
AROUND = st.one_of(WORDS.map(" ".join), LETTERS)


@st.composite
def identity_codes(draw: st.DrawFn, *, is_right: bool) -> str:
    day, month, year = draw(st.integers(1, 28)), draw(st.integers(1, 12)), draw(st.integers(0, 99))
    number = draw(st.integers(900, 999))
    digits = f"{day:02}{month:02}{year:02}{number}"
    check = CHECK_CHARACTERS[int(digits) % 31] if is_right else draw(st.sampled_from("0123456789ABCDEFHJKLMNPRSTUVWXYGIOQZ"))
    sign = draw(st.sampled_from([*"+YXWVUABCDEF", *DASHES]))
    return digits[:6] + sign + digits[6:] + check


@st.composite
def written_anyhow(draw: st.DrawFn, codes: st.SearchStrategy[str]) -> str:
    code = draw(codes)
    code = draw(st.sampled_from([code, code.lower(), code.swapcase()]))
    gaps = random.Random(draw(st.integers(0, 10_000)))
    blank = draw(st.sampled_from(BLANKS))
    return "".join(letter + (blank if gaps.random() < 0.4 else "") for letter in code[:-1]) + code[-1]


def inside(before: str, hidden: str, after: str) -> str:
    """Return a text around something, without digits or letters that would make another number or word of it."""
    return f"{re.sub(r'[0-9]$', '', before)} {hidden} {re.sub(r'^[0-9]', '', after)}"


def characters_left(text: str, hidden: str) -> str:
    masked = find_and_mask(text)
    start = masked.given.index(hidden)
    taken = {place for found in masked.places for place in range(found.start, found.end)}
    return "".join(letter for place, letter in enumerate(hidden, start) if letter.isalnum() and place not in taken)


@given(code=written_anyhow(identity_codes(is_right=True)), before=AROUND, after=AROUND)
@example(code="010594Y9032", before="", after="")
def test_a_right_identity_code_is_masked_in_any_writing_and_any_text(code, before, after):
    assert characters_left(inside(before, code, after), code) == ""


@given(code=identity_codes(is_right=True), before=st.text("abcxyzåäö", max_size=8), after=st.text("abcxyzåäö", max_size=8))
def test_a_right_identity_code_inside_a_word_is_masked(code, before, after):
    assert characters_left(before + code + after, code) == ""


@given(code=written_anyhow(identity_codes(is_right=False)), before=WORDS.map(" ".join), after=WORDS.map(" ".join))
def test_an_identity_code_with_a_wrong_check_character_is_masked(code, before, after):
    assert characters_left(inside(before, code, after), code) == ""


PHONES = st.builds(
    lambda prefix, number, between: between.join([prefix, number[:3], number[3:5], number[5:]]),
    st.sampled_from(["040", "0400", "041", "044", "045", "046", "050", "+358 40", "+35850", "00358 44", "358 45"]),
    st.from_regex("[0-9]{7}", fullmatch=True),
    st.sampled_from(["", " ", "-", ".", "\u00a0", "\u2013"]),
)


@given(phone=PHONES, before=AROUND, after=AROUND)
def test_a_mobile_number_is_masked_in_any_writing_and_any_text(phone, before, after):
    assert characters_left(inside(before, phone, after), phone) == ""


MAILS = st.from_regex(r"[a-z][a-z0-9._+-]{0,12}[a-z0-9]@[a-z][a-z0-9-]{0,10}[a-z]\.(fi|com|org|se|example)", fullmatch=True)


@given(mail=MAILS, before=WORDS.map(" ".join), after=AROUND)
def test_an_e_mail_address_is_masked_in_any_text(mail, before, after):
    assert characters_left(inside(before, mail, after), mail) == ""


@given(
    digits=st.from_regex("[0-9]{16}", fullmatch=True),
    between=st.sampled_from(["", " ", "\u00a0", "-"]),
    is_lower=st.booleans(),
    before=AROUND,
    after=AROUND,
)
def test_a_finnish_account_is_masked_in_any_writing_and_any_text(digits, between, is_lower, before, after):
    written = f"FI{digits}"
    account = between.join(written[place : place + 4] for place in range(0, len(written), 4))
    account = account.lower() if is_lower else account
    assert characters_left(inside(before, account, after), account) == ""


@given(st.text(max_size=300))
@example("[NAME] [PHONE] 0401234567 [ID]")
@example("Hoitaja Minna\u0308 Virtanen")
@example("0@0@00")
def test_masking_twice_changes_nothing_more_and_any_text_is_taken(text):
    once = mask(text)
    assert mask(once) == once


@pytest.mark.parametrize("text", ["010594-" * 5000, "1 " * 20_000, "www." * 10_000, "Aa " * 20_000, "katu 1 " * 5000, "a@" * 20_000])
def test_long_texts_take_as_long_as_they_are_long(text):
    assert len(mask(text)) <= 8 * len(text)


def test_a_long_text_is_cut_for_masking_where_a_word_ends():
    assert "Virtanen" not in mask("hyvin " * 999 + "hoitaja Virtanen " + "hyvin " * 3000)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Hoitaja Minna Virtanen soitti numerosta 040 123 4567.", "Hoitaja [NAME] soitti numerosta [PHONE]."),
        ("Jag heter Karl-Erik och bor på Storgatan 5 A 2, 68600 Jakobstad", "Jag heter [NAME] och bor på [ADDRESS], [ADDRESS]"),
        ("hetu 010594Y9032, tili FI21 1234 5600 0007 85", "hetu [ID], tili [IBAN]"),
        ("Born 4.7.1981, car ABC-123, john@example.com", "Born [DATE], car [PLATE], [EMAIL]"),
        ("Kuvat: https://www.facebook.com/maija.m", "Kuvat: [LINK]"),
        ("Card 4111 1111 1111 1111", "Card [CARD]"),
        ("Terveisin matti korhonen", "Terveisin [NAME]"),
        ("Kiitos Niinalle ja Sarille!", "Kiitos [NAME] ja [NAME]!"),
        ("Puhuin [NAME] kanssa", "Puhuin [NAME] kanssa"),
        ("maija piste malli at posti piste fi", "[EMAIL]"),
        ("Rek.nro ABC123 hinattiin", "Rek.nro [PLATE] hinattiin"),
        ("", ""),
    ],
)
def test_a_tag_says_what_stood_there(text, masked):
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "Odotin klo 12.30-14.00, kävin 12.5.2026 ja maksoin 41,80 euroa.",
        "Soitin 112 ja 116117, verenpaine 140/90.",
        "Ilona on hoitaa asiat. Toivo elää. Rauha maassa. Onni on aika. Satu meni. Anna palautetta! Kai tämä tästä.",
        "Inga problem. Alla var vänliga. Mina barn. Per telefon. Bo hemma. Tom sal. Dag och natt. Liv i luckan.",
        "Hope it helps. May I ask? Mark my words. Will it open? Grace under pressure.",
        "Kokkolan terveysasema, Karleby hälsostation, Pietarsaaressa, Soiten, Kelan, OmaKannassa, www.soite.fi/ajanvaraus",
        "Terveisin tyytyväinen asiakas",
        "Personalen på Hälsocentralen var trevlig. Tack för Bra Vård!",
        "The Staff of the Emergency Department sent me to Oulu University Hospital.",
        "HOITAJA OLI IHANA JA LÄÄKÄRI MUKAVA",
    ],
)
def test_what_identifies_nobody_stays(text):
    assert mask(text) == text


def test_places_tell_what_was_found_where():
    masked = find_and_mask("Hoitaja Minna, 0401234567")
    assert [(masked.given[place.start : place.end], place.tag) for place in masked.places] == [
        ("Minna", Tag.NAME),
        ("0401234567", Tag.PHONE),
    ]

"""How replies are read: tables of what people write and what it means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.surveys.instrument import national_adult
from vaste.surveys.numbers import read_marks
from vaste.surveys.understanding import (
    asks_to_start,
    asks_to_stop,
    has_nothing_to_add,
    holds_stop_word,
    is_skip,
    language_asked,
    read_agreement,
    read_consent,
)

NPS = (0, 10)
STATEMENT = (1, 5)
THREE_QUESTIONS = [NPS, STATEMENT, STATEMENT]
STEPS = national_adult().step_values()
FULL_WIDTH, ARABIC, DEVANAGARI = "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९"


def marks(text: str, ranges=(NPS,)) -> tuple[int, ...]:
    found = read_marks(text, ranges)
    return found.values if found else ()


def mark(text: str) -> int | None:
    return next(iter(marks(text)), None)


@pytest.mark.parametrize("value", range(11))
@pytest.mark.parametrize(
    "form", ["{}", " {} ", "{}.", "{}!", "*{}*", "Arvosana: {}", "{}/10", "{} / 10", "{} out of 10", "{} av 10", "{}\n"]
)
def test_a_digit_is_read_however_it_is_decked_out(value, form):
    assert mark(form.format(value)) == value


@pytest.mark.parametrize("digits", [FULL_WIDTH, ARABIC, DEVANAGARI])
def test_digits_of_other_alphabets_are_digits(digits):
    assert [mark(digit) for digit in digits] == list(range(10))


def test_keycap_emoji_are_digits():
    assert mark("9\ufe0f\u20e3") == 9
    assert mark("1\ufe0f\u20e30\ufe0f\u20e3 👍") == 10
    assert marks("9\ufe0f\u20e3 5\ufe0f\u20e3 4\ufe0f\u20e3", THREE_QUESTIONS) == (9, 5, 4)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9, hyvä", 9),
        ("9hyvä", 9),
        ("9 pistettä", 9),
        ("9+", 9),
        ("9-", 9),
        ("- 9", 9),
        ("9 :)", 9),
        ("I am 30 years old, 9", 9),
        ("I am 9 years old, 8", 8),
        ("Olen 30-vuotias ja annan 8", 8),
        ("Olen 5-vuotiaan äiti, 9", 9),
        ("Odotin 2 tuntia, mutta 7", 7),
        ("Väntade 2 timmar, ger 6", 6),
        ("klo 9 alkoi, 10", 10),
        ("Huone 3 oli kylmä. 6", 6),
        ("Kävin 22.11.2026, annan 9", 9),
        ("9, siis 9", 9),
        ("soita 040 000 0001, 9", 9),
        ("Ensin 8,5 mutta nyt 9", 9),
        ("10/10 ja https://palaute.example/s/7KqFwZ3mXp9T", 10),
    ],
)
def test_the_one_number_that_fits_is_the_mark(text, value):
    assert mark(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("nolla", 0),
        ("noll", 0),
        ("zero", 0),
        ("yksi", 1),
        ("ett", 1),
        ("one", 1),
        ("kaks", 2),
        ("två", 2),
        ("kolme", 3),
        ("tre", 3),
        ("neljä", 4),
        ("fyra", 4),
        ("vitonen", 5),
        ("fem", 5),
        ("kuusi", 6),
        ("sexa", 6),
        ("seiska", 7),
        ("sju", 7),
        ("kasi", 8),
        ("åtta", 8),
        ("a\u030atta", 8),
        ("yhdeksän", 9),
        ("YHDEKSÄN", 9),
        ("ysi!", 9),
        ("nio", 9),
        ("nine", 9),
        ("kymmenen", 10),
        ("tio", 10),
        ("Täys kymppi", 10),
        ("nio tack", 9),
        ("nine, very good service indeed", 9),
        ("Antaisin arvosanaksi yhdeksän", 9),
        ("Jag skulle ge en nia", 9),
        ("yhdeksän kymmenestä", 9),
        ("nine out of ten", 9),
    ],
)
def test_number_words_are_read_in_three_languages_and_as_spoken(text, value):
    assert mark(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "?!",
        "hyvä",
        "11",
        "100",
        "-9",
        "8,5",
        "9½",
        "7-8",
        "7 tai 8",
        "007",
        "00",
        "9:30",
        "4/5",
        "9/100",
        "9/0",
        "9" * 5000,
        "covid9",
        "I am 30 years old",
        "Odotin 2 tuntia",
        "kaksi tuntia jonossa",
        "no one listened",
        "zero complaints",
        "one of the nurses was rude",
        "Siellä oli ihan liian pitkä jono ja vain kaksi lääkäriä töissä",
        "Vastaa 0-10 (10=kyllä)",
        "Suosittelisitko palveluamme? Vastaa 0-10 (10=kyllä) tai https://palaute.example/s/3KqFwZ3mXp9T",
    ],
)
def test_what_gives_no_plain_mark_is_not_guessed(text):
    assert mark(text) is None


@pytest.mark.parametrize(
    ("text", "values", "rest"),
    [
        ("9 5 4", (9, 5, 4), ""),
        ("9,5,4", (9, 5, 4), ""),
        ("9, 5, 4.", (9, 5, 4), ""),
        ("9/5/4", (9, 5, 4), ""),
        ("9-5-4", (9, 5, 4), ""),
        ("9\n5\n4", (9, 5, 4), ""),
        ("9/10 5/5 4/5", (9, 5, 4), ""),
        ("nio fem fyra", (9, 5, 4), ""),
        ("nine five four thanks for your care", (9, 5, 4), "thanks for your care"),
        ("9 5 4 kiitos hyvästä hoidosta", (9, 5, 4), "kiitos hyvästä hoidosta"),
        ("9, 5, 4: Kiitos  hyvästä\nhoidosta!", (9, 5, 4), "Kiitos  hyvästä\nhoidosta!"),
        ("9 5 4 odotin 2 tuntia", (9, 5, 4), "odotin 2 tuntia"),
        ("9 5", (9, 5), ""),
        ("9 5 hyvä", (9, 5), "hyvä"),
    ],
)
def test_several_marks_at_the_beginning_answer_the_questions_in_order(text, values, rest):
    found = read_marks(text, THREE_QUESTIONS)
    assert found is not None
    assert (found.values, found.rest) == (values, rest)


@pytest.mark.parametrize("text", ["7 8", "9 5 4 3", "9 5 30", "5 4 3 2 1", "9 0 4"])
def test_marks_that_do_not_fit_their_questions_one_by_one_are_not_guessed(text):
    assert marks(text, THREE_QUESTIONS) == ()


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("9, todella hyvä", "todella hyvä"),
        ("9", ""),
        (" (9) ok ", "ok"),
        ("annan teille 9 koska", "annan teille 9 koska"),
    ],
)
def test_words_beside_a_mark_are_left_as_written(text, rest):
    found = read_marks(text, [NPS])
    assert found is not None
    assert found.rest == rest


@given(st.text(), st.sampled_from([[NPS], [STATEMENT], THREE_QUESTIONS]))
def test_whatever_is_read_fits_the_questions(text, ranges):
    found = read_marks(text, ranges)
    assert found is None or all(low <= value <= high for value, (low, high) in zip(found.values, ranges, strict=False))
    assert found is None or found.rest in text


@pytest.mark.parametrize("digit", range(1, 6))
def test_a_digit_answers_a_statement(digit):
    found = read_agreement(str(digit), [STATEMENT], STEPS)
    assert found is not None
    assert found.values == (digit,)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("täysin samaa mieltä", 5),
        ("Olen täysin samaa mieltä!", 5),
        ("Helt av samma åsikt", 5),
        ("I fully agree", 5),
        ("strongly agree, thank you", 5),
        ("jokseenkin samaa mieltä", 4),
        ("Delvis av samma åsikt", 4),
        ("somewhat agree", 4),
        ("ei samaa eikä eri mieltä", 3),
        ("varken av samma eller annan åsikt", 3),
        ("neither agree nor disagree", 3),
        ("Jokseenkin eri mieltä", 2),
        ("delvis av annan åsikt", 2),
        ("partly disagree", 2),
        ("täysin eri mieltä, 3 lääkäriä vaihtui", 1),
        ("helt av annan åsikt", 1),
        ("fully disagree", 1),
        ("5, täysin samaa mieltä", 5),
        ("4 = delvis av samma åsikt", 4),
    ],
)
def test_the_steps_of_agreement_are_read_in_words(text, value):
    found = read_agreement(text, [STATEMENT], STEPS)
    assert found is not None
    assert found.values == (value,)


@pytest.mark.parametrize(
    "text", ["I don't fully agree", "samaa mieltä", "kyllä", "6", "0", "10", "1, täysin samaa mieltä", "2 eller 3", ""]
)
def test_no_plain_step_is_not_guessed(text):
    assert read_agreement(text, [STATEMENT], STEPS) is None


def test_words_after_a_step_of_agreement_are_kept():
    found = read_agreement("Täysin eri mieltä, kukaan ei kuunnellut minua", [STATEMENT], STEPS)
    assert found is not None
    assert found.rest == "kukaan ei kuunnellut minua"


STOP_WORDS = ["STOP", "STOPP", "SEIS", "LOPETA", "PERU", "AVSLUTA", "SLUTA", "UNSUBSCRIBE"]


@pytest.mark.parametrize("word", STOP_WORDS)
@pytest.mark.parametrize("form", ["{}", " {}.", "»{}«", "{}!!!", "{}. Thank you", "kiitos {} nyt", "{} {} {}"])
def test_a_stop_word_within_three_words_stops(word, form):
    for spelling in (word, word.lower(), word.title()):
        assert asks_to_stop(form.format(spelling, spelling, spelling))


@pytest.mark.parametrize(
    "text",
    [
        "Please don't stop the morning hours",
        "Please don't stop this",
        "Lääkäri ei osannut sanoa seis ajoissa",
        "Sluta inte med morgontiderna tack",
        "9 hyvä mutta peru aikani",
    ],
)
def test_a_longer_text_with_a_stop_word_is_an_answer_to_be_flagged(text):
    assert not asks_to_stop(text)
    assert holds_stop_word(text)


@pytest.mark.parametrize("text", ["9", "nonstop", "stoppa", "bussipysäkki", "", "..."])
def test_no_stop_word_is_no_stop(text):
    assert not asks_to_stop(text)
    assert not holds_stop_word(text)


def test_full_width_letters_stop_too():
    assert asks_to_stop("ＳＴＯＰ")


@pytest.mark.parametrize(
    ("text", "is_start"),
    [("START", True), ("aloita.", True), ("Börja", True), ("Bo\u0308rja", True), ("Start again", False), ("", False), ("9", False)],
)
def test_a_start_word_alone_starts_again(text, is_start):
    assert asks_to_start(text) is is_start


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("svenska", "sv"),
        ("På svenska, tack!", "sv"),
        ("ruotsi", "sv"),
        ("ruotsiksi kiitos", "sv"),
        ("suomi", "fi"),
        ("SUOMEKSI", "fi"),
        ("på finska", "fi"),
        ("English", "en"),
        ("in English please", "en"),
        ("englanti", "en"),
        ("engelska", "en"),
        ("svenska engelska", None),
        ("En saanut palvelua, svenska fungerade inte", None),
        ("kiitos", None),
        ("", None),
    ],
)
def test_the_name_of_a_language_alone_asks_for_it(text, language):
    assert language_asked(text) == language


@pytest.mark.parametrize(
    "text", ["-", " -- ", "\u2013", "...", "Ohita", "hoppa över", "SKIP", "en osaa sanoa", "vet inte", "don\u2019t know"]
)
def test_skipping_has_many_words(text):
    assert is_skip(text)


@pytest.mark.parametrize("text", ["", " ", "9", "?", "ohitin jonon", "👍", "ei"])
def test_other_words_do_not_skip(text):
    assert not is_skip(text)


@pytest.mark.parametrize(
    ("text", "is_nothing"), [("Ei kiitos", True), ("nej", True), ("No, thanks.", True), ("-", True), ("Ei pysäköintiä", False), ("", False)]
)
def test_a_plain_no_to_the_free_text_question_is_nothing_to_add(text, is_nothing):
    assert has_nothing_to_add(text) is is_nothing


@pytest.mark.parametrize(
    ("language", "text", "consent"),
    [
        ("fi", "KYLLÄ", True),
        ("fi", "kyllä kiitos", True),
        ("fi", "Joo!", True),
        ("fi", "No joo", True),
        ("fi", "Kyllä, soittakaa iltapäivällä kun olen kotona", True),
        ("fi", "Soittakaa minulle", True),
        ("fi", "Haluan", True),
        ("fi", "JA", True),
        ("fi", "Ja tack", True),
        ("sv", "Ja, ring mig på en gång", True),
        ("sv", "Gärna", True),
        ("en", "Yes please", True),
        ("en", "y", True),
        ("fi", "Ei", False),
        ("fi", "ei kiitos", False),
        ("fi", "En halua", False),
        ("fi", "Ei, en halua että minuun otetaan yhteyttä", False),
        ("fi", "Älkää soittako", False),
        ("fi", "no", False),
        ("sv", "Nej tack.", False),
        ("sv", "en", False),
        ("en", "NO", False),
        ("en", "No thanks not now", False),
        ("en", "Don't call me", False),
        ("fi", "Kyllä oli hyvä palvelu tällä kertaa", None),
        ("fi", "Kyllä oli oikein hyvä palvelu", None),
        ("fi", "Haluaisin vielä sanoa että lääkäri oli hyvä", None),
        ("fi", "Ei ole kiire mutta soittakaa minulle", None),
        ("fi", "Ja vielä yksi asia on mielessäni", None),
        ("fi", "Joo ei", None),
        ("sv", "Kanske", None),
        ("en", "9", None),
        ("en", "", None),
        ("en", "👍", None),
        ("fi", "kiitos", None),
    ],
)
def test_only_a_plain_yes_is_a_yes_to_being_contacted(language, text, consent):
    assert read_consent(text, language) is consent

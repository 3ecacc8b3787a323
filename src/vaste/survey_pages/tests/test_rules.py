from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.survey_pages.rules import LONGEST_TEXT, Act, Asked, Contact, Problem, act_of, read_form, read_submission, why_not_send

STEPS = {str(value): value for value in range(1, 6)}
ASKED = Asked(choices={"nps": {str(value): value for value in range(11)}, "access": STEPS, "safety": STEPS}, free_text="free_text")


def read(form, kept=None):
    return read_submission(form, ASKED, kept or {})


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"nps=9&access=5", {"nps": "9", "access": "5"}),
        (b"free_text=Hyv%C3%A4+hoito", {"free_text": "Hyvä hoito"}),
        (b"free_text=Hyv%E4+hoito", {"free_text": "Hyvä hoito"}),
        (b"free_text=Hyv\xe4", {"free_text": "Hyvä"}),
        (b"free_text=yksi%0D%0Akaksi%0Dkolme", {"free_text": "yksi\nkaksi\nkolme"}),
        (b"free_text=a%00b%1Bc%7F", {"free_text": "abc"}),
        (b"free_text=%ED%A0%80", {"free_text": "í\xa0€"}),
        (b"nps=3&nps=9", {"nps": "9"}),
        (b"nps", {"nps": ""}),
        (b"&&nps=9&", {"nps": "9"}),
        (b"free_text=a=b", {"free_text": "a=b"}),
        (b"", {}),
        (b"&".join([b"nps=9"] * 200), {}),
    ],
)
def test_a_body_is_read_as_browsers_old_and_new_write_it(body, fields):
    assert read_form(body) == fields


@given(st.binary(max_size=2000))
def test_no_body_is_too_strange_to_be_read(body):
    form = read_form(body)
    submission = read(form)
    assert set(submission.answers) <= {"nps", "access", "safety", "free_text"}
    assert all("\x00" not in value for value in form.values())


@given(st.text(max_size=300).filter(lambda text: not set(text) & set("\r\x85")))
def test_a_text_comes_through_the_form_as_it_was_typed_but_for_control_characters(text):
    kept = "".join(letter for letter in text if letter in "\t\n" or not (ord(letter) < 32 or 127 <= ord(letter) < 160)).strip()
    assert read_form(f"free_text={quote_plus(text, errors='replace')}".encode()) == {"free_text": kept}


def test_answers_are_numbers_of_the_scale_and_the_text():
    submission = read({"nps": "10", "access": "5", "safety": "1", "free_text": "Kiitos"})
    assert submission.answers == {"nps": 10, "access": 5, "safety": 1, "free_text": "Kiitos"}
    assert not submission.problems


@pytest.mark.parametrize("value", ["11", "-1", "05", "5.0", "９", "9" * 5000, "nine", "1e3", "None"])
def test_a_value_that_no_button_has_is_a_problem_and_no_answer(value):
    submission = read({"nps": value, "access": "4"})
    assert submission.answers == {"access": 4}
    assert submission.problems == {"nps": Problem.NOT_A_CHOICE}


def test_a_question_that_is_skipped_has_no_answer():
    assert read({"nps": "", "free_text": ""}).answers == {}


def test_fields_that_the_page_does_not_have_are_left_alone():
    submission = read({"nps": "9", "benefit": "5", "id": "7", "__proto__": "x"})
    assert submission.answers == {"nps": 9}
    assert not submission.problems


def test_an_answer_kept_before_stays_until_another_is_chosen():
    assert read({"access": "2"}, kept={"nps": 8, "access": 5}).answers == {"nps": 8, "access": 2}


def test_a_text_that_was_emptied_is_empty():
    assert read({"free_text": ""}, kept={"nps": 8, "free_text": "Kiitos"}).answers == {"nps": 8}


@pytest.mark.parametrize(("length", "problems"), [(LONGEST_TEXT, {}), (LONGEST_TEXT + 1, {"free_text": Problem.TEXT_TOO_LONG})])
def test_a_text_has_at_most_5000_characters(length, problems):
    assert read({"free_text": "ä" * length}).problems == problems


def test_the_longest_text_fits_into_the_longest_body_in_any_script():
    for letter in ("ä", "\n", "€", "日"):
        written = letter if letter != "\n" else "\r\n"
        assert len(urlencode({"free_text": written * LONGEST_TEXT})) < 64 * 1024


def test_a_page_without_any_answer_is_not_sent():
    assert why_not_send(read(read_form(b"free_text=+%0D%0A+&do=send")), ASKED) == {"nps": Problem.NOTHING_ANSWERED}


@pytest.mark.parametrize("form", [{"nps": "0"}, {"access": "3"}, {"free_text": "Kiitos"}])
def test_one_answer_is_enough_to_send(form):
    assert why_not_send(read(form), ASKED) == {}


def test_contact_details_are_those_of_the_form():
    form = {"nps": "9", "name": "Maija Malli", "phone": "040 000 0001", "email": "maija@malli.example", "along": "yes"}
    assert read(form).contact == Contact("Maija Malli", "040 000 0001", "maija@malli.example", answers_along=True)
    assert not read(form).problems


def test_nobody_is_contacted_who_left_no_details():
    assert read({"nps": "9", "name": "", "phone": "", "email": "", "along": "yes"}).contact is None


@pytest.mark.parametrize(
    ("details", "problems"),
    [
        ({"name": "Maija"}, {"phone": Problem.NO_WAY_TO_REACH}),
        ({"phone": "soita minulle"}, {"phone": Problem.PHONE_UNCLEAR}),
        ({"phone": "1234"}, {"phone": Problem.PHONE_UNCLEAR}),
        ({"phone": "+358 40 0 000 001"}, {}),
        ({"phone": "(040) 000-0001"}, {}),
        ({"phone": "1" * 16}, {"phone": Problem.PHONE_UNCLEAR}),
        ({"email": "maija"}, {"email": Problem.EMAIL_UNCLEAR}),
        ({"email": "maija@malli.example"}, {}),
        ({"email": "a@b@c.example"}, {"email": Problem.EMAIL_UNCLEAR}),
        ({"email": "maija@malli.example", "phone": "x"}, {"phone": Problem.PHONE_UNCLEAR}),
        ({"email": "maija@malli.example", "name": "M" * 101}, {"name": Problem.NAME_TOO_LONG}),
    ],
)
def test_contact_details_must_lead_to_somebody(details, problems):
    assert read({"nps": "9", **details}).problems == problems


def test_a_problem_with_contact_details_leaves_the_answers_valid():
    assert read({"nps": "9", "phone": "x"}).answers == {"nps": 9}


@pytest.mark.parametrize(
    ("form", "act"),
    [
        ({"do": "send"}, Act.SEND),
        ({"do": "save"}, Act.SAVE),
        ({"do": "refuse"}, Act.REFUSE),
        ({"do": "return"}, Act.RETURN),
        ({}, Act.SEND),
        ({"do": "drop"}, Act.SEND),
    ],
)
def test_the_button_tells_what_is_wanted_and_enter_sends(form, act):
    assert act_of(form) is act

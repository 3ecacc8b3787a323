"""How a person fills in the survey page."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from vaste.simulator.link_page import fill_in, survey_form
from vaste.simulator.opinions import Opinion
from vaste.simulator.people import SimulatedSettings, person

SOMEBODY = replace(person(1, SimulatedSettings()), language="sv")
OPINION = Opinion(score=8, statements=(4, 2, 5), comment="Tack!", wants_contact=False)


def radios(name: str, values: range, checked: int | None = None) -> str:
    return "".join(f"<input type=radio name={name} value={value}{' checked' if value == checked else ''}>" for value in values)


def page(inner: str = "", *, score: int | None = None, benefit: int | None = None) -> str:
    return f"""<html><body><form action="/other"><input name=q><button name=ask value=1>Sök</button></form>
    <form method=post action=""><input type=hidden name=lang value=sv>
    {radios("nps", range(11), score)}{radios("access", range(5, 0, -1))}{radios("benefit", range(5, 0, -1), benefit)}
    <textarea name=free_text>{inner}</textarea>
    <input name=name autocomplete=name><input type=tel name=phone><input type=email name=email>
    <button name=do value=send>Skicka</button><button name=do value=save>Spara</button></form></body></html>"""


def filled(html: str, opinion: Opinion = OPINION) -> dict[str, str]:
    form = survey_form(html)
    assert form is not None
    return fill_in(form, SOMEBODY, opinion)


def test_a_person_answers_every_question_and_presses_the_first_button():
    assert filled(page()) == {"lang": "sv", "nps": "8", "access": "4", "benefit": "2", "free_text": "Tack!", "do": "send"}


def test_what_was_answered_before_stays_as_it_was():
    answers = filled(page("Sagt redan.", score=3, benefit=5))
    assert (answers["nps"], answers["benefit"], answers["free_text"]) == ("3", "5", "Sagt redan.")


def test_only_who_wants_to_be_contacted_tells_who_they_are():
    assert filled(page(), replace(OPINION, wants_contact=True)).items() >= {"phone": SOMEBODY.number, "name": "Prov Påhittad"}.items()
    assert not filled(page()).keys() & {"phone", "name", "email"}


def test_a_page_that_asks_nothing_is_left_alone():
    assert survey_form("<h1>Länken är inte öppen</h1><form><button name=a>Ok</button></form>") is None


@given(st.text(max_size=400))
def test_any_page_at_all_can_be_looked_at(html: str):
    assert survey_form(html) is None

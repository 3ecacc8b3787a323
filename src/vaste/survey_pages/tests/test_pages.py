import gzip
import logging
import re
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories import COUNTY

from vaste.organisations.rules import parse_county
from vaste.survey_pages.pages import (
    Filled,
    Place,
    asked_on_page,
    notice_in_all_languages,
    refuse_page,
    refused_page,
    returned_page,
    survey_page,
    thanks_page,
    withdrawal_page,
    withdrawn_page,
)
from vaste.survey_pages.rules import Problem
from vaste.surveys.instrument import Branch, national_adult

LANGUAGES = ("fi", "sv", "en")
BASE = ("access", "encounter", "participation", "safety", "information", "clarity", "benefit")


def place(sending="", branch=Branch.HEALTH, name="Terveysasema"):
    county = parse_county(COUNTY + sending)
    return Place("1.2.246.10.99999999.10.1", dict.fromkeys(LANGUAGES, name), branch, county)


def survey(language="fi", *, at=None, visited_on=date(2024, 4, 9), answers=None, typed=None, problems=None, is_saved=False):
    filled = Filled(answers or {}, typed or {}, problems or {}, is_saved=is_saved)
    return survey_page(national_adult(), at or place(), language, visited_on, filled).decode()


class Tags(HTMLParser):
    """Notes every start tag with its attributes."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def all(self, tag, **wanted):
        return [attrs for name, attrs in self.found if name == tag and wanted.items() <= attrs.items()]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("fi", "Terveysasema, käyntisi huhtikuussa"), ("sv", "Terveysasema, ditt besök i april"), ("en", "Terveysasema, your visit in April")],
)
def test_the_page_names_county_unit_and_month_in_its_language(language, sentence):
    page = survey(language)
    assert sentence in page
    assert "<p>Soite</p>" in page
    assert f'<html lang="{language}">' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_one_small_request_without_script(language):
    page = survey(language, answers=dict.fromkeys(BASE, 5), typed={"free_text": "ä" * 200}, problems={"nps": Problem.NOT_A_CHOICE})
    assert len(gzip.compress(page.encode(), 6)) < 14 * 1024
    tags = Tags(page)
    assert not [attrs for _, attrs in tags.found if {"src", "srcset", "style", "onclick"} & set(attrs)]
    assert not tags.all("script") + tags.all("link") + tags.all("img")
    assert "url(" not in page
    assert "@import" not in page


def test_the_language_can_be_switched_before_anything_is_asked():
    page = survey("sv")
    assert page.index("<nav") < page.index("<form")
    assert [attrs.get("href") for attrs in Tags(page).all("a") if "lang" in attrs] == ["?lang=fi", "?lang=en"]
    assert '<b lang="sv" aria-current="true">Svenska</b>' in page


def test_only_the_languages_of_the_county_are_offered():
    county = parse_county(COUNTY.replace("[sending]", 'languages = ["fi", "sv"]\n[sending]'))
    at = Place("1.2.3.4", {"fi": "Asema", "sv": "Station"}, Branch.HEALTH, county)
    assert "English" not in survey(at=at)


def test_eleven_scores_and_five_steps_are_offered_and_none_is_chosen():
    tags = Tags(survey())
    assert [attrs["value"] for attrs in tags.all("input", type="radio", name="nps")] == [str(value) for value in range(11)]
    for item in (*BASE, "own-language"):
        assert [attrs["value"] for attrs in tags.all("input", type="radio", name=item)] == ["5", "4", "3", "2", "1"]
    assert not [attrs for attrs in tags.all("input") if "checked" in attrs]


def test_every_group_of_buttons_has_its_question_as_legend():
    page = survey()
    groups = re.findall(r"<fieldset.*?</fieldset>", page, re.DOTALL)
    assert len(groups) == 9
    assert all(re.search(r"<legend>\w.+</legend>", group) for group in groups)
    assert "0 = erittäin epätodennäköisesti" in groups[0]
    assert '<span>10</span><span class="hide">erittäin todennäköisesti</span>' in groups[0]


@pytest.mark.parametrize(("shown", "statements"), [(2, BASE[:2]), (7, BASE), (0, ())])
def test_the_county_decides_how_many_base_statements_are_shown_before_its_own(shown, statements):
    asked = asked_on_page(national_adult(), place(f"statements_on_page = {shown}\n"))
    assert tuple(asked.choices) == ("nps", *statements, "own-language")


def test_social_services_are_asked_about_service_and_health_care_about_care():
    assert "palvelun aikana" in survey(at=place(branch=Branch.SOCIAL))
    assert "hoidon aikana" in survey(at=place(branch=Branch.HEALTH))


def test_what_was_answered_before_is_chosen():
    tags = Tags(survey(answers={"nps": 9, "access": 4, "free_text": "Kiitos"}))
    assert [(attrs["name"], attrs["value"]) for attrs in tags.all("input") if "checked" in attrs] == [("nps", "9"), ("access", "4")]
    assert "Kiitos</textarea>" in survey(answers={"free_text": "Kiitos"})


def test_a_problem_stands_at_its_field_and_in_a_summary_that_leads_there():
    page = survey(
        typed={"free_text": "x", "phone": "abc", "along": "yes"},
        problems={"nps": Problem.NOTHING_ANSWERED, "free_text": Problem.TEXT_TOO_LONG, "phone": Problem.PHONE_UNCLEAR},
    )
    tags = Tags(page)
    ids = {attrs["id"] for _, attrs in tags.found if "id" in attrs}
    targets = [attrs["href"] for attrs in tags.all("a") if attrs["href"].startswith("#")]
    assert targets == ["#nps-0", "#free_text", "#phone"]
    assert {target[1:] for target in targets} <= ids
    for field in ("nps", "free_text", "phone"):
        assert f'id="{field}-wrong"' in page
    assert tags.all("input", id="phone")[0]["value"] == "abc"
    assert tags.all("details") == [{"open": None}]
    assert "checked" in tags.all("input", name="along")[0]
    assert "<title>Vastausta ei vielä lähetetty" in page


def test_contact_details_stay_folded_away_until_somebody_wants_them():
    assert Tags(survey()).all("details") == [{}]


def test_the_page_says_that_it_is_saved():
    assert "Vastauksesi on tallennettu, mutta sitä ei ole vielä lähetetty." in survey(is_saved=True)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80))
def test_whatever_was_typed_stays_text(typed):
    page = survey(typed={"free_text": typed, "name": typed}, answers={})
    tags = Tags(page)
    assert tags.all("input", id="name")[0]["value"] == typed
    assert len(tags.found) == len(Tags(survey(typed={"free_text": "x", "name": "x"})).found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_in_settings_are_escaped_too(language):
    assert "<b>Asema</b>" not in survey(language, at=place(name="<b>Asema</b>"))


@pytest.mark.parametrize(
    ("language", "path", "crisis_line"),
    [("fi", "/poista", "09 2525 0111"), ("sv", "/radera", "09 2525 0112"), ("en", "/withdraw", "09 2525 0111")],
)
def test_the_thanks_tell_the_code_where_to_use_it_and_where_help_is(language, path, crisis_line):
    page = thanks_page(place(), language, code="7KQF-3MXP-9T2A", contacted=False, base_url="https://palaute.example.fi").decode()
    for text in ("7KQF-3MXP-9T2A", f"palaute.example.fi{path}", "112", "116 117", crisis_line):
        assert text in page


def test_the_thanks_promise_a_reply_only_to_who_can_be_reached():
    def thanks(contacted):
        return thanks_page(place(), "en", code="X", contacted=contacted, base_url="https://palaute.example.fi").decode()

    assert "We will contact you within 10 working days." in thanks(contacted=True)
    assert "We cannot reply to an anonymous answer" in thanks(contacted=False)


def test_a_notice_speaks_all_languages_each_marked_as_what_it_is():
    page = notice_in_all_languages("closed", "closed_check").decode()
    assert [attrs["lang"] for attrs in Tags(page).all("section")] == ["fi", "sv", "en"]
    assert "Tämä linkki ei ole auki" in page
    assert "Den här länken är inte öppen" in page
    assert "This link is not open" in page


def test_refusing_takes_a_second_look_and_can_be_left():
    page = refuse_page(place(), "sv").decode()
    assert Tags(page).all("button", name="do", value="refuse")
    assert Tags(page).all("a", href="?lang=sv")


def test_a_code_that_opens_nothing_stays_in_its_field():
    page = withdrawal_page("en", typed='"><b>', is_unknown=True).decode()
    assert Tags(page).all("input", id="code")[0]["value"] == '"><b>'
    assert "No answer was found with this code." in page


def test_no_page_asks_for_what_it_was_not_given(caplog):
    """The template engine draws nothing for a name that it does not find, and tells so in the log alone."""
    caplog.set_level(logging.DEBUG, "django.template")
    survey()
    survey(problems={"nps": Problem.NOTHING_ANSWERED}, is_saved=True)
    thanks_page(place(), "fi", code="7KQF-3MXP-9T2A", contacted=True, base_url="https://palaute.example.fi")
    refuse_page(place(), "fi")
    refused_page(place(), "fi", "slip")
    returned_page("fi")
    withdrawal_page("fi")
    withdrawal_page("fi", typed="X", is_unknown=True)
    withdrawn_page("fi")
    notice_in_all_languages("closed", "closed_check")
    assert caplog.messages == []

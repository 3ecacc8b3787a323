"""What a county's settings file may say: every wrong or unknown setting is one clear sentence that names it."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import DATA

from vaste.organisations.rules import CountySettings, SettingsRefused, is_quiet, parse_county

SOITE = (DATA / "soite-county.toml").read_text()


def refusal(text: str) -> str:
    with pytest.raises(SettingsRefused) as refused:
        parse_county(text)
    return str(refused.value)


def is_settings_or_one_sentence(text: str) -> bool:
    try:
        return isinstance(parse_county(text), CountySettings)
    except SettingsRefused as refused:
        return str(refused).endswith("Nothing was changed.")


def with_setting(section: str, line: str) -> str:
    """Return Soite's file with one setting changed or added in a section ("" is the top)."""
    key = line.partition("=")[0].strip()
    lines, here, out = SOITE.splitlines(), "", []
    if section == "":
        out.append(line)
    for old in lines:
        if old.startswith("["):
            here = old.strip("[]")
        if not (here == section and old.partition("=")[0].strip() == key):
            out.append(old)
        if old == f"[{section}]":
            out.append(line)
    if section and f"[{section}]" not in lines:
        out += [f"[{section}]", line]
    return "\n".join(out)


def test_the_file_of_a_county_like_soite_is_read():
    settings = parse_county(SOITE)
    assert settings.code == "18"
    assert settings.sending.quarantine_days == 30
    assert settings.sending.quiet_hours == ("20:00", "09:00")
    assert settings.display.too_few_below == 5


def test_what_is_left_out_has_the_default_of_the_field():
    settings = parse_county('code = "18"\nname = {fi = "A", sv = "B", en = "C"}\nsender_number = "18588"\nsender_name = "Soite"')
    assert settings.sending.when == "next-day 12:00"
    assert settings.sending.quarantine_days == 30
    assert settings.display.too_few_below == 5
    assert settings.answering.working_days == 10
    assert settings.languages == ("fi", "sv", "en")


WRONG = [
    ("", 'code = ""', "code"),
    ("", "code = 18", "code"),
    ("", 'code = "kahdeksantoista"', "code"),
    ("", "name = {}", "name"),
    ("", 'name = { fi = "Soite", sv = "Soite" }', "name"),
    ("", 'name = { fi = "Soite", sv = "Soite", en = " " }', "name"),
    ("", 'name = { fi = "Soite", sv = "Soite", en = "Soite", se = "Soite" }', "name"),
    ("", 'name = { fi = "Soite", sv = "Soite", en = "a\\nb" }', "name"),
    ("", 'sender_number = "Soite"', "sender_number"),
    ("", 'sender_number = "0457396027"', "sender_number"),
    ("", 'sender_number = ""', "sender_number"),
    ("", 'sender_name = "So"', "sender_name"),
    ("", 'sender_name = "Soite hyvinvointi"', "sender_name"),
    ("", 'sender_name = "Hyvinvoi ä"', "sender_name"),
    ("", "languages = []", "languages"),
    ("", 'languages = ["fi", "se"]', "languages"),
    ("", 'languages = ["fi", "fi"]', "languages"),
    ("", 'languages = "fi"', "languages"),
    ("", 'fallback_language = "se"', "fallback_language"),
    ("", 'time_zone = "Kokkola"', "time_zone"),
    ("", 'time_zone = ""', "time_zone"),
    ("", 'time_zone = "../../etc/passwd"', "time_zone"),
    ("", 'time_zone = "Europe"', "time_zone"),
    ("", "colour = 1", "colour"),
    ("sending", "colour = 1", "colour"),
    ("sending", 'when = "tomorrow"', "when"),
    ("sending", 'when = "next-day 25:00"', "when"),
    ("sending", 'when = "next-day 12:60"', "when"),
    ("sending", 'when = "next-day 21:00"', "when"),
    ("sending", 'when = ""', "when"),
    ("sending", 'quiet_hours = ["20:00"]', "quiet_hours"),
    ("sending", 'quiet_hours = ["20:00", "9:00"]', "quiet_hours"),
    ("sending", 'quiet_hours = ["20:00", "20:00"]', "quiet_hours"),
    ("sending", 'skip_holidays = "no"', "skip_holidays"),
    ("sending", "daily_cap_per_unit = -1", "daily_cap_per_unit"),
    ("sending", "daily_cap_per_unit = 99999999999999999999999", "daily_cap_per_unit"),
    ("sending", "sample_share = 1.1", "sample_share"),
    ("sending", "sample_share = nan", "sample_share"),
    ("sending", "sample_share = inf", "sample_share"),
    ("sending", "quarantine_days = -1", "quarantine_days"),
    ("sending", "quarantine_days = true", "quarantine_days"),
    ("sending", 'quarantine_days = "30"', "quarantine_days"),
    ("sending", "survey_open_days = 0", "survey_open_days"),
    ("sending", "statements_by_sms = 8", "statements_by_sms"),
    ("sending", "statements_on_page = -1", "statements_on_page"),
    ("sending", 'sensitive_visit_types = ["Death"]', "sensitive_visit_types"),
    ("sending", "visits_from = 2024-04-31", "TOML"),
    ("sending", 'visits_from = "huhtikuu"', "visits_from"),
    ("sending", "idle_hours = 0", "idle_hours"),
    ("sending", "send_within_days = 0", "send_within_days"),
    ("display", "too_few_below = 2", "too_few_below"),
    ("display", "uncertain_below = 4", "uncertain_below"),
    ("goals", "nps = 101", "nps"),
    ("goals", "statement_mean = 5.5", "statement_mean"),
    ("answering", "working_days = 0", "working_days"),
    ("mixing", "at_least = 2", "at_least"),
    ("mixing", "at_most_days = 0", "at_most_days"),
    ("help", 'crisis_line = { fi = "112" }', "crisis_line"),
    ("help", "emergency = 112", "emergency"),
    ("texts", 'thanks = "Kiitos"', "texts"),
    ("other", "key = 1", "other"),
]


@pytest.mark.parametrize(("section", "line", "named"), WRONG)
def test_a_wrong_or_unknown_setting_is_refused_by_its_name(section, line, named):
    sentence = refusal(with_setting(section, line))
    assert named in sentence
    assert sentence.endswith("Nothing was changed.")
    assert "\n" not in sentence


@pytest.mark.parametrize("key", ["code", "name", "sender_number", "sender_name"])
def test_a_county_without_a_needed_setting_is_refused_by_its_name(key):
    without = "\n".join(line for line in SOITE.splitlines() if not line.startswith(key))
    assert key in refusal(without)


def test_a_county_where_nobody_could_answer_is_refused():
    assert "nobody could answer" in refusal(
        SOITE.replace("reply_way = true", "reply_way = false").replace("link_way = true", "link_way = false")
    )


def test_a_county_whose_sender_is_a_name_may_offer_the_link_alone():
    by_link = with_setting("", 'sender_number = ""').replace("reply_way = true", "reply_way = false")
    assert parse_county(by_link).sending.link_way


def test_days_may_be_written_as_days_or_as_text_but_not_as_moments():
    assert parse_county(with_setting("sending", "visits_from = 2024-04-08")) == parse_county(
        with_setting("sending", 'visits_from = "2024-04-08"')
    )
    assert "visits_from" in refusal(with_setting("sending", "visits_from = 2024-04-08T12:00:00"))


def test_a_period_that_ends_before_it_begins_is_refused():
    assert "visits_to" in refusal(with_setting("sending", "visits_from = 2024-04-08\nvisits_to = 2024-04-07"))


@pytest.mark.parametrize(
    "text", ["", "[" * 5000, "a = " + "{a = " * 5000, "a = " + "9" * 5000, "a = " + "[" * 5000, "a" * 100_000 + " = 1", "\0", "code", "= 1"]
)
def test_a_file_that_is_no_settings_at_all_is_refused_in_one_sentence(text):
    sentence = refusal(text)
    assert "\n" not in sentence
    assert len(sentence) < 500


@given(st.text())
def test_whatever_is_in_the_file_it_is_settings_or_one_sentence(text):
    assert is_settings_or_one_sentence(text)


@given(st.integers(0, len(SOITE) - 1), st.text(max_size=3), st.integers(0, 3))
def test_whatever_is_changed_in_a_good_file_it_is_settings_or_one_sentence(position, put, removed):
    assert is_settings_or_one_sentence(SOITE[:position] + put + SOITE[position + removed :])


@pytest.mark.parametrize(("recorded", "asked_in"), [("fi", "fi"), ("sv", "sv"), ("en", "en"), ("se", "fi"), ("ru", "fi"), ("", "fi")])
def test_a_person_is_asked_in_the_language_of_the_record_or_in_the_fallback(recorded, asked_in):
    assert parse_county(SOITE).language_for(recorded) == asked_in


def test_a_language_that_the_county_does_not_use_falls_back_too():
    settings = parse_county(
        SOITE.replace('["fi", "sv", "en"]', '["fi", "en"]').replace('fallback_language = "fi"', 'fallback_language = "en"')
    )
    assert settings.language_for("sv") == "en"


@pytest.mark.parametrize(
    ("moment", "over_midnight", "in_the_day"),
    [
        ("19:59", False, False),
        ("20:00", True, False),
        ("00:00", True, False),
        ("08:59", True, False),
        ("09:00", False, False),
        ("12:00", False, True),
        ("13:00", False, False),
    ],
)
def test_quiet_hours_include_their_beginning_and_not_their_end(moment, over_midnight, in_the_day):
    at = time.fromisoformat(moment)
    assert is_quiet(at, time(20), time(9)) is over_midnight
    assert is_quiet(at, time(12), time(13)) is in_the_day

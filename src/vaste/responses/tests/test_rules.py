"""How coarsely an answer is kept, how it is written, and when answers go to the record."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.responses.rules import Waiting, age_band, channel, coarse_period, read_answers, units_to_publish, write_answers


@pytest.mark.parametrize(
    ("visited_on", "week", "month"),
    [
        ("2024-04-08", "2024-04-08", "2024-04-01"),  # a Monday
        ("2024-04-14", "2024-04-08", "2024-04-01"),  # the Sunday after
        ("2024-05-01", "2024-04-29", "2024-05-01"),
        ("2025-01-01", "2024-12-30", "2025-01-01"),
        ("2024-02-29", "2024-02-26", "2024-02-01"),
    ],
)
def test_a_visit_is_kept_under_its_week_and_in_a_small_unit_under_its_month(visited_on, week, month):
    day = date.fromisoformat(visited_on)
    assert coarse_period(day, is_small=False) == (date.fromisoformat(week), "week")
    assert coarse_period(day, is_small=True) == (date.fromisoformat(month), "month")


@pytest.mark.parametrize(
    ("age", "band", "band_in_a_small_unit"),
    [
        (None, "unknown", "unknown"),
        (0, "0-17", "0-17"),
        (17, "0-17", "0-17"),
        (18, "18-24", "18-44"),
        (24, "18-24", "18-44"),
        (25, "25-34", "18-44"),
        (44, "35-44", "18-44"),
        (45, "45-54", "45-64"),
        (64, "55-64", "45-64"),
        (65, "65-74", "65+"),
        (74, "65-74", "65+"),
        (75, "75+", "65+"),
        (120, "75+", "65+"),
    ],
)
def test_an_age_is_kept_as_a_band_a_wider_one_in_a_small_unit(age, band, band_in_a_small_unit):
    assert age_band(age, is_small=False) == band
    assert age_band(age, is_small=True) == band_in_a_small_unit


@pytest.mark.parametrize(
    ("by_sms", "by_link", "name"), [(True, False, "sms"), (False, True, "link"), (True, True, "sms+link"), (False, False, "link")]
)
def test_the_channel_names_every_way_that_was_used(by_sms, by_link, name):
    assert channel(by_sms=by_sms, by_link=by_link) == name


def test_equal_answers_are_equal_lines_whatever_the_order_they_were_given_in():
    assert write_answers({"safety": 4, "access": 5}) == write_answers({"access": 5, "safety": 4}) == "access=5;safety=4"


@given(st.dictionaries(st.from_regex(r"\A[a-z]{1,12}(-[a-z]{1,12})?\Z"), st.integers(1, 5)))
def test_answers_written_are_read_the_same(answers):
    assert read_answers(write_answers(answers)) == answers


@pytest.mark.parametrize(
    ("answers", "since", "goes"),
    [
        (5, "2026-05-04", True),
        (4, "2026-05-04", False),
        (1, "2026-04-28", False),
        (1, "2026-04-27", True),
        (500, "2026-05-04", True),
    ],
)
def test_answers_go_when_five_wait_or_the_oldest_has_waited_a_week(answers, since, goes):
    waiting = [Waiting("1.2.246.10.1", answers, date.fromisoformat(since))]
    published = units_to_publish(waiting, at_least=5, at_most_days=7, today=date(2026, 5, 4))
    assert published == (["1.2.246.10.1"] if goes else [])

from datetime import date

import pytest

from vaste.organisations.formats import day, interval, interval_of_change, month, number, percent, signed


@pytest.mark.parametrize(
    ("value", "language", "digits", "text"),
    [
        (4.376, "fi", 2, "4,38"),
        (4.376, "sv", 2, "4,38"),
        (4.376, "en", 2, "4.38"),
        (-12.4, "fi", 0, "−12"),
        (-0.2, "fi", 0, "0"),
        (12345, "en", 0, "12\u202f345"),
    ],
)
def test_numbers_have_the_reader_s_decimal_mark_and_a_true_minus(value, language, digits, text):
    assert number(value, language, digits) == text


def test_a_share_is_shown_in_per_cent_with_one_decimal():
    assert percent(0.2514, "fi") == "25,1\u00a0%"
    assert percent(0.2514, "en") == "25.1%"


def test_limits_stand_close_together_unless_one_is_negative():
    assert interval(66.2, 79.4, "fi") == "66–79"
    assert interval(-8.1, 19.3, "fi") == "−8\u00a0–\u00a019"


def test_a_difference_carries_its_sign():
    assert [signed(value, "en") for value in (6.2, -3.0, 0.3)] == ["+6", "−3", "0"]


def test_days_are_written_alike_and_months_by_name():
    assert day(date(2026, 11, 2)) == "2.11.2026"
    assert [month(date(2024, 4, 1), language) for language in ("fi", "sv", "en")] == ["huhtikuu 2024", "april 2024", "April 2024"]


def test_the_limits_of_a_clear_change_never_round_to_zero():
    assert interval_of_change(0.3, 12.2, "fi") == "0,3–12,2"
    assert interval_of_change(-12.2, -0.3, "en") == "−12.2\u00a0–\u00a0−0.3"
    assert interval_of_change(-0.3, 12.2, "fi") == "0–12"  # not clear, and nothing to deny
    assert interval_of_change(0.004, 0.3, "en", 2) == "0.004–0.300"

"""By when an answer is owed, and what contact details may look like."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.cases.rules import due_on, is_email
from vaste.invitations.holidays import is_holiday


@pytest.mark.parametrize(
    ("received_on", "working_days", "due"),
    [
        ("2026-05-04", 1, "2026-05-05"),
        ("2026-05-08", 1, "2026-05-11"),  # a Friday: the weekend does not count
        ("2026-05-09", 1, "2026-05-11"),  # a Saturday
        ("2026-05-05", 10, "2026-05-20"),  # Ascension Day lies between
        ("2024-12-20", 3, "2024-12-30"),  # Christmas lies between
        ("2026-05-04", 7, "2026-05-13"),
    ],
)
def test_the_promise_counts_working_days_after_the_day_of_receipt(received_on, working_days, due):
    assert due_on(date.fromisoformat(received_on), working_days=working_days, is_holiday=is_holiday) == date.fromisoformat(due)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 60))
def test_an_answer_is_never_owed_on_a_weekend_or_a_holiday(received_on, working_days):
    due = due_on(received_on, working_days=working_days, is_holiday=is_holiday)
    assert due.weekday() < 5
    assert not is_holiday(due)
    assert due >= received_on + timedelta(days=working_days)


@pytest.mark.parametrize("address", ["maija@example.fi", "m.m+palaute@posti.example.fi", "äiti@example.fi"])
def test_an_address_of_e_mail_is_known(address):
    assert is_email(address)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "maija",
        "maija@",
        "@example.fi",
        "maija@example",
        "a b@example.fi",
        "a@b.fi, c@d.fi",
        "maija@example.fi\n",
        "<maija@example.fi>",
        "x" * 65 + "@example.fi",
    ],
)
def test_what_is_no_address_of_e_mail_is_told(text):
    assert not is_email(text)

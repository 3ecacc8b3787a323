"""Periods beside each other: time runs evenly, whatever the record reaches into."""

import re

import pytest
from tests.factories import make_county
from tests.record import record

from vaste.dashboards.tests.test_results_page import person, text

pytestmark = pytest.mark.django_db


def periods(shown: str) -> list[str]:
    """Return the names of the periods in the table under the chart."""
    table = shown[shown.index("The same figures as a table") :]
    return re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', table[: table.index("</table>")])


def test_a_month_without_answers_keeps_its_place_between_those_that_have_some():
    user = person(make_county())
    for day in ("2024-01-10", "2024-05-15"):
        record(40, on=day)

    shown = text(user, period="2024-05")

    assert periods(shown) == ["January 2024", "February 2024", "March 2024", "April 2024", "May 2024"]
    assert "March 2024: too few" in shown


def test_the_course_begins_where_there_is_something_to_show():
    user = person(make_county())
    record(3, on="2023-11-15")
    for day in ("2024-03-13", "2024-05-15"):
        record(40, on=day)

    assert periods(text(user, period="2024-05")) == ["March 2024", "April 2024", "May 2024"]


def test_a_period_that_nobody_answered_in_is_the_last_one_of_its_course():
    user = person(make_county())
    record(40, on="2024-03-13")

    assert periods(text(user, period="2024-06")) == ["March 2024", "April 2024", "May 2024", "June 2024"]


def test_at_most_thirteen_months_are_shown():
    user = person(make_county())
    for day in ("2022-01-12", "2023-06-14", "2024-05-15"):
        record(40, on=day)

    shown = periods(text(user, period="2024-05"))

    assert (len(shown), shown[0], shown[-1]) == (12, "June 2023", "May 2024")


def test_a_clear_change_is_not_denied_by_a_limit_that_rounds_to_nothing():
    user = person(make_county())
    for score, times in ((10, 32), (0, 32)):
        record(times, on="2024-03-13", nps=score)
    for score, times in ((10, 43), (0, 21)):
        record(times, on="2024-04-10", nps=score)

    shown = text(user, period="2024-04")
    change = re.search(r"<h2 id=\"change\">.*?<p>(.*?)</p>", shown, re.DOTALL)[1]

    assert "clearly up" in change
    assert re.search(r"interval 0\.3–65\.4", change)

from datetime import date

import pytest

from vaste.dashboards.asked import Asked, Problem, read_asked
from vaste.free_text.labels import Sentiment, Theme
from vaste.responses.comments import ScoreBand
from vaste.responses.queries import Dimension
from vaste.results.answers import Part
from vaste.results.calendar import Period
from vaste.results.comments import WantedComments


def test_no_words_ask_for_everybody_and_let_the_page_choose_the_time():
    assert read_asked({}) == Asked()


def test_words_name_period_part_and_comments():
    words = {"period": "2024-Q2", "only": "age:75+", "theme": "waiting", "mood": "unsure", "score": "passives", "written": "sv"}

    assert read_asked(words) == Asked(
        Period("2024-Q2"),
        Part(Dimension.AGE, "75+"),
        WantedComments(Theme.WAITING, Sentiment.UNSURE, "sv", ScoreBand.PASSIVES),
    )


def test_typed_days_stand_for_the_period_around_them():
    asked = read_asked({"from": date(2024, 4, 3).isoformat(), "to": "2024-05-01"})

    assert (asked.period, asked.moved) == (Period("2024-Q2"), True)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ({"from": "x"}, Problem.FROM),
        ({"to": "x"}, Problem.TO),
        ({"from": "2024-05-01", "to": "2024-04-01"}, Problem.ORDER),
        ({"period": "spring"}, Problem.PERIOD),
        ({"only": "unit:1.2.3"}, Problem.PART),
        ({"only": "language:"}, Problem.PART),
        ({"written": "se"}, Problem.COMMENTS),
        ({"mood": "angry"}, Problem.COMMENTS),
    ],
)
def test_words_that_cannot_be_read_are_named(words, problem):
    assert read_asked(words).problem is problem

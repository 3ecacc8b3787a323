"""Comments are found by what they say, and shown only where the number of answers may be."""

import pytest
from tests.factories import HEALTH_STATION, SMALL_UNIT, make_county
from tests.record import record

from vaste.free_text.labels import Sentiment, Theme
from vaste.responses.comments import Comments, ScoreBand, Wanted, comments
from vaste.responses.periods import span
from vaste.responses.queries import Selection
from vaste.responses.reading import read_waiting_comments
from vaste.responses.rules import Channel

pytestmark = pytest.mark.django_db


def shown(wanted: Wanted, *, units: tuple[str, ...] = (HEALTH_STATION,), reach: tuple[str, ...] = (HEALTH_STATION,)) -> Comments:
    read_waiting_comments(is_time_over=lambda: False)
    return comments(Selection(units, span(None, None)), wanted, reach=reach, too_few_below=5, at_most=50)


def texts(found: Comments) -> set[str]:
    return {comment.text for comment in found.comments}


KIND = "Hoitaja oli ystävällinen."
LONG_WAIT = "Odotin kaksi tuntia."
SWEDISH = "Läkaren lyssnade och förklarade allt tydligt."


@pytest.fixture
def _record():
    make_county()
    record(10)
    record(nps=9, free_text=KIND)
    record(nps=2, free_text=LONG_WAIT)
    record(nps=10, language="sv", free_text=SWEDISH)


@pytest.mark.usefixtures("_record")
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), {KIND, LONG_WAIT, SWEDISH}),
        (Wanted(theme=Theme.WAITING), {LONG_WAIT}),
        (Wanted(theme=Theme.STAFF), {KIND, SWEDISH}),
        (Wanted(sentiment=Sentiment.NEGATIVE), {LONG_WAIT}),
        (Wanted(language="sv"), {SWEDISH}),
        (Wanted(theme=Theme.STAFF, sentiment=Sentiment.POSITIVE, language="fi"), {KIND}),
        (Wanted(theme=Theme.COST), set()),
        (Wanted(channel=Channel.LINK), {KIND, LONG_WAIT, SWEDISH}),
    ],
)
def test_comments_are_found_by_what_they_say(wanted, found):
    assert texts(shown(wanted)) == found


@pytest.mark.usefixtures("_record")
def test_a_filter_can_say_what_it_would_find():
    found = shown(Wanted(theme=Theme.WAITING))
    assert found.count == 1
    assert found.by_theme[Theme.STAFF] == 2
    assert found.by_sentiment[Sentiment.NEGATIVE] == 1
    assert found.by_language == {"fi": 2, "sv": 1}


def test_with_too_few_answers_nothing_is_shown_and_none_look_the_same():
    make_county()
    assert shown(Wanted()) == Comments(is_hidden=True)
    record(4, free_text=KIND)
    assert shown(Wanted()) == Comments(is_hidden=True)
    record(1)
    assert shown(Wanted()).count == 4


def test_a_score_of_few_hides_the_comments_of_that_score_and_of_the_one_that_would_give_it_away():
    make_county()
    record(20, nps=10, free_text=KIND)
    record(6, nps=7, free_text=SWEDISH)
    record(2, nps=0, free_text=LONG_WAIT)
    assert shown(Wanted()).count == 28
    assert shown(Wanted(band=ScoreBand.PROMOTERS)).count == 20
    assert shown(Wanted(band=ScoreBand.DETRACTORS)).is_hidden
    assert shown(Wanted(band=ScoreBand.PASSIVES)).is_hidden


def test_a_channel_with_few_answers_hides_its_comments():
    make_county()
    record(20, channel=Channel.LINK, free_text=KIND)
    record(3, channel=Channel.SMS, free_text=LONG_WAIT)
    assert shown(Wanted(channel=Channel.SMS)).is_hidden
    assert shown(Wanted(channel=Channel.LINK)).is_hidden
    assert shown(Wanted()).count == 23


def test_a_unit_with_few_answers_hides_the_other_units_comments_too():
    make_county()
    record(20, free_text=KIND)
    record(3, unit=SMALL_UNIT, free_text=LONG_WAIT)
    both = (HEALTH_STATION, SMALL_UNIT)
    assert shown(Wanted(), units=(SMALL_UNIT,), reach=both).is_hidden
    assert shown(Wanted(), units=(HEALTH_STATION,), reach=both).is_hidden
    assert shown(Wanted(), units=both, reach=both).count == 23

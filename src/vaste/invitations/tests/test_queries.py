from datetime import date

import pytest
from tests.factories import HEALTH_STATION, SMALL_UNIT, make_county
from tests.record import invite, record

from vaste.invitations.queries import count_invited
from vaste.responses.periods import span
from vaste.responses.queries import Dimension, Selection, count_responses
from vaste.responses.rules import INVITED_CHANNELS, Channel

pytestmark = pytest.mark.django_db


def everything(**filters) -> Selection:
    return Selection((HEALTH_STATION, SMALL_UNIT), span(date(2024, 4, 1), date(2024, 4, 30)), **filters)


@pytest.fixture
def invited_and_answers():
    make_county()
    for language, band, invited, answered in (("fi", "18-24", 10, 1), ("fi", "75+", 20, 2), ("sv", "75+", 40, 4)):
        invite(invited, language=language, age_band=band)
        record(answered, language=language, age_band=band, channel=Channel.SMS)
    record(8, channel="device")


@pytest.mark.parametrize(
    ("filters", "invited", "answers"),
    [
        ({"channels": INVITED_CHANNELS}, 70, 7),
        ({"channels": INVITED_CHANNELS, "languages": ("sv",)}, 40, 4),
        ({"channels": INVITED_CHANNELS, "age_bands": ("75+",)}, 60, 6),
        ({"channels": INVITED_CHANNELS, "languages": ("fi",), "age_bands": ("75+",)}, 20, 2),
    ],
)
def test_a_filter_changes_numerator_and_denominator(invited_and_answers, filters, invited, answers):
    assert count_invited(everything(**filters)) == {(): invited}
    assert count_responses(everything(**filters), [])[()].responses == answers


@pytest.mark.parametrize("channels", [(Channel.SMS,), ("device",), (Channel.SMS, Channel.LINK)])
def test_there_is_no_denominator_for_some_channels_only(invited_and_answers, channels):
    assert count_invited(everything(channels=channels)) is None


@pytest.mark.parametrize("by", [Dimension.CHANNEL, Dimension.ROLE, Dimension.INSTRUMENT])
def test_nobody_is_invited_by_what_the_counts_do_not_know(invited_and_answers, by):
    assert count_invited(everything(), [by]) is None


def test_the_invited_are_counted_by_several_dimensions_at_once(invited_and_answers):
    assert count_invited(everything(), [Dimension.LANGUAGE, Dimension.AGE]) == {("fi", "18-24"): 10, ("fi", "75+"): 20, ("sv", "75+"): 40}


def test_answers_are_counted_by_age_role_and_instrument(invited_and_answers):
    counts = count_responses(everything(age_bands=("18-24",)), [Dimension.AGE, Dimension.ROLE, Dimension.INSTRUMENT])

    assert {key: tally.responses for key, tally in counts.items()} == {("18-24", "client", "national-adult/2024-1"): 1}

"""STOP and START by text message, at every step and without any survey."""

import msgspec
import pytest
from tests.factories import COUNTY, mailbox, make_county, phone

from vaste.core.keys import ring
from vaste.invitations.models import ContactOffer, Invitation
from vaste.invitations.opt_outs import has_opted_out
from vaste.messaging.actions import Letter
from vaste.messaging.gateway import Reply
from vaste.messaging.models import OutboundMessage
from vaste.messaging.rules import MessageClass
from vaste.organisations.actions import save_county
from vaste.organisations.rules import parse_county
from vaste.sms_survey.actions import handle_reply
from vaste.sms_survey.tests.phones import NOW, answered, invited, queued, say

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("before", [[], ["9"], ["9", "5"], ["9 5 4"], ["svenska"], ["mitä ihmettä nyt"]])
@pytest.mark.parametrize("word", ["STOP", "stop.", "Lopeta", "sluta", "Stop kiitos"])
def test_stop_at_any_step_ends_it_cancels_what_is_queued_and_is_confirmed_once(before, word):
    make_county()
    number = invited()
    say(number, *before)
    confirmation = say(number, word)
    assert len(confirmation) == 1
    assert "ALOITA" in confirmation[0] or "BÖRJA" in confirmation[0]
    assert has_opted_out(number)
    assert not Invitation.objects.exists()
    assert queued(MessageClass.QUESTION) == 0
    assert queued(MessageClass.STOP_CONFIRMATION) == 1
    assert say(number, word, "9", "hei") == []


def test_after_stop_nothing_that_waited_goes_but_its_confirmation():
    make_county()
    number = invited()
    say(number, "9 5 4", "Kiitos")
    waited = queued(MessageClass.THANKS)
    say(number, "STOP")
    assert (waited, queued(MessageClass.THANKS), queued(MessageClass.STOP_CONFIRMATION)) == (1, 0, 1)


def test_what_was_said_before_stop_is_kept():
    make_county()
    number = invited()
    say(number, "9", "STOP")
    assert answered() == {"nps": 9, "answers": "", "free_text": "", "channel": "sms", "language": "fi"}


def test_stop_without_an_answer_files_nothing():
    make_county()
    say(invited(), "STOP")
    assert mailbox() == []


def test_a_sentence_that_merely_holds_the_word_is_an_answer():
    make_county()
    number = invited()
    say(number, "9 5 4", "Please don't stop the morning hours")
    assert answered()["free_text"] == "Please don't stop the morning hours"
    assert not has_opted_out(number)


def test_stop_at_the_offer_to_be_contacted_is_heard():
    make_county()
    number = invited()
    say(number, "9 5 4", "Kiitos")
    assert len(say(number, "STOP")) == 1
    assert has_opted_out(number)
    assert not ContactOffer.objects.exists()
    assert len(mailbox()) == 1


def test_stop_from_a_phone_without_a_survey_is_heard_and_confirmed_in_both_national_languages():
    make_county()
    (confirmation,) = say(phone(77), "stop")
    assert "Et saa enää kyselyitä" in confirmation
    assert "Du får inga fler enkäter" in confirmation
    assert has_opted_out(phone(77))
    assert say(phone(77), "stop") == []


def test_start_takes_the_refusal_back():
    make_county()
    say(phone(77), "STOP")
    (confirmation,) = say(phone(77), "ALOITA")
    assert "Voit taas saada kyselyitä" in confirmation
    assert not has_opted_out(phone(77))
    assert say(phone(77), "ALOITA") == []


@pytest.mark.parametrize("text", ["9", "hei", "", "kuka te olette?", "KYLLÄ", "\x00", "9" * 2000])
def test_texts_that_belong_to_nothing_are_dropped_without_an_answer(text):
    make_county()
    assert say(phone(77), text) == []
    assert not has_opted_out(phone(77))


def test_without_any_county_nothing_is_said_at_all():
    assert say(phone(77), "STOP") == []


def test_with_several_counties_stop_is_answered_by_the_one_it_was_sent_to():
    make_county()
    other = (
        COUNTY.replace('"18"', '"17"').replace("+3584573960275", "+358457000001").replace('sender_name = "Soite"', 'sender_name = "Toinen"')
    )
    save_county(settings=parse_county(other), actor="test", now=NOW)
    handle_reply(Reply("account", phone(77), "358457000001", "STOP", NOW), now=NOW)
    row = OutboundMessage.objects.get()
    assert msgspec.msgpack.decode(ring().open(row.sealed, bound_to=row.place), type=Letter).text.startswith("Toinen: ")
    handle_reply(Reply("account", phone(78), "358457000009", "STOP", NOW), now=NOW)
    assert not has_opted_out(phone(78))

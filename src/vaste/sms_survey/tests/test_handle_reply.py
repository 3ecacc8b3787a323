"""A survey answered by text messages, from the invitation to the mailbox, on the real database."""

from datetime import date, timedelta

import msgspec
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import COUNTY, HEALTH_STATION, SOCIAL_UNIT, invite, mailbox, make_county, open_session, phone

from vaste.cases.actions import ContactDetails
from vaste.cases.models import ContactRequest
from vaste.core.keys import ring
from vaste.invitations.actions import end_overdue, forget_what_has_ended
from vaste.invitations.burning import burn, filed
from vaste.invitations.context import Progress
from vaste.invitations.models import ContactOffer, Invitation
from vaste.invitations.progress import answers_so_far
from vaste.invitations.sessions import save_progress
from vaste.messaging.models import OutboundMessage
from vaste.messaging.rules import MessageClass, MessageState
from vaste.organisations.models import County
from vaste.sms_survey.tests.phones import NOW, answered, invited, queued, say

pytestmark = pytest.mark.django_db


DIALOGUES = {
    "fi": [
        ("9, hyvä", "Väittämä: Sain apua, kun sitä tarvitsin. Vastaa 1-5 (5 = täysin samaa mieltä, 1 = täysin eri mieltä)."),
        ("5", "Väittämä: Koin, että minusta välitettiin kokonaisvaltaisesti. Vastaa 1-5 (5 = täysin samaa mieltä, 1 = täysin eri mieltä)."),
        ("neljä", "Mikä oli hyvää, mitä voisimme parantaa? Vastaa omin sanoin, ilman nimiä ja henkilötunnuksia. Ohita: -"),
    ],
    "sv": [("9", "Påstående: "), ("5", "Påstående: "), ("fyra", "Svara med egna ord")],
    "en": [("nine", "Statement: "), ("5", "Statement: "), ("four", "Reply in your own words")],
}
OFFERS = {"fi": "Haluatko, että otamme sinuun yhteyttä?", "sv": "Vill du att vi kontaktar dig?", "en": "Would you like us to contact you?"}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_survey_is_answered_by_text_messages_alone_in_each_language(language):
    make_county()
    number = invited(language=language)
    for text, asked in DIALOGUES[language]:
        (next_question,) = say(number, text)
        assert asked.rpartition("? ")[2] in next_question
    (offer,) = say(number, "Kiitos / Tack / Thanks")
    assert OFFERS[language] in offer
    assert answered() == {
        "nps": 9,
        "answers": "access=5;encounter=4",
        "free_text": "Kiitos / Tack / Thanks",
        "channel": "sms",
        "language": language,
    }
    assert not Invitation.objects.exists()


def test_several_answers_in_one_text_are_taken_in_order():
    make_county()
    number = invited()
    assert "omin sanoin" in say(number, "9 5 4")[0]
    say(number, "-")
    assert answered()["answers"] == "access=5;encounter=4"


def test_social_services_are_asked_about_in_their_own_words():
    make_county()
    number = invited(unit_oid=SOCIAL_UNIT)
    say(number, "9 5 4", "Kiitos")
    assert mailbox()[0].unit_id == SOCIAL_UNIT


def test_a_guardian_answers_in_their_own_role():
    make_county()
    number = invited(recipient="guardian", age="5")
    say(number, "9 5 4", "Kiitos")
    assert mailbox()[0].respondent_role == "guardian"


def test_a_long_comment_is_kept_whole():
    make_county()
    number = invited()
    comment = "Palvelu oli ystävällistä ja nopeaa, ŋ đ 🙂. " * 30
    say(number, "9 5 4", comment)
    assert answered()["free_text"] == comment.strip()


def test_after_two_misunderstood_texts_the_next_question_is_asked():
    make_county()
    number = invited()
    first, second = say(number, "mitä ihmettä nyt", "en ymmärrä tätä")
    assert "0-10" in first
    assert "Väittämä" in second
    assert answers_so_far(open_session(number, NOW).progress).get("nps") is None


def test_the_language_can_be_changed_by_a_word():
    make_county()
    number = invited()
    assert "Svara 0-10" in say(number, "svenska")[0]
    say(number, "9 5 4", "Tack")
    assert answered()["language"] == "sv"


def test_each_question_is_planned_once_and_soon():
    make_county()
    number = invited()
    say(number, "9")
    row = OutboundMessage.objects.get(state=MessageState.QUEUED.value)
    assert (row.message_class, row.due_at, row.conversation) == ("question", NOW, open_session(number, NOW).id)
    assert row.expires_at == NOW + timedelta(hours=6)


# The page of the same session


def test_what_was_answered_on_the_page_is_not_asked_again():
    make_county()
    number = invited()
    session = open_session(number, NOW)
    with connection.cursor() as cursor:
        save_progress(cursor, session.id, Progress(answers={"nps": 7, "access": 3}, by_link=True, touched_at=NOW))
    (question,) = say(number, "8")
    assert "kokonaisvaltaisesti" in question
    say(number, "5", "Kiitos")
    assert answered() == {"nps": 8, "answers": "access=3;encounter=5", "free_text": "Kiitos", "channel": "sms+link", "language": "fi"}


def test_what_was_said_by_text_message_stands_on_the_page():
    make_county()
    number = invited()
    say(number, "9", "5")
    assert open_session(number, NOW).progress.answers == {"nps": 9, "access": 5}


def test_a_survey_finished_on_the_page_is_over_for_the_phone():
    make_county()
    number = invited()
    say(number, "9")
    session = open_session(number, NOW)
    with connection.cursor() as cursor:
        burn(cursor, session, filed(session.progress, language="fi"), today=NOW.date())
    assert OutboundMessage.objects.count() == 0
    assert say(number, "5") == []
    assert len(mailbox()) == 1


# Being contacted


def test_a_yes_to_the_offer_makes_a_request_with_a_deadline_and_nothing_of_the_answers():
    make_county()
    number = invited()
    say(number, "9 5 4", "Kiitos")
    (confirmation,) = say(number, "KYLLÄ")
    assert "10 arkipäivän kuluessa" in confirmation
    request = ContactRequest.objects.get()
    assert (request.unit_id, request.language, request.received_on, request.state) == (HEALTH_STATION, "fi", NOW.date(), "received")
    assert request.due_on == date(2026, 5, 20)  # Ascension Day lies between
    details = ring().open(request.sealed, bound_to=f"contact request {request.id.hex}")
    assert msgspec.msgpack.decode(details, type=ContactDetails) == ContactDetails(phone=number)
    assert not ContactOffer.objects.exists()
    assert say(number, "KYLLÄ") == []


def test_a_no_ends_it_in_silence():
    make_county()
    number = invited()
    say(number, "9 5 4", "Kiitos")
    assert say(number, "EI") == []
    assert not ContactRequest.objects.exists()
    assert not ContactOffer.objects.exists()


def test_an_unclear_answer_to_the_offer_is_asked_again_once():
    make_county()
    number = invited()
    say(number, "9 5 4", "Kiitos")
    (again,) = say(number, "ehkä joskus jotenkin")
    assert "KYLLÄ" in again
    say(number, "ehkä joskus jotenkin")
    assert not ContactRequest.objects.exists()
    assert not ContactOffer.objects.exists()


def test_the_answers_are_filed_before_the_offer_is_answered():
    make_county()
    number = invited()
    say(number, "9 5 4", "Kiitos")
    assert len(mailbox()) == 1
    assert not Invitation.objects.exists()


def test_an_offer_lapses_by_itself():
    make_county()
    number = invited()
    say(number, "9 5 4", "Kiitos")
    forget_what_has_ended(today=NOW.date() + timedelta(days=3))
    assert say(number, "KYLLÄ", now=NOW + timedelta(days=3)) == []
    assert not ContactRequest.objects.exists()


# Late and out of the ordinary


def test_a_reply_after_the_survey_closed_is_dropped():
    make_county()
    number = invited()
    later = NOW + timedelta(days=15)
    assert say(number, "9", now=later) == []
    end_overdue(now=later)
    assert mailbox() == []


def test_a_survey_begun_and_left_counts_with_what_was_said():
    make_county()
    number = invited()
    say(number, "9", "5")
    end_overdue(now=NOW + timedelta(days=1))
    assert answered() == {"nps": 9, "answers": "access=5", "free_text": "", "channel": "sms", "language": "fi"}
    assert queued(MessageClass.QUESTION) == 0


def test_of_two_open_surveys_the_latest_sent_is_answered():
    make_county(COUNTY + "quarantine_days = 0")
    number = invited(phone=phone(5), visited_at="2026-05-03T10:00:00+03:00")
    invite(now=NOW + timedelta(minutes=1), phone=phone(5), visited_at="2026-05-04T10:00:00+03:00", unit_oid=SOCIAL_UNIT)
    say(number, "9 5 4", "Kiitos", now=NOW + timedelta(hours=1))
    assert mailbox()[0].unit_id == SOCIAL_UNIT
    assert Invitation.objects.count() == 1


def test_two_robots_do_not_talk_for_ever():
    make_county()
    number = invited()
    say(number, "9 5 4")
    for _ in range(30):
        say(number, "svenska")
    assert len(say(number, "svenska", "suomi", "svenska")) == 0


def test_after_a_rotation_of_keys_the_survey_goes_on(settings):
    make_county()
    number = invited()
    say(number, "9")
    settings.IDENTITY_KEYS = ["n" * 43, *settings.IDENTITY_KEYS]
    say(number, "5 4", "Kiitos")
    assert answered()["answers"] == "access=5;encounter=4"
    say(number, "KYLLÄ")
    assert ContactRequest.objects.count() == 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
        | st.sampled_from(["9", "5", "STOP", "START", "svenska", "KYLLÄ", "EI", "-"]),
        max_size=8,
    )
)
def test_whatever_a_phone_sends_it_is_filed_at_most_once_and_never_fails(texts):
    if not County.objects.exists():
        make_county()
    before = len(mailbox())
    number = invited()
    say(number, *texts)
    end_overdue(now=NOW + timedelta(days=30))
    assert len(mailbox()) - before in {0, 1}


def test_what_identifies_somebody_is_masked_before_it_is_kept_beside_marks_and_in_the_comment():
    make_county()
    number = invited()
    say(number, "9 koska hoitaja Minna Virtanen auttoi minua tosi paljon")
    progress = open_session(number, NOW).progress
    assert progress.dialogue
    assert b"Virtanen" not in progress.dialogue
    say(number, "5", "5", "Tunnukseni on 010594-9021 ja soittakaa 040 123 4567")
    assert answered()["free_text"] == "koska hoitaja [NAME] auttoi minua tosi paljon\nTunnukseni on [ID] ja soittakaa [PHONE]"

"""An invitation burns: the answers go on without any key, and all that knew the phone is gone, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from tests.factories import HEALTH_STATION, at, invite, mailbox, make_county, open_session, phone, stored_outcomes

from vaste.core.keys import Purpose, ring
from vaste.invitations.actions import drop_unsendable, end_overdue, end_session
from vaste.invitations.burning import burn, burn_all, burning, filed
from vaste.invitations.context import Progress
from vaste.invitations.models import Invitation, OptOut, Quarantine
from vaste.invitations.opt_outs import has_opted_out, opt_in, opt_out, opt_out_by_token
from vaste.invitations.rules import OptOutWay
from vaste.invitations.sessions import find_by_id, find_of_person, find_open, save_progress
from vaste.messaging.models import OutboundMessage
from vaste.messaging.rules import MessageState
from vaste.responses.models import MailboxAnswer
from vaste.surveys.dialogue import State

pytestmark = pytest.mark.django_db
NOW = at("2026-05-05 09:00")
TODAY = NOW.date()
ANSWERS = {"nps": 9, "access": 5, "free_text": "Kiitos"}


def begun(answers=ANSWERS, *, now=NOW, **changes) -> str:
    """Invite somebody whose message has left and who has answered something; return their phone."""
    number = invite(now=NOW, **changes)
    sent()
    with connection.cursor() as cursor:
        save_progress(cursor, open_session(number, NOW).id, Progress(answers=dict(answers), by_sms=True, touched_at=now))
    return number


def sent() -> None:
    OutboundMessage.objects.update(state=MessageState.DELIVERED.value, sealed=None, person_hash=None)


def test_burning_files_the_answers_and_deletes_the_invitation_and_its_messages():
    make_county()
    number = begun()
    session = open_session(number, NOW)
    with connection.cursor() as cursor, transaction.atomic():
        assert burn(cursor, session, filed(session.progress, language="fi"), today=TODAY)
    assert not Invitation.objects.exists()
    assert not OutboundMessage.objects.exists()
    (answer,) = mailbox()
    assert (answer.nps, answer.answers, answer.free_text, answer.channel) == (9, "access=5", "Kiitos", "sms")
    assert (answer.unit_id, answer.language, answer.age_band, answer.respondent_role) == (HEALTH_STATION, "fi", "45-54", "client")
    assert (answer.period_start, answer.period_kind, answer.arrived_on) == (date(2026, 5, 4), "week", TODAY)


def test_an_invitation_burns_once():
    make_county()
    session = open_session(begun(), NOW)
    with connection.cursor() as cursor:
        assert burn(cursor, session, filed(session.progress, language="fi"), today=TODAY)
        assert not burn(cursor, session, filed(session.progress, language="fi"), today=TODAY)
        assert not save_progress(cursor, session.id, session.progress)
        assert find_by_id(cursor, session.id) is None
    assert MailboxAnswer.objects.count() == 1


def test_many_burnt_together_are_filed_once_each_and_what_had_burnt_or_stays_open_is_left_alone():
    make_county()
    first, burnt, last, stays = (open_session(begun(phone=phone(number)), NOW) for number in range(4))
    ready = [burning(session, filed(session.progress, language="fi"), today=TODAY) for session in (first, burnt, last, first)]
    with connection.cursor() as cursor:
        assert burn(cursor, burnt, filed(burnt.progress, language="fi"), today=TODAY)
        assert burn_all(cursor, ready) == [True, False, True, False]
        assert burn_all(cursor, ready) == [False] * 4
    assert [row.id for row in Invitation.objects.all()] == [stays.id]
    assert [message.conversation for message in OutboundMessage.objects.all()] == [stays.id]
    assert len(mailbox()) == 3


@pytest.mark.django_db(transaction=True)
def test_burnt_by_page_and_by_text_message_at_once_it_counts_once():
    make_county()
    session = open_session(begun(), NOW)

    def burn_it(_number: int) -> bool:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                return burn(cursor, session, filed(session.progress, language="fi"), today=TODAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(burn_it, range(4))) == [False, False, False, True]
    assert MailboxAnswer.objects.count() == 1


def test_the_mailbox_has_nothing_that_leads_back_to_the_invitation():
    make_county()
    number = begun()
    session = open_session(number, NOW)
    row = Invitation.objects.get()
    known = [
        session.id.hex,
        str(session.id),
        number,
        number[1:],
        session.context.event_id,
        bytes(row.person_hash).hex(),
        bytes(row.token_hash).hex(),
    ]
    end_session(session, today=TODAY)
    stored = " ".join(
        str(bytes(value).hex() if isinstance(value, bytes | memoryview) else value) for value in MailboxAnswer.objects.values_list().get()
    )
    opened = str(mailbox()[0])
    assert not [value for value in known if value in stored or value in opened]


def test_an_identity_code_in_a_comment_is_masked():
    make_county()
    session = open_session(begun({"free_text": "Olen 010594Y9032, kiitos"}), NOW)
    end_session(session, today=TODAY)
    assert mailbox()[0].free_text == "Olen [henkilötunnus], kiitos"


def test_an_answer_without_marks_is_filed_too():
    make_county()
    end_session(open_session(begun({"free_text": "Kiitos"}), NOW), today=TODAY)
    (answer,) = mailbox()
    assert (answer.nps, answer.answers) == (None, "")


# When the time is out


def test_when_the_survey_closes_what_was_answered_is_filed_and_the_silent_are_forgotten():
    make_county()
    begun()
    invite(now=NOW)
    assert end_overdue(now=NOW + timedelta(days=13)) == 1  # the one begun had been left for a day
    assert end_overdue(now=NOW + timedelta(days=14)) == 1
    assert MailboxAnswer.objects.count() == 1
    assert not Invitation.objects.exists()
    assert not OutboundMessage.objects.exists()


@pytest.mark.parametrize(("hours", "ended"), [(23, 0), (24, 1)])
def test_a_survey_begun_and_left_for_a_day_is_filed(hours, ended):
    make_county()
    begun()
    assert end_overdue(now=NOW + timedelta(hours=hours)) == ended
    assert MailboxAnswer.objects.count() == ended


def test_a_survey_opened_without_an_answer_is_not_filed():
    make_county()
    begun({})
    end_overdue(now=NOW + timedelta(days=14))
    assert not MailboxAnswer.objects.exists()
    assert not Invitation.objects.exists()


def test_what_ended_by_itself_is_filed_in_the_language_the_person_had_changed_to():
    make_county()
    number = begun()
    with connection.cursor() as cursor:
        session = open_session(number, NOW)
        progress = Progress(answers=dict(ANSWERS), by_sms=True, dialogue=State("sv").to_bytes(), touched_at=NOW)
        save_progress(cursor, session.id, progress)
    end_overdue(now=NOW + timedelta(days=1))
    assert mailbox()[0].language == "sv"


def test_a_closed_survey_is_not_found_by_link_or_phone():
    make_county()
    number = invite(now=NOW)
    with connection.cursor() as cursor:
        assert find_of_person(cursor, number, NOW + timedelta(days=14)) is None
        assert find_of_person(cursor, number, NOW - timedelta(days=2)) is None
        assert find_of_person(cursor, number, NOW)


@pytest.mark.parametrize("token", ["", "x", "2" * 12, "2" * 13, "0OIl0OIl0OIl", "\x00" * 12])
def test_a_token_that_nobody_was_given_opens_nothing(token):
    make_county()
    invite(now=NOW)
    with connection.cursor() as cursor:
        assert find_open(cursor, token, NOW) is None
    assert not opt_out_by_token(token, now=NOW)


# Opting out


def test_opting_out_files_what_was_said_and_ends_everything_asked():
    make_county()
    number = begun()
    assert opt_out(phone=number, way=OptOutWay.SMS, today=TODAY)
    assert has_opted_out(number)
    assert not Invitation.objects.exists()
    assert mailbox()[0].nps == 9
    assert stored_outcomes() == {"invited": 1}


def test_opting_out_before_the_message_left_takes_it_back_and_counts_the_visit_so():
    make_county()
    number = invite(now=NOW)
    assert opt_out(phone=number, way=OptOutWay.SMS, today=TODAY)
    assert not Invitation.objects.exists()
    assert not OutboundMessage.objects.exists()
    assert not Quarantine.objects.exists()
    assert not MailboxAnswer.objects.exists()
    assert stored_outcomes() == {"opted_out": 1}


def test_opting_out_is_told_once_and_can_be_taken_back():
    assert opt_out(phone=phone(1), way=OptOutWay.SMS, today=TODAY)
    assert not opt_out(phone=phone(1), way=OptOutWay.SMS, today=TODAY)
    assert not has_opted_out(phone(2))
    assert opt_in(phone=phone(1), way=OptOutWay.SMS)
    assert not opt_in(phone=phone(1), way=OptOutWay.SMS)
    assert not has_opted_out(phone(1))


def test_a_link_opts_out_the_person_it_was_sent_to():
    make_county()
    number = invite(now=NOW)
    token = "2" * 12
    Invitation.objects.update(token_hash=ring().keyed_hash(Purpose.LINK_TOKEN, token))
    assert opt_out_by_token(token, now=NOW)
    assert has_opted_out(number)
    assert not opt_out_by_token(token, now=NOW)


# The last check before sending


def test_a_message_that_may_go_is_not_dropped():
    make_county()
    invite(now=NOW)
    assert drop_unsendable([Invitation.objects.get().id], now=NOW) == {}
    assert Invitation.objects.count() == 1


def test_a_message_to_one_who_opted_out_since_is_dropped_with_its_invitation():
    make_county()
    number = invite(now=NOW)
    conversation = Invitation.objects.get().id
    opt_out(phone=phone(999), way=OptOutWay.SMS, today=TODAY)
    assert drop_unsendable([conversation], now=NOW) == {}
    OptOut.objects.create(person_hash=ring().keyed_hash(Purpose.PERSON, number), since=TODAY)
    assert drop_unsendable([conversation], now=NOW) == {conversation: "opted_out"}
    assert not Invitation.objects.exists()
    assert stored_outcomes() == {"opted_out": 1}


def test_a_message_whose_survey_has_closed_is_dropped():
    make_county()
    invite(now=NOW)
    conversation = Invitation.objects.get().id
    assert drop_unsendable([conversation], now=NOW + timedelta(days=14)) == {conversation: "survey_closed"}
    assert stored_outcomes() == {"outside_period": 1}


def test_a_message_whose_invitation_has_burnt_is_dropped():
    make_county()
    invite(now=NOW)
    conversation = Invitation.objects.get().id
    Invitation.objects.all().delete()
    assert drop_unsendable([conversation], now=NOW) == {conversation: "survey_closed"}

"""Read a reply: find whose it is, let the pure dialogue say what it means, and write what follows, all in one transaction.

The caller (the messaging worker) deletes the inbound text in the same transaction, so that a crash reads it again or not
at all.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from django.db import connection, transaction

from vaste.cases.actions import ContactDetails, request_contact, sealed_request
from vaste.core.keys import Purpose, ring
from vaste.invitations.burning import burn, filed
from vaste.invitations.holidays import is_holiday
from vaste.invitations.models import ContactOffer
from vaste.invitations.opt_outs import opt_in, opt_out
from vaste.invitations.progress import said_by_sms
from vaste.invitations.rules import OptOutWay
from vaste.invitations.sessions import OpenSession, find_of_person, save_progress
from vaste.messaging.actions import NewMessage, enqueue
from vaste.messaging.gateway import Reply
from vaste.messaging.rules import MessageClass
from vaste.organisations.rules import CountySettings
from vaste.sms_survey.scripts import script_of, script_of_unit, settings_of_sender
from vaste.surveys.dialogue import State, Turn, begin, contact_state, take_reply, with_answers
from vaste.surveys.instrument import Branch

# An answer to somebody who waits is worth nothing tomorrow.
_ANSWER_WITHIN = timedelta(hours=6)
_OFFER_DAYS = 2
_NATIONAL_LANGUAGES = ("fi", "sv")


class _Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What a contact offer seals: where to go on, and for which unit."""

    unit_oid: str
    language: str
    dialogue: bytes


_read_offer = msgspec.msgpack.Decoder(_Offer)


@transaction.atomic
def handle_reply(reply: Reply, *, now: datetime) -> None:
    """Read one text from a phone and do what follows from it. Texts that belong to nothing are dropped without an answer."""
    with connection.cursor() as cursor:
        session = find_of_person(cursor, reply.from_number, now)
    if session:
        _continue_survey(reply, session, now)
        return
    offer = _offer_of(reply.from_number)
    if offer:
        _continue_offer(reply, offer, now)
    else:
        _handle_outside_survey(reply, now)


def _continue_survey(reply: Reply, session: OpenSession, now: datetime) -> None:
    script = script_of_unit(session.context.unit_oid)
    progress = session.progress
    state = State.from_bytes(progress.dialogue) if progress.dialogue else begin(script, session.context.language)
    turn = take_reply(script, with_answers(state, progress.answers), reply.text)
    after = said_by_sms(progress, turn.state, now=now)
    if turn.stopped:
        _stop(reply, turn, now)
    elif turn.complete:
        with connection.cursor() as cursor:
            burn(cursor, session, filed(after, language=turn.state.language), today=now.date())
        _offer_contact(reply, session, turn, now)
        _say(reply, turn.say, MessageClass.THANKS, now)
    else:
        with connection.cursor() as cursor:
            save_progress(cursor, session.id, after)
        _say(reply, turn.say, MessageClass.QUESTION, now, conversation=session.id, step=f"turn {after.turns}")


def _offer_contact(reply: Reply, session: OpenSession, turn: Turn, now: datetime) -> None:
    """Keep the question open, whether to be contacted, apart from the answers that have just been filed."""
    if turn.done:
        return
    language = turn.state.language
    offer = _Offer(unit_oid=session.context.unit_oid, language=language, dialogue=contact_state(language).to_bytes())
    _keep_offer(reply.from_number, offer, now)


def _person(phone: str) -> bytes:
    return ring().keyed_hash(Purpose.PERSON, phone)


def _keep_offer(phone: str, offer: _Offer, now: datetime) -> None:
    person_hash = _person(phone)
    sealed = ring().seal(msgspec.msgpack.encode(offer), bound_to=f"contact offer {person_hash.hex()}")
    # Whole days, so that the row does not tell when the answers were given.
    ends_on = now.date() + timedelta(days=_OFFER_DAYS)
    ContactOffer.objects.update_or_create(person_hash=person_hash, defaults={"sealed": sealed, "ends_on": ends_on})


def _offer_of(phone: str) -> _Offer | None:
    row = ContactOffer.objects.filter(person_hash__in=ring().keyed_hashes(Purpose.PERSON, phone)).first()
    if row is None:
        return None
    opened = ring().open(row.sealed, bound_to=f"contact offer {bytes(row.person_hash).hex()}")
    return _read_offer.decode(opened)


def _continue_offer(reply: Reply, offer: _Offer, now: datetime) -> None:
    script = script_of_unit(offer.unit_oid)
    turn = take_reply(script, State.from_bytes(offer.dialogue), reply.text)
    if turn.stopped:
        _stop(reply, turn, now)
        return
    if turn.contact:
        _request_contact(reply, offer, script.working_days, now.date())
    if turn.done:
        ContactOffer.objects.filter(person_hash__in=ring().keyed_hashes(Purpose.PERSON, reply.from_number)).delete()
    else:
        still_open = _Offer(unit_oid=offer.unit_oid, language=turn.state.language, dialogue=turn.state.to_bytes())
        _keep_offer(reply.from_number, still_open, now)
    _say(reply, turn.say, MessageClass.THANKS, now)


def _request_contact(reply: Reply, offer: _Offer, working_days: int, today: date) -> None:
    with connection.cursor() as cursor:
        request_contact(
            cursor,
            sealed_request(
                unit_oid=offer.unit_oid,
                language=offer.language,
                details=ContactDetails(phone=reply.from_number),
                working_days=working_days,
                is_holiday=is_holiday,
                today=today,
            ),
        )


def _handle_outside_survey(reply: Reply, now: datetime) -> None:
    """Hear STOP and START from a phone that has no survey open; everything else is no business of ours."""
    settings = settings_of_sender(reply.to)
    if settings is None:
        return
    turn = take_reply(script_of(settings, Branch.HEALTH), State(settings.fallback_language), reply.text)
    phone, is_new = reply.from_number, False
    if turn.stopped:
        is_new = opt_out(phone=phone, way=OptOutWay.SMS, today=now.date())
    elif turn.opted_in:
        is_new = opt_in(phone=phone, way=OptOutWay.SMS)
    if is_new:
        _say(reply, _in_both_languages(settings, reply.text), MessageClass.STOP_CONFIRMATION, now)


def _in_both_languages(settings: CountySettings, text: str) -> str:
    """Return the confirmation in the county's national languages, since the person's own is not known here."""
    languages = [language for language in settings.languages if language in _NATIONAL_LANGUAGES] or [settings.fallback_language]
    script = script_of(settings, Branch.HEALTH)
    return "\n".join(take_reply(script, State(language), text).say for language in languages)


def _stop(reply: Reply, turn: Turn, now: datetime) -> None:
    if opt_out(phone=reply.from_number, way=OptOutWay.SMS, today=now.date()):
        _say(reply, turn.say, MessageClass.STOP_CONFIRMATION, now)


def _say(reply: Reply, text: str, kind: MessageClass, now: datetime, *, conversation: UUID | None = None, step: str = "") -> None:
    if not text:
        return
    message = NewMessage(
        conversation=conversation,
        step=step or kind.value,
        message_class=kind,
        to=reply.from_number,
        text=text,
        sender=reply.to,
        due_at=now,
        expires_at=now + _ANSWER_WITHIN,
    )
    enqueue([message], now=now)

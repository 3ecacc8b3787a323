"""The last check before sending, and the end of invitations whose time is out."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from django.db import connection, transaction
from django.db.models import Q

from vaste.core.database import as_moment, as_uuid, bare_cursor, one_of
from vaste.invitations.burning import burn, discard, filed
from vaste.invitations.campaigns.covers import Covers
from vaste.invitations.context import open_context, open_progress
from vaste.invitations.holidays import is_holiday
from vaste.invitations.models import ContactOffer, Invitation, Quarantine
from vaste.invitations.planning import take_back
from vaste.invitations.progress import answers_so_far, language_so_far
from vaste.invitations.rules import Outcome, SendRefusal, next_allowed, why_not_send
from vaste.invitations.sessions import OpenSession
from vaste.organisations.models import County
from vaste.visits.actions import forget_old_events

_CHUNK = 500
_LAST_CHECK: Final = """
    SELECT id, sealed, expires_at, EXISTS (SELECT 1 FROM invitations_optout AS out WHERE out.person_hash = asked.person_hash)
    FROM invitations_invitation AS asked WHERE id
"""


@transaction.atomic(savepoint=False)
def drop_unsendable(conversations: Sequence[UUID], *, now: datetime) -> dict[UUID, str]:
    """Return, for those conversations whose messages must not leave after all, why; asked at the last second before sending.

    An invitation that was never sent is removed with its message, and its visit counted under the reason. The end of a campaign stops
    invitations, not a dialogue under way: whoever was asked may answer.
    """
    covers = Covers.of_all_units()
    sending = {county.code: county.settings.sending for county in County.objects.all()}
    rows = _rows_of(conversations)
    dropped = dict.fromkeys(set(conversations) - {row[0] for row in rows}, SendRefusal.SURVEY_CLOSED)
    for invitation_id, sealed, expires_at, opted_out in rows:
        context = open_context(invitation_id, sealed)
        reason = why_not_send(
            opted_out=opted_out,
            expires_at=expires_at,
            visited_at=context.visited_at,
            sending=sending[context.county_code],
            now=now,
            is_collecting=covers.is_collecting(context.unit_oid, context.period_start, sending[context.county_code]),
        )
        if reason:
            taken_back = take_back([invitation_id], outcome=_OUTCOME_OF[reason])
            if taken_back or reason is not SendRefusal.CAMPAIGN_OVER:
                dropped[invitation_id] = reason
    return {conversation: reason.value for conversation, reason in dropped.items()}


def _rows_of(invitation_ids: Sequence[UUID]) -> list[tuple[UUID, bytes, datetime, bool]]:
    """Return id, sealed context, end and opting out of invitations; asked for every message that is sent."""
    among, params = one_of(invitation_ids)
    with bare_cursor() as cursor:
        cursor.execute(f"{_LAST_CHECK} {among}", params)
        return [
            (as_uuid(row_id), bytes(sealed), as_moment(expires_at), bool(opted_out))
            for row_id, sealed, expires_at, opted_out in cursor.fetchall()
        ]


def postpone_until(conversations: Sequence[UUID], *, now: datetime) -> dict[UUID, datetime]:
    """Return, for those invitations that may not leave at this hour of their county, the moment at which they may.

    Asked when a message is taken to be sent: what waited for an operator, or is tried again, keeps quiet hours and holidays too.
    """
    held = _held_until(now)
    if not held:
        return {}
    contexts = {row.id: open_context(row.id, row.sealed) for row in Invitation.objects.filter(id__in=conversations)}
    return {invitation_id: held[context.county_code] for invitation_id, context in contexts.items() if context.county_code in held}


def _held_until(now: datetime) -> dict[str, datetime]:
    """Return the counties in which nobody is invited at the moment, each with the next moment at which one may."""
    held: dict[str, datetime] = {}
    for county in County.objects.all():
        settings = county.settings
        moment = next_allowed(now, sending=settings.sending, zone=settings.zone, is_holiday=is_holiday)
        if moment > now:
            held[county.code] = moment
    return held


_OUTCOME_OF = {
    SendRefusal.OPTED_OUT: Outcome.OPTED_OUT,
    SendRefusal.SURVEY_CLOSED: Outcome.OUTSIDE_PERIOD,
    SendRefusal.CAMPAIGN_OVER: Outcome.OUTSIDE_PERIOD,
    SendRefusal.VISIT_TOO_OLD: Outcome.OUTSIDE_PERIOD,
}


def session_of(row: Invitation) -> OpenSession:
    """Return the session of an invitation."""
    return OpenSession(row.id, open_context(row.id, row.sealed), open_progress(row.id, row.sealed_answers))


@transaction.atomic
def end_session(session: OpenSession, *, today: date) -> bool:
    """Burn an invitation whose time is out: file what was answered, if anything; return False when it had burnt before."""
    answers = answers_so_far(session.progress)
    with connection.cursor() as cursor:
        if not answers:
            return discard(cursor, session.id)
        progress = msgspec.structs.replace(session.progress, answers=answers)
        return burn(cursor, session, filed(progress, language=language_so_far(session.progress, session.context.language)), today=today)


def end_overdue(*, now: datetime) -> int:
    """Burn the invitations whose survey has closed, and those begun and left for the county's idle hours; return how many."""
    idle_hours = {county.code: county.settings.sending.idle_hours for county in County.objects.all()}
    begun = Q(sealed_answers__isnull=False)
    ended = 0
    for row in Invitation.objects.filter(begun | Q(expires_at__lte=now)).order_by("id").iterator(chunk_size=_CHUNK):
        session = session_of(row)
        idle_since = session.progress.touched_at or now
        is_idle = now - idle_since >= timedelta(hours=idle_hours[session.context.county_code])
        if row.expires_at <= now or is_idle:
            ended += end_session(session, today=now.date())
    return ended


def forget_what_has_ended(*, today: date) -> None:
    """Erase what ends by itself: quarantine, contact offers, remembered events."""
    Quarantine.objects.filter(ends_on__lt=today).delete()
    ContactOffer.objects.filter(ends_on__lt=today).delete()
    forget_old_events(today=today)

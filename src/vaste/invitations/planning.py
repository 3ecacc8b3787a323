"""Plan an invitation with its message, and take a planned one back while the message has not left."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from vaste.core.ids import new_id, new_token
from vaste.core.keys import Purpose, ring
from vaste.invitations import counts
from vaste.invitations.burning import discard
from vaste.invitations.context import Context, open_context, seal_context
from vaste.invitations.models import Invitation, Quarantine
from vaste.invitations.rules import Outcome
from vaste.messaging.actions import NewMessage, enqueue, still_queued
from vaste.messaging.rules import MessageClass
from vaste.organisations.models import Unit
from vaste.organisations.rules import CountySettings
from vaste.responses.rules import age_band, coarse_period
from vaste.surveys.instrument import national_adult
from vaste.surveys.texts import Texts, invitation_text
from vaste.visits.actions import change_outcome, event_key
from vaste.visits.rules import Visit

INVITATION_STEP = "invitation"
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """A visit that is to be asked about. phone: E.164; visited_on: the county's local day; planned_at: aware UTC."""

    visit: Visit
    unit: Unit
    county: CountySettings
    texts: Texts
    phone: str
    visited_on: date
    planned_at: datetime


@dataclass(frozen=True, slots=True)
class Planned:
    """An invitation in the database with its context opened."""

    id: UUID
    context: Context
    planned_at: datetime


def invite(plans: Sequence[Plan], *, now: datetime) -> None:
    """Plan invitations, their messages and their quarantine, and count them as invited.

    Rows are written in random order: visits come in the order of the patient system, which must not tell whose row is whose.
    """
    keys = ring()
    invitations, messages, quarantine = [], [], []
    for plan in secrets.SystemRandom().sample(plans, len(plans)):
        invitation_id, token = new_id(), new_token()
        person_hash = keys.keyed_hash(Purpose.PERSON, plan.phone)
        sending = plan.county.sending
        context = _context(plan)
        expires_at = plan.planned_at + timedelta(days=sending.survey_open_days)
        invitations.append(
            Invitation(
                id=invitation_id,
                person_hash=person_hash,
                token_hash=keys.keyed_hash(Purpose.LINK_TOKEN, token),
                sealed=seal_context(invitation_id, context),
                planned_at=plan.planned_at,
                expires_at=expires_at,
            )
        )
        ends_on = plan.planned_at.date() + timedelta(days=sending.quarantine_days + 1)
        quarantine.append(Quarantine(person_hash=person_hash, planned_at=plan.planned_at, ends_on=ends_on))
        messages.append(_message(plan, context, invitation_id, token, expires_at))
    Invitation.objects.bulk_create(invitations, batch_size=_CHUNK)
    Quarantine.objects.bulk_create(quarantine, batch_size=_CHUNK)
    enqueue(messages, now=now)
    counts.add_invited(Counter(counts.invited_key(_context(plan)) for plan in plans))


def _context(plan: Plan) -> Context:
    start, kind = coarse_period(plan.visited_on, is_small=plan.unit.small)
    sending = plan.county.sending
    return Context(
        phone=plan.phone,
        event_id=plan.visit.event_id,
        county_code=plan.county.code,
        unit_oid=plan.unit.oid,
        instrument=national_adult().version_key,
        language=plan.county.language_for(plan.visit.language),
        respondent_role=plan.visit.recipient,
        age_band=age_band(plan.visit.age, is_small=plan.unit.small),
        visited_at=plan.visit.visited_at,
        visited_on=plan.visited_on,
        period_start=start,
        period_kind=kind,
        # A name cannot be replied to, so it serves only where nobody is asked to reply.
        sender=plan.county.sender_number if sending.reply_way else plan.county.sender_name,
    )


def _message(plan: Plan, context: Context, invitation_id: UUID, token: str, expires_at: datetime) -> NewMessage:
    sending = plan.county.sending
    text = invitation_text(
        plan.texts,
        context.language,
        sender_name=plan.county.sender_name,
        link=f"{settings.BASE_URL}/s/{token}",
        reply_way=sending.reply_way,
        link_way=sending.link_way,
    )
    return NewMessage(
        conversation=invitation_id,
        step=INVITATION_STEP,
        message_class=MessageClass.INVITATION,
        to=plan.phone,
        text=text,
        sender=context.sender,
        due_at=plan.planned_at,
        expires_at=expires_at,
        unit=plan.unit.oid,
    )


def planned_for(phones: Iterable[str]) -> Mapping[str, list[Planned]]:
    """Return the invitations that are planned or open for some phones, by phone."""
    keys = ring()
    hashes = [person_hash for phone in phones for person_hash in keys.keyed_hashes(Purpose.PERSON, phone)]
    found: dict[str, list[Planned]] = defaultdict(list)
    for start in range(0, len(hashes), _CHUNK):
        for row in Invitation.objects.filter(person_hash__in=hashes[start : start + _CHUNK]):
            planned = _opened(row)
            found[planned.context.phone].append(planned)
    return found


def _opened(row: Invitation) -> Planned:
    return Planned(row.id, open_context(row.id, row.sealed), row.planned_at)


def take_back(invitation_ids: Sequence[UUID], *, outcome: Outcome) -> set[UUID]:
    """Take planned invitations back whose message has not left, and count their visits under another outcome.

    Returns those that were taken back; an invitation that is on its way or out stays as it is.
    """
    unsent = still_queued(invitation_ids, step=INVITATION_STEP)
    remove([_opened(row) for row in Invitation.objects.filter(id__in=unsent)], outcome=outcome)
    return unsent


def remove(planned: Sequence[Planned], *, outcome: Outcome) -> None:
    """Delete invitations that were never sent, with their quarantine, and count their visits under another outcome."""
    outcomes: Counter[counts.OutcomeKey] = Counter()
    invited: Counter[counts.InvitedKey] = Counter()
    keys = ring()
    for item in planned:
        context = item.context
        with connection.cursor() as cursor:
            discard(cursor, item.id)
        hashes = keys.keyed_hashes(Purpose.PERSON, context.phone)
        Quarantine.objects.filter(person_hash__in=hashes, planned_at=item.planned_at).delete()
        change_outcome(event_key(context.county_code, context.event_id), outcome)
        outcomes[context.unit_oid, context.visited_on, Outcome.INVITED] -= 1
        outcomes[context.unit_oid, context.visited_on, outcome] += 1
        invited[counts.invited_key(context)] -= 1
    counts.add_outcomes(outcomes)
    counts.add_invited(invited)

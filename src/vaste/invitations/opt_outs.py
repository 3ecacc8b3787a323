"""Opting out and in, and showing later when and how somebody did, without any number being stored."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec
from django.db import transaction

from vaste.core.audit import audit
from vaste.core.ids import is_token
from vaste.core.keys import Purpose, SealBroken, ring
from vaste.core.models import AuditEntry
from vaste.invitations.actions import end_session, session_of
from vaste.invitations.context import open_context
from vaste.invitations.models import ContactOffer, Invitation, OptOut
from vaste.invitations.planning import take_back
from vaste.invitations.rules import OptOutWay, Outcome
from vaste.messaging.actions import cancel_all_to

RESPONDENT = "respondent"
_OUT, _IN, _LOOKED_UP = "person.opted_out", "person.opted_in", "opt_out.looked_up"
# 60 bits: two people never share one. Letters alone, so that nobody and no filter takes it for a number.
_FINGERPRINT_LETTERS = 15
_LETTERS = "abcdefghijkmnpqr"
_SLIP = "opting in again on the page"
_read_slip = msgspec.msgpack.Decoder(tuple[str, datetime])
_SLIP_LIVES = timedelta(days=1)


@dataclass(frozen=True)
class Entry:
    """One opting out or in, as the audit trail tells it."""

    at: datetime
    is_out: bool
    way: str
    actor: str


@dataclass(frozen=True)
class History:
    """What can be shown of a number that is given. since, way: of the opt-out in force, None when surveys may come."""

    since: date | None
    way: str
    entries: Sequence[Entry]


@transaction.atomic
def opt_out(*, phone: str, way: OptOutWay, today: date, actor: str = RESPONDENT) -> bool:
    """Remember that a person (E.164) wants no surveys, and end what they have been asked; return False when they had said so before.

    Answers already given are filed: refusing more surveys does not take back what was said.
    """
    hashes = ring().keyed_hashes(Purpose.PERSON, phone)
    ContactOffer.objects.filter(person_hash__in=hashes).delete()
    rows = list(Invitation.objects.filter(person_hash__in=hashes))
    unsent = take_back([row.id for row in rows], outcome=Outcome.OPTED_OUT)
    for row in rows:
        if row.id not in unsent:
            end_session(session_of(row), today=today)
    # Thanks and the like belong to no invitation any more.
    cancel_all_to(phone)
    if OptOut.objects.filter(person_hash__in=hashes).exists():
        return False
    OptOut.objects.create(person_hash=hashes[0], since=today, way=way.value)
    audit(actor, _OUT, _fingerprints(phone)[0], way=way.value)
    return True


@transaction.atomic
def opt_in(*, phone: str, way: OptOutWay, actor: str = RESPONDENT) -> bool:
    """Forget that a person wanted no surveys; return whether they had said so."""
    erased = OptOut.objects.filter(person_hash__in=ring().keyed_hashes(Purpose.PERSON, phone)).delete()[0]
    if erased:
        audit(actor, _IN, _fingerprints(phone)[0], way=way.value)
    return erased > 0


def opt_out_by_token(token: str, *, now: datetime) -> str | None:
    """Opt the person out whose link this is; return what takes it back (`opt_in_by_slip`), or None when the link is not open."""
    if not is_token(token):
        return None
    hashes = ring().keyed_hashes(Purpose.LINK_TOKEN, token)
    row = Invitation.objects.filter(token_hash__in=hashes, expires_at__gt=now).first()
    if row is None:
        return None
    phone = open_context(row.id, row.sealed).phone
    opt_out(phone=phone, way=OptOutWay.PAGE, today=now.date())
    sealed = ring().seal(msgspec.msgpack.encode((phone, now)), bound_to=_SLIP)
    return base64.urlsafe_b64encode(sealed).decode()


def opt_in_by_slip(written: str, *, now: datetime) -> bool:
    """Opt a person in again who refused on a page lately and kept it open; return False when the slip is none, or too old.

    The link has burnt by then, so the page itself carries who it was, sealed. Using it twice changes nothing more.
    """
    try:
        sealed = base64.urlsafe_b64decode(written.encode())
        phone, refused_at = _read_slip.decode(ring().open(sealed, bound_to=_SLIP))
    except (ValueError, SealBroken):
        return False
    if now - refused_at > _SLIP_LIVES:
        return False
    opt_in(phone=phone, way=OptOutWay.PAGE)
    return True


def has_opted_out(phone: str) -> bool:
    """Tell whether a person (E.164) wants no surveys."""
    return OptOut.objects.filter(person_hash__in=ring().keyed_hashes(Purpose.PERSON, phone)).exists()


def history_of(phone: str, *, actor: str) -> History:
    """Return what is known of a number (E.164) that somebody gives; the look itself is audited, without the number."""
    fingerprints = _fingerprints(phone)
    audit(actor, _LOOKED_UP, fingerprints[0])
    row = OptOut.objects.filter(person_hash__in=ring().keyed_hashes(Purpose.PERSON, phone)).first()
    found = AuditEntry.objects.filter(subject__in=fingerprints, action__in=[_OUT, _IN]).order_by("number")
    return History(row.since if row else None, row.way if row else "", [_entry(one) for one in found])


def _entry(one: AuditEntry) -> Entry:
    return Entry(one.at, one.action == _OUT, str(json.loads(one.details)["way"]), one.actor)


def _fingerprints(phone: str) -> list[str]:
    """Return what stands for a number in the audit trail, by each key, the current first.

    Its own keyed hash, cut short: nothing in the audit can be joined with the rows of the same person elsewhere.
    """
    hashes = ring().keyed_hashes(Purpose.OPT_OUT, phone)
    return ["".join(_LETTERS[int(digit, 16)] for digit in one.hex()[:_FINGERPRINT_LETTERS]) for one in hashes]

"""Feeds and their tokens; which events were taken in before, and how they ended, for one who brings the event id again."""

import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.db import transaction

from vaste.core.audit import audit
from vaste.core.ids import new_secret
from vaste.core.keys import Purpose, ring
from vaste.organisations.models import County
from vaste.visits.models import Feed, SeenEvent

# A feed may repeat itself for this long; afterwards the same event would be a new visit, and too old to be asked about.
REMEMBERED_DAYS = 60
_CHUNK = 500


@transaction.atomic
def open_feed(*, county: County, name: str, actor: str, today: date) -> str:
    """Give a system the right to send visits, replacing its token when it has one; return the token, which is shown only now."""
    token = new_secret()
    Feed.objects.update_or_create(
        county=county,
        name=name,
        defaults={"token_hash": ring().keyed_hash(Purpose.FEED, token), "created_on": today, "revoked_on": None},
    )
    audit(actor, "feed.opened", county.code)
    return token


@transaction.atomic
def revoke_feed(*, county: County, name: str, actor: str, today: date) -> bool:
    """Take a feed's right back; return whether there was one."""
    changed = Feed.objects.filter(county=county, name=name, revoked_on=None).update(revoked_on=today)
    if changed:
        audit(actor, "feed.revoked", county.code)
    return changed > 0


def feed_of(token: str) -> Feed | None:
    """Return the feed that a token belongs to, or None when it is unknown or revoked."""
    hashes = ring().keyed_hashes(Purpose.FEED, token)
    return Feed.objects.filter(token_hash__in=hashes, revoked_on=None).select_related("county").first()


def event_key(county_code: str, event_id: str) -> str:
    """Return by what an event is remembered: two counties' systems may count their visits alike."""
    return f"{county_code} {event_id}"


def outcomes_of_seen(events: Sequence[str], possible: Iterable[str]) -> dict[str, str]:
    """Return, for those events (`event_key`) that were taken in before, how each ended; possible: the outcomes there are.

    The table holds a keyed hash of (event id, outcome), so that an outcome can be read only with the event id and the key.
    """
    keys, found = ring(), {}
    by_hash = {event_hash: event for event in events for event_hash in keys.keyed_hashes(Purpose.EVENT, event)}
    hashes, outcomes = list(by_hash), list(possible)
    for start in range(0, len(hashes), _CHUNK):
        for row in SeenEvent.objects.filter(event_hash__in=hashes[start : start + _CHUNK]):
            event = by_hash[bytes(row.event_hash)]
            found[event] = _outcome(event, bytes(row.outcome_hash), outcomes)
    return found


def _outcome(event: str, outcome_hash: bytes, possible: Sequence[str]) -> str:
    for outcome in possible:
        for made in ring().keyed_hashes(Purpose.EVENT, _pair(event, outcome)):
            if hmac.compare_digest(made, outcome_hash):
                return outcome
    raise LookupError("A remembered visit ended in a way that this version does not know.")


def _pair(event: str, outcome: str) -> str:
    return f"{event} {outcome}"  # neither of the three holds a space


def remember(outcomes: Mapping[str, str], *, today: date) -> None:
    """Remember how events ended: event (`event_key`) → outcome. Rows are written in random order, as those of invitations are."""
    keys = ring()
    shuffled = secrets.SystemRandom().sample(list(outcomes.items()), len(outcomes))
    SeenEvent.objects.bulk_create(
        [
            SeenEvent(
                event_hash=keys.keyed_hash(Purpose.EVENT, event),
                outcome_hash=keys.keyed_hash(Purpose.EVENT, _pair(event, outcome)),
                received_on=today,
            )
            for event, outcome in shuffled
        ],
        batch_size=_CHUNK,
    )


def change_outcome(event: str, outcome: str) -> None:
    """Remember another end for an event, because a later visit or the last check before sending changed it."""
    keys = ring()
    changed = keys.keyed_hash(Purpose.EVENT, _pair(event, outcome))
    SeenEvent.objects.filter(event_hash__in=keys.keyed_hashes(Purpose.EVENT, event)).update(outcome_hash=changed)


def forget_old_events(*, today: date) -> int:
    """Forget events that no feed repeats any more; return how many."""
    return SeenEvent.objects.filter(received_on__lt=today - timedelta(days=REMEMBERED_DAYS)).delete()[0]

"""How accounts stand: what their workers see of them, and how much of the traffic each gets. Kept where every process reads it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from django.db import transaction

from vaste.core.audit import audit
from vaste.messaging.measures import measured_lately, taken_lately
from vaste.messaging.models import AccountState
from vaste.messaging.routes import FULL, Measured, Weighed, room_of, weigh

log = structlog.get_logger()

# A worker that says nothing for so long is not there.
SILENT_AFTER = timedelta(seconds=60)
_SAY_AGAIN_AFTER = timedelta(seconds=15)


class Trouble(StrEnum):
    """Why nothing gets through by an account until people have done something."""

    CREDENTIALS_REFUSED = "credentials_refused"
    CIRCUIT_OPEN = "circuit_open"


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a worker sees of its account. refusal: the operator's code for which it is left in peace until people have talked."""

    account: str
    is_connected: bool
    refusal: str = ""


@transaction.atomic
def note_sighting(seen: Sighting, *, now: datetime) -> None:
    """Keep what a worker sees; when nothing has changed, only now and then, since each time is a commit."""
    trouble = Trouble.CIRCUIT_OPEN if seen.refusal else ""
    facts = {"is_connected": seen.is_connected, "trouble": trouble, "status": seen.refusal}
    row = AccountState.objects.filter(account=seen.account).first()
    if row is None:
        AccountState.objects.create(account=seen.account, seen_at=now, connected_changed_at=now, **facts)
        return
    has_changed = any(getattr(row, name) != value for name, value in facts.items())
    if not has_changed and now - row.seen_at < _SAY_AGAIN_AFTER:
        return
    changed_at = row.connected_changed_at if row.is_connected == seen.is_connected else now
    AccountState.objects.filter(pk=row.pk).update(seen_at=now, connected_changed_at=changed_at, **facts)


@transaction.atomic
def note_refused_credentials(account: str, *, now: datetime) -> None:
    """Keep that the operator refuses user or password: its worker has ended and will not try again by itself."""
    note_sighting(Sighting(account, is_connected=False), now=now)
    AccountState.objects.filter(account=account).update(trouble=Trouble.CREDENTIALS_REFUSED, seen_at=now)


def note_left(account: str, *, now: datetime) -> None:
    """Keep that an account's worker has ended as it was told to."""
    AccountState.objects.filter(account=account, is_connected=True).update(is_connected=False, connected_changed_at=now, seen_at=now)


def keep_only(accounts: Collection[str]) -> None:
    """Forget the standing of accounts that are not in the settings any more."""
    AccountState.objects.exclude(account__in=accounts).delete()


def weigh_routes(*, now: datetime) -> None:
    """Give each of several accounts the weight that its delay and its circuit earn, and audit every change."""
    if AccountState.objects.count() > 1:  # with one there is nothing to choose, and no reason to wait for the place for writing
        _weigh_routes(now)


@transaction.atomic
def _weigh_routes(now: datetime) -> None:
    states = list(AccountState.objects.select_for_update().order_by("account"))
    measured = measured_lately(now=now)
    nothing = Measured(0, 0)
    for state in states:
        others = [measured.get(other.account, nothing) for other in states if other is not state]
        weighed = weigh(
            state.weight,
            weighed_at=state.weighed_at,
            measured=measured.get(state.account, nothing),
            has_open_circuit=state.trouble != "",
            is_slow_elsewhere=all(other.is_slow for other in others),
            now=now,
        )
        if weighed:
            _change_weight(state, weighed, now)


def _change_weight(state: AccountState, weighed: Weighed, now: datetime) -> None:
    audit("worker", "route.weighed", state.account, weight=weighed.weight, before=state.weight, why=weighed.change.value)
    log.warning("route.weighed", account=state.account, weight=weighed.weight, before=state.weight, why=weighed.change.value)
    AccountState.objects.filter(pk=state.pk).update(weight=weighed.weight, weighed_at=now)


def room_for(account: str, room: int, now: datetime) -> int:
    """Return how many messages an account may take of those for which it has room (see `routes.room_of`)."""
    own = AccountState.objects.filter(account=account).values_list("weight", flat=True).first()
    if own is None or own == FULL:
        return room
    working = AccountState.objects.filter(is_connected=True, trouble="", seen_at__gte=now - SILENT_AFTER)
    weights = dict(working.values_list("account", "weight"))
    return room_of(account, room, weights={**weights, account: own}, taken=taken_lately(now=now))

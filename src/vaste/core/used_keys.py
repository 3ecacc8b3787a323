"""Which identity keys the database was used with. Under a strange one it recognises nobody: not who refused, nor who was asked of late."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from vaste.core.audit import audit
from vaste.core.keys import ring
from vaste.core.models import UsedKey


class KeysStrange(Exception):
    """The database was used with other identity keys, of which none is at hand."""

    def __init__(self) -> None:
        super().__init__(
            "VASTE_IDENTITY_KEY is not the key that this database was used with: who refused surveys would be asked again. "
            "Put the right key back. Only where it is lost for good: vaste keys accept"
        )


@dataclass(frozen=True)
class KeysStanding:
    """How the present keys fit the database. missing: how many keys it was used with are not among them."""

    are_strange: bool
    missing: int


def how_keys_stand() -> KeysStanding:
    """Return how the present keys fit the database; any fit one that was used with none yet."""
    known, present = _known(), set(ring().ids)
    return KeysStanding(are_strange=bool(known) and known.isdisjoint(present), missing=len(known - present))


def note_keys(*, today: date) -> None:
    """Remember the present keys as those of the database. Raises KeysStrange where it was used with others only."""
    if how_keys_stand().are_strange:
        raise KeysStrange
    _remember(today)


@transaction.atomic
def accept_keys(*, today: date, actor: str) -> bool:
    """Let the present keys count as those of the database though its own are lost; return False where they count already."""
    if not how_keys_stand().are_strange:
        return False
    UsedKey.objects.all().delete()
    _remember(today)
    audit(actor, "identity_keys.accepted", keys=len(ring().ids))
    return True


def _remember(today: date) -> None:
    known = _known()
    new = [UsedKey(key_id=each, first_used_on=today) for each in ring().ids if each not in known]
    UsedKey.objects.bulk_create(new, ignore_conflicts=True)  # another process may start in the same moment


def _known() -> set[str]:
    return set(UsedKey.objects.values_list("key_id", flat=True))

"""How much of the traffic each of several accounts gets: less when it is slow or closed, more again when it has mended. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FULL = 100
# From closed to full. The lowest but one keeps a little traffic, by which a route proves that it has mended.
WEIGHTS = (0, 10, 50, FULL)

# Of the messages taken within the window, the share that phones did not have soon enough: then the route is slow.
SLOW_SHARE = 0.15
SOON = timedelta(minutes=5)
WINDOW = timedelta(minutes=15)
# Fewer messages than these prove nothing.
FEWEST_MESSAGES = 20
# A change shows in what is measured only after so long; weighing again before would count the same delay twice.
STEP_EVERY = SOON


class Change(StrEnum):
    """Why a route got another weight."""

    SLOW = "slow"
    CIRCUIT_OPEN = "circuit_open"
    CIRCUIT_CLOSED = "circuit_closed"
    MENDED = "mended"


@dataclass(frozen=True)
class Measured:
    """What an account took within the window and long enough ago to be judged, and how many of those phones had soon.

    gives_receipts: whether it tells at all what phones have; without that nothing is known of its delay.
    """

    taken: int
    soon: int
    gives_receipts: bool = True

    @property
    def is_slow(self) -> bool:
        """Tell whether too large a share was not delivered soon."""
        return self.gives_receipts and self.taken >= FEWEST_MESSAGES and self.taken - self.soon >= SLOW_SHARE * self.taken


@dataclass(frozen=True)
class Weighed:
    """A new weight and its reason."""

    weight: int
    change: Change


def weigh(
    weight: int, *, weighed_at: datetime | None, measured: Measured, has_open_circuit: bool, is_slow_elsewhere: bool, now: datetime
) -> Weighed | None:
    """Return what weight a route gets, or None when it keeps the one it has.

    weighed_at: when it last changed, None when it never did. is_slow_elsewhere: every other route is slow as well, so that
    the delay is not this one's and moving traffic would help nobody.
    """
    if has_open_circuit:
        return Weighed(WEIGHTS[0], Change.CIRCUIT_OPEN) if weight > WEIGHTS[0] else None
    if weight == WEIGHTS[0]:
        return Weighed(WEIGHTS[1], Change.CIRCUIT_CLOSED)
    if weighed_at is not None and now - weighed_at < STEP_EVERY:
        return None
    if measured.is_slow and not is_slow_elsewhere:
        return Weighed(_step(weight, -1), Change.SLOW) if weight > WEIGHTS[1] else None
    if weight < FULL and not measured.is_slow:
        return Weighed(_step(weight, +1), Change.MENDED)
    return None


def _step(weight: int, by: int) -> int:
    return WEIGHTS[WEIGHTS.index(weight) + by]


def room_of(account: str, room: int, *, weights: Mapping[str, int], taken: Mapping[str, int]) -> int:
    """Return how many of the messages for which it has room an account may take, so that its share follows its weight.

    weights: of all accounts that work now. taken: what each took lately. A route of full weight, or the only one, takes what
    it can: a message is better sent slowly than not at all.
    """
    own = weights.get(account, FULL)
    others = sum(weight for name, weight in weights.items() if name != account)
    if own == FULL or others == 0:
        return room
    share = own / (own + others)
    allowed = share * (sum(taken.values()) + room) - taken.get(account, 0)
    return max(0, min(room, int(allowed)))

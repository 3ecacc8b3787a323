"""Plans of tables, kept by what they are made of: a mix changes few of them, and each takes as long as a page."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock

from vaste.indicators.table_plan import Areas, Counts, Plan, Times, cover_classes, make_plan

_AT_MOST = 256

_kept: OrderedDict[bytes, Plan] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class KnownPlan:
    """A plan, and the digest of all that decided it."""

    digest: bytes
    plan: Plan


def plan_of(counts: Mapping[str, Counts], times: Times, areas: Areas, too_few_below: int, within: KnownPlan | None = None) -> KnownPlan:
    """Return what `make_plan` returns, made once for the same counts."""
    digest = _digest([counts], (times.root, sorted(times.parts.items()), areas, too_few_below, within.digest if within else b""))
    return _kept_or_made(digest, lambda: make_plan(counts, times, areas, too_few_below, within.plan if within else None))


def covering_classes(known: KnownPlan, classes: Sequence[Mapping[str, Counts]], times: Times, areas: Areas) -> KnownPlan:
    """Return what `cover_classes` returns, made once for the same counts."""
    return _kept_or_made(_digest(classes, (known.digest,)), lambda: cover_classes(known.plan, classes, times, areas))


def _kept_or_made(digest: bytes, make: Callable[[], Plan]) -> KnownPlan:
    with _lock:
        plan = _kept.get(digest)
    if plan is None:
        plan = make()
    with _lock:
        _kept[digest] = plan
        _kept.move_to_end(digest)
        while len(_kept) > _AT_MOST:
            _kept.popitem(last=False)
    return KnownPlan(digest, plan)


def _digest(tables: Sequence[Mapping[str, Counts]], shape: tuple[object, ...]) -> bytes:
    made = blake2b(repr(shape).encode())
    for counts in tables:
        for time, numbers in sorted(counts.items()):
            made.update(f"{time} {numbers.shape}".encode())
            made.update(numbers.tobytes())
    return made.digest()

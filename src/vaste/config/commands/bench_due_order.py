"""Whether units took turns: read off the order in which an operator was handed messages."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from vaste.config.commands.bench_survey_world import unit_of_phone


@dataclass(frozen=True)
class Order:
    """What the order tells.

    most_ahead: by how many messages a unit was ever ahead of another that still waited. small_done_after: how many messages had
    gone when the last one of the small units had; by_strict_turns: after how many that is where each unit gets one in its turn.
    """

    units: int
    most_ahead: int
    small_done_after: int
    by_strict_turns: int


def order_of(phones: Sequence[str]) -> Order:
    """Return what the order of the phones that were written to tells of the units."""
    units = [unit_of_phone(phone) for phone in phones]
    total = Counter(units)
    largest = total.most_common(1)[0][0]
    small = max((count for unit, count in total.items() if unit != largest), default=0)
    return Order(
        units=len(total),
        most_ahead=_most_ahead(units, total),
        small_done_after=max((at for at, unit in enumerate(units, start=1) if unit != largest), default=0),
        by_strict_turns=sum(min(count, small) for count in total.values()),
    )


def _most_ahead(units: Sequence[int], total: Counter[int]) -> int:
    gone: Counter[int] = Counter(dict.fromkeys(total, 0))
    most = 0
    for unit in units:
        gone[unit] += 1
        waiting = [gone[other] for other in total if gone[other] < total[other]]
        if waiting:
            most = max(most, gone[unit] - min(waiting))
    return most

"""Whether units took turns, read off the order in which phones were written to."""

from vaste.config.commands.bench_due_order import Order, order_of
from vaste.config.commands.bench_survey_world import unit_of


def phones_of(*units: int) -> list[str]:
    """Return phones of people of these units, each person once."""
    numbers = {unit: iter([number for number in range(400) if unit_of(number) == unit]) for unit in set(units)}
    return [f"35840{next(numbers[unit]):07}" for unit in units]


def test_units_that_take_turns_are_never_more_than_one_message_apart() -> None:
    assert order_of(phones_of(0, 1, 2, 0, 1, 2, 0, 0, 0)) == Order(units=3, most_ahead=1, small_done_after=6, by_strict_turns=6)


def test_a_large_unit_that_goes_first_is_ahead_of_those_that_wait() -> None:
    assert order_of(phones_of(0, 0, 0, 0, 1, 2)) == Order(units=3, most_ahead=4, small_done_after=6, by_strict_turns=3)

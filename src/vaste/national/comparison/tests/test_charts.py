"""The axes of the comparison's drawings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.national.comparison.charts import nice_ticks


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (62.0, 81.0, [60, 65, 70, 75, 80, 85]),
        (20.0, 79.0, [20, 40, 60, 80]),
        (-30.0, 29.5, [-40, -20, 0, 20, 40]),
    ],
)
def test_an_axis_has_few_round_values_around_what_it_holds(low, high, ticks):
    assert nice_ticks(low, high) == pytest.approx(ticks)


@given(low=st.floats(-100, 100), width=st.floats(1e-3, 200))
def test_any_span_has_an_axis_of_two_to_seven_values_that_holds_it(low: float, width: float):
    ticks = nice_ticks(low, low + width)
    assert 2 <= len(ticks) <= 7
    assert ticks[0] <= low + 1e-6
    assert ticks[-1] >= low + width - 1e-6

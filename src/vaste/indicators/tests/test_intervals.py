import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.indicators.intervals import Interval, student_t, wilson

# Worked out with SciPy 1.16 (scipy.stats.t.ppf(.975, degrees)), rounded to eleven decimals.
ORACLE = {
    1: 12.70620473617,
    2: 4.30265272975,
    3: 3.18244630528,
    4: 2.77644510520,
    5: 2.57058183564,
    9: 2.26215716280,
    10: 2.22813885199,
    29: 2.04522964213,
    30: 2.04227245630,
    99: 1.98421695159,
    100: 1.98397151852,
    199: 1.97195654425,
    200: 1.97189622363,
    500: 1.96471983747,
    1000: 1.96233908083,
    99999: 1.95998770777,
}


@pytest.mark.parametrize(("degrees", "expected"), ORACLE.items())
def test_student_s_t_agrees_with_an_independent_library(degrees, expected):
    assert student_t(degrees) == pytest.approx(expected, abs=2e-11)


@given(st.integers(1, 3000))
def test_more_degrees_of_freedom_make_t_smaller_down_to_the_normal_quantile(degrees):
    assert student_t(degrees) > student_t(degrees + 1) > 1.959963984540054


@pytest.mark.parametrize("degrees", [0, -1])
def test_t_without_a_degree_of_freedom_is_refused(degrees):
    with pytest.raises(ValueError, match="at least one degree"):
        student_t(degrees)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (85, 100, 0.767164, 0.906940),
        (0, 10, 0.0, 0.277533),
        (10, 10, 0.722467, 1.0),
    ],
)
def test_wilson_s_interval_is_that_worked_out_by_hand(successes, n, low, high):
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-7)


def test_clipping_keeps_the_limits_on_the_scale():
    assert Interval(-3.0, 7.0).clipped(1.0, 5.0) == (1.0, 5.0)
    assert Interval(2.0, 3.0).clipped(1.0, 5.0) == (2.0, 3.0)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.indicators.control_charts import share_chart, single_chart


def test_a_share_chart_has_three_standard_deviations_around_the_share_of_all():
    # 20 of 100: centre .2; n = 25: sd .08, limits -.04 → 0 and .44; n = 50: sd .056569.
    chart = share_chart([(12, 25), (3, 25), (5, 50)])

    assert chart is not None
    assert chart.centre == pytest.approx(0.2)
    assert chart.limits[0] == pytest.approx((0, 0.44))
    assert chart.limits[2] == pytest.approx((0.2 - 3 * 0.056569, 0.2 + 3 * 0.056569), abs=1e-5)
    assert chart.outside == (True, False, False)


def test_a_share_chart_may_be_drawn_around_another_share():
    chart = share_chart([(12, 25)], centre=0.5)

    assert chart is not None
    assert chart.centre == 0.5
    assert chart.outside == (False,)


def test_a_point_without_answers_has_no_limits():
    chart = share_chart([(0, 0), (1, 10)])

    assert chart is not None
    assert chart.limits[0] is None
    assert chart.outside[0] is False


def test_without_answers_there_is_no_share_chart():
    assert share_chart([]) is None
    assert share_chart([(0, 0)]) is None


def test_a_chart_of_single_figures_has_its_limits_from_the_moving_range():
    # Mean 60, ranges 10, 10, 10, 40: mean 17.5; limits 60 ± 2.66 · 17.5.
    chart = single_chart([60, 70, 60, 70, 30])

    assert chart is not None
    assert chart.centre == pytest.approx(58)
    assert chart.limits == pytest.approx((58 - 46.55, 58 + 46.55))
    assert chart.range_limit == pytest.approx(57.1725)
    assert chart.outside == (False,) * 5


def test_a_figure_outside_its_limits_is_told():
    chart = single_chart([60, 61, 60, 61, 60, 61, 60, 90])

    assert chart is not None
    assert chart.outside == (False,) * 7 + (True,)


@pytest.mark.parametrize("values", [[], [50.0]])
def test_fewer_than_two_figures_have_no_range(values):
    assert single_chart(values) is None


def test_figures_that_are_all_equal_lie_within_limits_that_meet():
    chart = single_chart([50.0] * 5)

    assert chart is not None
    assert chart.limits == (50, 50)
    assert chart.outside == (False,) * 5


pairs = st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)).map(lambda pair: (min(pair), max(pair)))


@given(st.lists(pairs, max_size=8))
def test_limits_of_shares_are_shares_around_the_centre(counts):
    chart = share_chart(counts)

    if chart is not None:
        for limit in chart.limits:
            assert limit is None or 0 <= limit.low <= chart.centre + 1e-12
            assert limit is None or chart.centre - 1e-12 <= limit.high <= 1

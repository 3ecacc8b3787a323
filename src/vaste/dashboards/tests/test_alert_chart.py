from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from vaste.dashboards.alert_chart import HEIGHT, WIDTH, chart_of
from vaste.indicators.cusum import Sum, Watch
from vaste.results.alert_rules import AlertKind, Point, Stretch

OVER = Watch(0.08, 0.20, 4.0)


def point(place: int, detractors: int, n: int = 10, total: float | None = 1.0, *, is_shown: bool = True, calls: bool = False) -> Point:
    first = date(2024, 1, 1) + timedelta(weeks=place)
    stretch = Stretch(first, first + timedelta(days=6), 0, detractors, n)
    return Point(stretch, is_shown, None if total is None else Sum(total, 1, detractors, calls))


def test_a_higher_share_is_a_higher_bar_and_the_usual_share_a_level():
    chart = chart_of([point(0, 1), point(1, 4)], OVER, AlertKind.WARNING)

    low, high = chart.bars
    assert low.height is not None
    assert high.height is not None
    assert high.height > low.height
    assert low.y < chart.usual_y < chart.share_floor


def test_a_hidden_stretch_has_no_height_and_breaks_the_line():
    hidden = point(2, 9, total=None, is_shown=False)

    chart = chart_of([point(0, 1), point(1, 1), hidden, point(3, 1), point(4, 1)], OVER, AlertKind.WARNING)

    assert [bar.height is None for bar in chart.bars] == [False, False, True, False, False]
    assert len(chart.lines) == 2
    assert len(chart.dots) == 4


def test_what_is_hidden_does_not_move_the_scale():
    def drawn(detractors: int) -> list[float]:
        chart = chart_of([point(0, 1), point(1, detractors, total=None, is_shown=False)], OVER, AlertKind.WARNING)
        return [chart.usual_y, chart.limit_y, *(bar.y for bar in chart.bars)]

    assert drawn(0) == drawn(10)


def test_a_sum_that_calls_is_marked():
    chart = chart_of([point(0, 6, total=9.0, calls=True)], OVER, AlertKind.WARNING)

    assert chart.dots[0].calls
    assert chart.bars[0].calls
    assert chart.dots[0].y < chart.limit_y


points = st.lists(st.tuples(st.integers(0, 10), st.one_of(st.none(), st.floats(0, 10**6)), st.booleans()), min_size=1, max_size=15)


@given(points)
def test_everything_lies_within_the_drawing(given_points):
    chart = chart_of([point(place, x, total=s, is_shown=v) for place, (x, s, v) in enumerate(given_points)], OVER, AlertKind.WARNING)

    for bar in chart.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
        assert 0 <= bar.y <= HEIGHT
    assert all(0 <= dot.x <= WIDTH and 0 <= dot.y <= HEIGHT for dot in chart.dots)
    assert 0 <= chart.usual_y <= HEIGHT
    assert 0 <= chart.limit_y <= HEIGHT
    assert len(chart.ticks) <= 7

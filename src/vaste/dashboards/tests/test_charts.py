from hypothesis import given
from hypothesis import strategies as st

from vaste.dashboards.charts import Point, bars, line_chart
from vaste.indicators.nps import nps

LABELS = {score: str(score) for score in range(-100, 101, 50)}


def point(promoters: int, detractors: int) -> Point:
    return Point("April 2024", nps([detractors, 0, 0, 0, 0, 0, 0, 0, 0, 0, promoters]), "")


def test_agreement_lies_right_of_the_middle_and_disagreement_left():
    drawn = bars([10, 0, 20, 0, 10])

    assert [(bar.step, bar.x, bar.width) for bar in drawn] == [(1, "25.00", "12.50"), (3, "37.50", "25.00"), (5, "62.50", "12.50")]


def test_no_answers_have_no_bars():
    assert bars([0, 0, 0, 0, 0]) == ()


def test_zero_is_always_on_the_chart_and_what_is_hidden_breaks_the_line():
    chart = line_chart([point(40, 0), Point("May 2024", None, "too few"), point(40, 2), point(40, 2)], 50, "Goal 50", LABELS)

    assert [tick.label for tick in chart.ticks] == ["100", "50", "0"]
    assert [drawn.is_shown for drawn in chart.points] == [True, False, True, True]
    assert (chart.path.count("M"), chart.path.count("L")) == (2, 1)


def test_a_score_below_zero_makes_room_for_itself():
    assert [tick.label for tick in line_chart([point(1, 40)], 50, "Goal 50", LABELS).ticks] == ["100", "50", "0", "-50", "-100"]


shown_or_none = st.tuples(st.integers(0, 50), st.integers(0, 50)).filter(lambda counts: sum(counts) not in range(1, 5))


@given(st.lists(shown_or_none, min_size=1, max_size=14))
def test_every_point_lies_on_the_chart(counts):
    chart = line_chart([point(*each) for each in counts], 50, "Goal 50", LABELS)

    for drawn in chart.points:
        assert chart.left < float(drawn.x) < chart.right
        if drawn.is_shown:
            assert chart.top <= float(drawn.high) <= float(drawn.y) <= float(drawn.low) <= float(chart.floor)

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.indicators.cusum import Watch
from vaste.results.alert_rules import (
    AlertKind,
    Baseline,
    Basis,
    Course,
    Stretch,
    baselines,
    beginnings,
    expected_false_alarms,
    points,
    run_shown,
    stretches,
    tuned,
    watch_begins,
    watched,
)

MONDAY = date(2024, 4, 1)


def week(place: int, n: int = 10, detractors: int = 0, promoters: int = 0) -> Stretch:
    """Return the answers of a week; week 0 begins on 1.4.2024."""
    first = MONDAY + timedelta(weeks=place)
    return Stretch(first, first + timedelta(days=6), promoters, detractors, n)


def sizes(found: list[Stretch]) -> list[int]:
    return [stretch.n for stretch in found]


def test_weeks_with_enough_answers_stand_each_for_itself():
    assert sizes(stretches([week(0, 5), week(1, 12)], 5)) == [5, 12]


def test_weeks_with_too_few_are_put_together_with_the_next():
    found = stretches([week(0, 2), week(1, 2), week(2, 3, detractors=2)], 5)

    assert found == [Stretch(MONDAY, date(2024, 4, 21), 0, 2, 7)]


def test_what_a_month_has_left_over_goes_to_its_last_stretch():
    assert sizes(stretches([week(0, 9), week(1, 6), week(2, 2)], 5)) == [9, 8]


def test_no_stretch_reaches_over_the_end_of_a_month():
    # The weeks of 22.4. and 29.4. belong to April, that of 6.5. to May.
    assert sizes(stretches([week(3, 7), week(4, 2), week(5, 2), week(6, 9)], 5)) == [9, 11]


def test_a_month_with_too_few_answers_is_left_out():
    assert stretches([week(0, 2), week(1, 2)], 5) == []
    assert stretches([], 5) == []


weeks = st.lists(st.integers(0, 20), max_size=14).map(lambda sizes: [week(place, n) for place, n in enumerate(sizes) if n])


@given(weeks, st.integers(3, 10))
def test_the_stretches_of_a_month_are_the_month_exactly_and_none_has_too_few(periods, too_few):
    by_month: dict[int, int] = {}
    for period in periods:
        by_month[period.first.month] = by_month.get(period.first.month, 0) + period.n
    found: dict[int, int] = {}
    for stretch in stretches(periods, too_few):
        assert stretch.n >= too_few
        found[stretch.first.month] = found.get(stretch.first.month, 0) + stretch.n

    assert found == {month: n for month, n in by_month.items() if n >= too_few}


@pytest.mark.parametrize(
    ("newest", "begins"),
    [(date(2024, 4, 1), date(2024, 1, 1)), (date(2024, 6, 24), date(2024, 1, 1)), (date(2024, 1, 1), date(2023, 10, 1))],
)
def test_answers_are_summed_from_the_quarter_before(newest, begins):
    assert watch_begins(newest) == begins


def test_where_the_answers_before_are_too_few_the_watch_begins_in_a_later_month():
    assert beginnings(date(2024, 4, 15)) == [date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1), date(2024, 4, 1)]


SERVICES = {"a": "reception", "b": "reception", "c": "dental"}


def test_a_unit_with_a_hundred_answers_is_held_against_its_own_share():
    found = baselines({"a": week(0, 1000, detractors=100), "b": week(0, 1000, detractors=300)}, SERVICES, AlertKind.WARNING)

    assert found["a"].basis is Basis.UNIT
    assert found["a"].share == pytest.approx(0.10, abs=0.01)
    assert found["a"].share > 0.10  # drawn a little toward its service
    assert found["b"].answers == 1000


def test_a_unit_with_fewer_is_held_against_its_service_s():
    found = baselines({"a": week(0, 100, detractors=10), "b": week(0, 60, detractors=14)}, SERVICES, AlertKind.WARNING)

    assert found["b"] == Baseline(24 / 160, Basis.SERVICE, 160)


def test_a_unit_that_nobody_has_answered_in_is_held_against_its_service_s():
    assert baselines({"a": week(0, 200, detractors=20)}, SERVICES, AlertKind.WARNING)["b"] == Baseline(0.1, Basis.SERVICE, 200)


def test_a_service_with_fewer_than_a_hundred_is_not_watched():
    assert baselines({"a": week(0, 60), "b": week(0, 39)}, SERVICES, AlertKind.WARNING) == {}


def test_good_news_is_held_against_the_share_of_promoters():
    found = baselines({"c": week(0, 200, promoters=150)}, SERVICES, AlertKind.GOOD_NEWS)

    assert found["c"].share == pytest.approx(0.75)


@pytest.mark.parametrize(("detractors", "share"), [(0, 0.02), (500, 0.90)])
def test_a_baseline_stays_within_the_shares_for_which_limits_are_tuned(detractors, share):
    assert baselines({"c": week(0, 500, detractors=detractors)}, SERVICES, AlertKind.WARNING)["c"].share == share


def look(periods, *, kind=AlertKind.WARNING, after=None, limit=4.0):
    baseline = Baseline(0.08, Basis.UNIT, 1000)
    over = Watch(0.08, 0.20, limit)
    return watched(kind, begins=MONDAY, baseline=baseline, over=over, periods=periods, after=after, too_few_below=5)


def test_a_unit_calls_when_its_sum_reaches_the_limit():
    counts = [(1, 20), (2, 22), (0, 18), (1, 20), (4, 21), (5, 20), (3, 19)]

    found = look([week(place, n, detractors) for place, (detractors, n) in enumerate(counts)])

    assert found.alarm == 6
    assert [round(each.value, 6) for each in found.sums][4:] == [1.28921, 3.774234, 4.286916]


def test_answers_from_before_the_watch_do_not_count():
    before = Stretch(date(2024, 3, 25), date(2024, 3, 31), 0, 20, 20)

    assert look([before, week(0)]).alarm is None


def test_after_an_acknowledged_alert_only_later_periods_count():
    periods = [week(0, 20, detractors=15), week(1, 20)]

    assert look(periods).alarm == 0
    assert look(periods, after=MONDAY).alarm is None
    assert len(look(periods, after=MONDAY).stretches) == 1


def test_promoters_call_as_good_news_and_detractors_do_not():
    glad = [week(place, 20, promoters=15) for place in range(3)]

    assert look(glad, kind=AlertKind.GOOD_NEWS).alarm is not None
    assert look(glad, kind=AlertKind.WARNING).alarm is None


def test_a_unit_without_stretches_cannot_be_watched():
    assert tuned(Baseline(0.08, Basis.SERVICE, 500), []) is None


def test_a_unit_is_tuned_to_how_many_answers_it_has():
    few = tuned(Baseline(0.08, Basis.UNIT, 500), [week(place, 5) for place in range(52)])
    many = tuned(Baseline(0.08, Basis.UNIT, 500), [week(place, 15) for place in range(52)])

    assert few is not None
    assert many is not None
    assert few.limit == pytest.approx(4.23, abs=0.01)
    assert many.limit == pytest.approx(4.98, abs=0.01)


def test_in_ten_years_each_unit_calls_falsely_once():
    assert expected_false_alarms(40) == pytest.approx(4)


def course(periods, *, after=None, counted_to=None) -> Course:
    """Return how an alert came about that counts the periods later than one day and no later than another."""
    counted = [period for period in periods if counted_to is None or period.first <= counted_to]
    return Course(look(counted, after=after), tuple(stretches(periods, 5)))


def parts(found: Course, *, months=("2024-04", "2024-05")) -> list[tuple[int, bool]]:
    return [(point.stretch.n, point.is_shown) for point in points(found, months, 10)]


def test_weeks_are_shown_together_until_their_share_may_be():
    assert parts(course([week(0, 5), week(1, 6), week(2, 12), week(3, 9), week(4, 20)])) == [(11, True), (12, True), (29, True)]


def test_what_is_left_of_a_month_is_shown_with_its_last_weeks():
    assert parts(course([week(0, 12), week(1, 6)])) == [(18, True)]


def test_a_month_without_enough_for_a_share_is_hidden():
    assert parts(course([week(0, 9), week(5, 30)])) == [(9, False), (30, True)]


def test_a_month_that_the_results_page_hides_is_hidden():
    assert parts(course([week(0, 30), week(5, 30)]), months=["2024-05"]) == [(30, False), (30, True)]


def test_weeks_that_the_whole_month_is_not_divided_into_are_hidden():
    # Without the first week, the second and third are taken together; April has the first and second together.
    periods = [week(0, 3), week(1, 4), week(2, 30)]

    assert parts(course(periods)) == [(37, True)]
    assert parts(course(periods, after=MONDAY)) == [(34, False)]


def test_the_sum_stands_after_the_last_of_the_weeks_shown_together():
    counts = [(1, 20), (2, 22), (0, 18), (1, 20), (4, 21), (5, 20), (3, 19)]

    found = points(course([week(place, n, detractors) for place, (detractors, n) in enumerate(counts)]), ["2024-04", "2024-05"], 10)

    assert [round(point.total.value, 6) for point in found][4:] == [1.28921, 3.774234, 4.286916]
    assert [point.total.is_alarm for point in found][5:] == [False, True]


def test_a_sum_that_rests_on_a_hidden_month_is_hidden_too():
    found = points(course([week(4, 20, detractors=6), week(5, 20, detractors=4)]), ["2024-05"], 10)

    assert [(point.is_shown, point.total is None) for point in found] == [(False, True), (True, True)]


def test_the_days_that_called_are_told_where_all_of_them_are_shown():
    found = course([week(0, 20, detractors=6), week(1, 20, detractors=4), week(5, 20)])
    first, last = MONDAY, MONDAY + timedelta(days=13)

    assert run_shown(found, ["2024-04"], 10, first, last) == Stretch(first, last, 0, 10, 40)
    assert run_shown(found, ["2024-05"], 10, first, last) is None
    assert run_shown(found, ["2024-04"], 50, first, last) is None

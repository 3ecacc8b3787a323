import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.indicators.questionnaire import together
from vaste.indicators.statements import Statement, statement


def result(*counts: int) -> Statement:
    found = statement(counts)
    assert found is not None
    return found


def test_the_mean_is_of_all_answers():
    both = together([result(0, 0, 0, 10, 0), result(0, 0, 0, 0, 30)])

    assert both is not None
    assert both.n == 40
    assert both.mean == pytest.approx(4.75)
    assert both.agree_share == 1


def test_one_statement_alone_is_itself():
    one = result(2, 3, 10, 25, 60)

    assert together([one]) == one


def test_the_same_people_answering_seven_times_know_no_more_than_once():
    one = result(2, 3, 10, 25, 60)
    seven = together([one] * 7)

    assert seven is not None
    assert seven.mean == pytest.approx(one.mean)
    assert seven.high - seven.low == pytest.approx(one.high - one.low, rel=0.02)


def test_no_statements_have_no_mean():
    assert together([]) is None


distributions = st.lists(st.integers(0, 3000), min_size=5, max_size=5).filter(any).map(lambda counts: result(*counts))


@given(st.lists(distributions, min_size=1, max_size=8))
def test_the_figure_lies_in_its_interval_on_the_scale(results):
    both = together(results)

    assert both is not None
    assert 1 <= both.low <= both.mean + 1e-9
    assert both.mean <= both.high + 1e-9
    assert both.high <= 5
    assert 0 <= both.agree_low <= both.agree_share + 1e-9
    assert both.agree_share <= both.agree_high + 1e-9
    assert both.agree_high <= 1

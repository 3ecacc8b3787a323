import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.indicators.measures import AGREEING, MEAN, SCORE, Tally
from vaste.indicators.nps import adjusted
from vaste.indicators.standardised import ALL, Stratum, standardised_measure

steps = st.lists(st.integers(0, 500), min_size=5, max_size=5).filter(any).map(Tally)


def test_three_measures_of_the_same_answers():
    answers = Tally((2, 3, 10, 25, 60))  # 1, 2, … 5
    assert MEAN.value(answers) == pytest.approx(4.38)
    assert AGREEING.value(answers) == pytest.approx(0.85)
    assert SCORE.value(Tally((74, 19, 7))) == pytest.approx(67)


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000))
def test_the_variance_of_a_score_is_that_of_the_adjusted_wald_interval(promoters: int, passives: int, detractors: int):
    expected = adjusted(promoters, detractors, promoters + passives + detractors)[1]
    assert SCORE.variance(Tally((promoters, passives, detractors))) == pytest.approx(expected)


def test_the_variance_of_a_share_is_that_of_agresti_and_coull():
    # 85 of 100 agree: (87/104)(17/104)/104
    assert AGREEING.variance(Tally((2, 3, 10, 25, 60))) == pytest.approx(87 / 104 * 17 / 104 / 104)


def test_the_variance_of_a_mean_comes_close_to_that_of_the_sample():
    answers = Tally((2, 3, 10, 25, 60))
    spread = sum(count * (step - 4.38) ** 2 for step, count in enumerate(answers, 1)) / 99 / 100
    assert MEAN.variance(answers) == pytest.approx(spread, rel=0.03)


@given(steps)
def test_a_figure_lies_on_its_scale_and_is_never_certain(answers: Tally):
    for measure in (AGREEING, MEAN):
        assert measure.scale.low <= measure.value(answers) <= measure.scale.high
        assert measure.variance(answers) > 0


def test_a_share_agreeing_is_standardised_like_a_score():
    strata = {Stratum("care", "18-39", "sms"): Tally((0, 0, 10, 10, 20)), Stratum("care", "65+", "sms"): Tally((0, 0, 10, 40, 150))}
    found = standardised_measure(AGREEING, strata, dict.fromkeys(strata, 0.5))
    assert found is not None
    assert found.value == pytest.approx((0.75 + 0.95) / 2)
    assert found.crude == pytest.approx(220 / 240)
    assert found.low < found.value < found.high <= 1
    assert found.coarse == 0


def test_answers_known_of_an_age_band_alone_stand_for_all_its_channels():
    strata = {Stratum("care", "18-39", ALL): Tally((0, 0, 10, 10, 20)), Stratum("care", "65+", "sms"): Tally((0, 0, 10, 40, 150))}
    weights = {
        Stratum("care", "18-39", "sms"): 0.3,
        Stratum("care", "18-39", "link"): 0.2,
        Stratum("care", "65+", "sms"): 0.5,
    }
    found = standardised_measure(AGREEING, strata, weights)
    assert found is not None
    assert found.value == pytest.approx((0.75 + 0.95) / 2)
    assert (found.covered, found.coarse) == pytest.approx((1.0, 0.5))

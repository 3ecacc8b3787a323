import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from vaste.indicators.binomial import at_least, at_most, benjamini_hochberg, probability, two_sided


def test_the_tails_are_those_worked_out_by_hand():
    # 5 tosses: P(4 or more) = 6/32, P(1 or fewer) = 6/32.
    assert at_least(4, 5, 0.5) == pytest.approx(6 / 32)
    assert at_most(1, 5, 0.5) == pytest.approx(6 / 32)
    assert two_sided(4, 5, 0.5) == pytest.approx(12 / 32)
    assert probability(2, 5, 0.5) == pytest.approx(10 / 32)


@pytest.mark.parametrize(("count", "n", "share"), [(0, 0, 0.1), (0, 1, 0.1), (1, 1, 0.1), (0, 20, 0.0), (20, 20, 1.0), (3, 20, 0.0)])
def test_the_ends_of_the_scale_are_exact(count, n, share):
    assert at_least(count, n, share) == pytest.approx(binom.sf(count - 1, n, share))
    assert at_most(count, n, share) == pytest.approx(binom.cdf(count, n, share))


@pytest.mark.parametrize(("count", "n", "share"), [(-1, 5, 0.5), (6, 5, 0.5), (1, 5, -0.1), (1, 5, 1.1)])
def test_what_is_no_count_or_share_is_refused(count, n, share):
    with pytest.raises(ValueError, match="between"):
        at_least(count, n, share)


asked = st.tuples(st.integers(0, 3000), st.integers(0, 3000), st.floats(0.001, 0.999)).map(
    lambda case: (min(case[:2]), max(case[:2]), case[2])
)


@given(asked)
def test_the_tails_agree_with_an_independent_library(case):
    count, n, share = case

    assert at_least(count, n, share) == pytest.approx(binomtest(count, n, share, "greater").pvalue if n else 1.0, rel=1e-8, abs=1e-12)
    assert at_most(count, n, share) == pytest.approx(binom.cdf(count, n, share), rel=1e-8, abs=1e-12)


@given(asked)
def test_the_two_tails_share_only_the_count_itself(case):
    count, n, share = case

    assert at_least(count, n, share) + at_most(count, n, share) == pytest.approx(1 + probability(count, n, share))
    assert 0 <= two_sided(count, n, share) <= 1


@pytest.mark.parametrize("count", [799_000, 800_000, 802_000])
def test_ten_million_answers_are_no_hindrance(count):
    assert at_least(count, 10_000_000, 0.08) == pytest.approx(binom.sf(count - 1, 10_000_000, 0.08), rel=1e-6)


def test_findings_are_those_of_benjamini_and_hochberg_s_own_example():
    # Benjamini & Hochberg 1995, section 4: of fifteen tests at q = .05 the first four are findings.
    p_values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]

    assert benjamini_hochberg(p_values, q=0.05) == [True] * 4 + [False] * 11


def test_a_test_that_fails_its_own_step_is_carried_by_a_later_one():
    assert benjamini_hochberg([0.09, 0.08, 0.06], q=0.1) == [True, True, True]


def test_no_tests_give_no_findings():
    assert benjamini_hochberg([]) == []
    assert benjamini_hochberg([1.0, 1.0]) == [False, False]


@given(st.lists(st.floats(0, 1), max_size=40), st.floats(0.01, 0.5))
def test_findings_are_the_smallest_and_never_fewer_than_bonferroni_s(p_values, q):
    found = benjamini_hochberg(p_values, q)
    most = max((p for p, is_found in zip(p_values, found, strict=True) if is_found), default=-math.inf)

    assert all(is_found == (p <= most) for p, is_found in zip(p_values, found, strict=True))
    assert all(is_found for p, is_found in zip(p_values, found, strict=True) if p <= q / max(len(p_values), 1))

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.indicators.standardised import ALL, NOBODY, Counts, Stratum, difference, merged, standardised


def stratum(name: str) -> Stratum:
    service, age_band, channel = name.split("/")
    return Stratum(service, age_band, channel)


STRATA = {
    stratum("reception/18-39/sms"): Counts(30, 20, 60),
    stratum("reception/40-64/sms"): Counts(70, 15, 100),
    stratum("reception/65+/sms"): Counts(200, 10, 240),
}
WEIGHTS = {stratum("reception/18-39/sms"): 0.35, stratum("reception/40-64/sms"): 0.30, stratum("reception/65+/sms"): 0.35}


def test_the_standardised_score_and_its_interval_are_those_worked_out_by_hand():
    result = standardised(STRATA, WEIGHTS)

    assert result is not None
    assert result.crude == pytest.approx(63.75)
    assert (result.value, result.low, result.high) == pytest.approx((50.041667, 40.941539, 59.141794), abs=5e-7)
    assert (result.n, result.covered, result.strata) == (400, 1.0, 3)


def test_under_the_weights_of_its_own_answers_the_standardised_score_is_the_crude_one():
    result = standardised(STRATA, {stratum: float(counts.n) for stratum, counts in STRATA.items()})

    assert result is not None
    assert result.value == pytest.approx(result.crude)


def test_without_answers_there_is_no_standardised_score():
    assert standardised({}, WEIGHTS) is None
    assert standardised(dict.fromkeys(STRATA, NOBODY), WEIGHTS) is None


def test_without_a_reference_there_is_no_standardised_score():
    assert standardised(STRATA, {}) is None


def test_a_negative_weight_is_refused():
    with pytest.raises(ValueError, match="negative"):
        standardised(STRATA, {stratum("reception/18-39/sms"): -0.1})


def test_a_stratum_under_ten_is_merged_with_the_other_channels_of_its_age():
    strata = {
        stratum("reception/18-39/sms"): Counts(20, 5, 30),
        stratum("reception/18-39/link"): Counts(3, 3, 9),
        stratum("reception/40-64/sms"): Counts(10, 5, 20),
    }
    weights = {stratum("reception/18-39/sms"): 0.5, stratum("reception/18-39/link"): 0.2, stratum("reception/40-64/sms"): 0.3}

    counts, merged_weights = merged(strata, weights)

    assert counts == {Stratum("reception", "18-39", ALL): Counts(23, 8, 39), stratum("reception/40-64/sms"): Counts(10, 5, 20)}
    assert merged_weights == pytest.approx({Stratum("reception", "18-39", ALL): 0.7, stratum("reception/40-64/sms"): 0.3})


def test_an_age_still_under_ten_in_all_channels_is_merged_with_the_other_ages_of_its_service():
    strata = {
        stratum("reception/18-39/sms"): Counts(2, 1, 4),
        stratum("reception/18-39/link"): Counts(1, 1, 4),
        stratum("reception/40-64/sms"): Counts(10, 5, 20),
        stratum("dental/40-64/sms"): Counts(10, 5, 20),
    }

    counts, _ = merged(strata, dict.fromkeys(strata, 0.25))

    assert counts == {Stratum("reception", ALL, ALL): Counts(13, 7, 28), stratum("dental/40-64/sms"): Counts(10, 5, 20)}


def test_a_stratum_of_the_reference_that_nobody_answered_in_is_merged_like_any_with_too_few():
    strata = {stratum("reception/18-39/sms"): Counts(20, 5, 30)}
    weights = {stratum("reception/18-39/sms"): 0.5, stratum("reception/18-39/link"): 0.5}

    counts, merged_weights = merged(strata, weights)

    assert counts == {Stratum("reception", "18-39", ALL): Counts(20, 5, 30)}
    assert merged_weights == {Stratum("reception", "18-39", ALL): 1.0}


def test_a_service_that_the_organisation_does_not_have_is_told_as_uncovered():
    weights = {**dict.fromkeys(STRATA, 0.2), stratum("dental/40-64/sms"): 0.4}

    result = standardised(STRATA, weights)

    assert result is not None
    assert result.covered == pytest.approx(0.6)
    assert result.value == pytest.approx(100 * (10 / 60 + 55 / 100 + 190 / 240) / 3)


def test_two_standardised_scores_differ_by_the_difference_with_the_variances_added():
    one = standardised(STRATA, WEIGHTS)
    other = standardised({stratum: Counts(c.detractors, c.promoters, c.n) for stratum, c in STRATA.items()}, WEIGHTS)

    assert one is not None
    assert other is not None
    low, high = difference(one, other)
    assert (low + high) / 2 == pytest.approx(2 * 50.041667, abs=1e-5)
    assert (high - low) ** 2 == pytest.approx((one.high - one.low) ** 2 + (other.high - other.low) ** 2)


counts = st.tuples(*[st.integers(0, 130)] * 3).map(lambda kinds: Counts(kinds[0], kinds[1], sum(kinds)))
names = st.sampled_from([stratum(f"{s}/{a}/{c}") for s in ("x", "y") for a in ("18-39", "40-64", "65+") for c in ("sms", "link")])
tables = st.dictionaries(names, counts)
references = st.dictionaries(names, st.floats(0, 1))


@given(tables, references)
def test_the_score_lies_between_its_limits_on_the_scale(strata, weights):
    result = standardised(strata, weights)

    if result is not None:
        assert -100 <= result.low <= result.value + 1e-9
        assert result.value <= result.high + 1e-9
        assert result.high <= 100
        assert 0 < result.covered <= 1
        assert result.n <= sum(count.n for count in strata.values())


@given(tables, references)
def test_merging_loses_no_answer_and_no_weight(strata, weights):
    after, after_weights = merged(strata, weights)

    assert sum(count.n for count in after.values()) == sum(count.n for count in strata.values())
    assert sum(after_weights.values()) == pytest.approx(sum(weights.values()))
    assert all(count.n >= 10 or stratum.age_band == ALL for stratum, count in after.items())


@given(tables, references)
def test_promoters_and_detractors_changed_about_turn_the_score_round(strata, weights):
    there = standardised(strata, weights)
    back = standardised({stratum: Counts(c.detractors, c.promoters, c.n) for stratum, c in strata.items()}, weights)

    assert (there is None) == (back is None)
    if there is not None and back is not None:
        assert (back.value, back.low, back.high) == pytest.approx((-there.value, -there.high, -there.low), abs=1e-9)


def test_a_huge_number_of_answers_leaves_next_to_no_interval():
    result = standardised({stratum: Counts(7 * 10**11, 10**11, 10**12) for stratum in STRATA}, WEIGHTS)

    assert result is not None
    assert result.value == pytest.approx(60)
    assert result.high - result.low < 0.001

"""What the comparison says of a few counties whose answers are written down here."""

from dataclasses import replace

import pytest

from vaste.indicators.display import Display
from vaste.indicators.funnel import Standing
from vaste.indicators.measures import Tally
from vaste.indicators.standardised import ALL, Stratum
from vaste.national.comparison.compared import Comparison, compare
from vaste.national.comparison.delivered import Answers, Delivered, Method, UnitAnswers
from vaste.national.comparison.reference import Reference, reference
from vaste.national.comparison.rules import NPS, Indicator, Kind, Unlike, common_method, partition, why_not_compare

METHOD = Method("2026.1", "national-adult", "2024-1", 5)
QUARTER = "2026-Q3"
YOUNG, OLD = Stratum("care", "18-44", "sms"), Stratum("care", "65+", "sms")
HALVES = Reference("test", {YOUNG: 0.5, OLD: 0.5})
EVERYBODY = Stratum(ALL, ALL, ALL)


def answers(promoters: int, passives: int, detractors: int) -> Answers:
    steps = (detractors, 0, 0, passives, promoters)
    return Answers(sum(steps), Tally((promoters, passives, detractors)), {"access": Tally(steps)})


def county(code: str, young: Answers, old: Answers, **more: object) -> Delivered:
    given: dict[str, object] = {"units": (), "invited": None, "channels": {}, **more}
    return Delivered(code, QUARTER, METHOD, {YOUNG: young, OLD: old, EVERYBODY: young.plus(old)}, **given)  # type: ignore[arg-type]


def figures(comparison: Comparison, code: str, indicator: Indicator = NPS):
    return next(row for row in comparison.rows if row.county == code).figures[indicator]


# The young of both counties score 40, the old 80; one asks the old most, the other the young.
OLD_COUNTY = county("01", answers(60, 20, 20), answers(510, 60, 30))
YOUNG_COUNTY = county("02", answers(360, 120, 120), answers(85, 10, 5))


def test_two_counties_as_good_as_each_other_score_apart_as_they_come_and_alike_when_standardised():
    found = compare(QUARTER, [OLD_COUNTY, YOUNG_COUNTY], HALVES)

    one, other = figures(found, "01"), figures(found, "02")
    assert (one.crude.value, other.crude.value) == pytest.approx((74.285714, 45.714286))
    assert (one.standardised.value, other.standardised.value) == pytest.approx((60, 60))
    assert found.country[NPS].standardised.value == pytest.approx(60)


def test_statements_are_compared_by_share_and_by_mean():
    found = compare(QUARTER, [OLD_COUNTY, YOUNG_COUNTY], HALVES)

    assert [indicator.key for indicator in found.indicators] == ["nps", "access-agreeing", "access-mean"]
    share = figures(found, "01", Indicator("access", Kind.AGREEING))
    assert share.standardised.value == pytest.approx((0.80 + 0.95) / 2)
    mean = figures(found, "01", Indicator("access", Kind.MEAN))
    assert mean.standardised.value == pytest.approx((4.0 + 4.7) / 2)


def test_counties_stand_in_the_order_of_their_codes_whatever_they_score():
    found = compare(QUARTER, [YOUNG_COUNTY, replace(OLD_COUNTY, county="HUS"), OLD_COUNTY], HALVES)
    assert [row.county for row in found.rows] == ["01", "02", "HUS"]


def test_response_rate_and_channels_stand_beside_the_figures():
    given = replace(OLD_COUNTY, invited=2800, channels={"sms": 500, "link": None})
    row = compare(QUARTER, [given], HALVES).rows[0]
    assert (row.responses, row.invited, row.rate, row.channels) == (700, 2800, 0.25, {"sms": 500, "link": None})


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (replace(METHOD, version="2025.1"), Unlike.METHOD),
        (replace(METHOD, instrument="national-child"), Unlike.INSTRUMENT),
        (replace(METHOD, instrument_version="2023-1"), Unlike.INSTRUMENT_VERSION),
        (replace(METHOD, k=10), Unlike.THRESHOLD),
        (replace(METHOD, channels=frozenset({"sms", "device"})), Unlike.CHANNELS),
        (replace(METHOD, channels=frozenset({"sms"})), None),
    ],
)
def test_unlike_methods_are_refused_with_the_reason(other: Method, reason: Unlike | None):
    assert why_not_compare(METHOD, other) is reason
    assert why_not_compare(other, METHOD) is reason


def test_a_county_that_asked_in_another_way_than_most_is_named_and_left_out():
    odd = replace(YOUNG_COUNTY, method=replace(METHOD, instrument_version="2023-1"))
    found = compare(QUARTER, [OLD_COUNTY, odd, replace(OLD_COUNTY, county="03")], HALVES)

    assert [row.county for row in found.rows] == ["01", "03"]
    assert [(refusal.county, refusal.reason) for refusal in found.refused] == [("02", Unlike.INSTRUMENT_VERSION)]


def test_of_equally_common_methods_the_newer_is_compared():
    older = replace(METHOD, version="2025.1")
    assert common_method([older, METHOD]) == METHOD
    assert common_method([]) is None


@pytest.mark.parametrize(("n", "shown"), [(4, Display.TOO_FEW), (9, Display.COUNT_ONLY), (29, Display.UNCERTAIN), (30, Display.FIGURE)])
def test_a_small_county_is_shown_as_honestly_as_its_answers_allow(n: int, shown: Display):
    found = figures(compare(QUARTER, [county("20", answers(n, 0, 0), answers(0, 0, 0))], HALVES), "20")
    assert found.display is shown
    assert (found.n is None) == (shown is Display.TOO_FEW)
    assert (found.crude is None) == (shown in {Display.TOO_FEW, Display.COUNT_ONLY})


def test_a_county_without_answers_looks_like_one_with_too_few():
    none = figures(compare(QUARTER, [county("20", answers(0, 0, 0), answers(0, 0, 0))], HALVES), "20")
    few = figures(compare(QUARTER, [county("20", answers(4, 0, 0), answers(0, 0, 0))], HALVES), "20")
    assert none == few


def test_a_county_far_from_the_others_lies_outside_the_funnel_and_those_that_differ_little_do_not():
    alike = [county(f"{number:02}", answers(300, 60, 40 + number), answers(340, 40, 20)) for number in range(1, 9)]
    found = compare(QUARTER, [*alike, county("21", answers(120, 80, 200), answers(200, 80, 120))], HALVES)

    assert figures(found, "21").standing is Standing.FAR_BELOW
    assert {figures(found, each.county).standing for each in alike} == {Standing.WITHIN}


def test_four_counties_make_no_funnel():
    found = compare(QUARTER, [replace(OLD_COUNTY, county=f"{number:02}") for number in range(1, 5)], HALVES)
    assert found.country[NPS].funnel is None
    assert {row.figures[NPS].standing for row in found.rows} == {None}


def test_the_change_from_the_quarter_before_is_that_of_the_standardised_figure():
    before = county("01", answers(300, 60, 40), answers(85, 10, 5))  # 65 and 80
    found = figures(compare(QUARTER, [OLD_COUNTY], HALVES, [before]), "01")
    assert found.change.value == pytest.approx(60 - 72.5)
    assert found.change.low < found.change.value < found.change.high


def test_there_is_no_change_from_a_quarter_that_was_asked_in_another_way():
    before = replace(OLD_COUNTY, method=replace(METHOD, instrument_version="2023-1"))
    assert figures(compare(QUARTER, [OLD_COUNTY], HALVES, [before]), "01").change is None


def test_the_spread_of_units_is_drawn_together_where_it_may_be_chance():
    def units(*scores: Answers | None) -> tuple[UnitAnswers, ...]:
        return tuple(UnitAnswers(str(number), "care", each) for number, each in enumerate(scores))

    given = replace(OLD_COUNTY, units=units(answers(90, 5, 5), answers(70, 10, 20), answers(9, 1, 2), None))
    found = figures(compare(QUARTER, [given], HALVES), "01").units
    assert found.units == 3
    assert 50 < found.low <= found.high < 85


def test_of_several_campaigns_of_a_county_the_one_with_the_most_answers_counts():
    small = county("01", answers(10, 5, 5), answers(10, 5, 5))
    for order in ([small, OLD_COUNTY], [OLD_COUNTY, small]):
        assert figures(compare(QUARTER, order, HALVES), "01").crude.value == pytest.approx(74.285714)


# Which cells stand for a county


def cells(*shown: str, **hidden: str) -> dict[Stratum, Answers | None]:
    every = {name: answers(20, 0, 0) for name in shown}
    return {Stratum(*name.split()): each for name, each in {**every, **dict.fromkeys(hidden.values())}.items()}


TWO_BY_TWO = Reference("test", {Stratum("care", age, channel): 0.25 for age in ("18-44", "65+") for channel in ("sms", "link")})
FINE = ("care 18-44 sms", "care 18-44 link", "care 65+ sms", "care 65+ link")
WHOLE = ("care 18-44 all", "care 65+ all", "care all all")


def named(found: dict[Stratum, Answers]) -> list[str]:
    return sorted(" ".join(stratum) for stratum in found)


def test_where_nothing_is_hidden_the_finest_cells_stand_for_the_county():
    assert named(partition(cells(*FINE, *WHOLE), TWO_BY_TWO)) == sorted(FINE)


def test_an_age_with_a_hidden_channel_is_taken_whole():
    found = partition(cells(*FINE[1:], *WHOLE, hidden=FINE[0]), TWO_BY_TWO)
    assert named(found) == ["care 18-44 all", "care 65+ link", "care 65+ sms"]


def test_a_service_with_a_hidden_age_is_taken_whole():
    found = partition(cells(*FINE[1:], *WHOLE[1:], one=FINE[0], other=WHOLE[0]), TWO_BY_TWO)
    assert named(found) == ["care all all"]


def test_a_service_whose_ages_were_given_up_is_taken_whole():
    assert named(partition(cells("care all all"), TWO_BY_TWO)) == ["care all all"]


def test_services_outside_the_reference_are_left_out():
    assert partition(cells("hair all all"), TWO_BY_TWO) == {}


def test_the_published_reference_adds_up_to_one():
    assert sum(reference().weights.values()) == pytest.approx(1)
    assert reference().ages == ("18-44", "45-64", "65+")
    assert reference().channels == ("sms", "link")

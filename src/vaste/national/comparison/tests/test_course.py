"""A county over the quarters: what was published of each, and nothing that was not."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.test import Client
from tests.browser import axe_findings, chromium, width_of

from vaste.documents.blocks import Chart, Table
from vaste.indicators.measures import Tally
from vaste.indicators.standardised import ALL, Stratum
from vaste.national.comparison.compared import Comparison, compare
from vaste.national.comparison.course import Course, counties_of, indicators_of, tell_course
from vaste.national.comparison.delivered import Answers, Delivered, Method
from vaste.national.comparison.reference import Reference
from vaste.national.comparison.rules import NPS, Indicator, Kind
from vaste.national.comparison.telling import heading, lead
from vaste.national.comparison.words import teller_of

pytestmark = pytest.mark.urls("vaste.config.hub_urls")
METHOD = Method("2026.1", "national-adult", "2024-1", 5)
OLD = Stratum("care", "65+", "sms")
WHOLE = Reference("test", {OLD: 1.0})
ENGLISH = teller_of("en")
SEVENTY, FORTY = (80, 10, 10), (60, 20, 20)


def delivery(code: str, scores: tuple[int, int, int], method: Method = METHOD) -> Delivered:
    promoters, passives, detractors = scores
    given = Answers(sum(scores), Tally(scores), {"access": Tally((detractors, 0, 0, passives, promoters))})
    return Delivered(code, "", method, {OLD: given, Stratum(ALL, ALL, ALL): given})


def quarter(name: str, *deliveries: Delivered, before: Sequence[Delivered] = ()) -> Comparison:
    return compare(name, deliveries, WHOLE, before)


def course(*comparisons: Comparison, county: str = "18", indicator: Indicator = NPS) -> Course:
    return tell_course(comparisons, county, indicator, ENGLISH)


def table(told: Course) -> Table:
    return next(block for block in told.sections[0].blocks if isinstance(block, Table))


def row(told: Course, place: int) -> dict[str, str]:
    """Return the cells of a quarter under their heads; of heads that come twice the last."""
    return dict(table(told).rows_with_heads[place])


def test_each_quarter_has_its_standardised_and_its_crude_figure_beside_all_compared():
    first = [delivery("18", FORTY), delivery("19", SEVENTY)]
    told = course(quarter("2026-Q1", *first), quarter("2026-Q2", delivery("18", SEVENTY), delivery("19", SEVENTY), before=first))

    assert [each[0] for each in table(told).rows] == ["Quarter 1 of 2026", "Quarter 2 of 2026"]
    assert [(row(told, place)["Standardised"], row(told, place)["As it came"]) for place in (0, 1)] == [("40", "40"), ("70", "70")]
    assert [row(told, place)["All compared"] for place in (0, 1)] == ["55 (2 counties)", "70 (2 counties)"]
    assert told.heading.startswith("Central Ostrobothnia wellbeing services county: NPS 70 (")
    assert told.finding.startswith("Change from the quarter before: +30 (")
    assert told.finding.endswith(", clear.")


def test_a_clear_change_is_not_denied_by_a_limit_that_rounds_to_nothing():
    assert ENGLISH.change(NPS, 9.0, 0.3, 18.2) == "+9 (0.3–18.2), clear"
    assert ENGLISH.change(NPS, 9.0, -0.3, 18.2) == "+9 (0–18), not clear"


def test_what_a_quarter_hides_stays_hidden_in_the_course():
    told = course(quarter("2026-Q1", delivery("18", (4, 0, 0))), quarter("2026-Q2", delivery("18", (7, 1, 1))))

    assert table(told).head == ("Quarter", "Standardised", "Answers")
    assert row(told, 0) == {"Quarter": "Quarter 1 of 2026", "Standardised": "too few answers to show", "Answers": "–"}
    assert row(told, 1) == {"Quarter": "Quarter 2 of 2026", "Standardised": "too few for a figure", "Answers": "9"}
    assert told.heading.endswith("NPS: too few answers")
    assert not [block for block in told.sections[0].blocks if isinstance(block, Chart)]


def test_the_course_tells_of_a_quarter_what_its_own_comparison_tells():
    others = [delivery(f"{number:02}", SEVENTY) for number in range(1, 6)]
    comparison = quarter("2026-Q1", *others, delivery("18", FORTY))
    figure = next(each for each in comparison.rows if each.county == "18").figures[NPS]

    told = row(course(comparison), 0)

    assert told["Standardised"] == str(round(figure.standardised.value))
    assert told["interval"] == f"{round(figure.crude.low)}–{round(figure.crude.high)}"
    assert (told["Answers"], told["Against the limits"]) == (str(figure.n), ENGLISH.words[figure.standing])


def test_a_quarter_without_a_figure_says_why_and_a_new_way_of_asking_breaks_the_course():
    new = replace(METHOD, instrument_version="2026-1")
    comparisons = (
        quarter("2026-Q1", delivery("19", SEVENTY)),
        quarter("2026-Q2", delivery("18", SEVENTY, new), delivery("19", SEVENTY), delivery("20", SEVENTY)),
        quarter("2026-Q3", delivery("18", SEVENTY, new), delivery("19", FORTY, new)),
    )
    told = course(*comparisons)

    assert row(told, 0)["Standardised"] == "has not delivered for this quarter"
    assert row(told, 1)["Standardised"] == "asked with another version of the instrument (2026-1)"
    assert row(told, 2)["Standardised"] == "70"
    assert "No change from the quarter before can be told" in told.finding
    assert any(block.text.startswith("Quarter 3 of 2026: from here on it was asked") for block in told.method[0].blocks)


def test_a_county_whose_services_cannot_be_told_apart_has_its_figure_as_it_came():
    given = Answers(300, Tally((240, 40, 20)))
    whole = Delivered("18", "", METHOD, {Stratum(ALL, ALL, ALL): given})
    comparison = quarter("2026-Q1", whole)

    told = course(comparison)

    assert re.search(r"NPS 73 \(\d+–\d+\) as it came · Quarter 1 of 2026$", told.heading)
    assert row(told, 0)["As it came"] == "73"
    assert heading(comparison, NPS, ENGLISH).endswith(" as it came")
    assert lead(comparison, NPS, ENGLISH).startswith("No standardised figure can be worked out")


def test_a_statement_that_a_quarter_did_not_compare_is_told_so():
    without = replace(delivery("19", SEVENTY), strata={Stratum(ALL, ALL, ALL): Answers(100, Tally(SEVENTY))})
    told = course(quarter("2026-Q1", delivery("18", SEVENTY), without), indicator=Indicator("access", Kind.AGREEING))
    assert row(told, 0)["Standardised"] == "this was not compared for the quarter"


def test_counties_stand_by_code_and_indicators_with_the_score_first_whatever_the_figures():
    comparisons = [quarter("2026-Q1", delivery("19", FORTY)), quarter("2026-Q2", delivery("18", SEVENTY), delivery("05", FORTY))]
    assert counties_of(comparisons) == ["05", "18", "19"]
    assert [each.key for each in indicators_of(comparisons)] == ["nps", "access-agreeing", "access-mean"]


# On the hub


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "heading", "quarters"),
    [
        ("/vertailu?county=01", "Itä-Uudenmaan hyvinvointialue: NPS ", ("1. neljännes 2026", "2. neljännes 2026")),
        ("/jamforelse?county=01", "Östra Nylands välfärdsområde: NPS ", ("Kvartal 1/2026", "Kvartal 2/2026")),
        (
            "/comparison?county=01&indicator=access-mean",
            "I received help when I needed it: mean ",
            ("Quarter 1 of 2026", "Quarter 2 of 2026"),
        ),
    ],
)
def test_the_hub_shows_a_county_over_its_quarters_in_three_languages(hub, address, heading, quarters):
    page = Client().get(address).content.decode()
    assert heading in page
    assert all(f'<th scope="row">{each}</th>' in page for each in quarters)
    assert "<svg" in page


@pytest.mark.django_db
def test_the_comparison_leads_to_each_county_and_an_unknown_county_is_not_found(hub):
    assert '<option value="18">18 Central Ostrobothnia wellbeing services county</option>' in Client().get("/comparison").content.decode()
    for question in ("county=21", "county=99", "county=", "county=18&indicator=hair"):
        assert Client().get(f"/comparison?{question}").status_code == 404


@pytest.mark.django_db
@pytest.mark.browser
def test_nobody_is_shut_out(hub, live_server):
    with chromium() as browser:
        for width in (320, 1280):
            page = browser.new_page(viewport={"width": width, "height": 900}, java_script_enabled=True)
            page.goto(f"{live_server.url}/jamforelse?county=01")
            assert axe_findings(page) == []
            assert width_of(page) <= width
            page.close()

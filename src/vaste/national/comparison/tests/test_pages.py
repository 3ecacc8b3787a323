"""The comparison on the hub, as anybody reads it, and as machines do."""

import csv
import io
import json
import re

import pytest
from django.test import Client
from pypdf import PdfReader
from tests.browser import axe_findings, chromium, width_of

from vaste.national.comparison.open_data import canonical
from vaste.national.comparison.tests.conftest import COUNTIES, deliver_to_hub
from vaste.national.comparison.words import teller_of
from vaste.national.counties import organisations
from vaste.national.hub.keys import hub_key
from vaste.national.packages.signing import verify

pytestmark = [pytest.mark.django_db, pytest.mark.urls("vaste.config.hub_urls")]
PAGES = {"fi": "/vertailu", "sv": "/jamforelse", "en": "/comparison"}


def text_of(address: str) -> str:
    response = Client().get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_hub_without_deliveries_says_so(db, settings, tmp_path):
    settings.HUB_DIR = tmp_path / "hub"
    assert "No delivery has been accepted yet" in text_of("/comparison")
    assert Client().get("/comparison/signed.json").status_code == 404


def test_the_page_begins_with_the_country_and_names_counties_by_code_not_by_rank_and_why_some_are_not_compared(hub):
    page = text_of("/comparison")
    assert "NPS: all counties compared (6)" in page
    places = [page.index(f'<th scope="row">{code} ') for code in COUNTIES if code != "HUS"]
    assert places == sorted(places)
    assert "Quarter 2 of 2026" in page
    assert "hidden by another threshold (under 10)" in page
    assert re.search(r"Those that have not delivered for this quarter \(16\): 02 .*, 21 Lapland\.", page)


@pytest.mark.parametrize(
    ("language", "two", "all_of_them"),
    [
        ("fi", "vertaillut alueet yhteensä (2)", "koko maa"),
        ("sv", "alla jämförda områden (2)", "hela landet"),
        ("en", "all counties compared (2)", "whole country"),
    ],
)
def test_counties_together_are_the_country_only_where_none_is_missing(language, two, all_of_them):
    teller = teller_of(language)
    assert teller.everybody(["18", "19"]) == two
    assert teller.everybody(["18"]) == teller.name("18")
    assert teller.everybody(organisations()) == all_of_them


def test_a_single_county_is_told_what_a_comparison_takes_and_shown_without_empty_columns(db, settings, tmp_path):
    deliver_to_hub(settings, tmp_path, ["01"])
    page = text_of("/comparison?quarter=2026-Q1")
    assert "Only one county is in the comparison so far: " in page
    assert "of at least 2 counties, and to judge the differences at least 5" in page
    figures = page[page.index("The figures by county") : page.index("Whom the answers came from")]
    assert "–</td>" not in figures
    assert "Against the limits" not in figures
    assert "all counties compared" not in page
    assert "<svg" not in page
    pdf = PdfReader(io.BytesIO(Client().get("/comparison/2026-Q1/comparison-en.pdf").content))
    assert "".join(each.extract_text() for each in pdf.pages).count("Only one county is in the comparison") == 1


@pytest.mark.parametrize(
    ("comparison", "deliveries"), [("vertailu", "toimitukset"), ("jamforelse", "leveranser"), ("comparison", "deliveries")]
)
def test_the_comparison_and_the_list_of_deliveries_lead_to_each_other(hub, comparison, deliveries):
    assert f'href="/{deliveries}"' in text_of(f"/{comparison}")
    assert f'href="/{comparison}"' in text_of(f"/{deliveries}")


def test_every_statement_can_be_read_and_an_unknown_indicator_is_not_found(hub):
    assert "Sain apua, kun sitä tarvitsin: samaa mieltä: vertaillut alueet yhteensä (3)" in text_of(
        "/vertailu?quarter=2026-Q1&indicator=access-agreeing"
    )
    assert Client().get("/vertailu?indicator=hair").status_code == 404
    assert Client().get("/vertailu?quarter=2025-Q1").status_code == 404
    first = Client().get("/comparison")
    assert "max-age" in first.headers["Cache-Control"]
    assert Client().get("/comparison", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_the_page_and_the_open_data_say_the_same(hub):
    rows = list(csv.DictReader(io.StringIO(text_of("/comparison/2026-Q2/data.csv"))))
    objects = json.loads(text_of("/comparison/2026-Q2/data.json"))
    assert [{name: "" if value is None else str(value) for name, value in each.items()} for each in objects] == rows
    one = next(row for row in rows if (row["county"], row["indicator"]) == ("18", "nps"))
    assert f'<td class="figure" data-head="Standardised">{round(float(one["standardised"]))}</td>' in text_of("/comparison")
    assert {row["county"] for row in rows} == {*COUNTIES, "90", "all"}
    assert {row["state"] for row in rows if row["county"] == "90"} == {"refused"}


def test_the_data_package_describes_every_column_and_leads_to_files(hub):
    package = json.loads(text_of("/comparison/2026-Q2/datapackage.json"))
    for resource in package["resources"]:
        body = text_of(f"/comparison/2026-Q2/{resource['path']}")
        names = [field["name"] for field in resource["schema"]["fields"]]
        head = list(json.loads(body)[0]) if resource["format"] == "json" else body.splitlines()[0].split(",")
        assert head == names
        assert all(field["description"] for field in resource["schema"]["fields"])


def test_the_newest_quarter_is_signed_by_the_hub(hub):
    answer = json.loads(text_of("/comparison/signed.json"))
    assert answer["comparison"]["quarter"] == "2026-Q2"
    public = hub_key().public_key()
    assert verify(public, answer["key_id"], answer["signature"], canonical(answer["comparison"]))
    answer["comparison"]["records"][0]["standardised"] = 100
    assert not verify(public, answer["key_id"], answer["signature"], canonical(answer["comparison"]))


def test_the_pdf_is_tagged_in_its_language_and_holds_every_indicator(hub):
    for language in PAGES:
        response = Client().get(f"/comparison/2026-Q2/comparison-{language}.pdf")
        assert response.headers["Content-Type"] == "application/pdf"
        read = PdfReader(io.BytesIO(response.content))
        assert read.trailer["/Root"]["/Lang"] == language
        assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert "NPS: " in read.pages[0].extract_text()
    assert Client().get("/comparison/2026-Q2/comparison-de.pdf").status_code == 404


@pytest.mark.browser
def test_nobody_is_shut_out(hub, live_server):
    with chromium() as browser:
        for address, width in zip(PAGES.values(), (320, 768, 1280), strict=True):
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.goto(f"{live_server.url}{address}")
            assert axe_findings(page) == []
            assert width_of(page) <= width
            page.close()
        page = browser.new_page(java_script_enabled=False)
        page.goto(f"{live_server.url}/comparison")
        page.get_by_label("Indicator").select_option("access-mean")
        page.get_by_role("button", name="Show").click()
        assert "mean" in page.locator("h1").inner_text()

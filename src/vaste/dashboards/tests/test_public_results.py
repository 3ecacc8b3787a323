import csv
import json

import pytest
from django.test import Client
from tests.browser import axe_findings, chromium, width_of
from tests.factories import HEALTH_STATION, SMALL_UNIT, SOCIAL_UNIT, make_county
from tests.record import invite, record

from vaste.organisations.models import Unit

SETTINGS = 'code = "18"\nname = { fi = "Soite", sv = "Soite", en = "Soite" }\nsender_number = "+3584573960275"\nsender_name = "Soite"\n'
ADDRESSES = ("/tulokset", "/resultat", "/results", "/results/data.csv", "/results/data.json", "/results/datapackage.json")


def service_of(unit: str) -> str:
    return Unit.objects.get(oid=unit).service


def records() -> dict[tuple[str, str], dict]:
    rows = json.loads(Client().get("/results/data.json").content)
    return {(row["period"], row["service"]): row for row in rows}


@pytest.fixture
def county():
    """A county with two full months of answers in two service lines."""
    county = make_county()
    Unit.objects.filter(oid=HEALTH_STATION).update(service="primary_care_reception")
    Unit.objects.filter(oid=SOCIAL_UNIT).update(service="social_services")
    Unit.objects.filter(oid=SMALL_UNIT).update(service="oral_health")
    for month in ("2024-03", "2024-04"):
        for unit, answers, score in ((HEALTH_STATION, 40, 10), (SOCIAL_UNIT, 30, 8), (SMALL_UNIT, 20, 0)):
            invite(100, on=f"{month}-10", unit=unit)
            record(answers, on=f"{month}-10", unit=unit, nps=score)
    return county


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "language", "title"),
    [
        ("/tulokset", "fi", "Asiakaspalautteen tulokset"),
        ("/resultat", "sv", "Resultat av klientresponsen"),
        ("/results", "en", "Results of customer feedback"),
    ],
)
def test_everyone_can_read_the_last_full_month_and_its_year(county, address, language, title):
    response = Client().get(address)
    shown = response.content.decode()

    assert (response.status_code, response["Content-Language"]) == (200, language)
    assert title in shown
    assert shown.count("<table ") == 2
    assert "<script" not in shown
    assert "Set-Cookie" not in response


@pytest.mark.django_db
def test_the_data_hold_the_figures_of_the_page(county):
    found = records()

    month = found["2024-04", service_of(HEALTH_STATION)]
    assert (month["responses"], month["invited"], month["response_rate"], month["nps"], month["nps_n"]) == (40, 100, 0.4, 100, 40)
    assert (found["2024", "all"]["responses"], found["2024", "all"]["first_day"], found["2024", "all"]["last_day"]) == (
        180,
        "2024-03-01",
        "2024-04-30",
    )


@pytest.mark.django_db
def test_the_description_names_every_column_of_csv_and_json(county):
    package = json.loads(Client().get("/results/datapackage.json").content)
    columns = [field["name"] for field in package["resources"][0]["schema"]["fields"]]
    table = list(csv.DictReader(Client().get("/results/data.csv").content.decode().splitlines()))

    assert list(table[0]) == columns == list(next(iter(records().values())))
    assert {"name", "path", "schema"} <= package["resources"][1].keys()


@pytest.mark.django_db
def test_fewer_than_ten_answers_are_hidden_with_a_line_that_covers_them(county):
    record(9, on="2024-05-14", unit=SMALL_UNIT)
    record(40, on="2024-05-14")
    record(30, on="2024-05-14", unit=SOCIAL_UNIT)

    found = {service: row["responses"] for (period, service), row in records().items() if period == "2024-05"}

    assert found == {"all": 79, "primary_care_reception": 40, "oral_health": None, "social_services": None}


@pytest.mark.django_db
def test_a_service_line_is_hidden_where_staff_of_one_unit_could_work_out_another(county):
    Unit.objects.filter(oid=SOCIAL_UNIT).update(service="primary_care_reception")
    record(40, on="2024-05-14")
    record(4, on="2024-05-14", unit=SOCIAL_UNIT)
    record(30, on="2024-05-14", unit=SMALL_UNIT)

    found = {service: row["responses"] for (period, service), row in records().items() if period == "2024-05"}

    assert found["primary_care_reception"] is None


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_caches_may_keep_what_they_have_until_it_changes(county, address):
    first = Client().get(address)
    again = Client().get(address, headers={"If-None-Match": first["ETag"]})
    record(60, on="2024-04-10")

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert first["Cache-Control"] == "public, max-age=900"
    if address != "/results/datapackage.json":
        assert Client().get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_county_may_keep_its_results_to_itself(address):
    make_county(f"{SETTINGS}[public_results]\nenabled = false\n")

    assert Client().get(address).status_code == 404


@pytest.mark.django_db
def test_another_county_is_not_found(county):
    assert Client().get("/results?county=99").status_code == 404


@pytest.mark.django_db
def test_before_the_first_month_is_over_the_page_says_what_will_fill_it():
    make_county()

    assert "There are no results yet." in Client().get("/results").content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("address", "width"), [("/tulokset", 1280), ("/resultat", 768), ("/results", 320)])
def test_the_public_page_is_accessible_and_fits_its_window(county, live_server, address, width):
    with chromium() as browser:
        page = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=True).new_page()
        page.goto(live_server.url + address)

        assert (axe_findings(page), width_of(page)) == ([], width)

from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from tests.browser import axe_findings, chromium, width_of
from tests.campaigns import campaign
from tests.factories import HEALTH_STATION, SMALL_UNIT, SOCIAL_UNIT, make_county
from tests.record import invite, record

from vaste.cases.actions import ContactDetails, request_contact, sealed_request
from vaste.cases.models import ContactRequest
from vaste.organisations.actions import give_role
from vaste.organisations.models import Role, User
from vaste.responses.rules import HISTORY_CHANNELS, Channel
from vaste.results.goal_actions import save_goals
from vaste.results.goal_rules import parse_goals
from vaste.results.models import Alert

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long enough password"
PAGES = (
    "/staff/results",
    "/staff/results?from=2024-04-01&to=2024-04-30",
    "/staff/results?period=2024-04&only=language:fi&score=detractors",
    f"/staff/results?unit={SMALL_UNIT}&from=x",
    "/staff/alerts",
    "/staff/goals",
    "/staff/campaigns",
    "/staff/campaigns/new",
    "/staff/deliveries",
    "/staff/requests",
    "/staff/operations",
    "/staff/export",
    "/staff/opt-outs",
    "/staff/reports",
    "/staff/reports/prepare?scope=18:county&period=2024-Q2",
)


@pytest.fixture
def county_with_answers():
    """A county in which one unit has many answers, one some and one too few, and somebody waits to be contacted."""
    county = make_county()
    aino = User.objects.create_user("aino@example.fi", PASSWORD)
    give_role(user=aino, county=county, unit=None, actor="test")
    Role.objects.create(user=aino, county=county, kind=Role.Kind.EXPORT)
    for unit, times in ((HEALTH_STATION, 30), (SOCIAL_UNIT, 12), (SMALL_UNIT, 3)):
        invite(4 * times, unit=unit)
        record(times, unit=unit, channel=Channel.SMS, nps=9, answers={"access": 4})
        record(times, unit=unit, nps=6, answers={"access": 2, "safety": 3}, free_text="Jonotin puhelimessa kauan.")
    record(40, on="2024-03-13", nps=8)
    goals = (Path(__file__).parents[2] / "simulator" / "demo" / "goals.toml").read_text(encoding="utf-8")
    save_goals(county=county, file=parse_goals(goals, units=[], services=[], statements=[], channels=HISTORY_CHANNELS), actor="test")
    campaign(county, first_on=date(2024, 3, 1), last_on=date(2024, 4, 30), today=date(2024, 4, 1))
    Alert.objects.create(
        unit_id=HEALTH_STATION,
        kind=Alert.Kind.WARNING,
        raised_on=date(2024, 4, 15),
        begins=date(2024, 1, 1),
        run_from=date(2024, 4, 8),
        run_to=date(2024, 4, 14),
        baseline=0.08,
        basis=Alert.Basis.UNIT,
        baseline_answers=520,
        limit=4.5,
    )
    details = ContactDetails(name="Aino Esimerkki", phone="+358400000001", answers={"nps": 3})
    with connection.cursor() as cursor:
        request_contact(
            cursor,
            sealed_request(
                unit_oid=HEALTH_STATION, language="fi", details=details, working_days=10, is_holiday=lambda _: False, today=date(2026, 5, 4)
            ),
        )


def signed_in(context, live_server):
    page = context.new_page()
    page.goto(f"{live_server.url}/staff/sign-in")
    page.fill("#id_username", "aino@example.fi")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url("**/staff/results")
    return page


@pytest.mark.parametrize(("width", "language", "scheme"), [(1280, "fi", "light"), (768, "sv", "dark"), (320, "en", "light")])
def test_every_staff_page_is_accessible_and_fits_its_window(county_with_answers, live_server, width, language, scheme):
    with chromium() as browser:
        context = browser.new_context(viewport={"width": width, "height": 800}, locale=language, color_scheme=scheme)
        entrance = context.new_page()
        entrance.goto(f"{live_server.url}/staff/sign-in")
        found = {"/staff/sign-in": (axe_findings(entrance), width_of(entrance))}
        page = signed_in(context, live_server)
        page.click(f"button[value={language}]")
        for address in PAGES:
            page.goto(live_server.url + address)
            found[address] = (axe_findings(page), width_of(page))
        for name in ("alerts", "requests", "campaigns"):
            page.goto(f"{live_server.url}/staff/{name}")
            page.click(".row-link")
            found[f"one of {name}"] = (axe_findings(page), width_of(page))

        page.goto(f"{live_server.url}/staff/results?period=2024-04")
        page.click(".comments a >> nth=0")
        found["a correction"] = (axe_findings(page), width_of(page))

        assert page.locator("html").get_attribute("lang") == language

    assert found == dict.fromkeys(found, ([], width))


def test_staff_pages_work_without_script(county_with_answers, live_server):
    with chromium() as browser:
        page = signed_in(browser.new_context(java_script_enabled=False, locale="en"), live_server)
        page.click("button[value=en]")
        page.select_option("#unit", HEALTH_STATION)
        page.click("text=Show >> nth=0")
        heading = page.locator("h1").inner_text()
        page.click("nav >> text=Contact requests")
        page.click(".row-link")
        page.fill("#note", "Called.")
        page.click("button.main")
        answered_by = page.locator("dl").first.inner_text()
        page.click("text=Sign out")
        page.goto(f"{live_server.url}/staff/results")

        assert heading.startswith("NPS 0 (")
        assert "aino@example.fi" in answered_by
        assert "/staff/sign-in" in page.url

    assert ContactRequest.objects.get().state == ContactRequest.State.ANSWERED


def test_with_script_a_choice_changes_the_findings_and_the_address_without_a_new_page(county_with_answers, live_server):
    with chromium() as browser:
        page = signed_in(browser.new_context(locale="en"), live_server)
        page.click("button[value=en]")
        at_first = page.locator("h1").inner_text()
        page.evaluate("window.isStillThere = true")
        page.select_option("#unit", HEALTH_STATION)
        page.wait_for_url(f"**unit={HEALTH_STATION}**")
        page.wait_for_function("document.querySelector('h1').innerText.includes('from 60 answers')")
        page.select_option("#score", "detractors")
        page.wait_for_url("**score=detractors**")

        assert "from 90 answers" in at_first
        assert page.evaluate("window.isStillThere") is True
        assert page.input_value("#unit") == HEALTH_STATION


def test_the_first_tab_leads_past_the_frame_to_the_content(county_with_answers, live_server):
    with chromium() as browser:
        page = signed_in(browser.new_context(locale="fi"), live_server)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")

        assert page.evaluate("document.activeElement.id") == "unit"

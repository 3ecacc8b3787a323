"""A county beside the country: what is fetched is believed only from the hub, and what is shown is honest."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from tests.browser import axe_findings, chromium, width_of
from tests.factories import HEALTH_STATION, make_county

from vaste.core.models import AuditEntry
from vaste.indicators.measures import Tally
from vaste.national.comparison.compared import Comparison, compare
from vaste.national.comparison.delivered import Answers, Delivered, Method, UnitAnswers, delivered
from vaste.national.comparison.fetching import Fetched, HttpPublisher, NotFetched, fetch_comparison, keep_comparison, kept_comparison
from vaste.national.comparison.open_data import canonical, published
from vaste.national.comparison.reference import reference
from vaste.national.comparison.tests.conftest import COUNTIES, NOW
from vaste.national.models import KeptComparison
from vaste.national.packages.examples import Example, example_tables
from vaste.national.packages.signing import key_id, new_key, sign, written_public
from vaste.organisations.actions import give_role
from vaste.organisations.models import User

pytestmark = pytest.mark.django_db
METHOD = Method("2026.1", "national-adult", "2024-1", 5)
KEY = new_key()


@cache
def delivery(code: str, quarter: str) -> Delivered:
    tables = example_tables(Example(county=code, quarters=(quarter,), seed=COUNTIES.index(code) + 1, answers=20))
    return delivered(code, METHOD, tables, quarter)


def comparison(quarter: str = "2026-Q2", codes: Sequence[str] = COUNTIES, **of_18: object) -> Comparison:
    deliveries = [replace(delivery(code, quarter), **(of_18 if code == "18" else {})) for code in codes]  # type: ignore[arg-type]
    return compare(quarter, deliveries, reference())


def signed(told: Comparison, key: Ed25519PrivateKey = KEY) -> str:
    facts = published(told)
    answer = {"comparison": facts, "key_id": key_id(key.public_key()), "signature": sign(key, canonical(facts))}
    return canonical(answer).decode()


def keep(answer: str) -> bool:
    return keep_comparison(fetched=Fetched(answer, '"tag"'), hub=KEY.public_key(), now=NOW, actor="test")


@pytest.fixture
def staff() -> Client:
    user = User.objects.create_user("p@example.fi", "a long enough password", language="en")
    give_role(user=user, county=make_county(), unit=None, actor="test")
    client = Client()
    client.force_login(user)
    return client


def shown(client: Client) -> str:
    """Return the page's words without its markup."""
    response = client.get("/staff/comparison")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


# What is believed


def test_what_the_hub_signed_is_kept_once():
    assert keep(signed(comparison()))
    assert not keep(signed(comparison()))
    assert KeptComparison.objects.get().quarter == "2026-Q2"
    assert AuditEntry.objects.filter(action="comparison.kept").count() == 1


def test_a_newer_quarter_takes_the_place_of_the_one_before_and_an_older_one_does_not():
    keep(signed(comparison("2026-Q1")))
    assert keep(signed(comparison("2026-Q2")))
    with pytest.raises(NotFetched, match="2026-Q1, which is before 2026-Q2"):
        keep(signed(comparison("2026-Q1")))
    assert [each.quarter for each in KeptComparison.objects.all()] == ["2026-Q2"]


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "[]",
        "null",
        '{"comparison": {}}',
        "[" * 5000,
        signed(comparison()).replace('"standardised":', '"standardised" :').replace('"nps"', '"npx"', 1),
        signed(comparison(), new_key()),
        canonical({"comparison": {}, "key_id": key_id(KEY.public_key()), "signature": sign(KEY, b"{}")}).decode(),
    ],
    ids=["nothing", "a list", "null", "unsigned", "deep", "altered", "foreign key", "another form"],
)
def test_anything_else_is_not_kept(answer: str):
    with pytest.raises(NotFetched, match="What is kept stays"):
        keep(answer)
    assert kept_comparison() is None


# How it is fetched


@dataclass
class _Hub:
    answer: str
    asked_with: list[str | None] = field(default_factory=list)


@contextmanager
def serving(hub: _Hub) -> Iterator[str]:
    """Serve an answer on this machine, with a tag, as the hub does."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hub.asked_with.append(self.headers.get("If-None-Match"))
            known = self.headers.get("If-None-Match") == '"one"'
            self.send_response(304 if known else 200 if hub.answer else 404)
            self.send_header("ETag", '"one"')
            self.end_headers()
            if not known:
                self.wfile.write(hub.answer.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def hub_key(settings) -> None:
    settings.HUB_KEY = written_public(KEY.public_key())


def test_it_comes_over_the_network_once_and_then_only_when_there_is_another(hub_key):
    hub = _Hub(signed(comparison()))
    with serving(hub) as url:
        assert fetch_comparison(publisher=HttpPublisher(url), now=NOW)
        assert not fetch_comparison(publisher=HttpPublisher(url), now=NOW + timedelta(minutes=5))
    assert hub.asked_with == [None, '"one"']


def test_a_hub_without_a_comparison_is_no_fault(hub_key):
    with serving(_Hub("")) as url:
        assert not fetch_comparison(publisher=HttpPublisher(url), now=NOW)


def test_a_hub_that_does_not_answer_is_told_in_a_sentence(hub_key):
    with serving(_Hub("")) as url:
        gone = url
    with pytest.raises(NotFetched, match="The hub did not answer"):
        fetch_comparison(publisher=HttpPublisher(gone), now=NOW)


def test_nothing_is_fetched_in_the_open_or_without_a_key(settings):
    with pytest.raises(NotFetched, match="must begin with https"):
        fetch_comparison(publisher=HttpPublisher("http://hub.example.fi"), now=NOW)
    settings.HUB_KEY = "nonsense"
    with serving(_Hub(signed(comparison()))) as url, pytest.raises(NotFetched, match="VASTE_HUB_KEY is wrong"):
        fetch_comparison(publisher=HttpPublisher(url), now=NOW)


# What staff see


def test_without_a_hub_the_page_says_so_and_how_to_take_it_into_use(staff):
    assert "VASTE_HUB_URL and VASTE_HUB_KEY" in shown(staff)


def test_before_the_first_comparison_the_page_says_that_it_comes(staff, settings, hub_key):
    settings.HUB_URL = "https://hub.example.fi"
    assert "has not been fetched yet" in shown(staff)


def test_the_county_stands_beside_the_country_with_its_interval_and_whether_the_difference_is_real(staff):
    told = comparison()
    keep(signed(told))
    page = shown(staff)
    own = next(record for record in published(told)["records"] if (record["county"], record["indicator"]) == ("18", "nps"))
    assert f"Soite: NPS {round(own['standardised'])} (" in page
    assert f", all counties compared ({len(COUNTIES)}) " in page
    assert (
        "Difference from the figure of all together: not distinguishable, within what chance and ordinary differences between counties give"
        in page
    )
    assert "I received help when I needed it: agree" in page


def test_a_county_alone_is_told_what_a_comparison_takes_and_sees_its_own_figures(staff):
    keep(signed(comparison(codes=["18"])))
    page = shown(staff)
    assert re.search(r"Soite: NPS \d+ \(\d+–\d+\) Only Soite is in the comparison so far\.", page)
    assert "of at least 2 counties, and to judge the differences at least 5" in page
    assert "Indicator County, standardised As it came Answers NPS" in page


def test_with_a_few_counties_it_is_said_how_many_it_takes_to_tell_whether_a_difference_is_real(staff):
    keep(signed(comparison(codes=COUNTIES[:4])))
    page = shown(staff)
    assert "cannot be told, as it takes the figures of at least 5 counties (4 are in now)" in page
    assert "Is the difference real" not in page


def test_a_figure_that_could_hardly_be_standardised_says_so(staff):
    whole = {stratum: each for stratum, each in delivery("18", "2026-Q2").strata.items() if stratum.age_band == stratum.channel == "all"}
    keep(signed(comparison(strata=whole)))
    assert "The standardisation is coarse: 100.0% of the figure could not be told apart" in shown(staff)
    keep(signed(comparison()))
    assert "The standardisation is coarse" not in shown(staff)


def test_units_with_more_detractors_than_their_service_are_named_to_those_who_see_them(staff):
    others = tuple(UnitAnswers(f"1.2.3.{number}", "care", Answers(100, Tally((92, 0, 8)))) for number in range(5))
    calling = UnitAnswers(HEALTH_STATION, "care", Answers(100, Tally((70, 0, 30))))
    keep(signed(comparison(units=(*others, calling))))
    page = shown(staff)
    assert "Health station 30.0% 100 11.7%" in page
    assert "1.2.3.1" not in page


def test_a_county_whose_answers_were_not_delivered_or_not_compared_is_told_why(staff):
    keep(signed(comparison(codes=[code for code in COUNTIES if code != "18"])))
    assert "Soite is not in the comparison, because its answers have not been delivered" in shown(staff)
    keep(signed(comparison(method=replace(METHOD, k=10))))
    assert "cannot be compared with others': they are hidden by another threshold" in shown(staff)


def test_with_too_few_answers_there_is_no_figure(staff):
    keep(signed(comparison(strata={})))
    page = shown(staff)
    assert "Soite: too few answers on NPS" in page
    assert "too few answers to show" in page


def test_somebody_without_a_role_is_told_so(client):
    client.force_login(User.objects.create_user("q@example.fi", "a long enough password", language="en"))
    assert "You have no role yet" in shown(client)
    assert Client().get("/staff/comparison")["Location"] == "/staff/sign-in?next=/staff/comparison"


@pytest.mark.browser
def test_nobody_is_shut_out(staff, live_server):
    keep(signed(comparison()))
    cookie = staff.cookies["vaste_session"].value
    with chromium() as browser:
        for width in (1280, 320):
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.context.add_cookies([{"name": "vaste_session", "value": cookie, "url": live_server.url}])
            page.goto(f"{live_server.url}/staff/comparison")
            assert axe_findings(page) == []
            assert width_of(page) <= width
            page.close()

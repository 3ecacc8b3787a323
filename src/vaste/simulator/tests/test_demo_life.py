"""The demo's life through the real intake, and its pages."""

import re
import threading
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from vaste.core import clock
from vaste.invitations.models import Invitation, InvitedCount, OutcomeCount
from vaste.messaging.models import OutboundMessage
from vaste.simulator.demo.actions import prepare_demo_county
from vaste.simulator.demo.life import Demo, day_in_words, hide, show
from vaste.simulator.demo.progress import Progress, first_day, keep_progress, read_progress
from vaste.simulator.faults import Fault
from vaste.simulator.operator import SimulatedOperator
from vaste.simulator.people import SimulatedSettings, own_number
from vaste.simulator.phones import Side

pytestmark = pytest.mark.django_db
COUNTY_NUMBER = "+358400000000"


def demo_in(data_dir: Path, said: list[str] | None = None) -> Demo:
    county = prepare_demo_county(data_dir=data_dir, now=clock.now())
    operator = SimulatedOperator(SimulatedSettings(speed=500), base_url="http://127.0.0.1:24000")
    return Demo(county=county, operator=operator, data_dir=data_dir, say=(said if said is not None else []).append)


def begin_at(data_dir: Path, day: date, visits: int = 0) -> None:
    keep_progress(data_dir, Progress(day=day, visits=visits))


def test_a_day_goes_through_the_intake_and_ends_with_one_line(tmp_path):
    said: list[str] = []
    today = clock.now().date()
    monday = first_day(today)
    demo = demo_in(tmp_path, said)
    demo.live_a_day(threading.Event(), from_share=0)
    assert read_progress(tmp_path, today) == Progress(day=date.fromordinal(monday.toordinal() + 1), visits=600)
    invited = Invitation.objects.count()
    assert 380 < invited < 560
    assert OutboundMessage.objects.count() == invited
    assert len(said) == 1
    told = re.search(r"(\d+) invited", said[0])
    assert told is not None
    assert 0 <= int(told[1]) - invited < 20  # a later visit on the same day takes the place of the one before


def test_every_reason_of_a_visit_itself_is_met_in_two_days(tmp_path):
    begin_at(tmp_path, date(2026, 9, 28))  # the visits of each day are others, and some days have nobody who has died
    demo = demo_in(tmp_path)
    for _day in range(2):
        demo.live_a_day(threading.Event(), from_share=0)
    assert set(OutcomeCount.objects.values_list("outcome", flat=True)) >= {
        "invited",
        "unit_not_participating",
        "deceased",
        "non_disclosure",
        "sensitive_visit",
        "under_age",
        "no_consent",
        "several_numbers",
        "no_mobile_number",
        "later_visit_same_day",
        "asked_recently",
    }


def test_a_demo_that_is_stopped_says_nothing_of_its_day_and_goes_on_with_the_next(tmp_path):
    stop = threading.Event()
    stop.set()
    said: list[str] = []
    begin_at(tmp_path, date(2026, 9, 28), visits=1_200)
    demo_in(tmp_path, said).live_a_day(stop, from_share=0.5)
    assert said == []
    assert read_progress(tmp_path, clock.now().date()) == Progress(day=date(2026, 9, 29), visits=1_800)


def test_when_it_has_caught_up_the_demo_lives_yesterday_more_slowly(tmp_path):
    yesterday = date.fromordinal(clock.now().date().toordinal() - 1)
    begin_at(tmp_path, yesterday, visits=9_000)
    demo_in(tmp_path).live_a_day(threading.Event(), from_share=1)
    assert 0 < Invitation.objects.count() < 130
    assert read_progress(tmp_path, clock.now().date()) == Progress(day=yesterday, visits=9_120)


def test_the_day_in_words_names_the_commonest_reason_first():
    demo_counts = {"visits": 600, "invited": 420, "replies": 90, "pages sent": 30, "under_age": 40, "asked_recently": 50}
    line = day_in_words("28.9.2026", Counter(demo_counts))
    assert line == (
        "28.9.2026: 600 visits, 420 invited, 0 delivered, 90 replies, 30 pages sent, 0 stops. Not asked: asked recently 50, under age 40."
    )


@pytest.fixture
def demo(tmp_path):
    """A demo that the pages find, but whose county does not live."""
    demo = demo_in(tmp_path)
    show(demo)
    yield demo
    hide(demo)


@pytest.mark.parametrize("address", ["/demo", "/demo/phone/0"])
def test_without_a_demo_its_pages_are_not_there(client: Client, address: str):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", "Yksikään viesti ei lähde tältä koneelta"),
        ("sv", "Inget meddelande lämnar den här datorn"),
        ("en", "No message leaves this machine"),
    ],
)
def test_the_page_says_in_three_languages_that_all_is_invented(client: Client, demo: Demo, language: str, words: str):
    assert words in client.get("/demo", {"lang": language}).text
    assert words in client.get("/demo", headers={"Accept-Language": language}).text


def test_the_page_shows_what_is_on_the_phones_with_a_link_to_the_survey(client: Client, demo: Demo):
    demo.operator.phones.show("+358400001007", Side.COUNTY, "Vastaa 0-10 tai http://localhost/s/3hZkQ9mWxTy7 <b>")
    demo.operator.phones.show("+358400001007", Side.PERSON, "9, kiitos & näkemiin")
    page = client.get("/demo").text
    assert "+358 40 000 1007" in page
    assert '<a href="http://localhost/s/3hZkQ9mWxTy7">' in page
    assert "9, kiitos &amp; näkemiin" in page
    assert "<b>" not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", "Operaattori pyysi odottamaan: <strong>3</strong>"),
        ("sv", "Operatören bad oss vänta: <strong>3</strong>"),
        ("en", "The operator asked us to wait: <strong>3</strong>"),
    ],
)
def test_the_page_counts_the_faults_that_the_operator_has_made(client: Client, demo: Demo, language: str, words: str):
    assert "<strong>3</strong>" not in client.get("/demo", {"lang": language}).text
    demo.operator.injected[Fault.THROTTLED] = 3
    assert words in client.get("/demo", {"lang": language}).text


def test_the_page_renews_itself_only_for_who_wants_to_follow(client: Client, demo: Demo):
    assert "http-equiv" not in client.get("/demo").text
    assert 'http-equiv="refresh" content="4"' in client.get("/demo", {"live": "1"}).text


def test_a_visitor_gets_a_phone_with_an_invitation_under_way(client: Client, demo: Demo):
    demo.operator.phones.show(own_number(0), Side.COUNTY, "Suosittelisitko?")
    answer = client.post("/demo/phone?lang=sv", {"survey_language": "sv"})
    assert answer.headers["Location"] == "/demo/phone/0?lang=sv"
    assert InvitedCount.objects.get().language == "sv"
    assert "Suosittelisitko?" in client.get("/demo/phone/0").text


def test_phones_that_nobody_was_given_are_not_there(client: Client, demo: Demo):
    assert client.get("/demo/phone/0").status_code == 404
    assert client.get("/demo/phone/99999999999999999999").status_code == 404


@pytest.mark.parametrize("text", ["", "   ", "9", "a" * 100_000, "\x00", "<script>"])
def test_whatever_is_written_on_a_phone_the_answer_is_its_page(client: Client, demo: Demo, text: str):
    demo.invite_own_phone("fi")
    demo.operator.phones.show(own_number(0), Side.COUNTY, "Suosittelisitko?")
    assert client.post("/demo/phone/0?lang=en", {"text": text}).headers["Location"] == "/demo/phone/0?lang=en"
    assert client.get("/demo/phone/0?lang=en").status_code == 200


def test_a_text_from_another_site_is_not_sent(demo: Demo):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/demo/phone", {"survey_language": "fi"}).status_code == 403
    assert Invitation.objects.count() == 0

"""The page on messaging and the metrics: counts in plain words, and never a number or a text."""

import re
from datetime import UTC, timedelta
from html import unescape

import pytest
from django.test import Client
from tests.factories import make_county

from vaste.core import clock
from vaste.core.ids import new_id
from vaste.dashboards.operations import _TEXTS
from vaste.dashboards.operations_words import MessagingReader, status_words
from vaste.messaging.actions import NewMessage, enqueue
from vaste.messaging.alarms import Alarm
from vaste.messaging.gateway import Incoming
from vaste.messaging.inbox import store
from vaste.messaging.measures import What
from vaste.messaging.models import AccountHour, InboundPart
from vaste.messaging.rules import MessageClass
from vaste.messaging.smpp.statuses import name_of
from vaste.messaging.standing import Sighting, note_refused_credentials, note_sighting
from vaste.organisations.actions import give_role
from vaste.organisations.models import User
from vaste.organisations.words import load_words

pytestmark = pytest.mark.django_db
LANGUAGES = ("fi", "sv", "en")


@pytest.fixture
def director() -> Client:
    user = User.objects.create_user("director@example.fi", "a long enough password", language="en")
    give_role(user=user, county=make_county(), unit=None, actor="test")
    client = Client()
    client.force_login(user)
    return client


def shown(client: Client) -> str:
    """Return the page's words without its markup."""
    text = re.sub(r"<[^>]+>", " ", client.get("/staff/operations").content.decode())
    return re.sub(r"\s+", " ", unescape(text))


def metrics() -> str:
    return Client().get("/metrics").content.decode()


def count(what: What, messages: int, status: str = "", account: str = "first") -> None:
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    AccountHour.objects.create(account=account, hour=hour, what=what, status=status, messages=messages)


def plan(waited: timedelta) -> None:
    due_at = clock.now() - waited
    message = NewMessage(
        conversation=new_id(),
        step="ask",
        message_class=MessageClass.INVITATION,
        to="+358400000001",
        text="Salainen",
        sender="18588",
        due_at=due_at,
        expires_at=due_at + timedelta(days=2),
    )
    enqueue([message], now=due_at)


def test_when_all_is_well_the_heading_says_so(director):
    note_sighting(Sighting("first", is_connected=True), now=clock.now())
    page = shown(director)
    assert "Messages go as they should: nothing needs attention" in page
    assert re.search(r"first connected \(for \d+ (s|min)\) 100%", page)
    assert "vaste_alarm{" not in metrics()


def test_before_anything_has_run_the_page_says_what_is_missing(director):
    page = shown(director)
    assert "One thing needs attention" in page
    assert "The program that sends messages is not running" in page
    assert "No message has gone in the last day." in page


def test_an_hour_is_shown_with_its_shares(director):
    for what, messages in ((What.HANDED_OVER, 200), (What.IN_TIME, 199), (What.SOON, 150), (What.UNDELIVERED, 3), (What.UNKNOWN, 4)):
        count(what, messages)
    assert "first 200 99.5% 75.0% 3 0 0 4" in shown(director)
    assert 'vaste_hour_messages{account="first",status="",what="soon"} 150.0' in metrics()


def test_refusals_are_told_in_plain_words_the_most_frequent_first(director):
    count(What.REFUSED, 2, "wrong_recipient")
    count(What.PUT_OFF, 9, "throttled")
    count(What.UNDELIVERED, 1, "044")
    page = shown(director)
    places = [page.index(words) for words in ("sent faster than agreed", "the number cannot be sent to", "the operator's own code 044")]
    assert places == sorted(places)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_status_that_we_know_has_words_in_every_language(language):
    words = load_words(_TEXTS)[language]
    unknown = words["status_other"].partition("{")[0]
    known = [name for code in [*range(0x200), *range(1040, 1043)] if not (name := name_of(code)).startswith("status_")]
    assert len(known) > 15
    assert [name for name in known if status_words(words, name).startswith(unknown)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("alarm", Alarm)
def test_every_alarm_says_what_is_wrong_and_what_to_do(alarm, language):
    words = load_words(_TEXTS)[language]
    assert words[f"alarm_{alarm.value}"]
    assert words[f"do_{alarm.value}"]


def test_refused_credentials_and_an_open_circuit_are_alarms_on_the_page_and_in_the_metrics(director):
    note_refused_credentials("first", now=clock.now())
    note_sighting(Sighting("second", is_connected=True, refusal="account_blocked"), now=clock.now())
    page = shown(director)
    assert "2 things need attention" in page
    assert "The operator refuses the user or the password of the account first." in page
    assert "the operator takes no messages: the operator has blocked the account" in page
    assert 'vaste_alarm{account="first",alarm="credentials_refused"} 1.0' in metrics()
    assert 'vaste_alarm{account="second",alarm="circuit_open"} 1.0' in metrics()


def test_a_queue_older_than_the_setting_is_an_alarm(director, settings):
    settings.QUEUE_ALARM_AFTER = timedelta(minutes=30)
    note_sighting(Sighting("first", is_connected=True), now=clock.now())
    plan(timedelta(minutes=29))
    assert "nothing needs attention" in shown(director)
    plan(timedelta(minutes=31))
    assert "The oldest message has waited for more than 30 min." in shown(director)
    assert 'vaste_alarm{account="",alarm="queue_old"} 1.0' in metrics()


def test_replies_that_nobody_reads_are_an_alarm_but_a_part_that_waits_for_others_is_none(director):
    note_sighting(Sighting("first", is_connected=True), now=clock.now())
    store([Incoming("first", "+358400000001", "18588", b"9")], now=clock.now() - timedelta(minutes=2))
    assert "Replies of clients have been unread" in shown(director)
    InboundPart.objects.update(joined_by=b"x" * 32, total=2)
    assert "nothing needs attention" in shown(director)


def test_neither_page_nor_metrics_hold_a_number_or_a_text(director):
    note_sighting(Sighting("first", is_connected=True), now=clock.now())
    plan(timedelta(hours=1))
    store([Incoming("first", "+358400000001", "18588", b"Salainen")], now=clock.now())
    for told in (shown(director), metrics()):
        assert "400000001" not in told
        assert "Salainen" not in told


def test_a_silent_worker_is_an_alarm(director):
    note_sighting(Sighting("first", is_connected=True), now=clock.now() - timedelta(seconds=61))
    assert "The program that sends messages is not running (account: first)." in shown(director)
    assert 'vaste_account_connected{account="first"} 0.0' in metrics()


def test_the_page_renews_itself_only_when_asked_to(director):
    assert "Refresh" not in director.get("/staff/operations").headers
    assert director.get("/staff/operations?live=1").headers["Refresh"] == "10"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h"), (172_800, "2 days")]
)
def test_a_length_of_time_is_told_in_the_largest_unit_that_says_enough(seconds, words):
    reader = MessagingReader(load_words(_TEXTS)["en"], "en", UTC)
    assert reader.duration(timedelta(seconds=seconds)) == words

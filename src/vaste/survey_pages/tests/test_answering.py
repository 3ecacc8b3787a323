"""A link from its opening to its end, asked through WSGI and checked in the database."""

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import msgspec
import pytest
from django.db import connection
from tests.factories import SMALL_UNIT, SOCIAL_UNIT, at

from vaste.cases.models import ContactRequest
from vaste.core.keys import ring
from vaste.core.models import AuditEntry
from vaste.invitations.models import Invitation, OptOut
from vaste.invitations.progress import answers_so_far, said_by_sms
from vaste.invitations.sessions import save_progress
from vaste.messaging.models import OutboundMessage
from vaste.responses.actions import mix
from vaste.responses.models import MailboxAnswer, Response
from vaste.responses.rules import Channel
from vaste.survey_pages.tests.browser import Browser
from vaste.survey_pages.tests.links import NOW, UNKNOWN, WITH_DATABASE, answer_by_sms, expire_everything, kept, mailbox, open_link, session
from vaste.surveys.dialogue import begin, make_script, take_reply
from vaste.surveys.instrument import Branch, national_adult
from vaste.surveys.texts import resolve_texts

pytestmark = WITH_DATABASE
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


def chosen(shown):
    return re.findall(r'name="([\w-]+)" id="[\w-]+" value="(\d+)" checked', shown.text)


def details_of(request):
    return msgspec.msgpack.decode(ring().open(request.sealed, bound_to=f"contact request {request.id.hex}"))


def test_opening_a_link_shows_unit_month_and_language_of_the_visit(browser):
    shown = browser.get(open_link(language="sv"))
    assert shown.status == "200 OK"
    assert "Hälsostation, ditt besök i maj" in shown.text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_a_link_spends_and_answers_nothing(browser, method):
    path = open_link()
    for _ in range(3):
        assert browser.ask(method, path).status == "200 OK"
    assert kept(path) == {}
    assert not MailboxAnswer.objects.exists()


def test_head_tells_the_length_of_the_page_and_sends_none(browser):
    path = open_link()
    head, get = browser.ask("HEAD", path), browser.get(path)
    assert head.body == b""
    assert head.headers == get.headers
    assert get.headers["Content-Length"] == str(len(get.body))


def test_the_page_compressed_with_its_styles_weighs_less_than_14_kb(browser):
    shown = browser.get(open_link())
    assert shown.headers["Content-Encoding"] == "gzip"
    assert len(shown.body) < 14 * 1024


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0"])
def test_a_browser_that_takes_no_gzip_gets_the_page_as_it_is(browser, accepted):
    shown = browser.get(open_link(), HTTP_ACCEPT_ENCODING=accepted)
    assert "Content-Encoding" not in shown.headers
    assert shown.body.startswith(b"<!doctype html>")


@pytest.mark.parametrize(
    ("query", "language"), [("lang=sv", "sv"), ("lang=en", "en"), ("lang=de", "fi"), ("lang=" + "s" * 9000, "fi"), ("", "fi")]
)
def test_the_language_is_that_of_the_invitation_until_another_is_asked_for(browser, query, language):
    assert f'<html lang="{language}">' in browser.get(open_link(language="fi"), query).text


def test_an_answer_goes_to_the_mailbox_and_the_invitation_burns_with_its_messages(browser):
    path = open_link(language="sv", age="30")
    shown = browser.post(path, nps="9", access="5", free_text="Tack", do="send")
    assert shown.status == "200 OK"
    assert "Tack. Ditt svar hjälper oss att förbättra servicen." in shown.text
    (answer,) = mailbox()
    assert (answer.nps, answer.answers, answer.free_text) == (9, "access=5", "Tack")
    assert (answer.channel, answer.language, answer.age_band) == (Channel.LINK, "sv", "25-34")
    assert not Invitation.objects.exists()
    assert not OutboundMessage.objects.exists()


def test_the_answer_is_filed_in_the_language_of_the_page(browser):
    browser.post(open_link(language="fi"), "lang=en", nps="7")
    assert mailbox()[0].language == "en"


def test_what_identifies_somebody_is_masked_in_the_text(browser):
    browser.post(open_link(), free_text="Tunnukseni on 010594Y9032, kiitos hoitaja Minnalle")
    assert mailbox()[0].free_text == "Tunnukseni on [ID], kiitos hoitaja [NAME]"


def test_the_withdrawal_code_is_shown_once_and_erases_the_answer(browser):
    code = CODE.search(browser.post(open_link(), nps="3").text)
    assert code
    assert code[0].encode() not in bytes(MailboxAnswer.objects.get().withdrawal_hash)
    assert browser.post("/poista", code=code[0].lower().replace("-", " ")).status == "200 OK"
    assert not MailboxAnswer.objects.exists()


def test_the_code_works_also_when_the_answer_has_reached_the_record(browser, county):
    codes = [CODE.search(browser.post(open_link(), nps=str(score)).text)[0] for score in range(5)]
    mix(today=session(open_link()).context.visited_on, publish_all=True)
    assert Response.objects.count() == 5
    assert browser.post("/withdraw", code=codes[3]).status == "200 OK"
    assert sorted(Response.objects.values_list("nps", flat=True)) == [0, 1, 2, 4]


def test_a_second_submit_changes_nothing_and_is_told_what_every_closed_link_is_told(browser):
    path = open_link()
    browser.post(path, nps="9")
    again = browser.post(path, nps="0")
    assert [answer.nps for answer in mailbox()] == [9]
    assert (again.status, again.body) == (browser.get(UNKNOWN).status, browser.get(UNKNOWN).body)


def test_a_second_tap_on_send_gets_the_same_thanks_and_code_and_counts_once(browser):
    path = open_link()
    first, second = browser.post(path, nps="9"), browser.post(path, nps="9")
    assert (second.status, second.body) == (first.status, first.body)
    assert len(mailbox()) == 1
    assert browser.post("/withdraw", code=CODE.search(second.text)[0]).status == "200 OK"


def test_the_same_form_after_ten_seconds_is_told_what_every_closed_link_is_told(pages):
    path, browser = open_link(), Browser(pages)
    browser.post(path, nps="9")
    pages.clock = lambda: at(NOW) + timedelta(seconds=10)
    assert browser.post(path, nps="9").body == browser.get(UNKNOWN).body


def test_a_second_tap_opens_the_thanks_of_no_other_link(browser):
    browser.post(open_link(), nps="9")
    used = open_link()
    browser.post(used, nps="8")
    assert browser.post(used, nps="9").status == "404 Not Found"


@pytest.mark.django_db(transaction=True)
def test_taps_at_once_all_get_the_thanks_of_the_one_that_counts(pages):
    path = open_link()

    def submit(_):
        with closing(connection):
            return Browser(pages).post(path, nps="9")

    with ThreadPoolExecutor(4) as threads:
        shown = list(threads.map(submit, range(8)))
    assert {answer.status for answer in shown} == {"200 OK"}
    assert len({CODE.search(answer.text)[0] for answer in shown}) == 1
    assert len(mailbox()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_submits_at_once_count_once(pages):
    path = open_link()

    def submit(score):
        with closing(connection):
            return Browser(pages).post(path, nps=str(score))

    with ThreadPoolExecutor(4) as threads:
        shown = list(threads.map(submit, range(8)))
    assert sorted(answer.status for answer in shown) == ["200 OK"] + ["404 Not Found"] * 7
    assert len(mailbox()) == 1


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_unknown_used_expired_and_malformed_links_look_the_same(browser, method):
    used, expired = open_link(), open_link()
    browser.post(used, nps="8")
    expire_everything()
    paths = [UNKNOWN, used, expired, "/s/", "/s/x", "/s/" + "a" * 5000, "/s/../admin", "/s/0OIl0OIl0OIl", f"{expired}/", "/s/ä\x00'\"--"]
    shown = [browser.ask(method, path, body=b"nps=9" if method == "POST" else b"") for path in paths]
    assert {answer.status for answer in shown} == {"404 Not Found"}
    assert len({answer.body for answer in shown}) == 1
    assert len({tuple(answer.headers.items()) for answer in shown}) == 1
    if method != "HEAD":
        assert "Perhaps you have answered already: then your answer is safe" in shown[0].text


def test_a_county_without_the_link_way_has_no_open_link(browser, county):
    path = open_link()
    county.settings_json = county.settings_json.replace('"link_way":true', '"link_way":false')
    county.save()
    assert browser.get(path).body == browser.get(UNKNOWN).body
    assert browser.post(path, nps="9").status == "404 Not Found"
    assert kept(path) == {}


def test_what_was_answered_by_message_is_chosen_on_the_page_and_counts_once_by_both_ways(browser):
    path = open_link()
    answer_by_sms(path, nps=4, access=2)
    assert chosen(browser.get(path)) == [("nps", "4"), ("access", "2")]
    browser.post(path, access="3", safety="5")
    (answer,) = mailbox()
    assert (answer.nps, answer.answers, answer.channel) == (4, "access=3;safety=5", Channel.BOTH)


def test_saved_answers_wait_behind_the_link_in_any_language(browser):
    path = open_link()
    shown = browser.post(path, nps="8", safety="4", free_text="Jatkan\r\nillalla", do="save")
    assert shown.status == "200 OK"
    assert "Vastauksesi on tallennettu, mutta sitä ei ole vielä lähetetty." in shown.text
    later = browser.get(path, "lang=en")
    assert chosen(later) == [("nps", "8"), ("safety", "4")]
    assert "Jatkan\nillalla</textarea>" in later.text
    assert not MailboxAnswer.objects.exists()


def test_a_saved_text_is_masked_already(browser):
    path = open_link()
    browser.post(path, free_text="Soittakaa 040 123 4567", do="save")
    assert "040 123 4567" not in browser.get(path).text
    assert "Soittakaa [PHONE]" in browser.get(path).text


def test_contact_details_are_not_saved_but_stay_on_the_page(browser):
    path = open_link()
    shown = browser.post(path, nps="8", name="Maija Malli", phone="040 000 0001", do="save")
    assert 'value="Maija Malli"' in shown.text
    assert "Yhteystietojasi ei tallenneta ennen kuin lähetät vastauksen." in shown.text
    assert kept(path) == {"nps": 8}
    assert "Maija" not in browser.get(path).text


def test_saving_a_closed_link_is_told_as_every_closed_link(browser):
    path = open_link()
    browser.post(path, nps="8")
    assert browser.post(path, nps="7", do="save").body == browser.get(UNKNOWN).body


def test_an_empty_page_is_not_sent(browser):
    path = open_link()
    shown = browser.post(path, do="send")
    assert shown.status == "422 Unprocessable Entity"
    assert '<a href="#nps-0">Vastaa ainakin yhteen kysymykseen.</a>' in shown.text
    assert kept(path) == {}


def test_valid_answers_are_kept_when_others_are_wrong_and_everything_typed_is_still_there(browser):
    path = open_link()
    shown = browser.post(path, nps="8", access="9", free_text="Hyvä", email="maija", name="Maija", do="send")
    assert shown.status == "422 Unprocessable Entity"
    assert kept(path) == {"nps": 8, "free_text": "Hyvä"}
    assert chosen(shown) == [("nps", "8")]
    for text in ("Hyvä</textarea>", 'value="maija"', 'value="Maija"', "Muut vastauksesi on tallennettu."):
        assert text in shown.text
    assert not ContactRequest.objects.exists()


def test_a_text_that_is_too_long_stays_on_the_page_to_be_shortened(browser):
    path = open_link()
    shown = browser.post(path, free_text="ä" * 5001)
    assert shown.status == "422 Unprocessable Entity"
    assert "ä" * 5001 in shown.text
    assert kept(path) == {}


def test_the_longest_text_is_kept_whole(browser):
    browser.post(open_link(), free_text="日" * 5000)
    assert mailbox()[0].free_text == "日" * 5000


def test_a_contact_request_goes_with_the_answer_only_where_the_person_ticked_so(browser):
    shown = browser.post(open_link(), nps="2", free_text="Odotin", name="Maija", phone="040 000 0001")
    assert "Olemme saaneet yhteystietosi. Otamme sinuun yhteyttä 10 arkipäivän kuluessa." in shown.text
    assert details_of(ContactRequest.objects.get()) == {"name": "Maija", "phone": "040 000 0001", "email": "", "answers": None}
    ContactRequest.objects.all().delete()
    browser.post(open_link(unit_oid=SMALL_UNIT), "lang=sv", nps="2", email="maija@malli.example", along="yes")
    request = ContactRequest.objects.get()
    assert details_of(request) == {"name": "", "phone": "", "email": "maija@malli.example", "answers": {"nps": 2}}
    assert (request.unit_id, request.language) == (SMALL_UNIT, "sv")
    assert len(mailbox()) == 2


def test_the_answer_in_the_mailbox_holds_nothing_of_the_contact_details(browser):
    browser.post(open_link(), nps="2", name="Maija Malli", phone="040 000 0001")
    assert "Maija" not in repr(mailbox())
    assert "000 0001" not in repr(mailbox())


def test_refusing_surveys_is_asked_twice_and_then_holds(browser):
    path = open_link()
    answer_by_sms(path, nps=6)
    assert "Etkö halua enää saada kyselyitä?" in browser.get(path, "refuse&lang=fi").text
    assert not OptOut.objects.exists()
    shown = browser.post(path, "refuse&lang=fi", do="refuse")
    assert (shown.status, "Et saa enää kyselyitä" in shown.text) == ("200 OK", True)
    assert OptOut.objects.count() == 1
    assert browser.get(path).body == browser.get(UNKNOWN).body


def refused(browser, path):
    """Refuse on the page and return the slip with which the same page takes it back."""
    shown = browser.post(path, "refuse&lang=sv", do="refuse")
    return re.findall(r'name="slip" value="([^"]+)"', shown.text)[0]


def test_a_refusal_is_taken_back_on_the_page_that_confirmed_it(browser):
    path = open_link()
    slip = refused(browser, path)
    shown = browser.post(path, "refuse&lang=sv", do="return", slip=slip)
    assert (shown.status, "Du kan igen få enkäter" in shown.text) == ("200 OK", True)
    assert not OptOut.objects.exists()
    assert [json.loads(one.details)["way"] for one in AuditEntry.objects.filter(action="person.opted_in")] == ["page"]


def test_the_page_carries_who_refused_for_a_day_and_unreadable(browser, pages):
    path = open_link()
    slip = refused(browser, path)
    assert "+358" not in base64.urlsafe_b64decode(slip).decode("latin-1")
    pages.clock = lambda: NOW + timedelta(days=1, seconds=1)
    assert browser.post(path, do="return", slip=slip).body == browser.get(UNKNOWN).body
    assert OptOut.objects.count() == 1


@pytest.mark.parametrize("slip", ["", "x", "ääää", "AAAA", "A" * 800, "=" * 7])
def test_a_slip_that_nobody_gave_takes_nothing_back(browser, slip):
    path = open_link()
    refused(browser, path)
    assert browser.post(path, do="return", slip=slip).body == browser.get(UNKNOWN).body
    assert OptOut.objects.count() == 1


def test_refusing_with_a_closed_link_refuses_nothing(browser):
    assert browser.post(UNKNOWN, do="refuse").body == browser.get(UNKNOWN).body
    assert not OptOut.objects.exists()


def test_social_services_have_their_own_words(browser):
    assert "palvelun aikana" in browser.get(open_link(unit_oid=SOCIAL_UNIT)).text


def test_a_changed_name_shows_after_a_minute_at_the_latest(browser, pages, county):
    path, clock = open_link(), pages.clock
    assert "Terveysasema" in browser.get(path).text
    county.units.update(name_fi="Uusi asema")
    pages.clock = lambda: clock().replace(minute=clock().minute + 1)
    assert "Uusi asema" in browser.get(path).text


def told_by_sms(path: str, *texts: str) -> None:
    """Let the dialogue by text message read texts, and keep what it made of them."""
    script = make_script(national_adult(), Branch.HEALTH, texts=resolve_texts({}), sender="Soite", working_days=10)
    found = session(path)
    progress, state = found.progress, begin(script, found.context.language)
    for text in texts:
        state = take_reply(script, state, text).state
        progress = said_by_sms(progress, state, now=at(NOW))
    with connection.cursor() as cursor:
        save_progress(cursor, found.id, progress)


def test_a_comment_that_came_with_a_mark_by_sms_stands_on_the_page_and_is_sent_with_it(browser):
    path = open_link()
    told_by_sms(path, "3 jonotin kaksi tuntia eikä kukaan kertonut mitään")
    shown = browser.get(path)
    assert "jonotin kaksi tuntia eikä kukaan kertonut mitään</textarea>" in shown.text
    browser.post(path, do="send", nps="3", free_text="jonotin kaksi tuntia eikä kukaan kertonut mitään")
    (filed,) = mailbox()
    assert (filed.nps, filed.free_text) == (3, "jonotin kaksi tuntia eikä kukaan kertonut mitään")
    assert filed.channel == Channel.BOTH


def test_a_comment_saved_on_the_page_is_not_said_twice_when_the_phone_goes_on(browser):
    path = open_link()
    told_by_sms(path, "3 jonotin kaksi tuntia eikä kukaan kertonut mitään")
    browser.post(path, do="save", nps="3", free_text="jonotin kaksi tuntia, muuten hyvä")
    assert answers_so_far(session(path).progress) == {"nps": 3, "free_text": "jonotin kaksi tuntia, muuten hyvä"}


def test_the_page_opens_in_the_language_to_which_the_dialogue_was_switched(browser):
    path = open_link(language="fi")
    told_by_sms(path, "svenska")
    assert '<html lang="sv"' in browser.get(path).text

"""What the pages answer to requests that no page of ours makes, and with which headers."""

import io

import pytest
from django.db import OperationalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vaste.responses.models import MailboxAnswer
from vaste.survey_pages.app import serves
from vaste.survey_pages.store import StoreUnavailable, store
from vaste.survey_pages.tests.browser import Browser
from vaste.survey_pages.tests.links import UNKNOWN, WITH_DATABASE, kept, mailbox, open_link, pages_over

pytestmark = WITH_DATABASE
FORM = st.dictionaries(
    st.sampled_from(["nps", "access", "safety", "own-language", "free_text", "name", "phone", "email", "along", "do", "token", ""]),
    st.one_of(st.text(max_size=40), st.sampled_from(["9", "5", "send", "save", "040 000 0001", "a@b.example", "9" * 400])),
)


class ReadOnlyStore:
    """A store whose database takes no writes just now."""

    def read(self, work):
        return store().read(work)

    def write(self, work, *, is_one_statement=False):
        raise StoreUnavailable


class FailingStore:
    """A store whose database cannot be reached, or fails in a way that nobody foresaw."""

    def __init__(self, error):
        self._error = error

    def read(self, work):
        raise self._error

    def write(self, what):
        raise self._error


@pytest.mark.parametrize(
    ("path", "ours"),
    [("/s/abc", True), ("/s/", True), ("/poista", True), ("/radera", True), ("/withdraw", True), ("/s", False), ("/staff/results", False)],
)
def test_the_pages_serve_their_own_paths_only(path, ours):
    assert serves(path) is ours


@pytest.mark.parametrize("path", [UNKNOWN, "open", "/poista"])
def test_every_page_is_closed_to_scripts_frames_caches_and_search_engines_and_sets_no_cookie(browser, path):
    headers = browser.get(open_link() if path == "open" else path).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy.pop("style-src").startswith("'sha256-")
    assert policy == {"default-src": "'none'", "form-action": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'"}
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("path", ["open", UNKNOWN, "/poista"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "GUESS"])
def test_other_methods_are_refused_for_open_and_closed_links_alike(browser, method, path):
    shown = browser.ask(method, open_link() if path == "open" else path)
    assert shown.status == "405 Method Not Allowed"
    assert shown.headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("length", ["65537", "9" * 30, "", "nonsense", "-5", "²"])
def test_a_body_over_64_kb_is_refused_whatever_length_it_claims(browser, length):
    path = open_link()
    huge = b"free_text=" + b"a" * 70_000
    shown = browser.ask("POST", path, CONTENT_LENGTH=length, **{"wsgi.input": io.BytesIO(huge)})
    assert shown.status == "413 Request Entity Too Large"
    assert "Mitään ei tallennettu." in shown.text
    assert kept(path) == {}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("query", ["lang", "lang=%FF", "%00=%00", "refuse=1&refuse=2&lang=sv&lang=en", "=&=&=", "lang=sv;" * 40])
def test_no_query_is_too_strange(browser, method, query):
    assert browser.ask(method, open_link(), query).status[:3] in {"200", "422"}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.one_of(st.binary(max_size=400), st.binary(max_size=60).map(lambda raw: b"nps=" + raw + b"&free_text=" + raw)))
def test_any_body_is_filed_whole_or_leaves_the_link_open(browser, body):
    path, before = open_link(), MailboxAnswer.objects.count()
    status = browser.ask("POST", path, body=body).status[:3]
    assert status in {"200", "422"}
    is_open = kept(path) is not None
    assert MailboxAnswer.objects.count() - before == (0 if is_open else 1)
    assert is_open or status == "200"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=FORM)
def test_any_form_is_filed_whole_or_leaves_the_link_open(browser, form):
    path, before = open_link(), MailboxAnswer.objects.count()
    status = browser.post(path, **form).status[:3]
    assert status in {"200", "422"}
    assert MailboxAnswer.objects.count() - before == (0 if kept(path) is not None else 1)


def test_a_multipart_or_json_body_answers_nothing(browser):
    path = open_link()
    for body in (b'{"nps": 9}', b'--x\r\nContent-Disposition: form-data; name="nps"\r\n\r\n9\r\n--x--'):
        assert browser.ask("POST", path, body=body).status == "422 Unprocessable Entity"
    assert kept(path) == {}


def test_when_the_database_takes_nothing_everything_typed_is_still_on_the_page(county):
    path = open_link()
    browser = Browser(pages_over(ReadOnlyStore()))
    for do in ("send", "save"):
        shown = browser.post(path, nps="9", free_text="Kirjoitin kauan", name="Maija", phone="040 000 0001", do=do)
        assert shown.status == "503 Service Unavailable"
        assert shown.headers["Retry-After"] == "10"
        for text in (
            "Vastaustasi ei voitu tallentaa juuri nyt.",
            "Kirjoitin kauan</textarea>",
            'value="Maija"',
            'id="nps-9" value="9" checked',
        ):
            assert text in shown.text
    assert not mailbox()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StoreUnavailable(), "503 Service Unavailable"),
        (OperationalError("secret text"), "500 Internal Server Error"),
        (KeyError("secret text"), "500 Internal Server Error"),
    ],
)
def test_our_faults_are_told_as_one_kind_page_and_logged_without_what_was_written(error, status, caplog, capsys):
    browser = Browser(pages_over(FailingStore(error)))
    for shown in (browser.get(UNKNOWN), browser.post(UNKNOWN, nps="9"), browser.post("/poista", code="7KQF-3MXP-9T2A")):
        assert shown.status == status
        assert "Vika on meillä." in shown.text
    output = capsys.readouterr()
    assert "secret text" not in caplog.text + output.out + output.err


@pytest.mark.parametrize(
    ("path", "language", "title"),
    [("/poista", "fi", "Poista vastauksesi"), ("/radera", "sv", "Radera ditt svar"), ("/withdraw", "en", "Erase your answer")],
)
def test_the_withdrawal_page_speaks_the_language_of_its_address(browser, path, language, title):
    shown = browser.get(path)
    assert f'<html lang="{language}">' in shown.text
    assert title in shown.text


@pytest.mark.parametrize("code", ["", "7KQF-3MXP-9T2A", "x" * 9000, "\x00", "ÄÖ", "7KQF-3MXP-9T2"])
def test_a_code_that_no_answer_has_is_told_kindly(browser, code):
    shown = browser.post("/withdraw", code=code)
    assert shown.status == "422 Unprocessable Entity"
    assert "No answer was found with this code." in shown.text


@pytest.mark.parametrize(("path", "form"), [(UNKNOWN, {}), ("/poista", {"code": "7KQF-3MXP-9T2A"})])
def test_guessing_links_or_codes_is_stopped_while_others_go_on(pages, path, form):
    guesser, other = Browser(pages, address="203.0.113.7"), Browser(pages, address="203.0.113.8")
    statuses = [guesser.post(path, **form).status[:3] for _ in range(61)]
    assert set(statuses[:60]) <= {"404", "422"}
    assert statuses[60] == "429"
    link = open_link()
    assert guesser.get(link).status == "429 Too Many Requests"
    assert other.get(link).status == "200 OK"
